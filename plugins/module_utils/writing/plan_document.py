# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document of a plan: what a check run would do to each alert, for review and for the run that applies it. Pure."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ..errors import InvalidInput
from ..times import exact
from .change import AlertChange, check_storable
from .plan import Plan, State, comparable_state, digest_of
from .selected import Selection

PLAN_VERSION = 1
_GUARDRAILS = "guardrails"


@dataclass(frozen=True)
class PlannedAlert:
    """One alert of a plan.

    :param echoes: the echoes that the change reaches, each with its state before and after.
    :param incident: the name of the incident that the alert is added to.
    :param cannot_be_undone: the reason why utmstack_undo cannot restore the alert.
    :param why: the rule that decided, and the rules that matched.
    """

    alert_id: str
    name: str
    before: State
    after: State
    echoes: Mapping[str, tuple[State, State]] = field(default_factory=dict)
    incident: str | None = None
    cannot_be_undone: str | None = None
    why: Mapping[str, Any] = field(default_factory=dict)

    def as_row(self) -> dict[str, Any]:
        """The alert in the document."""
        return {
            "id": self.alert_id,
            "name": self.name,
            "before": dict(self.before),
            "after": dict(self.after),
            "echoes": [{"id": key, "before": dict(two[0]), "after": dict(two[1])} for key, two in self.echoes.items()],
            "incident": self.incident,
            "cannot_be_undone": self.cannot_be_undone,
            "why": dict(self.why),
        }

    @property
    def changes(self) -> bool:
        """Whether anything becomes different, and the alert is not only kept as it is beside others."""
        return makes_change(self.before, self.after, self.incident, self.echoes)


def makes_change(before: State, after: State, incident: str | None, echoes: Collection[Any]) -> bool:
    """Whether a planned alert becomes different; the arguments are fields of PlannedAlert, or keys of its row."""
    return incident is not None or before != after or bool(echoes)


@dataclass(frozen=True)
class PlanDocument:
    """A plan for review.

    :param made: when the check run ended its reading, as an exact time.
    :param rules_digest: the digest of the rules, or of what else defines the change.
    :param left_out: alerts that a guardrail or an error keeps out of the plan, by ID: name and reason.
    """

    module: str
    server: str
    dialect: str
    made: str
    rules_digest: str
    alerts: Sequence[PlannedAlert]
    left_out: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 over major version, rules and changes: the same for a check run and the run that applies its plan."""
        return plan_digest(self.dialect, self.rules_digest, self.alerts)

    def content(self) -> dict[str, Any]:
        """The document, ready for JSON."""
        rows = [alert.as_row() for alert in self.alerts]
        found: dict[str, Any] = {
            "plan_version": PLAN_VERSION,
            "module": self.module,
            "server": self.server,
            "dialect": self.dialect,
            "made": self.made,
            "rules_digest": self.rules_digest,
            "plan_digest": self.digest,
            "counts": {
                "alerts": sum(alert.changes for alert in self.alerts),
                "echoes": sum(len(alert.echoes) for alert in self.alerts),
                "left_out": len(self.left_out),
            },
            "alerts": rows,
            "left_out": [{"id": key, "name": two[0], "reason": two[1]} for key, two in self.left_out.items()],
        }
        return {**found, "checksum": digest_of(found)}

    def text(self) -> str:
        """The document as JSON."""
        return json.dumps(self.content(), separators=(",", ":"), ensure_ascii=True)


@dataclass(frozen=True)
class Source:
    """What a plan is made from.

    :param module: the module that makes it.
    :param rules_digest: the digest of the rules, or of what else defines the change.
    :param why: by alert ID, the explanation of the decision.
    :param entering: by alert ID, the name of the incident that the alert is added to.
    """

    module: str
    rules_digest: str
    why: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    entering: Mapping[str, str] = field(default_factory=dict)


def source_of(module: str, change: AlertChange) -> Source:
    """The source of a plan that one change defines, whatever its guardrails."""
    return Source(module, digest_of([module, _fields(change)]))


def _fields(value: Any) -> Any:
    """A dataclass as data, without guardrails, which may only take away from a plan."""
    if dataclasses.is_dataclass(value):
        names = [item.name for item in dataclasses.fields(value) if item.name != _GUARDRAILS]
        return {name: _fields(getattr(value, name)) for name in names}
    return list(value) if isinstance(value, (list, tuple)) else value


def planned_alerts(change: AlertChange, selection: Selection, plan: Plan, source: Source) -> list[PlannedAlert]:
    """The alerts of a plan in the order of the selection."""
    edits = {edit.alert.id: edit for edit in plan.edits}
    beside = set(plan.beside)
    found = []
    for alert in selection.alerts:
        edit = edits.get(alert.id)
        if edit is not None:
            states = edit.before, edit.after
            echoes = change.echo_states(edit)
        elif alert.id in beside:
            states = change.state(alert), change.state(alert)
            echoes = {}
        else:
            continue
        incident, why = source.entering.get(alert.id), source.why.get(alert.id, {})
        found.append(PlannedAlert(alert.id, alert.name, *states, echoes, incident, why=why))
    return found


def plan_digest(dialect: str, rules_digest: str, alerts: Sequence[PlannedAlert]) -> str:
    """SHA-256 over major version, rules and changes, without the run's own mark."""
    rows = [
        [
            alert.alert_id,
            alert.before,
            comparable_state(alert.after),
            sorted([key, before, comparable_state(after)] for key, (before, after) in alert.echoes.items()),
            alert.incident,
        ]
        for alert in sorted(alerts, key=lambda alert: alert.alert_id)
    ]
    return digest_of([dialect, rules_digest, rows])


def document_of(
    server: str, dialect: str, source: Source, alerts: Sequence[PlannedAlert], left_out: Mapping[str, tuple[str, str]]
) -> PlanDocument:
    """The document of a plan that was made now."""
    made = exact(datetime.now(timezone.utc))
    rows = [dataclasses.replace(alert, cannot_be_undone=_not_undone(alert)) for alert in alerts]
    return PlanDocument(source.module, server, dialect, made, source.rules_digest, rows, left_out)


def _not_undone(alert: PlannedAlert) -> str | None:
    """The reason why the old state of an alert cannot be written again."""
    for before, after in ((alert.before, alert.after), *alert.echoes.values()):
        written = {name: value for name, value in before.items() if after.get(name) != value}
        if "status" in after and (written.keys() & {"status", "observation"}):
            # One request stores both.
            written = {**written, "status": before["status"], "observation": before["observation"]}
        try:
            check_storable(written)
        except InvalidInput as error:
            return error.message
    return "UTMStack cannot take an alert out of an incident." if alert.incident is not None else None
