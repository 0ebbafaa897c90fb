# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of the server's history in the collection's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..depth import parsed_json
from ..dialects import Dialect

# The login under which the server records what its tag rules do.
SERVER = "system"


@dataclass(frozen=True)
class HistoryEntry:
    """A change of an alert; None for what the history does not show.

    :param status: the status written, None if another field was.
    :param tags: the tags written, joined with commas by the server; None if another field was written.
    :param tags_before: the tags that the alert had before; None if another field was written.
    """

    alert_id: str | None
    at: str | None
    user: str | None
    status: str | None = None
    observation: str | None = None
    message: str | None = None
    tags: str | None = None
    tags_before: Sequence[str] | None = None

    @property
    def is_by_server(self) -> bool:
        """Whether the server made the change by itself."""
        return not isinstance(self.user, str) or self.user.strip() in ("", SERVER)


def entry_from(row: Mapping[str, Any], dialect: Dialect) -> HistoryEntry:
    """Convert a row of the history. Any user can write rows with arbitrary content."""
    after = values_in(row.get("logNewValue"))
    tags = after.get("tags")
    return HistoryEntry(
        alert_id=row.get("alertId"),
        at=row.get("logDate"),
        user=row.get("logUser"),
        status=dialect.status_word(after["status"]) if "status" in after else None,
        observation=after.get("statusObservation"),
        message=row.get("logMessage"),
        tags=tags if isinstance(tags, str) else None,
        tags_before=_tags_before(row, dialect) if isinstance(tags, str) else None,
    )


def _tags_before(row: Mapping[str, Any], dialect: Dialect) -> tuple[str, ...] | None:
    before = values_in(row.get("logOldValue"))
    tags = before.get(dialect.names["tags"])
    if not before or not isinstance(tags, (list, type(None))):
        return None
    return tuple(tag for tag in tags or () if isinstance(tag, str))


def values_in(text: Any) -> Mapping[str, Any]:
    """The dictionary that a row keeps as JSON text; empty if it keeps something else, as any user can write."""
    try:
        values = parsed_json(text) if isinstance(text, str) else None
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
