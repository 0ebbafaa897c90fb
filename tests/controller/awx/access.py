# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks a controller: users with passwords, and tokens."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .refusal import Refused, not_allowed, not_found
from .shapes import url_of
from .store import Store

# What only a system administrator may change. An organization may be edited by its own, who cannot make one.
SYSTEM_WIDE = ("credential_types", "instance_groups", "users")


@dataclass
class User:
    """A user: a system administrator, or somebody who may change objects of some kinds."""

    password: str
    superuser: bool = True
    may_change: frozenset[str] = frozenset()


@dataclass
class Caller:
    """Who sent a request."""

    name: str
    user: User
    token: int | None = None
    scope: str = "write"

    def may_change(self, endpoint: str, method: str = "PATCH") -> bool:
        """Whether the user may change objects of a kind."""
        if self.user.superuser:
            return True
        if endpoint in SYSTEM_WIDE or (endpoint == "organizations" and method != "PATCH"):
            return False
        return endpoint in self.user.may_change

    def check_change(self, endpoint: str, method: str) -> None:
        """Refuse a request that changes something, without permission."""
        if self.scope != "write" or not self.may_change(endpoint, method):
            raise not_allowed()


@dataclass
class Access:
    """The users of a controller and their tokens."""

    store: Store
    users: dict[str, User] = field(default_factory=dict)
    tokens: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add_user(self, name: str, user: User) -> None:
        """Add a user."""
        self.users[name] = user
        self.store.add("users", username=name, is_superuser=user.superuser)

    def caller(self, headers: Mapping[str, str]) -> Caller:
        """The user of a request."""
        scheme, _space, value = headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            name, _colon, password = base64.b64decode(value).decode().partition(":")
            if name in self.users and secrets.compare_digest(self.users[name].password, password):
                return Caller(name, self.users[name])
            raise Refused(401, {"detail": "Invalid username/password."})
        if scheme == "Bearer":
            for number, token in self.tokens.items():
                if token["token"] == value:
                    return Caller(token["user"], self.users[token["user"]], number, token["scope"])
        raise Refused(
            401,
            {
                "detail": "Authentication credentials were not provided. To establish a login session, visit "
                "/api/login/."
            },
        )

    def answer(self, method: str, wanted: str, caller: Caller, body: Mapping[str, Any]) -> tuple[int, Any]:
        """Make, list and delete tokens. A token is in the answer that makes it, and never again."""
        mine = {number: token for number, token in self.tokens.items() if token["user"] == caller.name}
        if not wanted and method == "POST":
            number = self.store.next_id()
            self.tokens[number] = {
                "token": secrets.token_hex(15),
                "user": caller.name,
                "scope": body.get("scope") or "write",
                "description": body.get("description") or "",
            }
            return 201, self._shown(number, self.tokens[number]["token"])
        if not wanted and method == "GET":
            return 200, [self._shown(number) for number in mine]
        if not wanted.isdigit() or int(wanted) not in mine:
            raise not_found()
        if method == "DELETE":
            del self.tokens[int(wanted)]
            return 204, None
        return 200, self._shown(int(wanted))

    def _shown(self, number: int, text: str = "************") -> dict[str, Any]:
        token = self.tokens[number]
        return {
            **{"id": number, "type": "o_auth2_access_token", "url": url_of("tokens", number), "related": {}},
            **{"summary_fields": {"user": {"username": token["user"]}}, "application": None, "token": text},
            **{"scope": token["scope"], "description": token["description"], "refresh_token": None},
        }
