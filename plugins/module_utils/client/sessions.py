# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The run's sessions, kept in its own temporary directory so that a play logs in once."""

from __future__ import annotations

import base64
import binascii
import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import SecondFactorLocked, SecondFactorRefused, UtmstackError, WrongCredentials
from ..transport.settings import Settings

REFUSALS = {kind.__name__: kind for kind in (WrongCredentials, SecondFactorRefused, SecondFactorLocked)}


@dataclass(frozen=True)
class Session:
    """An identity on one server.

    :param token: bearer token; None when an API key authenticates the caller.
    :param dialect: name of the server's dialect.
    :param expires_at: seconds since the epoch, None when it never expires or is not known.
    :param two_factor: ``not_asked``, ``completed`` or ``bypassed`` for logins, ``not_applicable`` for keys and tokens.
    :param version: the server's version, where it had to be queried.
    """

    dialect: str
    token: str | None = None
    login: str | None = None
    roles: tuple[str, ...] = ()
    expires_at: int | None = None
    two_factor: str = "not_applicable"
    version: str | None = None


def _identity_digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def token_claims(token: str) -> dict[str, Any]:
    """The claims of a JWT, unverified: `sub`, `auth` (comma-joined roles), `authenticated`, `exp` (seconds).

    Empty for text that is not a JWT.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}


class SessionStore:
    """Sessions in `directory`, one file each (mode 0600), locked so that parallel workers log in once.

    Without a directory nothing is kept beyond the task.
    """

    def __init__(self, directory: str | None, settings: Settings) -> None:
        identity = settings.username or "token"
        if settings.token or settings.api_key:
            identity = settings.token or settings.api_key or ""
        self._path = self._refusal = None
        if directory:
            self._path = Path(directory, f"utmstack-{_identity_digest(settings.url, identity)}.json")
            # Another password or second factor deserves another try.
            refused = _identity_digest(settings.url, identity, settings.password or "", settings.totp_secret or "")
            self._refusal = Path(directory, f"utmstack-{refused}.refused")

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other workers of the run from reading or writing this session meanwhile."""
        if self._path is None:
            yield
            return
        descriptor = os.open(self._path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def load(self) -> Session | None:
        """The stored session, None when there is none."""
        if self._path is None or not self._path.exists():
            return None
        stored = json.loads(self._path.read_text(encoding="utf-8"))
        return Session(**{**stored, "roles": tuple(stored["roles"])})

    def save(self, session: Session) -> None:
        """Keep `session` for the other tasks of the run."""
        if self._path is None:
            return
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(asdict(session), stream)
        fresh.replace(self._path)

    def save_refusal(self, error: UtmstackError) -> None:
        """Remember a refusal that another try would bring closer to a lock, or would prolong; no other error."""
        if self._refusal is not None and type(error).__name__ in REFUSALS:
            self._refusal.write_text(json.dumps([type(error).__name__, error.message]), encoding="utf-8")

    def raise_refusal(self) -> None:
        """:raises UtmstackError: the server refused this password or its second factor earlier in the run."""
        if self._refusal is not None and self._refusal.exists():
            kind, message = json.loads(self._refusal.read_text(encoding="utf-8"))
            raise REFUSALS[kind](f"{message} (Refused earlier in this run; no further login was sent.)")

    def forget(self) -> bool:
        """Remove the session; True when there was one."""
        if self._path is None or not self._path.exists():
            return False
        self._path.unlink()
        return True
