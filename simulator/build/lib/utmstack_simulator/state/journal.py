# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of requests, which keeps secrets as digests only."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from .faults import is_writing

_SECRET_PARAMETERS = ("access_token", "password", "code")


def digest(text: bytes | str) -> str:
    """The first 16 hex digits of SHA-256."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()[:16]


@dataclass(frozen=True)
class Row:
    """A request; `principal` is the caller's login, `seconds` the time until the answer."""

    number: int
    method: str
    path: str
    query: list[tuple[str, str]]
    principal: str | None
    status: int
    body_digest: str
    seconds: float


class Journal:
    """Requests in the order in which they were answered."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def reset(self) -> None:
        """Remove all requests."""
        self.rows = []

    def add(
        self, method: str, path: str, query: Any, principal: str | None, status: int, body: bytes, seconds: float
    ) -> None:
        """Add a request."""
        shown = [(name, digest(value) if name in _SECRET_PARAMETERS else value) for name, value in query]
        number = len(self.rows) + 1
        self.rows.append(Row(number, method, path, shown, principal, status, digest(body), round(seconds, 6)))

    def find(self, method: str | None, path: str | None, writing: bool = False) -> list[dict[str, Any]]:
        """Requests with this method and path; with `writing` only those that can change stored data."""
        return [
            asdict(row)
            for row in self.rows
            if (method is None or row.method == method)
            and (path is None or row.path == path)
            and (not writing or is_writing(row.method, row.path))
        ]
