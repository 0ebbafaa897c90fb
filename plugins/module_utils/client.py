# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""UTMStack's endpoints as methods with typed arguments."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .answers import Answer
from .authentication import credential_headers, open_session, server_version
from .backoff import Backoff
from .dialects import DIALECTS, Dialect
from .errors import ApiKeyRefused, IncompleteAnswer, ServerError, TokenRefused, UtmstackError, WrongCredentials
from .sessions import Session, SessionStore
from .settings import Settings
from .transport import Transport

# The server cuts larger pages down silently; with this `top` every page of the 10,000-row window can be asked for.
PAGE_SIZE = 2000
WINDOW = 10_000


@dataclass(frozen=True)
class Filter:
    """One search condition in the server's words; all filters of a search must hold."""

    field: str
    operator: str
    value: Any = None

    def as_json(self) -> dict[str, Any]:
        """The filter as the server takes it."""
        return {"field": self.field, "operator": self.operator, "value": self.value}


@dataclass(frozen=True)
class Page:
    """Alert documents of one search answer; `total` is exact below 10,000 and means "at least" at 10,000."""

    documents: list[dict[str, Any]]
    total: int


class Client:
    """One caller on one server. Logs in when first needed, and once more when the token is refused.

    :param transport: HTTP to the server.
    :param store: where the run keeps its logins.
    """

    def __init__(self, transport: Transport, store: SessionStore) -> None:
        self._transport = transport
        self._store = store
        self._session: Session | None = None
        self._login_error: UtmstackError | None = None
        self._logged_in = False
        self._lock = threading.Lock()
        self.tokens_seen: set[str] = set()

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
        """Seconds by which the server's clock was ahead at the last answer, None when it did not tell the time."""
        return self._transport.clock_skew

    @property
    def backoff(self) -> Backoff:
        """The waiting budget of the task."""
        return self._transport.backoff

    @property
    def session(self) -> Session:
        """The caller's session: the run's, or a new one."""
        with self._lock:
            if self._session is None:
                with self._store.locked():
                    self._session = self._store.load() or self._open()
            return self._session

    @property
    def dialect(self) -> Dialect:
        """What is particular to this server."""
        return DIALECTS[self.session.dialect]

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
        """The token, for a result that is hidden: it is no longer taken out of it."""
        self.tokens_seen.clear()
        return self.session.token

    def log_in_afresh(self) -> Session:
        """A new session, whatever the run has stored."""
        with self._lock, self._store.locked():
            self._session = self._open()
            return self._session

    def _open(self) -> Session:
        """Log in; a refusal is remembered, so that neither a thread nor a later task sends the password again."""
        if self._login_error is not None:
            raise self._login_error
        self._store.raise_refusal()
        try:
            session = open_session(self._transport)
        except UtmstackError as error:
            self._login_error = error
            if isinstance(error, WrongCredentials):
                self._store.save_refusal(error)
            raise
        self._store.save(session)
        self._logged_in = not (self.settings.api_key or self.settings.token)
        return session

    def _renew(self, refused: Session) -> Session:
        """Log in once more after a 401, unless another thread or worker of the run did it already."""
        with self._lock, self._store.locked():
            if self._session is None or self._session.token == refused.token:
                stored = self._store.load()
                if stored is None or stored.token == refused.token:
                    self._store.forget()
                    stored = self._open()
                self._session = stored
            return self._session

    def _call(self, send: Callable[..., Answer], *arguments: Any, **keywords: Any) -> Answer:
        session = self.session
        if session.token:
            self.tokens_seen.add(session.token)
        try:
            return send(*arguments, headers=credential_headers(self.settings, session), **keywords)
        except TokenRefused:
            # 401: the server looked at nothing else, so sending again is harmless, for a write too.
            if self.settings.api_key or self.settings.token or not self.settings.password:
                self._store.forget()
                raise
            session = self._renew(session)
            self.tokens_seen.add(session.token or "")
            return send(*arguments, headers=credential_headers(self.settings, session), **keywords)

    def read(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, json: Any = None) -> Answer:
        """Ask for something, for the endpoints that other files know; repeated while the waiting budget lasts."""
        return self._call(self._transport.read, method, path, query=query, json=json)

    def write(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        text: str | None = None,
    ) -> Answer:
        """Change something. The answer is no proof: the caller reads back, and only he may send it again."""
        return self._call(self._transport.write, method, path, query=query, json=json, text=text)

    # Identity

    def account(self) -> dict[str, Any]:
        """The caller's account: `login`, `authorities` and more."""
        return mapping_in(self.read("GET", "/api/account"))

    def prove_api_key(self) -> None:
        """A bad key makes even the public probe fail.

        :raises ApiKeyRefused: the key is not good.
        """
        answer = self.read("GET", "/api/ping")
        if "OK" not in answer.body:
            raise ApiKeyRefused("The server's probe did not answer OK.", status=answer.status, endpoint=answer.endpoint)

    def version(self) -> str | None:
        """The server's version such as ``11.0.1``, None when it does not tell."""
        return server_version(self._transport)

    # Reading alerts

    def search(self, filters: Sequence[Filter], sort: Sequence[str], size: int = PAGE_SIZE, page: int = 1) -> Page:
        """One page of alert documents.

        :param filters: never empty lists inside: the server takes some of them for "all alerts".
        :param sort: ``field,asc`` or ``field,desc``, only fields that every daily index maps.
        :param size: rows, at most 2,000.
        :param page: counts from 1.
        """
        answer = self.read(
            "POST",
            "/api/elasticsearch/search",
            query={
                "indexPattern": self.dialect.alert_pattern,
                "top": WINDOW,
                "page": page,
                "size": size,
                "sort": list(sort),
            },
            json=[item.as_json() for item in filters],
        )
        # The header is missing when nothing matches.
        return Page(rows_in(answer), int(answer.headers.get("X-Total-Count", 0)))

    def count_by_value(self, field: str, filters: Sequence[Filter], top: int) -> dict[str, int]:
        """Exact number of alerts per value of `field`, the `top` first values."""
        answer = self.read(
            "POST",
            "/api/elasticsearch/property/values-with-count",
            json={
                "field": field,
                "index": self.dialect.alert_pattern,
                "filters": [item.as_json() for item in filters],
                "top": top,
                "orderByCount": True,
                "sortAsc": False,
            },
        )
        return {str(value): int(count) for value, count in mapping_in(answer).items()}

    def count_open(self) -> int:
        """The open alerts as the server counts them for its own pages."""
        answer = self.read("GET", "/api/utm-alerts/count-open-alerts")
        number = answer.json()
        if isinstance(number, bool) or not isinstance(number, int):
            raise IncompleteAnswer(
                f"{answer.endpoint} did not answer with a number.", status=answer.status, endpoint=answer.endpoint
            )
        return number

    def alert_fields(self) -> dict[str, str]:
        """The type of each field that ever held a value in an alert; texts have a twin called ``.keyword``."""
        try:
            answer = self.read(
                "GET", "/api/elasticsearch/index/properties", query={"indexPattern": self.dialect.alert_pattern}
            )
        except ServerError as error:
            # 404: no alert was ever stored.
            if error.status == 404:
                return {}
            raise
        return {str(row["name"]): str(row.get("type")) for row in rows_in(answer) if row.get("name")}

    # Writing alerts: 200 is no proof, the caller reads back

    def write_status(self, alert_ids: Sequence[str], status: int, observation: str) -> None:
        """Set status code and observation; on v11 echoes follow their parent.

        `observation` is always sent: v10 would store the word "null" and v11 answer 500.
        """
        self.write(
            "POST",
            "/api/utm-alerts/status",
            json={
                "alertIds": list(alert_ids),
                "status": status,
                "statusObservation": observation,
                "addFalsePositiveTag": False,
            },
        )

    def write_tags(self, alert_ids: Sequence[str], tags: Sequence[str]) -> None:
        """Replace all tags of exactly these alerts."""
        body = {"alertIds": list(alert_ids), "tags": list(tags), "createRule": False}
        self.write("POST", "/api/utm-alerts/tags", json=body)

    def write_note(self, alert_id: str, note: str) -> None:
        """Replace the note of one alert by `note` as it stands: the body is raw text, not JSON."""
        self.write("POST", "/api/utm-alerts/notes", query={"alertId": alert_id}, text=note)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def mapping_in(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer. :raises IncompleteAnswer: there is something else."""
    content = answer.json()
    if not isinstance(content, dict):
        raise IncompleteAnswer(
            f"{answer.endpoint} did not answer with a JSON object.", status=answer.status, endpoint=answer.endpoint
        )
    return content


def rows_in(answer: Answer) -> list[dict[str, Any]]:
    """The JSON list of objects in an answer. :raises IncompleteAnswer: there is something else."""
    content = answer.json()
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise IncompleteAnswer(
            f"{answer.endpoint} did not answer with a list of objects.", status=answer.status, endpoint=answer.endpoint
        )
    return content
