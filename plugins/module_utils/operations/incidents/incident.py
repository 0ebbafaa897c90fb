# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An incident exists, holds the alerts that a task points at, and has the description, assignee and status it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client.alert_search import alerts_with_ids
from ...client.client import Client
from ...client.incidents import alerts_of, incident_named, incidents_of, names_of
from ...errors import InvalidInput
from ...model.alert import SETTABLE_STATUSES
from ...model.incident import (
    MAX_DESCRIPTION_LENGTH,
    Incident,
    checked_length,
    checked_name,
    checked_solution,
)
from ...printing import field_lines, printable
from ...writing.plan import Outcome, check_max_affected
from ...writing.run import DEFAULT_MAX_AFFECTED, result_of
from ...writing.selected import Selection, by_parent
from ...writing.selection import select
from ..operation import Operation, Task
from ..options import BOUNDED_OPTIONS, SELECTION_RULES, options
from .applying import Progress, carry_out
from .assignee import Assignee, breaks_the_list, resolve
from .planning import IncidentPlan, Situation, Wanted, plan

_FAILED_BEFORE = "Not done, because other alerts of the task cannot be added; nothing was written."


def wanted_from(params: Mapping[str, Any]) -> tuple[Wanted, list[str]]:
    """The task's wish, and the warnings about its texts; `assigned_to` is resolved later, with the server's help.

    :raises InvalidInput: the options contradict each other, or a text cannot be stored.
    """
    fields: dict[str, Any] = {}
    warnings = []
    if params["description"] is not None:
        fields["description"] = checked_length("description", params["description"], MAX_DESCRIPTION_LENGTH)
    if params["status"] is not None:
        fields["status"] = params["status"]
    if params["solution"] is not None:
        storable = checked_solution(params["solution"], params["unsupported_text"])
        fields["solution"] = storable.text
        warnings += [storable.warning] if storable.warning else []
    if params["close_alerts"] and params["status"] != "completed":
        raise InvalidInput("`close_alerts: true` belongs to `status: completed`.")
    return Wanted(checked_name(params["name"]), fields, params["close_alerts"], params["reopen"]), warnings


def look(
    client: Client, wanted: Wanted, params: Mapping[str, Any], links: Mapping[str, int | None] | None = None
) -> Situation:
    """Everything the plan needs: the incident, the alerts, and which incidents they belong to.

    :param links: what was read already of the incidents that alerts are linked to, None for none.
    :raises InvalidInput: there is no such incident yet, and no alert to open one with.
    """
    incident = incident_named(client, wanted.name)
    # The server's cascade reaches the echoes of the alerts, so they are read where it will be set off.
    with_echoes = wanted.close_alerts or bool(wanted.changes(incident))
    selection = Selection(())
    if params["alert_ids"] is not None or params["query"] is not None:
        selection = select(client, params, with_echoes)
    if incident is None and not selection.alerts and not selection.unknown:
        raise InvalidInput(
            f"There is no incident {printable(wanted.name, 60)!r}, and it takes at least one alert to open one: "
            "`alert_ids` and `query` name none. Nothing was written."
        )
    selected = [alert.id for alert in selection.alerts]
    own = alerts_of(client, incident.id) if incident else []
    known = set(own)
    others = [alert_id for alert_id in selected if alert_id not in known]
    read = {alert_id: number for alert_id, number in (links or {}).items() if alert_id in others}
    linked = incidents_of(client, [alert_id for alert_id in others if alert_id not in read])
    linked.update({alert_id: number for alert_id, number in read.items() if number is not None})
    elsewhere = {alert_id: number for alert_id, number in linked.items() if incident is None or number != incident.id}
    rest = sorted(known - set(selected))
    family = alerts_with_ids(client, rest, with_echoes)
    return Situation(
        incident=incident,
        selection=selection,
        own=frozenset(known | (set(linked) - set(elsewhere))),
        elsewhere=elsewhere,
        names=names_of(client, sorted(set(elsewhere.values()))),
        attached=[alert for alert in family if alert.id in known],
        attached_echoes=by_parent([alert for alert in family if alert.id not in known]),
    )


def run(
    client: Client, params: Mapping[str, Any], task: Task, links: Mapping[str, int | None] | None = None
) -> dict[str, Any]:
    """Do what the task asks; the result of every writer, and the incident.

    :param links: see `look`; an alert that was put into an incident since is found when the server refuses it.
    """
    wanted, warnings = wanted_from(params)
    assignee = Assignee(None)
    if params["assigned_to"] is not None:
        assignee = resolve(client, params["assigned_to"])
        wanted = wanted.assigned(assignee.user_id)
    situation = look(client, wanted, params, links)
    planned = plan(situation, wanted)
    limit = params["max_affected"]
    by_query = situation.selection.by_query
    check_max_affected(
        situation.selection, planned.alerts, DEFAULT_MAX_AFFECTED if limit is None and by_query else limit
    )
    warnings += planned.alerts.warnings
    if planned.is_refused:
        return _result(client, planned, _refused(planned), situation.incident, assignee, warnings)
    if task.check_mode or not planned.has_changes:
        return _result(client, planned, planned.predicted(), planned.foreseen, assignee, warnings)
    progress = carry_out(client, planned)
    incident = progress.incident or situation.incident
    return _result(client, planned, progress.outcomes(planned), incident, assignee, warnings, progress)


def _refused(planned: IncidentPlan) -> list[Outcome]:
    """Some alerts cannot be added: nothing is written for any."""
    return [
        outcome
        if outcome.error or not outcome.changed
        else Outcome(outcome.alert_id, outcome.name, outcome.before, outcome.before, skipped=_FAILED_BEFORE)
        for outcome in planned.predicted()
    ]


def _result(
    client: Client,
    planned: IncidentPlan,
    outcomes: list[Outcome],
    incident: Incident | Mapping[str, Any] | None,
    assignee: Assignee,
    warnings: list[str],
    progress: Progress | None = None,
) -> dict[str, Any]:
    """What every writer returns, with the incident in front of the alerts."""
    shown = incident.as_result() if isinstance(incident, Incident) else incident
    before = planned.situation.incident.fields if planned.situation.incident else {}
    after = {name: shown[name] for name in planned.fields} if shown else {}
    if shown is not None:
        login = assignee.login if assignee.user_id and assignee.user_id == shown["assigned_to"] else None
        shown = {**shown, "assigned_login": login}
        if breaks_the_list(shown["assigned_to"]):
            warnings = [
                *warnings,
                f"The incident is assigned to {printable(str(shown['assigned_to']), 60)!r}, which is no user's number: "
                "UTMStack answers 500 to everybody who lists the assigned users. Set `assigned_to` to mend it.",
            ]
    result = result_of(client, planned.alerts, outcomes, warnings)
    lines = field_lines(f"incident ({printable(planned.wanted.name, 60)})", before, after)
    changed_fields = {name for name, value in after.items() if name not in before or before[name] != value}
    result["changed"] = result["changed"] or bool(changed_fields)
    result["diff"] = {"prepared": "".join(lines) + result["diff"]["prepared"]}
    result["plan_digest"] = planned.digest
    result["incident"] = shown
    if progress is not None and progress.problem is not None:
        result["failed"] = True
        result["msg"] = " ".join([progress.problem.message, *([result["msg"]] if "msg" in result else [])])
        result["error"] = progress.problem.as_result()
    return result


OPERATION = Operation(
    name="utmstack_incident",
    options=options(
        BOUNDED_OPTIONS,
        name={"type": "str", "required": True},
        state={"type": "str", "choices": ["present"], "default": "present"},
        description={"type": "str"},
        assigned_to={"type": "str"},
        status={"type": "str", "choices": list(SETTABLE_STATUSES)},
        solution={"type": "str"},
        close_alerts={"type": "bool", "default": False},
        reopen={"type": "bool", "default": False},
        unsupported_text={"type": "str", "choices": ["replace", "fail"], "default": "replace"},
    ),
    # Alerts are needed to open an incident only, which is not known before the server was asked.
    rules={"mutually_exclusive": SELECTION_RULES["mutually_exclusive"]},
    run=run,
)
