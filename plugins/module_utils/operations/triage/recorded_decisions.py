# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decisions of analysts as a recording holds them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ...dialects import Dialect
from ...model.alert import FALSE_POSITIVE, alert_from
from ...model.history import HistoryEntry
from .analyst_decisions import as_arrived, decisions_from
from .recording import TAGS_ADDED


def recorded_decision(document: Mapping[str, Any], entries: Sequence[HistoryEntry], dialect: Dialect) -> dict[str, Any]:
    """What was decided about a stored alert.

    :param entries: the history of this alert, with the oldest first.
    """
    alert = alert_from(document, dialect)
    values = asdict(decisions_from([alert], entries)[alert.id])
    del values["alert_id"]
    kept = alert_from(as_arrived(document, dialect, entries), dialect).tags
    added = [tag for tag in alert.tags if tag not in kept and tag != FALSE_POSITIVE]
    return {**values, **({TAGS_ADDED: added} if added else {})}
