# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why there was no answer: which of server, proxy and TLS it was, and what to set."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..errors import ConnectionFailed, Repeat, TimedOut, TlsFailed, UtmstackError
from ..printing import printable
from .answer import Answer
from .settings import Settings

_TLS_ERRORS: tuple[type[BaseException], ...] = (ssl.SSLError,)
_BROKEN: tuple[type[BaseException], ...] = ()
try:
    import requests
    import urllib3
except ImportError:
    # The entry points report it before anything is sent.
    pass
else:
    _TLS_ERRORS = (ssl.SSLError, urllib3.exceptions.SSLError)
    _BROKEN = (
        requests.exceptions.ConnectionError,
        requests.exceptions.ReadTimeout,
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.ContentDecodingError,
    )

PROXY_REFUSED = 407
# What OpenSSL makes of an answer that is not TLS.
_NOT_TLS = (
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "RECORD_LAYER_FAILURE",
    "UNKNOWN_PROTOCOL",
    "PACKET_LENGTH_TOO_LONG",
)
# What web servers say to plain HTTP on a port with TLS.
_WANTS_TLS = ("http request was sent to https port", "requires tls", "to an https server", "to a tls-enabled server")


@dataclass(frozen=True)
class Proxy:
    """The proxy of a request.

    :param address: scheme, host and port, without credentials.
    :param origin: the option or environment variable that names it.
    """

    address: str
    origin: str

    def __str__(self) -> str:
        return f"the proxy {self.address} ({self.origin})"


def proxy_between(
    url: str, proxies: Mapping[str, str], is_option: bool, environment: Mapping[str, str]
) -> Proxy | None:
    """The proxy that a request to `url` takes.

    :param proxies: proxies by scheme, as requests merges them from the option and the environment.
    :param is_option: whether the option `proxy` names it.
    """
    found = requests.utils.select_proxy(url, dict(proxies))
    if not found:
        return None
    names = (f"{urlsplit(url).scheme}_proxy", "all_proxy")
    set_names = (name for wanted in names for name in (wanted, wanted.upper()) if environment.get(name))
    origin = "`proxy`" if is_option else f"environment variable {next(set_names, names[0].upper())}"
    return Proxy(_without_credentials(found), origin)


def _without_credentials(address: str) -> str:
    whole = address if "://" in address else f"http://{address}"
    scheme, _separator, rest = whole.partition("://")
    return printable(f"{scheme}://{rest.rpartition('@')[2].partition('/')[0]}", 200)


@dataclass(frozen=True)
class Attempt:
    """A request that got no usable answer.

    :param was_heard: something at this address has answered before in this task.
    :param redact: takes secrets out of a text.
    """

    settings: Settings
    endpoint: str
    proxy: Proxy | None
    was_heard: bool
    redact: Callable[[str], str]

    def failure(self, error: Exception) -> UtmstackError:
        """The error of the family for an exception of requests."""
        proxied = [one for one in _causes(error) if isinstance(one, urllib3.exceptions.ProxyError)]
        if isinstance(error, requests.exceptions.SSLError) and not proxied:
            return self._no_tls(error)
        if isinstance(error, (requests.exceptions.ConnectionError, requests.exceptions.ReadTimeout)) and _timed_out(
            error
        ):
            return TimedOut(
                f"{self.settings.url} did not answer {self.endpoint} within {self.settings.timeout} s (`timeout`)."
                f"{self.way()}",
                endpoint=self.endpoint,
                repeat=Repeat.PERHAPS_RUNNING,
            )
        if isinstance(error, _BROKEN):
            return self._no_connection(error, bool(proxied))
        if isinstance(error, requests.exceptions.InvalidProxyURL) and self.proxy is not None:
            return ConnectionFailed(
                f"The address of the proxy in {self.proxy.origin} is malformed. Write it as "
                "http://proxy.example.com:3128, with a name and password percent-encoded.",
                endpoint=self.endpoint,
                repeat=Repeat.USELESS,
            )
        # requests' exceptions are OSErrors: left here are an unreadable CA file, a bad address, a bad proxy.
        return ConnectionFailed(
            f"The request to {self.settings.url} could not be made: {self._reason(error)}. "
            "Check `url`, `ca_path` and `proxy`.",
            endpoint=self.endpoint,
            repeat=Repeat.USELESS,
        )

    def refused_by_proxy(self, answer: Answer) -> ConnectionFailed:
        """The error for an answer that only a proxy gives."""
        return ConnectionFailed(
            f"{self._named_proxy()} refused {self.endpoint} with {answer.status}. Set `proxy_username` and "
            "`proxy_password`.",
            status=answer.status,
            endpoint=self.endpoint,
            repeat=Repeat.USELESS,
        )

    def wants_tls(self, answer: Answer) -> TlsFailed | None:
        """The error for an answer to plain HTTP on a port with TLS; None for any other answer."""
        said = answer.body[:2000].lower()
        if answer.status != 400 or not any(words in said for words in _WANTS_TLS):
            return None
        return TlsFailed(
            f"{self.settings.url} speaks TLS and refused {self.endpoint} over plain HTTP. Set `url` to "
            f"{_other_scheme(self.settings.url)}.",
            status=answer.status,
            endpoint=self.endpoint,
        )

    def _no_connection(self, error: Exception, is_proxied: bool) -> ConnectionFailed:
        made, reason = not never_connected(error), self._reason(error)
        repeat = Repeat.PERHAPS_RUNNING if made else Repeat.HARMLESS
        if self.proxy is not None and is_proxied and not made:
            return ConnectionFailed(self._proxy_failed(error, reason), endpoint=self.endpoint, repeat=repeat)
        text = (
            f"The connection to {self.settings.url} {'broke during' if made else 'could not be made for'} "
            f"{self.endpoint}: {reason}.{self.way()}"
        )
        if not made:
            text += " Check `url`, and that this host can reach the server."
        if made and not self.was_heard and self.settings.url.startswith("http:"):
            text += f" If the server speaks TLS there, set `url` to {_other_scheme(self.settings.url)}."
        return ConnectionFailed(text, endpoint=self.endpoint, repeat=repeat)

    def _proxy_failed(self, error: Exception, reason: str) -> str:
        if isinstance(_cause_within_proxy_error(error), _TLS_ERRORS):
            return (
                f"No TLS connection to {self.proxy} for {self.endpoint}: {reason}. If the proxy speaks plain HTTP, "
                "write its address with http://."
            )
        if _is_tunnel(_cause_within_proxy_error(error)):
            help_ = " Set `proxy_username` and `proxy_password`." if f" {PROXY_REFUSED} " in reason else ""
            return (
                f"{self._named_proxy()} refused the connection to {self.settings.url} for {self.endpoint}: "
                f"{reason}.{help_}"
            )
        return f"{self._named_proxy()} could not be reached for {self.endpoint}: {reason}. Check its address."

    def _named_proxy(self) -> str:
        name = str(self.proxy) if self.proxy is not None else "a proxy"
        return name[0].upper() + name[1:]

    def way(self) -> str:
        """By which proxy the request went, because it may have been the proxy's doing."""
        return f" The request went through {self.proxy}." if self.proxy is not None else ""

    def _no_tls(self, error: Exception) -> TlsFailed:
        reason, url = self._reason(error), self.settings.url
        found = next((one for one in reversed(list(_causes(error))) if isinstance(one, ssl.SSLError)), None)
        if found is not None and found.reason in _NOT_TLS:
            text = f"Nothing speaks TLS at {url}: {reason}. If the server has no TLS there, try {_other_scheme(url)}."
        elif found is None or isinstance(found, ssl.SSLCertVerificationError):
            text = (
                f"No trusted TLS connection to {url}: {reason}. Set `ca_path` to the CA that signed the server's "
                "certificate and use the name the certificate is made for."
            )
        else:
            text = (
                f"No TLS connection to {url}: {reason}. Check that the port of `url` is the one with TLS, and that "
                "server and client have a TLS version in common."
            )
        return TlsFailed(f"{text}{self.way()}", endpoint=self.endpoint)

    def _reason(self, error: BaseException) -> str:
        """What happened at the bottom: the outer exceptions print addresses, arguments and proxy passwords."""
        *_outer, inner = _causes(error)
        reason = inner.strerror if isinstance(inner, OSError) and inner.strerror else str(inner)
        return printable(self.redact(reason).rstrip(".") or type(inner).__name__, 200)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and what led to it, the outermost first."""
    yield error
    reason = getattr(error.args[0], "reason", None) if error.args else None
    inner = error.__cause__ or error.__context__ or getattr(error, "original_error", None)
    if inner is None and isinstance(reason, BaseException):
        inner = reason
    if inner is not None:
        yield from _causes(inner)


def _other_scheme(url: str) -> str:
    scheme, _separator, rest = url.partition("://")
    return f"{'http' if scheme == 'https' else 'https'}://{printable(rest, 200)}"


def _timed_out(error: Exception) -> bool:
    """Whether the answer, or the rest of it, took too long."""
    reason = error.args[0] if error.args else None
    return isinstance(error, requests.exceptions.ReadTimeout) or isinstance(reason, urllib3.exceptions.ReadTimeoutError)


def _cause_within_proxy_error(error: Exception) -> Any:
    """Why urllib3 gave up, or why the proxy did."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    while isinstance(reason, urllib3.exceptions.ProxyError):
        reason = reason.original_error
    return reason


def _is_tunnel(reason: Any) -> bool:
    """Whether a proxy refused to connect: what http.client makes of its answer to CONNECT."""
    return isinstance(reason, OSError) and str(reason).startswith("Tunnel connection failed")


def never_connected(error: Exception) -> bool:
    """Whether not a byte of the request can have reached the server: refused, unresolved, connect timeout, no tunnel.

    A proxy error says nothing by itself: urllib3 raises it for every connection that breaks while there is a proxy.
    """
    reason = _cause_within_proxy_error(error)
    if isinstance(reason, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)):
        return True
    outer = getattr(error.args[0], "reason", None) if error.args else None
    # The handshake with the proxy itself.
    no_handshake = isinstance(reason, _TLS_ERRORS)
    return _is_tunnel(reason) or (no_handshake and isinstance(outer, urllib3.exceptions.ProxyError))
