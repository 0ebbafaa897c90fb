# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The caller's account, and users as administrators see them."""

from __future__ import annotations

from aiohttp import web

from ..engine.clock import instant_text
from ..spring.answers import ServerError, alert_headers, empty, json_answer, problem
from ..spring.binding import bool_member, id_member, json_object, page_answer, resource_error, text_member
from ..spring.context import principal, world
from ..state.accounts import new_secret


async def own_account(request: web.Request) -> web.Response:
    """GET /api/account; fails for a token of a deleted or inactive user."""
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


async def filter_users(request: web.Request) -> web.Response:
    """GET /api/users/filter/{text}: only the failure for an unknown text is known, so every text counts as one."""
    raise ServerError(problem(request, 500))


async def change_user(request: web.Request) -> web.Response:
    """PUT /api/users: finds the user by ID."""
    body = await json_object(request)
    accounts = world(request).accounts
    wanted = id_member(request, body)
    account = next((found for found in accounts.by_login.values() if found.id == wanted), None)
    if account is None:
        raise resource_error(500, "UserResource.updateUser: No value present")
    account.first_name = text_member(request, body, "firstName") or ""
    account.last_name = text_member(request, body, "lastName") or ""
    account.email = text_member(request, body, "email") or account.email
    account.activated = bool(bool_member(request, body, "activated"))
    account.roles = tuple(str(role) for role in body.get("authorities") or account.roles)
    account.last_modified_date = instant_text()
    return json_answer(account.row(), headers=alert_headers("userManagement.updated"))


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
    return empty(200, alert_headers("userManagement.deleted"))


async def list_users(request: web.Request) -> web.Response:
    """GET /api/users."""
    return page_answer(request, [account.row() for account in world(request).accounts.by_login.values()])


async def list_roles(request: web.Request) -> web.Response:
    """GET /api/users/authorities."""
    return json_answer(["ROLE_ADMIN", "ROLE_USER"])


async def create_user(request: web.Request) -> web.Response:
    """POST /api/users: creates an inactive user with a random password, and returns the stored entity."""
    body = await json_object(request)
    accounts = world(request).accounts
    login, email = (text_member(request, body, "login") or "").lower(), text_member(request, body, "email") or ""
    if login in accounts.by_login:
        raise resource_error(500, "UserResource.createUser: Login name already used!")
    if any(account.email == email for account in accounts.by_login.values()):
        raise resource_error(500, "UserResource.createUser: Email is already in use!")
    account = accounts.seed({"login": login, "password": new_secret(), "email": email, "activated": False})
    account.first_name = text_member(request, body, "firstName") or ""
    account.last_name = text_member(request, body, "lastName") or ""
    account.roles = tuple(str(role) for role in body.get("authorities") or ())
    account.created_by = account.last_modified_by = principal(request).login
    row = account.row()
    hidden = ("createdBy", "createdDate", "lastModifiedBy", "lastModifiedDate", "authorities")
    entity = {name: value for name, value in row.items() if name not in hidden}
    entity.update(resetDate=instant_text(), fsManager=None, defaultPassword=None)
    if world(request).dialect.is_v11:
        entity["tfaMethod"] = account.tfa_method
    headers = {
        "Location": f"/api/users/{login}",
        "X-UtmStack-alert": f"A user is created with identifier {login}",
        "X-UtmStack-params": login,
    }
    return json_answer(entity, 201, headers)
