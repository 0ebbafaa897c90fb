# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidInput
from .address import is_clear_text, proxy_address, server_address
from .redaction import userinfo

MAX_CONNECTIONS = 64


@dataclass(frozen=True)
class Settings:
    """Connection options after validation; times in seconds.

    `url` has no trailing slash and no credentials. At most one of `api_key` and `token` is set. `proxy` has its
    credentials inside.
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
    proxy_username: str | None = None
    proxy_password: str | None = None
    timeout: int = 120
    connect_timeout: int = 10
    retry_budget: int = 60
    concurrency: int = 4
    dialect: str | None = None

    def secrets(self) -> set[str]:
        """Values that must never be printed."""
        values = (self.password, self.token, self.api_key, self.totp_secret, self.proxy_password)
        return {value for value in values if value} | userinfo(self.proxy)


MIN_SECRET_LENGTH = 8


def connection_warnings(settings: Settings) -> list[str]:
    """What weakens a connection. The sentences name no task, so that a run shows each of them once."""
    found = []
    if is_clear_text(settings.url):
        found.append(
            f"The connection to {settings.url} is not encrypted: its credentials and alerts can be read on the way. "
            "Use https."
        )
    if not settings.validate_certs and settings.url.startswith("https:"):
        found.append(
            f"The certificate of {settings.url} is not checked (`validate_certs: false`), so anyone on the way can "
            "take the credentials. Set `ca_path` instead."
        )
    if any(len(secret) < MIN_SECRET_LENGTH for secret in settings.secrets()):
        found.append(
            f"A password or key has fewer than {MIN_SECRET_LENGTH} characters. Wherever they occur in results, they "
            "are masked, and other text with them."
        )
    return found


def settings_from(params: Mapping[str, Any]) -> Settings:
    """The connection options in a module's parameters.

    :raises InvalidInput: the address is not an http(s) URL, or there are no credentials.
    """
    url = server_address(params["url"] or "")
    names = Settings.__dataclass_fields__
    given = {name: params[name] for name in names if params.get(name) is not None and name != "url"}
    if "proxy" in given:
        given["proxy"] = proxy_address(given["proxy"], given.get("proxy_username"), given.get("proxy_password"))
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
