# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count the changes of a run, for reports and messages. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model.alert import FALSE_POSITIVE

KINDS = ("closed", "in_review", "reopened", "tagged", "noted")
_STATUS_KIND = {"completed": "closed", "in_review": "in_review", "open": "reopened"}


def alert_changes(alerts: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count the alerts by kind of change; an alert can count in several kinds.

    :param alerts: `alerts` in the result of a module that changes alerts. The tag ``False positive`` does not count as
        tagging.
    """
    numbers = dict.fromkeys(KINDS, 0)
    for alert in alerts:
        before, after = alert.get("before"), alert.get("after")
        if not alert.get("changed") or not before or not after:
            continue
        status = after.get("status")
        if status != before.get("status") and status in _STATUS_KIND:
            numbers[_STATUS_KIND[status]] += 1
        numbers["tagged"] += bool(_other_tags(before) ^ _other_tags(after))
        numbers["noted"] += before.get("notes") != after.get("notes")
    return numbers


def _other_tags(state: Mapping[str, Any]) -> set[str]:
    return set(state.get("tags") or []) - {FALSE_POSITIVE}
