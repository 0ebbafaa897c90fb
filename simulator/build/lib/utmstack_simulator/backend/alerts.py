# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of alert documents by the backend's update-by-query calls and its rule engine (API facts, 6 and 8.3)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.clock import instant_text
from ..engine.documents import Document
from ..engine.query import any_term
from ..engine.scripts import ScriptLost, ScriptRefused, incident_texts, note_text, observation_text, tag_texts
from ..state.history import LOGGED_PER_BATCH
from ..state.world import World

LABELS = {1: "Automatic review", 2: "Open", 3: "In review", 5: "Completed"}
FALSE_POSITIVE = "False positive"
RELEASED = "This alert has been evaluated by the tag rules engine"

Change = Callable[[dict[str, Any]], dict[str, Any]]


class PartlyWritten(Exception):
    """A write that failed halfway: a version conflict, or a history row that PostgreSQL rejects."""


def with_ids(here: World, ids: Sequence[str], children: bool = False) -> list[Document]:
    """The documents with these IDs; with `children`, on v11 also those whose parent has one of them."""
    found: set[int] = set()
    for daily in here.documents.matching(here.dialect.alert_pattern):
        found |= any_term(daily, "id.keyword", ids)
        if children and here.dialect.has_children:
            found |= any_term(daily, "parentId.keyword", ids)
    return [here.documents.get(number) for number in sorted(found)]


def _write(here: World, documents: Sequence[Document], script: str, change: Change) -> None:
    """Run an update by query, which neither compiles nor fails if no document matches."""
    if not documents:
        return
    here.compile_budget.compile(script)
    if here.writing.refusal:
        raise ScriptRefused(here.writing.refusal)
    if here.writing.lost:
        return
    share = here.writing.share
    chosen = documents if share >= 1 else documents[: int(len(documents) * share)]
    try:
        here.documents.update([document.number for document in chosen], change)
    except ValueError as error:
        raise PartlyWritten(f"[mapper_parsing_exception] {error}") from None
    if share < 1:
        raise PartlyWritten("[version_conflict_engine_exception] version conflict, current version is different")


def set_status(here: World, ids: Sequence[str], status: int, observation: str, user: str, false_positive: bool) -> None:
    """POST /api/utm-alerts/status after its checks; with `false_positive`, three updates as on v11."""
    documents = with_ids(here, ids, children=True)
    label = LABELS[status]

    def change(source: dict[str, Any]) -> dict[str, Any]:
        return {"status": status, "statusLabel": label, "statusObservation": observation}

    script = f"status {status} {observation}"
    try:
        if documents:
            observation_text(observation)
        if false_positive and status == 5:
            _write(here, documents, script, change)
            _write(here, documents, "false positive", _with_false_positive)
        named = set(ids)
        logged = [document for document in documents if str(document.source.get("id")) in named]
        befores = _befores(logged)
        _write(here, documents, script, change)
    except ScriptLost:
        return
    if any(has_row(here, document.source) for document in logged) and any(
        character < "\t" for character in observation
    ):
        raise PartlyWritten("the history rejects control characters")
    for document, before in zip(logged, befores, strict=False):
        _log(here, document, before, status_entry(user, before, change({})))


def tags_of(source: dict[str, Any]) -> list[str]:
    """The tags of an alert. :raises ValueError: they are not a list, so a script that adds to them fails."""
    tags = source.get("tags")
    if tags is not None and not isinstance(tags, list):
        raise ValueError("tags are not a list")
    return list(tags or [])


def _with_false_positive(source: dict[str, Any]) -> dict[str, Any]:
    tags = tags_of(source)
    return {"tags": tags if FALSE_POSITIVE in tags else [*tags, FALSE_POSITIVE]}


def is_logged(place: int) -> bool:
    """Whether the alert at this place of a batch, counted from 0, gets a row in the history."""
    return place < LOGGED_PER_BATCH


def _befores(batch: Sequence[Document]) -> list[dict[str, Any]]:
    """The alerts of a batch that get a row in the history, as they are before the write."""
    return [dict(document.source) for document in batch[:LOGGED_PER_BATCH]]


@dataclass(frozen=True)
class LogEntry:
    """What the history says about a write."""

    user: str
    action: str
    new: str
    message: str


def status_entry(user: str, before: Mapping[str, Any], change: Mapping[str, Any]) -> LogEntry:
    """The entry of a status change."""
    old, label, observation = before.get("statusLabel"), change["statusLabel"], change["statusObservation"]
    message = f"The user {user} changed alert status from {old} to {label} with the observation: {observation}"
    return LogEntry(user, "UPDATE_STATUS", json_text(change), message)


def tags_entry(user: str, tags: Sequence[str]) -> LogEntry:
    """The entry of a change of tags."""
    text = ",".join(tags)
    return LogEntry(user, "UPDATE_TAGS", json_text({"tags": text}), f"The user {user} tagged the alert with: {text}")


def note_entry(user: str, note: str) -> LogEntry:
    """The entry of a change of the note."""
    message = f"The {user} user updated the alert notes with: <br>{note}"
    return LogEntry(user, "UPDATE_NOTES", json_text({"notes": note}), message)


def json_text(value: Mapping[str, Any]) -> str:
    """JSON without spaces, as the history holds it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _log(here: World, document: Document, before: dict[str, Any], entry: LogEntry) -> None:
    """Add a history row with the alert as it was before the write."""
    if has_row(here, document.source):
        old = json.dumps(before, separators=(",", ":"))
        here.history.add([document], entry.user, entry.action, [old], entry.new, entry.message)


def has_row(here: World, source: Mapping[str, Any]) -> bool:
    """Whether the history can hold the alert; 11.2 fails to write one of which an event lacks the map `log`."""
    if not here.dialect.release.history_needs_logs:
        return True
    given = source.get("events")
    events = [*(given if isinstance(given, list) else [given]), source.get("lastEvent")]
    return all(event.get("log") is not None for event in events if isinstance(event, dict))


def set_tags(here: World, ids: Sequence[str], tags: list[str], user: str) -> None:
    """POST /api/utm-alerts/tags after its checks: the whole list is replaced, an empty one becomes null."""
    documents = with_ids(here, ids)
    befores = _befores(documents)
    try:
        stored = tag_texts(tags) if documents else []
        _write(here, documents, f"tags {tags}", lambda source: {"tags": list(stored) or None})
    except ScriptLost:
        return
    for document, before in zip(documents, befores, strict=False):
        _log(here, document, before, tags_entry(user, tags))


def set_note(here: World, alert_id: str, note: str, user: str) -> None:
    """POST /api/utm-alerts/notes: exactly this alert."""
    documents = with_ids(here, [alert_id])
    befores = _befores(documents)
    try:
        if documents:
            note_text(note)
        _write(here, documents, f"notes {note}", lambda source: {"notes": note})
    except ScriptLost:
        return
    for document, before in zip(documents, befores, strict=False):
        _log(here, document, before, note_entry(user, note))


def mark_as_incident(here: World, ids: Sequence[str], name: str, number: int, source: str, user: str) -> None:
    """POST /api/utm-alerts/convert-to-incident: only documents with `isIncident: false`, and never their children."""
    documents = [document for document in with_ids(here, ids) if document.source.get("isIncident") is False]
    try:
        if documents:
            name, source = incident_texts(name, source, here.dialect.is_v11)

        def change(document: dict[str, Any]) -> dict[str, Any]:
            detail = document.get("incidentDetail")
            mark = {
                "createdBy": user,
                "creationDate": instant_text(),
                "source": source,
                "incidentName": name,
                "incidentId": str(number),
            }
            return {"isIncident": True, "incidentDetail": {**(detail if isinstance(detail, dict) else {}), **mark}}

        _write(here, documents, f"incident {time.monotonic_ns()}", change)
    except ScriptLost:
        return


def another_analyst(here: World, options: dict[str, Any]) -> None:
    """Change alerts as another analyst would: those in `ids`, or all, to `set`."""
    fresh = options.get("set") or {
        "status": 3,
        "statusLabel": LABELS[3],
        "statusObservation": "Taken by another analyst",
    }
    documents = with_ids(here, options["ids"]) if options.get("ids") else here.documents.all()
    here.documents.update([document.number for document in documents], lambda source: dict(fresh))
