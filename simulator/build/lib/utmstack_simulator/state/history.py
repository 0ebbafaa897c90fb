# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of alerts, stored in PostgreSQL (API facts, 6.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.clock import instant_text
from ..engine.documents import Document

# The log step reads the alerts of a batch with the engine's default page size.
LOGGED_PER_BATCH = 10


@dataclass(frozen=True)
class Entry:
    """A row of the history."""

    id: int
    alert_id: str
    user: str
    date: str
    action: str
    old: str
    new: str
    message: str

    def row(self) -> dict[str, Any]:
        """The entry as the API shows it."""
        return {
            "id": self.id,
            "alertId": self.alert_id,
            "logUser": self.user,
            "logDate": self.date,
            "logAction": self.action,
            "logOldValue": self.old,
            "logNewValue": self.new,
            "logMessage": self.message,
        }


class History:
    """The rows in the order in which they were written."""

    def __init__(self) -> None:
        self.rows: list[Entry] = []

    def reset(self) -> None:
        """Remove all rows."""
        self.rows = []

    def add(self, alerts: Sequence[Document], user: str, action: str, olds: Sequence[str], new: str, text: str) -> None:
        """Add a row for each of the first ten alerts of a batch."""
        for document, old in list(zip(alerts, olds, strict=True))[:LOGGED_PER_BATCH]:
            number = len(self.rows) + 1
            alert_id = str(document.source.get("id"))
            self.rows.append(Entry(number, alert_id, user, instant_text(), action, old, new, text))

    def seed(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows as the API shows them, without `id`."""
        for number, row in enumerate(rows, len(self.rows) + 1):
            texts = (row["logAction"], row["logOldValue"], row["logNewValue"], row["logMessage"])
            self.rows.append(Entry(number, row["alertId"], row["logUser"], row["logDate"], *texts))
