# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of the caller's own API keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..errors import AccessDenied, IncompleteAnswer, ServerError
from ..model.api_key import ApiKey
from ..transport.answer import Answer
from .client import Client
from .paging import all_rows

_KEYS = "/api-keys"
# 32 random bytes in base64 are 43 characters.
_TEXT = re.compile(r"[A-Za-z0-9_-]{32,128}")
Found = TypeVar("Found")


def own_api_keys(client: Client) -> list[ApiKey]:
    """The keys of the caller; the server shows nobody's else, and never their text."""
    return [_key(row) for row in _permitted(lambda: all_rows(client, _KEYS))]


def create_api_key(client: Client, key: ApiKey) -> None:
    """A new key without a text, so that nothing can be done with it yet."""
    _permitted(lambda: client.write("POST", _KEYS, json=_body(key)))


def change_api_key(client: Client, key: ApiKey) -> None:
    """Replace name, addresses and expiry. The server does not compare the name with those of other keys."""
    _permitted(lambda: client.write("PUT", f"{_KEYS}/{key.id}", json=_body(key)))


def delete_api_key(client: Client, key_id: int | None) -> None:
    """Remove a key, which works no longer from then on."""
    _permitted(lambda: client.write("DELETE", f"{_KEYS}/{key_id}"))


def generate_api_key(client: Client, key_id: int | None) -> str:
    """A new text for a key, which is in no other answer. The former one works no longer from then on.

    The server moves the expiry: seven days from now if there is none or if it is past, otherwise by the same span.

    :raises IncompleteAnswer: the answer is something else.
    """
    answer: Answer = _permitted(lambda: client.write("POST", f"{_KEYS}/{key_id}/generate"))
    text = answer.body.strip()
    if not _TEXT.fullmatch(text):
        raise IncompleteAnswer(
            f"{answer.endpoint} did not answer with an API key. Check that `url` points at UTMStack itself.",
            status=answer.status,
            endpoint=answer.endpoint,
        )
    client.hide(text)
    return text


def _permitted(call: Callable[[], Found]) -> Found:
    """:raises AccessDenied: the account has not the role that the server requires even of administrators."""
    try:
        return call()
    except ServerError as error:
        if "Access is denied" not in error.server_text:
            raise
        raise AccessDenied(
            "The account may not manage API keys: UTMStack requires ROLE_USER for it, of administrators as well. Give "
            "the account that role, or use another account.",
            status=error.status,
            server_text=error.server_text,
            endpoint=error.endpoint,
        ) from error


def _body(key: ApiKey) -> dict[str, Any]:
    # Without a list the server fails; without an expiry the key has none.
    expiry = {} if key.expires is None else {"expiresAt": key.expires}
    return {"name": key.name, "allowedIp": list(key.addresses), **expiry}


def _key(row: Mapping[str, Any]) -> ApiKey:
    addresses = row.get("allowedIp")
    return ApiKey(
        name=str(row.get("name")),
        addresses=tuple(map(str, addresses)) if isinstance(addresses, list) else (),
        expires=_text(row.get("expiresAt")),
        id=int(row["id"]),
        created=_text(row.get("createdAt")),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
