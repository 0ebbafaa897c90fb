# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API keys: whom a key speaks for (API facts, 1.5)."""

from __future__ import annotations

import secrets


class ApiKeys:
    """Keys and their owners' logins."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def reset(self) -> None:
        """No keys."""
        self._owners.clear()

    def make(self, login: str) -> str:
        """A new key without end for `login`: 32 random bytes, base64url without padding."""
        key = secrets.token_urlsafe(32)
        self._owners[key] = login
        return key

    def owner(self, key: str) -> str | None:
        """The login a key speaks for, None for an unknown key."""
        return self._owners.get(key)
