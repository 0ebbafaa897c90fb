# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One `requests` session per run: TLS, proxy, timeouts, retries, redirects, the number of requests.

The transport knows no endpoint. It repeats reads, and what the server provably did not act on.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import cookiejar
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from ..errors import (
    AccessDenied,
    ApiKeyRefused,
    IncompleteAnswer,
    RedirectRefused,
    Repeat,
    ServerError,
    TimedOut,
    TokenRefused,
    UtmstackError,
)
from ..printing import printable
from .answer import ERROR_HEADER, Answer, error_text, is_boot_error, is_web_page, web_page
from .backoff import Backoff
from .deadline import DeadlineAdapter
from .failures import PROXY_REFUSED, Attempt, proxy_between
from .redaction import Redactor
from .settings import Settings

try:
    import requests
    import urllib3
    from urllib3.util import Retry
except ImportError as error:
    REQUESTS_IMPORT_ERROR: ImportError | None = error
else:
    REQUESTS_IMPORT_ERROR = None

REDIRECTS = 5
# Bytes of an answer after decompression: several times the largest page of alerts.
MAX_ANSWER = 128 * 2**20
# Small, so that a piece that unpacks to a thousand times its size stays small, too.
_PIECE = 4096
API_KEY_HEADER = "Utm-Api-Key"
# The server, or what stands in front of it, did nothing with the request.
NOTHING_DONE = (429, 503)
# A gateway stopped waiting for a server that may still carry out the request.
GAVE_UP = (502, 504)
AWAY = (*NOTHING_DONE, *GAVE_UP)


def _no_netrc(request: Any) -> Any:
    """requests asks ~/.netrc for a password unless something else authenticates; the headers already do."""
    return request


class Transport:
    """HTTP to one server. Safe to use from several threads.

    :param settings: where to and how; `concurrency` is the number of connections kept open.
    :param backoff: the waiting budget shared by all requests of the task.
    :param redactor: takes secrets out of what is shown of answers.
    """

    def __init__(self, settings: Settings, backoff: Backoff, redactor: Redactor) -> None:
        self.settings = settings
        self.backoff = backoff
        self.redactor = redactor
        redactor.add(*settings.secrets())
        self.requests_sent = 0
        self.clock_skew: int | None = None
        self._count = threading.Lock()
        self._was_heard = False
        self._session = requests.Session()
        self._session.auth = _no_netrc
        self._session.headers["User-Agent"] = "utmstack.siem (Ansible)"
        # A cookie would be a second identity beside the token.
        self._session.cookies.set_policy(cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        adapter = DeadlineAdapter(pool_connections=1, pool_maxsize=settings.concurrency)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        if settings.proxy:
            self._session.proxies = {"http": settings.proxy, "https": settings.proxy}
        verify = (settings.ca_path or True) if settings.validate_certs else False
        # All requests go to one origin, and reading the environment for each would take longer than sending it.
        merged = self._session.merge_environment_settings(settings.url, {}, None, verify, None)
        self._session.proxies, self._session.verify = merged["proxies"], merged["verify"]
        self._session.trust_env = False
        self._proxy = proxy_between(settings.url, merged["proxies"], bool(settings.proxy), os.environ)
        if not settings.validate_certs:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def read(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Read, repeatedly while the waiting budget lasts, since a read changes nothing.

        :returns: an answer with a status below 400.
        :raises UtmstackError: the connection failed for good, or the server answered with an error.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                return self.send(method, path, query=query, json=json, headers=headers)
            except UtmstackError as error:
                worth_another_try = error.status in AWAY or (
                    error.status is None and error.repeat is not Repeat.USELESS
                )
                if isinstance(error, TimedOut) or not worth_another_try:
                    raise
                self.backoff.wait(error, attempt)

    def send_until_heard(self, method: str, path: str, *, json: Any, headers: Mapping[str, str]) -> Answer:
        """Send something that must not arrive twice; repeated only while the server provably did nothing.

        Not for changes: after a wait, they need another look at what they change.

        :raises UtmstackError: it may have arrived, or the waiting budget is spent.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                return self.send(method, path, json=json, headers=headers)
            except UtmstackError as error:
                if error.repeat is not Repeat.HARMLESS:
                    raise
                self.backoff.wait(error, attempt)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        text: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send once. :raises UtmstackError: no answer, or an answer that is an error."""
        endpoint = f"{method} {path}"
        sent_headers = {"Accept": "application/json, text/plain;q=0.9, */*;q=0.1", **(headers or {})}
        body: dict[str, Any] = {}
        if json is not None:
            body["json"] = json
        if text is not None:
            body["data"] = text.encode("utf-8")
            sent_headers["Content-Type"] = "text/plain;charset=UTF-8"
        url = self.settings.url + path
        for _hop in range(REDIRECTS + 1):
            response, content = self._exchange(method, url, endpoint, params=query, headers=sent_headers, **body)
            if not response.is_redirect:
                break
            url, query = self._redirect_target(method, response, endpoint), None
        else:
            raise RedirectRefused(f"{endpoint} was redirected more than {REDIRECTS} times.", endpoint=endpoint)
        # UTMStack writes UTF-8 also where it names no charset.
        text_of_answer = content.decode("utf-8", errors="replace")
        answer = Answer(response.status_code, response.headers, text_of_answer, endpoint, self.redactor.text)
        attempt = self._attempt(endpoint)
        if answer.status == PROXY_REFUSED and attempt.proxy is not None:
            raise attempt.refused_by_proxy(answer)
        if (without_tls := attempt.wants_tls(answer)) is not None:
            raise without_tls
        if answer.status >= 400 or answer.headers.get(ERROR_HEADER):
            raise error_from(answer.redacted(), API_KEY_HEADER in sent_headers, attempt.way())
        return answer

    def _attempt(self, endpoint: str) -> Attempt:
        """What is known about a request before its answer."""
        return Attempt(self.settings, endpoint, self._proxy, self._was_heard, self.redactor.text)

    def _exchange(self, method: str, url: str, endpoint: str, **arguments: Any) -> tuple[Any, bytes]:
        """Send a request once, and read the whole answer."""
        settings, attempt = self.settings, self._attempt(endpoint)
        with self._count:
            self.requests_sent += 1
        asked = time.time()
        try:
            response = self._session.request(
                method,
                url,
                timeout=(settings.connect_timeout, settings.timeout),
                allow_redirects=False,
                stream=True,
                **arguments,
            )
            self.clock_skew = clock_skew(response.headers.get("Date"), asked, time.time())
            self._was_heard = True
            with response:
                return response, _content(response, endpoint)
        except OSError as error:
            # requests' exceptions are OSErrors.
            raise attempt.failure(error) from error
        except ValueError as error:
            # requests looks where a redirect leads even if it is not to follow it.
            raise self._no_address(endpoint) from error

    def _no_address(self, endpoint: str, status: int | None = None) -> RedirectRefused:
        return RedirectRefused(
            f"{self.settings.url} redirects {endpoint} to something that is no address. Check what stands in front of "
            "UTMStack.",
            status=status,
            endpoint=endpoint,
        )

    def _origin(self, target: str) -> str:
        """Scheme and host of an address that a server gave, without the secrets that it may quote anywhere in it."""
        # Before the address is cut into its parts.
        scheme, separator, rest = self.redactor.text(target).partition("://")
        host = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
        return printable(f"{scheme}{separator}{host}", 200)

    def _redirect_target(self, method: str, response: Any, endpoint: str) -> str:
        """The address to go on with, when it is on the same server and the method may be kept."""
        try:
            target: str = urljoin(response.url, response.headers["Location"])
            here, there = urlsplit(response.url), urlsplit(target)
            is_here = (here.scheme, here.hostname, here.port) == (there.scheme, there.hostname, there.port)
        except ValueError as error:
            raise self._no_address(endpoint, response.status_code) from error
        origin = self._origin(target)
        if not is_here:
            raise RedirectRefused(
                f"{self.settings.url} redirects {endpoint} to {origin}, which is not followed so that no credentials "
                f"are sent there. If {origin} is your UTMStack server, set `url` to it.",
                status=response.status_code,
                endpoint=endpoint,
            )
        # Dots would lead out of the path prefix again.
        if not f"{there.path}/".startswith(f"{urlsplit(self.settings.url).path}/") or ".." in unquote(there.path):
            raise RedirectRefused(
                f"{self.settings.url} redirects {endpoint} out of its own path, which is not followed so that no "
                "credentials are sent to a neighbor. If UTMStack is there, set `url` to it.",
                status=response.status_code,
                endpoint=endpoint,
            )
        if method != "GET" and response.status_code not in (307, 308):
            raise RedirectRefused(
                f"{self.settings.url} redirects {endpoint} in a way that would turn it into a GET; set `url` to the "
                "address where UTMStack itself answers.",
                status=response.status_code,
                endpoint=endpoint,
            )
        return target


def _content(response: Any, endpoint: str) -> bytes:
    """The body after decompression. :raises IncompleteAnswer: it is too large."""
    pieces, size = [], 0
    for piece in response.iter_content(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_ANSWER:
            raise IncompleteAnswer(
                f"The answer to {endpoint} is larger than {MAX_ANSWER // 2**20} MiB and was not read. Ask for less "
                "with `query` or `limit`.",
                status=response.status_code,
                endpoint=endpoint,
            )
    return b"".join(pieces)


def clock_skew(date: str | None, asked: float, answered: float) -> int | None:
    """Seconds by which the server's clock is ahead of this host's, negative when behind; None when unknown.

    :param date: the answer's ``Date`` header, which has whole seconds.
    :param asked: when the request left, as `answered` in seconds since the epoch.
    """
    try:
        dated = parsedate_to_datetime(date or "").timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
    # The header is cut to the second, and was written some time between the two.
    if dated > answered:
        return round(dated - answered)
    return min(0, round(dated + 1 - asked))


def error_from(answer: Answer, with_api_key: bool = False, way: str = "") -> UtmstackError:
    """The exception for an answer that is an error.

    :param way: what to add if it may be the answer of something in front of the server.
    """
    said = error_text(answer)
    details: dict[str, Any] = {"status": answer.status, "server_text": said, "endpoint": answer.endpoint}
    if answer.status in AWAY:
        repeat = Repeat.PERHAPS_RUNNING if answer.status in GAVE_UP else Repeat.HARMLESS
        details.update(repeat=repeat, retry_after=_seconds(answer.headers.get("Retry-After")))
        return ServerError(
            f"UTMStack is not available for {answer.endpoint}: {answer.status} {said}".strip() + f".{way}", **details
        )
    if answer.status == 401:
        reason = "the API key is not valid, or this server has no API keys (v10)"
        if not with_api_key:
            reason = "the token has expired, or the server was restarted since it was issued; log in again"
        return TokenRefused(f"UTMStack refused the credentials of {answer.endpoint} (401): {reason}.", **details)
    if answer.status == 403:
        return AccessDenied(
            f"UTMStack denied {answer.endpoint} (403): the account lacks the role for it, or the token is a pre-2FA "
            "token that still needs the one-time code.",
            **details,
        )
    if answer.status == 500 and with_api_key and is_boot_error(answer):
        return ApiKeyRefused(
            "UTMStack refused the API key (500 without a reason): it is unknown, replaced or expired, its owner is "
            "inactive, or its list of allowed addresses does not include this client. Check the key in UTMStack, or "
            "generate a new one.",
            **details,
        )
    if is_web_page(answer):
        return web_page(answer)
    if answer.status >= 500:
        details["repeat"] = Repeat.AFTER_READING_BACK
    return ServerError(
        f"UTMStack answered {answer.endpoint} with {answer.status}: {said or 'no reason given'}.", **details
    )


def _seconds(retry_after: str | None) -> float | None:
    """Seconds of a ``Retry-After`` header, given as a number or as an HTTP date; None when unreadable."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(Retry().parse_retry_after(retry_after)))
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return None
