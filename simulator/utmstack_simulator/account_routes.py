# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The caller's account, and users as administrators see them."""

from __future__ import annotations

from aiohttp import web

from .accounts import instant_text
from .answers import ServerError, empty, json_answer, problem
from .context import principal, world
from .routing import Access, Route
from .spring import bool_member, json_object, resource_error, text_member


def _alert(text: str) -> dict[str, str]:
    return {"X-UtmStack-alert": text, "X-UtmStack-params": ""}


async def own_account(request: web.Request) -> web.Response:
    """GET /api/account; fails for a token whose user is gone or inactive."""
    account = world(request).accounts.by_login.get(principal(request).login)
    if account is None or not account.activated:
        raise ServerError(problem(request, 500, "User could not be found"))
    return json_answer(account.row())


async def show_user(request: web.Request) -> web.Response:
    """GET /api/users/{login}."""
    account = world(request).accounts.by_login.get(request.match_info["login"])
    if account is None:
        raise resource_error(500, "UserResource.getUser: 404 NOT_FOUND")
    return json_answer(account.row())


async def change_user(request: web.Request) -> web.Response:
    """PUT /api/users: found by id."""
    body = await json_object(request)
    accounts = world(request).accounts
    account = next((found for found in accounts.by_login.values() if found.id == body.get("id")), None)
    if account is None:
        raise resource_error(500, "UserResource.updateUser: No value present")
    account.first_name = text_member(request, body, "firstName") or ""
    account.last_name = text_member(request, body, "lastName") or ""
    account.email = text_member(request, body, "email") or account.email
    account.activated = bool(bool_member(request, body, "activated"))
    account.roles = tuple(str(role) for role in body.get("authorities") or account.roles)
    account.last_modified_date = instant_text()
    return json_answer(account.row(), headers=_alert("userManagement.updated"))


async def delete_user(request: web.Request) -> web.Response:
    """DELETE /api/users/{login}."""
    accounts = world(request).accounts
    login = request.match_info["login"]
    account = accounts.by_login.get(login)
    if account is None:
        raise resource_error(404, f"UserResource.deleteUser: User {login} not found")
    admins = [found for found in accounts.by_login.values() if "ROLE_ADMIN" in found.roles]
    if admins == [account]:
        raise resource_error(400, "UserResource.deleteUser: the last administrator cannot be deleted")
    del accounts.by_login[login]
    return empty(200, _alert("userManagement.deleted"))


ROUTES = [
    Route("GET", "/api/account", own_account),
    Route("GET", "/api/users/{login}", show_user, Access.ADMIN),
    Route("PUT", "/api/users", change_user, Access.ADMIN),
    Route("DELETE", "/api/users/{login}", delete_user, Access.ADMIN),
]
