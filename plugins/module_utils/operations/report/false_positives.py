# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""False-positive rates of the server's detection rules, by the names of their alerts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ...model.alert import FALSE_POSITIVE
from ..triage.precision import Precision
from .rows import Row, report_text

_NAME_LENGTH = 80


def false_positive_rates(rows: Sequence[Row], top: int) -> dict[str, Any]:
    """Count the false positives of each detection rule, the one that cost analysts most first.

    A false positive is a completed alert with the tag of false positives, whoever completed it.

    :param top: maximum number of rows.
    :returns: `rows`, one for each rule with a false positive, `left_out` (further such rows), `without` (false
        positives without a name), and the sums `completed` and `false_positives` of all rules.
    """
    done = [row for row in rows if row.closed_by]
    false = [row for row in done if FALSE_POSITIVE in (row.alert.get("tags") or ())]
    alerts, completed, found = (Counter(row.text("name") for row in some) for some in (rows, done, false))
    by_analysts = Counter(row.text("name") for row in false if row.closed_by == "people")
    order = sorted(filter(None, found), key=lambda name: (-by_analysts[name], -found[name], name))
    return {
        "completed": len(done),
        "false_positives": len(false),
        "rows": [
            {
                "name": report_text(name, _NAME_LENGTH),
                "alerts": alerts[name],
                "completed": completed[name],
                "false_positives": found[name],
                "by_analysts": by_analysts[name],
                "rate": (measured := Precision(found[name], completed[name])).share,
                "rate_lower_bound": measured.lower_bound,
            }
            for name in order[:top]
        ],
        "left_out": max(0, len(order) - top),
        "without": found[""],
    }
