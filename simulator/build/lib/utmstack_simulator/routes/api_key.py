# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The caller's own API keys (v11; API facts, 1.5)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..spring.answers import empty, json_answer, text_answer
from ..spring.binding import (
    advice_error,
    instant_member,
    json_object,
    list_member,
    page_of,
    path_id,
    sorted_rows,
    text_member,
)
from ..spring.context import principal, world
from ..state.api_keys import ApiKey

BASE = "/api/api-keys"


def _own(request: web.Request, action: str) -> ApiKey:
    """The caller's key with the ID in the path; keys of other users count as missing."""
    key = world(request).api_keys.keys.get(path_id(request))
    if key is None or key.owner != principal(request).login:
        raise advice_error(request, 500, f"ApiKeyService.{action}ApiKey: API key not found")
    return key


def _fields(request: web.Request, body: dict[str, Any]) -> tuple[str | None, list[str] | None, str | None]:
    allowed = list_member(request, body, "allowedIp")
    expires = instant_member(request, body, "expiresAt")
    texts = None if allowed is None else [text.strip() for text in allowed if text is not None]
    return text_member(request, body, "name"), texts, expires


async def create_key(request: web.Request) -> web.Response:
    """POST /api/api-keys: creates a key without text."""
    name, allowed, expires = _fields(request, await json_object(request))
    login, keys = principal(request).login, world(request).api_keys
    if any(key.name == name for key in keys.of(login)):
        raise advice_error(request, 409, "ApiKeyService.createApiKey: Api key already exists")
    if allowed is None:
        raise advice_error(request, 409, "ApiKeyService.createApiKey: null")
    if name is None:
        raise advice_error(request, 409, "ApiKeyService.createApiKey: could not execute statement")
    return json_answer(keys.add(name, login, allowed, expires).row(), 201)


async def generate_key(request: web.Request) -> web.Response:
    """POST /api/api-keys/{id}/generate: returns the plain text."""
    return text_answer(_own(request, "generate").generate())


async def change_key(request: web.Request) -> web.Response:
    """PUT /api/api-keys/{id}: replaces everything."""
    name, allowed, expires = _fields(request, await json_object(request))
    key = _own(request, "update")
    key.name, key.allowed, key.expires = name or "", allowed or [], expires
    return json_answer(key.row())


async def show_key(request: web.Request) -> web.Response:
    """GET /api/api-keys/{id}."""
    return json_answer(_own(request, "get").row())


async def delete_key(request: web.Request) -> web.Response:
    """DELETE /api/api-keys/{id}."""
    key = _own(request, "delete")
    del world(request).api_keys.keys[key.id]
    return empty(204)


async def list_keys(request: web.Request) -> web.Response:
    """GET /api/api-keys: with absolute links whose sort is encoded twice, and -1 as the last page of an empty list."""
    page, size = page_of(request)
    rows = [key.row() for key in world(request).api_keys.of(principal(request).login)]
    try:
        rows = sorted_rows(request, rows, ("id", "name", "allowedIp", "createdAt", "expiresAt", "generatedAt"))
    except KeyError as error:
        raise advice_error(request, 500, f"ApiKeyService.listApiKeys: No property {error} found") from None
    pages = -(-len(rows) // size)
    sort = "".join(f"sort={text.replace(',', '%252C')}&" for text in request.query.getall("sort", []))

    def link(number: int, name: str) -> str:
        return f'<{request.scheme}://{request.host}{BASE}?{sort}page={number}&size={size}>; rel="{name}"'

    links = [link(page + 1, "next")] if page + 1 < pages else []
    links += [link(page - 1, "prev")] if page > 0 else []
    links += [link(pages - 1, "last"), link(0, "first")]
    headers = {"X-Total-Count": str(len(rows)), "Link": ",".join(links)}
    return json_answer(rows[page * size : (page + 1) * size], headers=headers)
