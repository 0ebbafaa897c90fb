# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of servers and proxies. Messages name scheme, host and port at most, since a rest may be a password."""

from __future__ import annotations

import ipaddress
import unicodedata
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from ..errors import InvalidInput
from ..printing import printable

DEFAULT_PORTS = {"http": 80, "https": 443}
PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
_EXAMPLE = "such as https://siem.example.com"


def server_address(text: str) -> str:
    """The address of a server without a slash at its end.

    :raises InvalidInput: it is more or less than scheme, host, port and path prefix.
    """
    url = text.strip().rstrip("/")
    if not url:
        raise InvalidInput("`url` is blank. Set it, or the environment variable UTMSTACK_URL, to the server's address.")
    # Before it is parsed, because parsers disagree on where such an address ends.
    if "@" in url:
        raise InvalidInput("`url` must not hold a name or password. Use `username` and `password`.")
    if "?" in url or "#" in url:
        raise InvalidInput("`url` must end after the host and port (or a path prefix), without ? or #.")
    if _has_odd_character(url):
        raise InvalidInput("`url` holds a backslash, a space or a control character. Check how it was copied.")
    parts = _split(url, "url")
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        hint = f" Try https://{printable(url, 100)}." if "://" not in url else ""
        raise InvalidInput(
            "`url` must be the address of the UTMStack server: scheme, host, port and an optional path prefix, "
            f"{_EXAMPLE}.{hint}"
        )
    if ".." in parts.path.split("/"):
        raise InvalidInput("`url` has a path prefix with dots. Give the path as the server knows it.")
    return url


def proxy_address(text: str, username: str | None, password: str | None) -> str:
    """The address of a proxy with its credentials.

    :param username: instead of one inside the address, as `password`.
    :raises InvalidInput: it is no address, or the credentials are given twice or in part.
    """
    url = text.strip()
    url = url if "://" in url else f"http://{url}"
    inside, at, _host = url.partition("://")[2].rpartition("@")
    if _has_odd_character(url) or any(sign in inside for sign in "/?#@"):
        raise InvalidInput(
            "`proxy` is no address. Set `proxy_username` and `proxy_password` instead of a password inside it, or "
            "percent-encode its special characters."
        )
    parts = _split(url, "proxy")
    if parts.scheme not in PROXY_SCHEMES or not parts.hostname or parts.path.strip("/") or parts.query:
        raise InvalidInput("`proxy` must be the address of a proxy, such as http://proxy.example.com:3128.")
    if password is not None and username is None:
        raise InvalidInput("`proxy_password` needs `proxy_username`.")
    if username is None:
        return url
    if at:
        raise InvalidInput("`proxy` holds a name, and `proxy_username` is set. Remove one of them.")
    identity = quote(username, safe="") + (f":{quote(password, safe='')}" if password is not None else "")
    return urlunsplit(parts._replace(netloc=f"{identity}@{parts.netloc}"))


def is_clear_text(url: str) -> bool:
    """Whether requests leave this machine unencrypted."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname == "localhost":
        return False
    try:
        return not ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return True


def is_below(url: str, home: str) -> bool:
    """Whether an address is on the same server as another one, and below its path.

    :raises InvalidInput: one of them is no address.
    """
    here, there = (urlsplit(server_address(address)) for address in (url, home))
    return _origin(here) == _origin(there) and f"{here.path}/".startswith(f"{there.path}/")


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)


def _has_odd_character(url: str) -> bool:
    return "\\" in url or any(
        character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in url
    )


def _split(url: str, option: str) -> SplitResult:
    """The parts of an address. :raises InvalidInput: its brackets or its port are wrong."""
    try:
        parts = urlsplit(url)
        if parts.port == 0:
            raise ValueError("port 0")
    except ValueError:
        raise InvalidInput(f"`{option}` has brackets or a port that cannot be read.") from None
    return parts
