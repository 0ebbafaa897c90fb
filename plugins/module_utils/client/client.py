# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One caller on one server: identity, authenticated reads and writes. Endpoints are functions in the files beside."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any

from ..dialects import DIALECTS, Dialect, StoredTypes
from ..errors import (
    ApiKeyRefused,
    LoginNeeded,
    NotUtmstack,
    Repeat,
    ServerError,
    SessionRenewed,
    TokenRefused,
    UtmstackError,
)
from ..transport.answer import Answer, is_web_page, web_page
from ..transport.backoff import Backoff
from ..transport.settings import Settings
from ..transport.transport import API_KEY_HEADER, AWAY, Transport
from .field_types import field_types
from .held_texts import HeldTexts
from .login import credential_headers, open_session
from .sessions import Session, SessionStore
from .turns import Turns
from .version import other_server, reported_version

# Public, and answered by the server alone.
PROBE = "/ping"


class Client:
    """One caller on one server. Logs in when first needed, and again when the token is refused.

    :param transport: HTTP to the server.
    :param store: where the run keeps its logins.
    :param clock: seconds that only grow, for the time between a look at alerts and their write.
    :param turns: keeps the tasks of a user from writing the same alerts at the same time.
    """

    def __init__(
        self,
        transport: Transport,
        store: SessionStore,
        clock: Callable[[], float] = time.monotonic,
        turns: Turns | None = None,
    ) -> None:
        self.clock = clock
        self.turns = turns or Turns()
        self._transport = transport
        self._store = store
        self._session: Session | None = None
        self._dialect: Dialect | None = None
        # Why the last login failed, and when.
        self._login_failure: tuple[float, UtmstackError] | None = None
        self._logged_in = False
        # Whether an answer has shown that the server speaks its dialect.
        self._was_understood = False
        self._lock = threading.Lock()
        self.look_afresh()

    def look_afresh(self) -> None:
        """Forget what alerts hold: a task reads it once, a process that goes on while alerts come more often."""
        # Read only when a name needs it.
        self.stored = StoredTypes(lambda: field_types(self.read, self.dialect.alert_pattern))
        self.held_texts = HeldTexts()
        self._dialect = None

    @property
    def settings(self) -> Settings:
        """The connection options."""
        return self._transport.settings

    @property
    def requests_sent(self) -> int:
        """Number of HTTP requests so far, logins and repeats included."""
        return self._transport.requests_sent

    @property
    def clock_skew(self) -> int | None:
        """Seconds by which the server's clock was ahead at the last answer, None when the answer had no date."""
        return self._transport.clock_skew

    @property
    def backoff(self) -> Backoff:
        """The waiting budget of the task."""
        return self._transport.backoff

    def has_secret(self, text: str) -> bool:
        """Whether a text holds a secret of the connection."""
        return self._transport.redactor.text(text) != text

    @property
    def waits(self) -> tuple[float, int]:
        """Grows with every wait of the task, so that a read that had to wait between its parts can be repeated."""
        return self.backoff.waited, self.turns.interruptions

    @property
    def session(self) -> Session:
        """The caller's session: the run's, or a new one."""
        with self._lock:
            if self._session is None:
                asked = time.monotonic()
                with self._store.locked():
                    self._session = self._store.load() or self._open(asked)
            return self._session

    @property
    def dialect(self) -> Dialect:
        """The dialect of this server, with the types of its fields."""
        # A login refuses a server of another one.
        known = DIALECTS[self.settings.dialect or self.session.dialect]
        if self._dialect is None or self._dialect.name != known.name:
            self._dialect = replace(known, stored=self.stored)
        return self._dialect

    @property
    def bypassed_two_factor(self) -> bool:
        """Whether this task itself logged in around the second factor."""
        return self._logged_in and self._session is not None and self._session.two_factor == "bypassed"

    def has_stored_session(self) -> bool:
        """Whether the run holds a session for this identity."""
        with self._store.locked():
            return self._store.load() is not None

    def forget_session(self) -> bool:
        """Remove the run's session for this identity; True when there was one."""
        with self._store.locked():
            return self._store.forget()

    def reveal_token(self) -> str | None:
        """The token, for a hidden result: it is no longer removed from it."""
        token = self.session.token
        if token:
            self.reveal(token)
        return token

    def hide(self, secret: str) -> None:
        """Take another secret out of all that is shown."""
        self._transport.redactor.add(secret)

    def reveal(self, secret: str) -> None:
        """No longer take a secret out of what is shown, which is then a hidden result."""
        self._transport.redactor.forget(secret)

    def go_on_with_key(self, api_key: str) -> None:
        """Authenticate with another API key of the same owner from now on."""
        self._transport.settings = replace(self.settings, api_key=api_key)

    def log_in_afresh(self) -> Session:
        """A new session, whatever the run has stored."""
        asked = time.monotonic()
        with self._lock, self._store.locked():
            self._session = self._open(asked)
            return self._session

    def _open(self, asked: float) -> Session:
        """Open a session. A refusal is kept, so that neither a thread nor a later task sends the password again.

        :param asked: when this task began to wait for the session: what failed since then need not be tried again.
        """
        self._raise_failure(asked)
        self._store.raise_failure(asked)
        try:
            session = open_session(self._transport)
        except UtmstackError as error:
            self._login_failure = time.monotonic(), error
            self._store.save_failure(error)
            raise
        self._store.save(session)
        self._logged_in = not (self.settings.api_key or self.settings.token)
        return session

    def _raise_failure(self, asked: float) -> None:
        """:raises UtmstackError: the last login failed since then, or another one may count as a wrong one."""
        if self._login_failure is None:
            return
        at, error = self._login_failure
        # Credentials that opened a session are right; others may be wrong if the answer to them was lost.
        is_right = self._session is not None
        if error.repeat is Repeat.HARMLESS or (is_right and error.repeat is Repeat.PERHAPS_RUNNING):
            if at >= asked:
                raise error
            return
        final = copy.copy(error)
        final.repeat = Repeat.USELESS
        raise final

    def _renew(self, refused: Session) -> Session:
        """Log in again after a 401, unless another thread or worker of the run did it already."""
        asked = time.monotonic()
        with self._lock, self._store.locked():
            if self._session is None or self._session.token == refused.token:
                stored = self._store.load()
                if stored is None or stored.token == refused.token:
                    self._store.forget()
                    stored = self._open(asked)
                self._session = stored
            return self._session

    def _with_headers(self, session: Session) -> dict[str, str]:
        if session.token:
            self._transport.redactor.add(session.token)
        return credential_headers(self.settings, session)

    def _may_renew(self) -> bool:
        """Whether another login can help after a 401."""
        if self.settings.api_key or self.settings.token or not self.settings.password:
            self._store.forget()
            return False
        return True

    def read(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, json: Any = None) -> Answer:
        """Read from an endpoint, repeatedly while the waiting budget lasts.

        :param path: endpoint below the base path of the API.
        """
        session, path = self.session, f"{self.dialect.base_path}{path}"
        try:
            answer = self._transport.read(method, path, query=query, json=json, headers=self._with_headers(session))
        except TokenRefused as error:
            if not self._may_renew():
                raise self._explained(error) from error
            with self.turns.given_up():
                renewed = self._renew(session)
            headers = self._with_headers(renewed)
            answer = self._transport.read(method, path, query=query, json=json, headers=headers)
        except ApiKeyRefused as error:
            raise self._told_apart(error) from error
        except (ServerError, NotUtmstack) as error:
            raise self._explained(error) from error
        if not self._was_understood and is_web_page(answer):
            raise self._explained(web_page(answer))
        # Every server answers the public probe.
        self._was_understood = self._was_understood or not path.endswith(PROBE)
        return answer

    def read_with_key(self, api_key: str, path: str) -> Answer:
        """Read from an endpoint as the owner of another API key. :raises ApiKeyRefused: the server refuses it."""
        headers = {API_KEY_HEADER: api_key}
        return self._transport.read("GET", f"{self.dialect.base_path}{path}", headers=headers)

    def _explained(self, error: UtmstackError) -> UtmstackError:
        """The error, or that the server is another one than an API key implies."""
        implied = self.settings.api_key and self.settings.dialect is None and self.session.version is None
        if self._was_understood or not implied or error.status in AWAY:
            return error
        return other_server(self._transport, error)

    def write(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        text: str | None = None,
    ) -> Answer:
        """Change something, once. The answer is no proof: the caller reads back and decides whether to send it again.

        :param path: endpoint below the base path of the API.
        :raises SessionRenewed: the token was refused, and the new login had to wait; the change was not carried out.
        :raises LoginNeeded: the token was refused, and other tasks would have to wait for a new login.
        """
        session, path = self.session, f"{self.dialect.base_path}{path}"
        headers = self._with_headers(session)
        try:
            return self._transport.send(method, path, query=query, json=json, text=text, headers=headers)
        except TokenRefused as error:
            if not self._may_renew():
                raise
            if self.turns.must_not_wait:
                raise LoginNeeded(
                    f"UTMStack needs a new login before {error.endpoint}.", endpoint=error.endpoint
                ) from error
            waited = self.backoff.waited
            headers = self._with_headers(self._renew(session))
            if self.backoff.waited > waited:
                raise SessionRenewed(
                    f"UTMStack needed a new login before {error.endpoint}, which had to wait.", endpoint=error.endpoint
                ) from error
            # 401: the server looked at nothing else, so sending again is harmless.
            return self._transport.send(method, path, query=query, json=json, text=text, headers=headers)
        except ApiKeyRefused as error:
            raise self._told_apart(error) from error

    def _told_apart(self, refused: ApiKeyRefused) -> UtmstackError:
        """The refusal, or the failure of this one request: some builds answer both with 500 and no reason.

        A refused key fails on every path, even on the public probe.
        """
        probe = f"{self.dialect.base_path}{PROBE}"
        if refused.endpoint.endswith(f" {probe}"):
            return refused
        try:
            self._transport.read("GET", probe, headers=self._with_headers(self.session))
        except UtmstackError:
            return refused
        return ServerError(
            f"UTMStack answered {refused.endpoint} with {refused.status}: no reason given.",
            status=refused.status,
            endpoint=refused.endpoint,
            repeat=Repeat.AFTER_READING_BACK,
        )

    def version(self) -> str | None:
        """The server's version such as ``11.0.1``; None when it does not report one."""
        return self.session.version or reported_version(self._transport)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
