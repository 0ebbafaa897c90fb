# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute the state of a runbook: its incident, alerts and changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model.tag_spelling import same_tag


def runbook_state(
    results: Mapping[str, Any], check_mode: bool = False, hold_tags: Sequence[str] = ()
) -> dict[str, Any]:
    """Compute the state of a runbook from the results of its tasks so far.

    :param results: `found`, the result of utmstack_incident_info; `alerts`, the alerts as last read; `opened`,
        `came` and `closed`, the results of utmstack_incident in the phases open, eradicate and close.
    :param check_mode: count predicted changes, which the server does not hold.
    :param hold_tags: tags of alerts that are not closed.
    """
    found = list(results["found"].get("incidents") or [])
    opened, came = _done(results["opened"]), _done(results["came"])
    opened_ids = [row["id"] for row in opened.get("alerts", [])] if check_mode else []
    came_ids = [row["id"] for row in came.get("alerts", []) if row["changed"]]
    # In check mode, the query of a later phase also finds the alerts that the phase open would have linked.
    new_ids = [alert_id for alert_id in came_ids if alert_id not in set(opened_ids)]
    foreseen = [opened["incident"]] if check_mode and opened else []
    held = _held(results, check_mode, hold_tags)
    linked = [alert["id"] for row in found for alert in row["alerts"] if alert["status"] is not None]
    return {
        "incident": next(iter(found + foreseen), {}),
        "alert_ids": list(dict.fromkeys([*linked, *opened_ids, *(new_ids if check_mode else [])])),
        "added": opened.get("summary", {}).get("changed", 0) + len(new_ids),
        "closed": _closed(results, check_mode, held),
        "held": held,
        "plan_digest": opened.get("plan_digest"),
    }


def _done(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The result of a completed task, empty otherwise."""
    return {} if result.get("failed") or result.get("skipped") else result


def _held(results: Mapping[str, Any], check_mode: bool, hold_tags: Sequence[str]) -> list[str]:
    """IDs of the alerts that are not closed because of a guardrail."""
    closed = results["closed"]
    if not closed or closed.get("failed"):
        return []
    held = [row["id"] for row in _done(closed).get("alerts", []) if row["skipped"]]
    if check_mode:
        # The module cannot judge alerts that would be linked by this run.
        tags = {same_tag(tag) for tag in hold_tags}
        open_alerts = [alert for alert in results["alerts"] if alert["status"] != "completed"]
        held += [alert["id"] for alert in open_alerts if tags & {same_tag(tag) for tag in alert["tags"]}]
    return list(dict.fromkeys(held))


def _closed(results: Mapping[str, Any], check_mode: bool, held: Sequence[str]) -> int:
    closed = results["closed"]
    if not closed or closed.get("failed"):
        return 0
    if check_mode:
        # The module cannot count alerts that would be linked by this run.
        return sum(alert["status"] != "completed" and alert["id"] not in held for alert in results["alerts"])
    changed: int = _done(closed).get("summary", {}).get("changed", 0)
    return changed
