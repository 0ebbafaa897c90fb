# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Undo a run: restore the unchanged alerts of its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...client.client import Client
from ...client.incidents import incident_numbered
from ...printing import printable
from ...writing.approval import approval_from
from ...writing.plan import Plan, digest_of
from ...writing.plan_document import Source
from ...writing.proposal import propose
from ...writing.receipts import RecordedIncident
from ...writing.result import Written, finish
from ...writing.run import Limits, pace_from, write
from ...writing.run_receipt import NOT_KEPT
from ...writing.selected import Selection
from ...writing.selection import select_ids
from ..incidents.recording import finish_undone
from ..operation import Operation, Task
from ..options import PLAN_OPTIONS, STATE_DIRECTORY, WRITER_OPTIONS, options
from .marked_run import check_marks, read_marked_run
from .marks_plan import Uncertain
from .receipt_source import find_receipt
from .undo_plan import Restoration, plan_undo

ONLY_CLOSURES = (
    "Only closures carry a mark: notes, incidents and alerts that the run did not close stay as they are. `uncertain` "
    "lists what could not be restored."
)
NO_MARKS = (
    "No alert carries a mark with run={run_id}. The run closed none, or they were restored or changed since. Check "
    "`run_id`."
)


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Restore the alerts of the receipt, or those with the mark of the run."""
    check_marks(params)
    undone = _undo_marks if params["from_marks"] else _undo_receipt
    return finish(undone(client, params, task), client.requests_sent, params["rows"], task.diff)


def _undo_receipt(client: Client, params: Mapping[str, Any], task: Task) -> Written:
    approval = approval_from(params)
    found = find_receipt(params, client.settings.url)
    receipt = found.receipt
    warnings = receipt.check_origin(client.settings.url, client.dialect.name, params["other_server"])
    restoration = Restoration(receipt)
    selection = replace(
        select_ids(client, list(restoration.entries), with_echoes=True, whole=False), chosen_by="The receipt"
    )
    source = Source(OPERATION.name, digest_of([entry.as_line() for entry in receipt.entries]))
    proposal = propose(client, restoration, source, approval, selection, lambda chosen: plan_undo(chosen, restoration))
    left = _incident_left(client, receipt.incident)
    written = write(client, restoration, proposal, _limits(client, params, task), task.check_mode, warnings)
    more_warnings = list(left.warnings)
    if written.message is None and not (task.check_mode or left.may_still_run or proposal.left):
        more_warnings += finish_undone(found.path, receipt, params["state_directory"])
    written = replace(written, warnings=[*written.warnings, *more_warnings])
    return _with_undone(written, left.row, ())


def _undo_marks(client: Client, params: Mapping[str, Any], task: Task) -> Written:
    approval = approval_from(params)
    selection, marked = read_marked_run(client, params["run_id"], params["run_began"])
    restoration = Restoration(marked.receipt, status_last=True)

    def plan_of(chosen: Selection) -> Plan:
        plan = plan_undo(chosen, restoration)
        ids = {alert.id for alert in chosen.alerts}
        skipped = {key: reason for key, reason in marked.skipped.items() if key in ids}
        return replace(plan, skipped={**plan.skipped, **skipped})

    source = Source(OPERATION.name, digest_of(["marks", params["run_id"], params["run_began"]]))
    proposal = propose(client, restoration, source, approval, selection, plan_of)
    found = ONLY_CLOSURES if selection.alerts else NO_MARKS.format(run_id=printable(params["run_id"], 60))
    written = write(client, restoration, proposal, _limits(client, params, task), task.check_mode, [found])
    return _with_undone(written, None, marked.uncertain)


def _limits(client: Client, params: Mapping[str, Any], task: Task) -> Limits:
    return Limits(params["max_affected"], pace=pace_from(client, params, task.report))


def _with_undone(written: Written, incident: Mapping[str, Any] | None, uncertain: Sequence[Uncertain]) -> Written:
    # Undo writes no receipt.
    more = {name: value for name, value in written.more.items() if name not in NOT_KEPT}
    more.update(incident=incident, uncertain=[one.as_result() for one in uncertain])
    return replace(written, more=more)


@dataclass(frozen=True)
class _IncidentLeft:
    """The incident of a receipt, which undo leaves as it is.

    :param row: its fields before the run and now; None if the receipt belongs to no incident.
    :param may_still_run: the server may still be working on the change of a killed run.
    """

    row: dict[str, Any] | None = None
    warnings: Sequence[str] = ()
    may_still_run: bool = False


def _incident_left(client: Client, recorded: RecordedIncident | None) -> _IncidentLeft:
    """Compare the incident of a receipt with what it was before the run.

    Changing it back would write its former status and solution to all its alerts, also to those added since.
    """
    if recorded is None:
        return _IncidentLeft()
    current = incident_numbered(client, recorded.id)
    now = current.fields if current is not None else None
    row = {"id": recorded.id, "name": recorded.name, "before": dict(recorded.before), "now": now}
    label = f"Incident {recorded.id} ({printable(recorded.name, 60)})"
    if now is None:
        return _IncidentLeft(row, [f"{label} no longer exists on the server."])
    changed = [name for name in now if now[name] != recorded.before[name]]
    if changed:
        was = "; ".join(f"{name} was {printable(str(recorded.before[name]), 80)!r}" for name in changed)
        text = (
            f"{label} was not changed back, because UTMStack would overwrite its alerts again. Before the run, {was}. "
            "Use utmstack_incident to change it."
        )
        return _IncidentLeft(row, [text])
    if recorded.written is None or recorded.is_finished:
        return _IncidentLeft(row)
    text = (
        f"{label} does not hold the change of the run. If the server is still working on it, the alerts may be "
        "overwritten later: check them, and run the task again."
    )
    return _IncidentLeft(row, [text], may_still_run=True)


OPERATION = Operation(
    name="utmstack_undo",
    options=options(
        PLAN_OPTIONS,
        STATE_DIRECTORY,
        receipt={"type": "str"},
        run_id={"type": "str"},
        last={"type": "bool", "default": False},
        from_marks={"type": "bool", "default": False},
        run_began={"type": "str"},
        other_server={"type": "bool", "default": False},
        max_affected=WRITER_OPTIONS["max_affected"],
        script_wait=WRITER_OPTIONS["script_wait"],
        concurrency=WRITER_OPTIONS["concurrency"],
        rows=WRITER_OPTIONS["rows"],
    ),
    run=run,
)
