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
import hmac
import json
import multiprocessing
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .. import errors
from ..errors import SecondFactorLocked, SecondFactorRefused, UtmstackError, WrongCredentials
from ..transport.answer import parsed
from ..transport.settings import Settings

REFUSALS = (WrongCredentials, SecondFactorRefused, SecondFactorLocked)
_NONCE_LENGTH = 16


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


def _key_of_run(directory: str) -> bytes:
    """A random key in the run's own directory, so that no file name can be compared with guessed passwords."""
    descriptor = os.open(Path(directory, "utmstack-key"), os.O_CREAT | os.O_RDWR, 0o600)
    with os.fdopen(descriptor, "r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        key = stream.read()
        if not key:
            key = secrets.token_bytes(32)
            stream.write(key)
        return key


def _identity_digest(key: bytes, settings: Settings) -> str:
    """A name for one identity on one server as a whole, the way around the second factor included."""
    identity = (
        *(settings.url, settings.username, settings.password, settings.token, settings.api_key),
        *(settings.totp_secret, settings.bypass_two_factor),
    )
    return hmac.new(key, json.dumps(identity).encode(), hashlib.sha256).hexdigest()


def token_claims(token: str) -> dict[str, Any]:
    """The claims of a JWT, unverified: `sub`, `auth` (comma-joined roles), `authenticated`, `exp` (seconds).

    Empty for text that is not a JWT.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = parsed(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)).decode())
    except (ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}


def _sealed(content: bytes, nonce: bytes) -> bytes:
    """The content, readable only for the processes of this run; sealing it again opens it.

    What a run leaves on the disk is worth nothing without the key in the memory of the controller. Python hands it to
    the workers, of which each may be the first to load this file.
    """
    key = bytes(multiprocessing.current_process().authkey)
    stream = hashlib.shake_256(b"utmstack session" + key + nonce).digest(len(content))
    return bytes(one ^ other for one, other in zip(content, stream))


class SessionStore:
    """Sessions in `directory`, one file each (mode 0600), locked so that parallel workers log in once.

    Without a directory nothing is kept beyond the task.

    :param shares_memory: this process was forked by the controller. Another one shares refusals only.
    """

    def __init__(self, directory: str | None, settings: Settings, shares_memory: bool = True) -> None:
        self._path = self._session_path = None
        if directory:
            self._path = Path(directory, f"utmstack-{_identity_digest(_key_of_run(directory), settings)}")
            self._session_path = self._path.with_suffix(".session") if shares_memory else None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other workers of the run from reading or writing this session meanwhile."""
        if self._path is None:
            yield
            return
        try:
            descriptor = os.open(self._path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        except FileNotFoundError:
            # A background task has outlived its run: there is nobody left to share with.
            self._path = self._session_path = None
            yield
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def load(self) -> Session | None:
        """The stored session, None when there is none."""
        if self._session_path is None or not self._session_path.exists():
            return None
        content = self._session_path.read_bytes()
        stored = json.loads(_sealed(content[_NONCE_LENGTH:], content[:_NONCE_LENGTH]))
        return Session(**{**stored, "roles": tuple(stored["roles"])})

    def save(self, session: Session) -> None:
        """Keep `session` for the other tasks of the run."""
        if self._session_path is None:
            return
        nonce = secrets.token_bytes(_NONCE_LENGTH)
        fresh = self._session_path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(nonce + _sealed(json.dumps(asdict(session)).encode(), nonce))
        fresh.replace(self._session_path)

    def save_failure(self, error: UtmstackError) -> None:
        """Remember why there is no session: for the workers that wait for it, and a refusal for the whole run."""
        if self._path is not None:
            known = {"status": error.status, "server_text": error.server_text, "endpoint": error.endpoint}
            row = [time.monotonic(), type(error).__name__, error.message, known]
            self._path.with_suffix(".failed").write_text(json.dumps(row), encoding="utf-8")

    def raise_failure(self, since: float) -> None:
        """:raises UtmstackError: the server refused this identity earlier in the run, or a login failed since then.

        :param since: seconds of the system's monotonic clock.
        """
        if self._path is None or not self._path.with_suffix(".failed").exists():
            return
        at, name, message, known = json.loads(self._path.with_suffix(".failed").read_text(encoding="utf-8"))
        kind = getattr(errors, name)
        if issubclass(kind, REFUSALS):
            # Another try would bring a lock closer, or prolong it.
            raise kind(f"{message} (Refused earlier in this run; no further login was sent.)", **known)
        if at >= since:
            raise kind(f"{message} (Another task of this run waited for the same login.)", **known)

    def forget(self) -> bool:
        """Remove the session; True when there was one."""
        if self._session_path is None or not self._session_path.exists():
            return False
        self._session_path.unlink()
        return True
