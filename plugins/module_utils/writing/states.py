# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The writable fields of an alert, and the writes that store them. Pure."""

from __future__ import annotations

from typing import Any

from ..model.alert import Alert
from .plan import Edit, State, Write

# Fields that one request stores together.
STATUS_FIELDS = ("status", "observation")
# Kinds of writes: the second is sent after the first, which also changes the echoes of its alerts.
STATUS, STATUS_OF_ECHOES = "status", "status of echoes"
FIELDS_BY_WRITE = (STATUS_FIELDS, ("tags",), ("notes",))


def status_state(alert: Alert) -> dict[str, str]:
    """Status and observation, which the server writes together."""
    return {"status": alert.status, "observation": alert.observation}


def tags_state(alert: Alert) -> dict[str, list[str]]:
    """The tags, sorted: the server ignores their order."""
    return {"tags": sorted(set(alert.tags)) if alert.tags else []}


def notes_state(alert: Alert) -> dict[str, str]:
    """The note; spaces alone count as no note."""
    return {"notes": alert.notes if alert.notes.strip() else ""}


def full_state(alert: Alert) -> dict[str, Any]:
    """All writable fields."""
    return {**status_state(alert), **tags_state(alert), **notes_state(alert)}


def status_differs(one: State, other: State) -> bool:
    """Whether two states differ in status or observation."""
    return one.get("status") != other.get("status") or one.get("observation") != other.get("observation")


def is_mix(state: State, before: State, after: State) -> bool:
    """Whether each field holds its old or its new value."""
    return all(value in (before[name], after[name]) for name, value in state.items())


def is_part(state: State, edit: Edit) -> bool:
    """Whether each field holds its value before or after the edit."""
    return is_mix(state, edit.before, edit.after)


def status_write(state: State, kind: str = STATUS) -> Write:
    """The write that stores status and observation."""
    return Write(kind, (state["status"], state["observation"]))


def tags_write(state: State) -> Write:
    """The write that stores the tags."""
    return Write("tags", tuple(state["tags"]))


def notes_write(state: State) -> Write:
    """The write that stores the note."""
    return Write("notes", state["notes"])
