# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alerts of each asset, counted by status and severity. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...dialects import Dialect
from ...model.alert import SEVERITIES, Alert
from ...query.stored_values import StoredValues
from .asset_index import NAMING_FIELDS, AssetIndex

# The statuses of alerts that wait for somebody.
COUNTED_STATUSES = ("open", "in_review")
TOTAL = "total"
COUNTS = (TOTAL, *COUNTED_STATUSES, *SEVERITIES)

# How many alerts an asset has, by each of COUNTS.
Counts = Mapping[str, int]
NO_ALERTS: Counts = dict.fromkeys(COUNTS, 0)


def alerts_by_asset(alerts: Iterable[Alert], index: AssetIndex, dialect: Dialect) -> tuple[dict[int, Counts], int]:
    """The counts of the assets that have alerts, by asset ID, and the number of alerts that name no asset.

    An alert that names an asset in several ways, such as by host name and address, counts once for it. One that names
    several assets counts for each of them.

    :param alerts: each once, and only those to be counted; they are not kept.
    """
    fields = [dialect.names[name] for name in NAMING_FIELDS]
    found: dict[int, dict[str, int]] = {}
    nameless = 0
    for alert in alerts:
        numbers = {asset["id"] for asset in index.named(fields, StoredValues(alert.document))}
        nameless += not numbers
        for number in numbers:
            counts = found.setdefault(number, dict(NO_ALERTS))
            for key in (TOTAL, alert.status, alert.severity):
                # A severity that has no word counts only in the total.
                if key in counts:
                    counts[key] += 1
    return dict(found), nameless
