# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open an incident, add alerts, and set its description, assignee and status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ...client.alert_search import alerts_with_ids
from ...client.client import Client
from ...client.incidents import alerts_of, incident_named, incidents_of, names_of
from ...errors import InvalidInput, UtmstackError
from ...model.alert import SETTABLE_STATUSES
from ...model.incident import MAX_DESCRIPTION_LENGTH, Incident, checked_length, checked_name, checked_solution
from ...printing import field_lines, printable
from ...time_zones import now_in
from ...writing.guardrail_matches import matches_among
from ...writing.guardrails import NO_GUARDRAILS, Guardrails, check_guardrails, guardrails_from
from ...writing.plan import check_max_affected
from ...writing.result import Outcome, Written, finish, left_alone
from ...writing.run import NO_LIMITS, Limits, pace_from
from ...writing.run_receipt import keeping_from
from ...writing.script_budget import TOO_MANY, check_scripts
from ...writing.selected import Selection, by_parent
from ...writing.selection import select
from ..operation import Operation, Task
from ..options import GUARDRAIL_OPTIONS, SELECTION_RULES, WRITER_OPTIONS, options
from .applying import apply_incident_plan
from .assignee import UNASSIGNED, Assignee, breaks_the_list, find_assignee
from .planning import IncidentPlan, Situation, Wanted, plan_incident
from .recording import Record
from .recovery import NOTHING_RECOVERED, Recovery, recover

NOTHING_READ: Mapping[str, int | None] = MappingProxyType({})
_FAILED_BEFORE = "Other alerts of the task cannot be added, so nothing was written."


def wanted_from(params: Mapping[str, Any], guardrails: Guardrails = NO_GUARDRAILS) -> tuple[Wanted, list[str]]:
    """Read the desired incident and the warnings about its texts from the options, except `assigned_to`.

    :param guardrails: the alerts that `close_alerts` leaves alone.
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
        raise InvalidInput("`close_alerts: true` requires `status: completed`. Set it, or leave `close_alerts` out.")
    name = checked_name(params["name"])
    return Wanted(name, fields, params["close_alerts"], params["reopen"], guardrails), warnings


def read_situation(
    client: Client, wanted: Wanted, params: Mapping[str, Any], links: Mapping[str, int | None]
) -> Situation:
    """Read the incident, the alerts and their current incidents.

    :raises InvalidInput: the incident does not exist, and there is no alert to open it with.
    """
    incident = incident_named(client, wanted.name)
    # The server's cascade also writes echoes, so they are read if the plan triggers it.
    with_echoes = wanted.close_alerts or bool(wanted.changes(incident))
    selection = Selection(())
    if params.get("alert_ids") is not None or params.get("query") is not None:
        selection = select(client, params, with_echoes)
    if incident is None and not selection.alerts and not selection.unknown:
        raise InvalidInput(
            f"There is no incident {printable(wanted.name, 60)!r}, and `alert_ids` and `query` select no alert to open "
            "it with. Nothing was written. Select at least one alert, or check the name."
        )
    selected = [alert.id for alert in selection.alerts]
    own = alerts_of(client, incident.id) if incident else []
    known = set(own)
    others = [alert_id for alert_id in selected if alert_id not in known]
    read = {alert_id: number for alert_id, number in links.items() if alert_id in others}
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


def write_incident(
    client: Client,
    wanted: Wanted,
    params: Mapping[str, Any],
    check_mode: bool,
    *,
    limits: Limits = NO_LIMITS,
    assignee: Assignee = UNASSIGNED,
    warnings: Sequence[str] = (),
    links: Mapping[str, int | None] = NOTHING_READ,
    record: Record | None = None,
    recovery: Recovery = NOTHING_RECOVERED,
) -> Written:
    """Plan and apply the changes of one incident and its alerts.

    :param params: the selection options.
    :param links: incidents of alerts that were already read, None for no incident; the server refuses an alert that
        was added to another incident since.
    :param record: where the state of the alerts is recorded before the incident is changed.
    :param recovery: the alerts of killed runs that were restored, or would be in check mode.
    :raises UtmstackError: nothing was written.
    """
    record = Record() if record is None else record
    situation = read_situation(client, wanted, params, links)
    if check_mode:
        situation = situation.restored(recovery.states)
    echoes = {**(situation.selection.echoes or {}), **situation.attached_echoes}
    read = Selection(situation.alerts, echoes=echoes, by_query=True)
    matches = matches_among(client, wanted.guardrails, read)
    planned = plan_incident(replace(situation, matches=matches), wanted)
    check_max_affected(situation.selection, planned.alerts, limits.most(situation.selection))
    warnings = [*warnings, *matches.warnings, *planned.alerts.warnings]
    if planned.is_refused:
        outcomes = left_alone(planned.predicted(), _FAILED_BEFORE)
        return _written(planned, outcomes, situation.incident, assignee, warnings)
    if (problem := check_scripts(planned.script_need, limits.pace.seconds)) is not None:
        outcomes = left_alone(planned.predicted(), TOO_MANY)
        return _written(planned, outcomes, situation.incident, assignee, warnings, problem)
    warnings += planned.script_need.warnings()
    if check_mode or not planned.has_changes:
        return _written(planned, planned.predicted(), planned.foreseen, assignee, warnings)
    progress = apply_incident_plan(client, planned, record, limits.pace)
    incident = progress.incident or situation.incident
    return _written(planned, progress.outcomes(planned), incident, assignee, warnings, progress.problem)


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Write the incident and its alerts."""
    guardrails = guardrails_from(params, client.dialect, now_in(params["time_zone"]))
    wanted, warnings = wanted_from(params, guardrails)
    keeping, state_directory = keeping_from(params), params["state_directory"]
    record = Record.find(client.settings.url, client.dialect.name, wanted.name, keeping, state_directory)
    assignee = UNASSIGNED
    if params["assigned_to"] is not None:
        assignee = find_assignee(client, params["assigned_to"])
        wanted = wanted.assigned(assignee.user_id)
    limits = Limits(params["max_affected"], pace=pace_from(client, params, task.report))
    recovery = recover(client, record, task.check_mode, limits.pace)
    try:
        if recovery.problem is not None:
            raise recovery.problem
        written = write_incident(
            client,
            wanted,
            params,
            task.check_mode,
            limits=limits,
            assignee=assignee,
            warnings=warnings,
            record=record,
            recovery=recovery,
        )
    except UtmstackError as error:
        if not recovery.states:
            raise
        # An error never hides that alerts were restored.
        written = Written([], "", warnings, problem=error, more={"incident": None})
    incident = written.more["incident"]
    if incident is not None and not task.check_mode:
        record.close_left(incident)
    kept = record.as_result(written.message is None, client.has_secret)
    written = replace(
        written,
        warnings=[*recovery.warnings, *written.warnings, *record.warnings],
        changed=written.changed or bool(recovery.states),
        failures=[*written.failures, *record.failures],
        more={**written.more, **kept, "recovered": sorted(recovery.states)},
    )
    return finish(written, client.requests_sent, params["rows"], task.diff)


def _written(
    planned: IncidentPlan,
    outcomes: list[Outcome],
    incident: Incident | Mapping[str, Any] | None,
    assignee: Assignee,
    warnings: list[str],
    problem: UtmstackError | None = None,
) -> Written:
    """Combine the outcomes of the alerts and the incident."""
    shown = incident.as_result() if isinstance(incident, Incident) else incident
    before = planned.situation.incident.fields if planned.situation.incident else {}
    after = {name: shown[name] for name in planned.fields} if shown else {}
    if shown is not None:
        login = assignee.login if assignee.user_id and assignee.user_id == shown["assigned_to"] else None
        shown = {**shown, "assigned_login": login}
        if breaks_the_list(shown["assigned_to"]):
            warnings = [
                *warnings,
                f"The incident is assigned to {printable(str(shown['assigned_to']), 60)!r}, which is no user number. "
                "UTMStack therefore returns 500 for the list of assigned users. Set `assigned_to` to fix it.",
            ]
    return Written(
        outcomes,
        planned.digest,
        warnings,
        changed=any(name not in before or before[name] != value for name, value in after.items()),
        lines=(field_lines(f"incident ({printable(planned.wanted.name, 60)})", before, after), ()),
        problem=problem,
        more={
            "incident": shown,
            "guardrails": planned.situation.matches.result,
            **planned.script_need.as_result(),
        },
    )


OPERATION = Operation(
    name="utmstack_incident",
    options=options(
        WRITER_OPTIONS,
        GUARDRAIL_OPTIONS,
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
    # Alerts are required only to open an incident, which is unknown before the server is queried.
    rules={"mutually_exclusive": SELECTION_RULES["mutually_exclusive"]},
    run=run,
    check=check_guardrails,
)
