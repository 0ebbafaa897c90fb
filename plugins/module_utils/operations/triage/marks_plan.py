# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan what can be restored of a run without its receipt: from its marks and the server's history. Pure.

The history has no entry for echoes, for alerts beyond the tenth of a call and, on 11.2, for alerts with an event
without a log. An entry may hold the whole alert before the change, or only its status. What no entry shows is uncertain
and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...dialects import Dialect
from ...model.alert import SETTABLE_STATUSES, Alert, alert_from
from ...model.history import values_in
from ...printing import printable
from ...times import stored_time
from ...writing.plan import State
from ...writing.receipts import Entry, Receipt
from ...writing.selected import Selection
from ...writing.states import STATUS_FIELDS, full_state, status_state

_STATUS, _TAGS = "UPDATE_STATUS", "UPDATE_TAGS"
_NOT_RECORDED = (
    "The server's history has no entry of the run's change; it records only the first ten alerts of a call. The alert "
    "was left as it is."
)
_NO_STATUS_BEFORE = "The server's history does not show a status to go back to. The alert was left as it is."
_NO_OBSERVATION = "The server's history does not show the observation before the run. It was left as it is."
_NO_TAGS = "The server's history does not show the tags before the run. They were left as they are."
_NO_BEGINNING = (
    "The run may have changed the tags. They were left as they are; set `run_began` to restore them as well."
)
_ECHO = "The server's history has no entries for echoes. The echo was left as it is."


@dataclass(frozen=True)
class Uncertain:
    """A field that may differ from what it was before the run."""

    alert: Alert
    field: str
    reason: str

    def as_result(self) -> dict[str, str]:
        """The entry in the result."""
        return {
            "id": self.alert.id,
            "name": printable(self.alert.name),
            "field": self.field,
            "reason": self.reason,
        }


@dataclass(frozen=True)
class MarkedRun:
    """What is known of a run without its receipt.

    :param receipt: the alerts with the fields that can be restored.
    :param skipped: by alert ID, why an alert of the run is left alone.
    :param uncertain: the fields that cannot be restored.
    """

    receipt: Receipt
    skipped: Mapping[str, str] = field(default_factory=dict)
    uncertain: Sequence[Uncertain] = ()


@dataclass(frozen=True)
class _Change:
    """An entry of the history.

    :param new: what it says that was written.
    :param before: the alert before the change; None if the entry does not show it.
    """

    action: str
    user: str
    at: Any
    new: Mapping[str, Any]
    message: str
    before: Alert | None
    fields_before: frozenset[str]


def _change_from(row: Mapping[str, Any], dialect: Dialect) -> _Change:
    old = values_in(row.get("logOldValue"))
    names = dialect.names
    before = alert_from(old, dialect) if old.get(names["id"]) == row.get("alertId") else None
    known = {name for name in ("status", "observation", "tags") if before is not None and names[name] in old}
    text = {name: str(row.get(name) or "") for name in ("logAction", "logUser", "logMessage")}
    new = values_in(row.get("logNewValue"))
    return _Change(
        text["logAction"], text["logUser"], row.get("logDate"), new, text["logMessage"], before, frozenset(known)
    )


def plan_marked_run(
    selection: Selection, history: Sequence[Mapping[str, Any]], began: datetime | None, dialect: Dialect
) -> MarkedRun:
    """What can be restored of the run that marked these alerts.

    :param selection: the alerts with the mark of the run, and all their echoes.
    :param history: the entries of the server's history about these alerts, the oldest first.
    :param began: when the run began; None if that is not known.
    """
    changes: dict[str, list[_Change]] = {}
    for row in history:
        changes.setdefault(str(row.get("alertId")), []).append(_change_from(row, dialect))
    entries: list[Entry] = []
    skipped: dict[str, str] = {}
    uncertain: list[Uncertain] = []
    for alert in selection.alerts:
        found = _before(alert, changes.get(alert.id, []), began, dialect)
        if isinstance(found, str):
            skipped[alert.id] = found
            entries.append(Entry(alert.id, alert.name, {}, {}, "changed"))
            continue
        state = full_state(alert)
        echoes = selection.echoes_of(alert.id)
        kept = {echo.id: (status_state(echo), status_state(echo)) for echo in echoes}
        after = {name: state[name] for name in found.state}
        entries.append(Entry(alert.id, alert.name, found.state, after, "changed", kept))
        uncertain += [Uncertain(alert, name, reason) for name, reason in found.uncertain.items()]
        uncertain += [Uncertain(echo, "status", _ECHO) for echo in echoes if echo.observation == alert.observation]
    return MarkedRun(Receipt({}, entries), skipped, uncertain)


@dataclass(frozen=True)
class _Before:
    """The fields of an alert before the run, and by field, why it is not known."""

    state: State = field(default_factory=dict)
    uncertain: Mapping[str, str] = field(default_factory=dict)


def _before(alert: Alert, changes: Sequence[_Change], began: datetime | None, dialect: Dialect) -> _Before | str:
    """What an alert was before the run, or why it is left alone."""
    if alert.is_echo:
        # Its entries are of writes that followed its alert, such as those of an undo.
        return _Before(uncertain={"status": _ECHO})
    if alert.status != "completed":
        return f"Its status changed since the run (now {alert.status}); not written."
    closings = [number for number, change in enumerate(changes) if _is_closing(change, alert, dialect)]
    if not closings:
        return _Before(uncertain={"status": _NOT_RECORDED})
    last = first = closings[-1]
    while first - 1 in closings:
        first -= 1
    closing = changes[first]
    tags, no_tags = _tags_before(alert, changes[:first], closing, began)
    for change in changes[last + 1 :]:
        # An undo that was killed may have restored the tags.
        if tags is None or not (change.action == _TAGS and _same_tags(change, tags)):
            who, when = printable(change.user, 60), printable(str(change.at), 40)
            return f"The server's history shows a later change by {who} at {when}; not written."
    state: dict[str, Any] = {} if tags is None else {"tags": tags}
    uncertain = {} if tags is not None else {"tags": no_tags}
    status = _status_before(closing, dialect)
    if status is None:
        return _Before(state, {"status": _NO_STATUS_BEFORE, **uncertain})
    state["status"] = status
    if closing.before is not None and set(STATUS_FIELDS) <= closing.fields_before:
        state["observation"] = closing.before.observation
    else:
        state["observation"] = alert.observation
        uncertain = {"observation": _NO_OBSERVATION, **uncertain}
    return _Before(state, uncertain)


def _is_closing(change: _Change, alert: Alert, dialect: Dialect) -> bool:
    """Whether an entry is about the write that gave the alert its mark."""
    status, observation = (change.new.get(dialect.names[name]) for name in STATUS_FIELDS)
    return change.action == _STATUS and dialect.status_word(status) == "completed" and observation == alert.observation


def _status_before(closing: _Change, dialect: Dialect) -> str | None:
    """The status before the run closed the alert; None if the entry does not show one that can be set."""
    label = re.match(
        rf"The user {re.escape(closing.user)} changed alert status from (.+?) to Completed\b", closing.message
    )
    found = {label[1].lower().replace(" ", "_")} if label else set()
    if closing.before is not None and "status" in closing.fields_before:
        found.add(closing.before.status)
    settable = [status for status in SETTABLE_STATUSES if status != "completed" and found == {status}]
    return settable[0] if settable else None


def _tags_before(
    alert: Alert, earlier: Sequence[_Change], closing: _Change, began: datetime | None
) -> tuple[list[str] | None, str]:
    """The tags before the run, or None and why they are not known.

    Between its beginning and its closing of an alert, a run leaves an alert alone that another user changed.

    :param earlier: the entries before the closing.
    """
    if began is None:
        return None, _NO_BEGINNING
    own = [
        change
        for change in earlier
        if change.action == _TAGS
        and change.user == closing.user
        and (at := stored_time(change.at)) is not None
        and at >= began
    ]
    first = own[0] if own else None
    if first is None or first.before is None or "tags" not in first.fields_before:
        return None, _NO_TAGS
    # One write of the run, which it may have sent again; with another one, some are not the run's.
    if not all(_same_tags(change, alert.tags) for change in own):
        return None, _NO_TAGS
    return sorted(set(first.before.tags)), ""


def _same_tags(change: _Change, tags: Sequence[str]) -> bool:
    """Whether an entry says that these tags were written; it separates them by commas."""
    return sorted(str(change.new.get("tags") or "").split(",")) == sorted(",".join(tags).split(","))
