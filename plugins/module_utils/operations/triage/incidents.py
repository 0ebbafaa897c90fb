# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules put alerts into incidents: an alert of another one stays there, and each alert's row says where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...client.client import Client
from ...client.incidents import incidents_of, names_of
from ...errors import UtmstackError
from ...model.alert import Alert
from ...model.incident import is_marked_for
from ..incidents import incident
from ..incidents.planning import belongs_to
from ..operation import Task
from .decision_table import Decision


@dataclass(frozen=True)
class Membership:
    """Which of the alerts that rules want in an incident are in one.

    :param links: number of the incident that each alert is linked to, None for none.
    :param elsewhere: for each alert of another incident than the wanted one, what to say about it.
    """

    links: Mapping[str, int | None] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def membership(client: Client, alerts: Sequence[Alert], decisions: Mapping[str, Decision]) -> Membership:
    """Ask the database, which knows better than the mark in a document; what is marked as wanted needs no question."""
    wished = {alert.id: decisions[alert.id].wish.incident for alert in alerts}
    asked = [alert.id for alert in alerts if (name := wished[alert.id]) and not is_marked_for(alert, name)]
    linked = incidents_of(client, asked)
    names = names_of(client, sorted(set(linked.values())))
    return Membership(
        {alert_id: linked.get(alert_id) for alert_id in asked},
        {key: belongs_to(number, names) for key, number in linked.items() if names.get(number) != wished[key]},
    )


def fill_incidents(
    client: Client, wanted: Mapping[str, Sequence[str]], known: Membership, result: dict[str, Any], task: Task
) -> None:
    """Open the incidents that rules name and add their alerts.

    :param wanted: by the names of incidents the ids of the alerts that they shall hold.
    :param result: what became of the alerts: one that failed or was skipped is added to no incident. Takes
        ``incidents``, what became of each, and in the alerts' rows whether they are in it.
    """
    rows = {row["id"]: row for row in result["alerts"]}
    defaults = {name: option.get("default") for name, option in incident.OPERATION.options.items()}
    result["incidents"] = []
    for name, alert_ids in wanted.items():
        filled: dict[str, Any] = {"name": name, "id": None, "changed": False, "alerts": [], "error": None}
        result["incidents"].append(filled)
        chosen = [alert_id for alert_id in alert_ids if not (rows[alert_id]["error"] or rows[alert_id]["skipped"])]
        if not chosen:
            continue
        links = {alert_id: known.links[alert_id] for alert_id in chosen if alert_id in known.links}
        try:
            done = incident.run(client, {**defaults, "name": name, "alert_ids": chosen}, task, links)
        except UtmstackError as error:
            filled["error"] = error.message
            for alert_id in links:
                rows[alert_id]["error"] = f"Not added to the incident. {error.message}"
            continue
        filled.update(id=(done["incident"] or {}).get("id"), changed=done["changed"])
        filled["alerts"] = [each["id"] for each in done["alerts"] if each["changed"]]
        filled["error"] = done["msg"] if done.get("failed") else None
        result["warnings"] += [line for line in done["warnings"] if line not in result["warnings"]]
        result["diff"]["prepared"] += done["diff"]["prepared"]
        for each in done["alerts"]:
            if each["id"] in rows:
                _add_to(rows[each["id"]], each)
    _sum_up(result)


def _add_to(row: dict[str, Any], each: Mapping[str, Any]) -> None:
    """Tell in an alert's row what became of it in its incident."""
    row["before"].update(each["before"])
    if row["after"] is not None:
        row["after"] = None if each["after"] is None else {**row["after"], **each["after"]}
    row["changed"] = row["changed"] or each["changed"]
    row["skipped"], row["error"] = each["skipped"], each["error"]


def _sum_up(result: dict[str, Any]) -> None:
    rows = result["alerts"]
    told_of = "; ".join(f"{row['name']}: {row['error']}" for row in result["incidents"] if row["error"])
    if told_of:
        result.update(failed=True, msg=" ".join([*([result["msg"]] if "msg" in result else []), told_of]))
    result["changed"] = any(row["changed"] for row in [*rows, *result["incidents"]])
    result["summary"].update(
        changed=sum(1 for row in rows if row["changed"]),
        unchanged=sum(1 for row in rows if not (row["changed"] or row["skipped"] or row["error"])),
        skipped=sum(1 for row in rows if row["skipped"]),
        failed=sum(1 for row in rows if row["error"]),
    )
