# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An incident in the collection's own words, and the texts that one can hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..dialects import Dialect
from ..errors import InvalidInput
from ..printing import printable
from .storable_text import Storable, storable_solution

INCIDENT_STATUSES: Sequence[str] = ("open", "in_review", "completed", "merged")
# Widths of the server's columns. A solution becomes an observation and a part of a history text, too: from 933
# characters on the server answers 500 after it has closed the alerts.
MAX_NAME_LENGTH, MAX_DESCRIPTION_LENGTH, MAX_NOTE_LENGTH, MAX_SOLUTION_LENGTH = 250, 2000, 1000, 900


@dataclass(frozen=True)
class Incident:
    """One incident.

    `status` and `severity` are words; `assigned_to` is what the server holds (IDs of users, None when unassigned);
    `description` and `solution` are "" when there is none; `row` is the incident as the server sent it.
    """

    id: int
    name: str
    description: str
    assigned_to: str | None
    status: str
    severity: str
    created_at: str | None
    solution: str
    row: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)

    @property
    def fields(self) -> dict[str, Any]:
        """What a task can change."""
        return {
            "description": self.description,
            "assigned_to": self.assigned_to,
            "status": self.status,
            "solution": self.solution,
        }

    def as_result(self) -> dict[str, Any]:
        """The incident as results show it."""
        return {
            "id": self.id,
            "name": self.name,
            **self.fields,
            "severity": self.severity,
            "created_at": self.created_at,
        }


def incident_from(row: Mapping[str, Any], dialect: Dialect) -> Incident:
    """The incident in a row of the server's list."""
    severity = row.get("incidentSeverity")
    return Incident(
        id=int(row.get("id") or 0),
        name=str(row.get("incidentName")),
        description=row.get("incidentDescription") or "",
        assigned_to=row.get("incidentAssignedTo"),
        status=dialect.incident_status_word(row.get("incidentStatus")),
        severity="unknown" if severity is None else dialect.severity_word(severity),
        created_at=row.get("incidentCreatedDate"),
        solution=row.get("incidentSolution") or "",
        row=row,
    )


def checked_name(name: str) -> str:
    """`name` when incident and mark can both hold it.

    :raises InvalidInput: it is blank or too long, or holds a character that the server refuses or loses.
    """
    if not name.strip():
        raise InvalidInput("`name` is blank; incidents are distinguished by their names.")
    if '"' in name:
        raise InvalidInput(
            '`name` holds a double quote ("), which UTMStack refuses in names of incidents; leave it out.'
        )
    if "\\u" in name:
        raise InvalidInput(
            "`name` holds a backslash followed by u, for which UTMStack returns 200 and does not mark the alerts. Use "
            "another character, for example a slash."
        )
    bad = [c for c in name if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t"]
    if bad:
        raise InvalidInput(f"`name` ({printable(name, 60)}) holds a control character, which UTMStack cannot store.")
    return checked_length("name", name, MAX_NAME_LENGTH)


def checked_length(option: str, text: str, longest: int) -> str:
    """`text` when the server's column holds it; characters are counted as Java does, which is never less.

    :raises InvalidInput: it is too long, or holds a character that the database refuses.
    """
    if "\0" in text or any(unicodedata.category(character) == "Cs" for character in text):
        raise InvalidInput(f"`{option}` holds a NUL or half of a character, which UTMStack cannot store.")
    length = len(text.encode("utf-16-le")) // 2
    if length > longest:
        raise InvalidInput(f"`{option}` has {length} characters; UTMStack stores at most {longest}. Shorten it.")
    return text


def checked_solution(text: str, unsupported: str) -> Storable:
    """`text` as a solution: what also an observation can hold, since the server writes it there.

    :raises InvalidInput: it is too long, or it cannot be stored as it is and `unsupported` is ``fail``.
    """
    storable = storable_solution(text, unsupported)
    checked_length("solution", storable.text, MAX_SOLUTION_LENGTH)
    return storable
