# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a search must find of an alert that is in an expected state. Pure.

A search only finds values exactly as they are stored, so what cannot be searched for exactly is read instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..dialects import Dialect
from ..model.alert import Alert
from ..model.fields import MAX_TEXT_LENGTH, field_behind
from ..model.filter import Filter
from .change import AlertChange
from .plan import Edit, State
from .states import STATUS_FIELDS, status_differs

_FIELDS = (*STATUS_FIELDS, "tags", "notes")
# By name of a field, its value as stored; None for no value.
Stored = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Expected:
    """An alert or echo as it is expected to be.

    :param alert: the alert in that state.
    :param stored: what the document then holds.
    """

    alert: Alert
    stored: Stored


def expected_as_selected(change: AlertChange, edit: Edit, dialect: Dialect) -> list[Expected] | None:
    """The alert and echoes of an edit as they were selected; None if a search cannot tell whether they still are."""
    found = []
    for alert in (edit.alert, *edit.echoes, *edit.unmoved):
        fields = change.watched(alert)
        stored = None if fields is None else stored_values(alert, fields, fields, dialect)
        if stored is None:
            return None
        found.append(Expected(alert, stored))
    return found


def expected_as_written(change: AlertChange, edit: Edit, dialect: Dialect) -> list[Expected] | None:
    """The alert and echoes of an edit as its writes leave them; None if a search cannot tell whether they are so."""
    states = [(edit.alert, edit.before, edit.after)]
    states += [(echo, change.state(echo), change.echo_after(edit, echo)) for echo in edit.echoes]
    found = []
    for alert, before, after in states:
        stored = stored_values(alert, before, after, dialect)
        if stored is None:
            return None
        found.append(Expected(_in_state(alert, after), stored))
    return found


def stored_values(alert: Alert, before: State, after: State, dialect: Dialect) -> Stored | None:
    """What the document of an alert holds after a change of its fields; None if that cannot be searched for exactly.

    :param alert: the alert before the change.
    """
    found = []
    rewritten = status_differs(before, after)
    names = dialect.names
    for name, value in after.items():
        is_written = rewritten if name in STATUS_FIELDS else value != before[name]
        stored: Any
        if name == "status":
            stored = dialect.status_codes.get(value)
        elif is_written or name not in _FIELDS:
            stored = value
        else:
            # It may be missing or empty, which is the same to a reader but not to a search.
            stored = alert.document.get(names[name])
        if not _is_searchable(name, stored, is_written):
            return None
        found.append((name, None if name == "tags" else stored))
    return tuple(found)


def filters_for(stored: Stored, dialect: Dialect) -> list[Filter]:
    """The filters that find exactly the documents with these values."""
    found = []
    for name, value in stored:
        field = field_behind(name, dialect)
        if value is None:
            # The exact twin also lacks long texts.
            found.append(Filter(field.name, "DOES_NOT_EXIST"))
        elif value == "":
            found.append(Filter(field.whole, "IS", value))
        else:
            found.append(Filter(field.whole, "IS_ONE_OF_TERMS", [str(value)]))
    return found


def _is_searchable(name: str, stored: Any, is_written: bool) -> bool:
    """Whether a search can find exactly the documents that hold a value."""
    if name == "status":
        return stored is not None
    if name == "tags":
        # No search excludes the tags that it does not name.
        return not stored
    if name not in _FIELDS:
        return False
    if stored == "":
        # No note is written as a space.
        return name == "observation" or not is_written
    return stored is None or (isinstance(stored, str) and len(stored) <= MAX_TEXT_LENGTH and bool(stored.strip()))


def _in_state(alert: Alert, state: State) -> Alert:
    # `replace` takes twice the time, and there may be ten thousands of alerts.
    fields = {**vars(alert), **state}
    return Alert(**{**fields, "tags": tuple(fields["tags"])})
