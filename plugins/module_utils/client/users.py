# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of accounts and users."""

from __future__ import annotations

from typing import Any

from ..errors import ApiKeyRefused, NotUtmstack
from ..transport.answer import mapping_in
from .client import PROBE, Client
from .paging import all_rows

_ACCOUNT = "/account"


def account(client: Client) -> dict[str, Any]:
    """The caller's account: `login`, `authorities` and more."""
    return mapping_in(client.read("GET", _ACCOUNT))


def owner_of(client: Client, api_key: str) -> str | None:
    """The login of the owner of another API key than the caller's; None if the server refuses the key."""
    try:
        own = mapping_in(client.read_with_key(api_key, _ACCOUNT))
    except ApiKeyRefused:
        return None
    return str(own.get("login"))


def all_users(client: Client) -> list[dict[str, Any]]:
    """Every user, `id`, `login` and more. Only administrators may list them."""
    return all_rows(client, "/users")


def verify_api_key(client: Client) -> None:
    """Verify the API key: a bad one makes even the public probe fail.

    :raises ApiKeyRefused: the key is not good.
    :raises NotUtmstack: the probe has another answer than UTMStack's.
    """
    answer = client.read("GET", PROBE)
    if "OK" not in answer.body:
        raise NotUtmstack(
            f"{answer.endpoint} answered {answer.status} and not OK as UTMStack does; check that `url` is the UTMStack "
            "server.",
            status=answer.status,
            endpoint=answer.endpoint,
        )
