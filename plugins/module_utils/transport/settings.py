# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..errors import InvalidInput

MAX_CONNECTIONS = 64


@dataclass(frozen=True)
class Settings:
    """Connection options after validation; times in seconds.

    `url` has no trailing slash and no credentials. At most one of `api_key` and `token` is set.
    """

    url: str
    username: str | None = None
    password: str | None = None
    token: str | None = None
    api_key: str | None = None
    totp_secret: str | None = None
    bypass_two_factor: bool = False
    validate_certs: bool = True
    ca_path: str | None = None
    proxy: str | None = None
    timeout: int = 120
    connect_timeout: int = 10
    retry_budget: int = 60
    concurrency: int = 4
    dialect: str | None = None

    def secrets(self) -> list[str]:
        """Values that must never be printed."""
        proxy_password = urlsplit(self.proxy).password if self.proxy else None
        values = (self.password, self.token, self.api_key, self.totp_secret, proxy_password)
        return [value for value in values if value]


def settings_from(params: Mapping[str, Any]) -> Settings:
    """The connection options in a module's parameters.

    :raises InvalidInput: the address is not an http(s) URL, or there are no credentials.
    """
    url = (params["url"] or "").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput("`url` must be the address of the UTMStack server, like https://siem.example.com.")
    if parts.username or parts.password:
        raise InvalidInput("`url` must not hold a name or password; use `username` and `password`.")
    if parts.query or parts.fragment:
        raise InvalidInput("`url` must end after the host and port (or a path prefix), without ? or #.")
    names = Settings.__dataclass_fields__
    given = {name: params[name] for name in names if params.get(name) is not None and name != "url"}
    settings = Settings(url=url, **given)
    for name in ("timeout", "connect_timeout", "concurrency"):
        if getattr(settings, name) < 1:
            raise InvalidInput(f"`{name}` must be at least 1.")
    if settings.concurrency > MAX_CONNECTIONS:
        raise InvalidInput(
            f"`concurrency` must be at most {MAX_CONNECTIONS}; the server does not get faster beyond 16."
        )
    if settings.retry_budget < 0:
        raise InvalidInput("`retry_budget` must be 0 or more seconds.")
    for name in ("api_key", "token"):
        value = getattr(settings, name)
        if value and not (value.isascii() and value.isprintable() and " " not in value):
            raise InvalidInput(
                f"`{name}` holds a space, a line break or a non-ASCII character; check how it was copied."
            )
    if not (settings.api_key or settings.token or (settings.username and settings.password)):
        raise InvalidInput(
            "No credentials are given: set `api_key` (recommended on v11), `token`, or `username` and `password` "
            "(or UTMSTACK_API_KEY, UTMSTACK_TOKEN, UTMSTACK_USERNAME and UTMSTACK_PASSWORD)."
        )
    return settings
