# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, locked addresses and the second factor (API facts, 1.1 to 1.3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..engine.clock import instant_text

# Of an address, of the second factor of a user, and for how long after the last one.
FAILED_LOGINS = 10
WRONG_CODES = 5
LOCK_SECONDS = 600
FRESH_EMAIL = "admin@localhost"
# Proxies of which a later build believes the header.
_TRUSTED = tuple(
    ipaddress.ip_network(text) for text in ("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


@dataclass
class Account:
    """A user as the server stores and shows it."""

    id: int
    login: str
    password: str
    roles: tuple[str, ...] = ("ROLE_USER",)
    first_name: str = ""
    last_name: str = "Tester"
    email: str = ""
    activated: bool = True
    lang_key: str = "en"
    image_url: str | None = None
    created_by: str = "system"
    created_date: str = field(default_factory=instant_text)
    last_modified_by: str = "system"
    last_modified_date: str | None = field(default_factory=instant_text)
    tfa_method: str | None = None
    tfa_secret: str | None = None

    def row(self) -> dict[str, Any]:
        """The account as `/api/account` and `/api/users` show it."""
        return {
            "id": self.id,
            "login": self.login,
            "firstName": self.first_name,
            "lastName": self.last_name,
            "email": self.email,
            "imageUrl": self.image_url,
            "activated": self.activated,
            "langKey": self.lang_key,
            "createdBy": self.created_by,
            "createdDate": self.created_date,
            "lastModifiedBy": self.last_modified_by,
            "lastModifiedDate": self.last_modified_date,
            "authorities": list(self.roles),
            "tfaSecret": self.tfa_secret,
        }


class Failures:
    """Counts of failures by what they count for; enough of them lock it until ten minutes after the last one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._counts: dict[str, tuple[int, float]] = {}

    def add(self, name: str) -> None:
        """Count a failure."""
        self._counts[name] = (self._count(name) + 1, time.monotonic())

    def is_locked(self, name: str) -> bool:
        """Whether there were as many failures as lock it."""
        return self._count(name) >= self._most

    def forget(self, name: str | None = None) -> None:
        """Count from zero again, by default for all."""
        if name is None:
            self._counts = {}
        else:
            self._counts.pop(name, None)

    def _count(self, name: str) -> int:
        count, last = self._counts.get(name, (0, 0.0))
        return 0 if time.monotonic() - last > LOCK_SECONDS else count


class Accounts:
    """Users by login, failed logins by address, and wrong one-time codes by user."""

    def __init__(self) -> None:
        self.by_login: dict[str, Account] = {}
        self.logins = Failures(FAILED_LOGINS)
        self.second_factor = Failures(WRONG_CODES)
        self.reset()

    def reset(self) -> None:
        """Restore the administrator as the only user, and unlock everything."""
        admin = Account(
            1,
            "admin",
            "Adm1n-pass",
            ("ROLE_USER", "ROLE_ADMIN"),
            first_name="Administrator",
            last_name="Administrator",
            email=FRESH_EMAIL,
        )
        self.by_login = {"admin": admin}
        self.unlock()

    def unlock(self) -> None:
        """Forget all failures, as a restart of the backend does."""
        self.logins.forget()
        self.second_factor.forget()

    def seed(self, row: Mapping[str, Any]) -> Account:
        """Add a user from a row with login, password, and members that differ from the defaults."""
        login = row["login"]
        account = Account(
            id=101 + len(self.by_login) - 1,
            login=login,
            password=row["password"],
            roles=tuple(row.get("roles", ["ROLE_USER"])),
            first_name=row.get("firstName", login.capitalize()),
            last_name=row.get("lastName", "Tester"),
            email=row.get("email", f"{login}@example.com"),
            activated=row.get("activated", True),
            tfa_method=row.get("tfaMethod"),
            tfa_secret=row.get("tfaSecret"),
        )
        self.by_login[login] = account
        return account

    def find(self, name: str) -> Account | None:
        """The account with this e-mail address (case-sensitive), or with this login in lower case."""
        if EMAIL.match(name):
            return next((account for account in self.by_login.values() if account.email == name), None)
        return self.by_login.get(name.lower())


def is_trusted_proxy(address: str) -> bool:
    """Whether a later build takes this address for a proxy of its own: loopback and private ones."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _TRUSTED if network.version == parsed.version)


def new_secret() -> str:
    """A new base32 secret."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_matches(secret: str, code: str, step: int) -> bool:
    """Whether `code` is the secret's current, previous or next code."""
    counter = int(time.time()) // step
    return any(hmac.compare_digest(_code(secret, counter + offset).encode(), code.encode()) for offset in (-1, 0, 1))


def _code(secret: str, counter: int) -> str:
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
