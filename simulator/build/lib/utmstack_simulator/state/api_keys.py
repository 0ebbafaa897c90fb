# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API keys with their owner, expiry date and allowed addresses (API facts, 1.5)."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from ..engine.clock import instant_text
from ..engine.dates import millis

WEEK = 7 * 86_400_000


def _now() -> int:
    return int(time.time() * 1000)


def _text(moment: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 1000)) + f".{moment % 1000:03d}Z"


@dataclass
class ApiKey:
    """A key as PostgreSQL stores it; `expires` is the text that was sent or computed, None for never."""

    id: int
    name: str
    owner: str
    allowed: list[str]
    expires: str | None
    key: str | None = None
    created: str = field(default_factory=instant_text)
    generated: int | None = None

    def row(self) -> dict[str, Any]:
        """The key as the API shows it, without its text and its date of generation."""
        return {
            "id": self.id,
            "name": self.name,
            "allowedIp": self.allowed,
            "createdAt": self.created,
            "expiresAt": self.expires,
            "generatedAt": None,
        }

    def is_expired(self) -> bool:
        """Whether the key has expired."""
        return self.expires is not None and millis(self.expires) <= _now()

    def generate(self) -> str:
        """Generate a new text of 43 characters, which is shown once.

        Without an expiry date, or with one in the past, it expires in seven days; otherwise its lifetime starts anew.
        """
        now = _now()
        if self.expires is None or self.is_expired():
            self.expires = _text(now + WEEK)
        elif self.generated is not None:
            self.expires = _text(now + millis(self.expires) - self.generated)
        self.generated = now
        self.key = secrets.token_urlsafe(32)
        return self.key


class ApiKeys:
    """Keys by ID."""

    def __init__(self) -> None:
        self.keys: dict[int, ApiKey] = {}
        self._next = 1
        self._made: dict[str, ApiKey] = {}

    def reset(self) -> None:
        """Remove all keys except those of the control interface, which stay valid as tokens do."""
        self.keys = {}
        self._next = 1

    def add(self, name: str, owner: str, allowed: list[str], expires: str | None) -> ApiKey:
        """Add a key without text."""
        key = ApiKey(self._next, name, owner, allowed, expires)
        self.keys[key.id] = key
        self._next += 1
        return key

    def find(self, text: str) -> ApiKey | None:
        """The key with this text."""
        return self._made.get(text) or next((key for key in self.keys.values() if key.key == text), None)

    def of(self, owner: str) -> list[ApiKey]:
        """The keys of one user."""
        return [key for key in self.keys.values() if key.owner == owner]

    def make(self, login: str) -> str:
        """Create a key that never expires and that no list shows, and return its text."""
        key = ApiKey(0, "simulator", login, [], None)
        text = key.generate()
        key.expires = None
        self._made[text] = key
        return text
