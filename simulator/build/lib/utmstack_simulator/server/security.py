# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Firewall, authentication by key or token, and roles, in the real server's order (API facts, 1 and 2)."""

from __future__ import annotations

import ipaddress
import re

from aiohttp import web

from ..spring.answers import ServerError, boot_error, problem
from ..spring.context import caller, set_principal, world
from ..state.principal import Principal
from .routing import ACCESS, Access

_SUSPICIOUS = re.compile(r"//|;|%3b|%25|%2e|/\.{1,2}(/|$)", re.I)
# Paths that are closed to all callers, or open to administrators only.
_DENIED = "/api/custom-reports"
_FOR_ADMINISTRATORS = ("/api/utm-incident-jobs", "/api/utm-incident-variables")


def may_control(request: web.Request) -> bool:
    """Whether a request to the control interface is no web page's: it names an address, and comes from no other origin.

    A page of another site can send requests to loopback, and a name that its owner points there can read the answers.
    """
    try:
        own = request.url.origin()
        if own.host != "localhost":
            ipaddress.ip_address(own.host or "")
    except ValueError:
        return False
    return request.headers.get("Origin", str(own)) == str(own)


def check_firewall(request: web.Request) -> None:
    """Refuse double slashes, semicolons and dot segments in the path, encoded ones as well, before anything else."""
    raw = request.raw_path.split("?")[0]
    if _SUSPICIOUS.search(raw):
        raise ServerError(boot_error(request, 500, raw))


def identify(request: web.Request) -> None:
    """Authenticate by key or token; a key comes first, a bad key ends the request, and a bad token is ignored."""
    here = world(request)
    text = request.headers.get("Utm-Api-Key")
    if text and here.dialect.has_api_keys:
        key = here.api_keys.find(text)
        owner = here.accounts.by_login.get(key.owner) if key else None
        if (
            key is None
            or owner is None
            or not owner.activated
            or key.is_expired()
            or not _allowed(request, key.allowed)
        ):
            raise ServerError(boot_error(request, 500))
        set_principal(request, Principal(owner.login, owner.roles, kind="key"))
        return
    header = request.headers.get("Authorization", "")
    token = header[7:] if header.startswith("Bearer ") else request.query.get("access_token", "")
    set_principal(request, here.tokens.read(token) if token else None)


def _allowed(request: web.Request, entries: list[str]) -> bool:
    """Whether the connection comes from an allowed address; X-Forwarded-For is ignored."""
    if not entries:
        return True
    address = ipaddress.ip_address(request.remote or "127.0.0.1")
    for entry in entries:
        try:
            if address in ipaddress.ip_network(entry.strip(), strict=False):
                return True
        except ValueError:
            # The server stores a malformed entry, which matches no address.
            continue
    return False


def refusal(request: web.Request) -> web.Response | None:
    """The answer to a caller without access: 401, 403, or the 500 of an annotation; unknown routes are guarded, too."""
    access = _access(request)
    if access is Access.PUBLIC:
        return None
    found = caller(request)
    if found is None:
        return boot_error(request, 401)
    if access is Access.PRELIMINARY:
        return None if found.preliminary else boot_error(request, 403)
    if found.preliminary or not {"ROLE_USER", "ROLE_ADMIN"} & set(found.roles):
        return boot_error(request, 403)
    if request.path.startswith(_DENIED):
        return boot_error(request, 403)
    if request.path.startswith(_FOR_ADMINISTRATORS) and "ROLE_ADMIN" not in found.roles:
        return boot_error(request, 403)
    needed = {Access.ADMIN: "ROLE_ADMIN", Access.PLAIN_USER: "ROLE_USER"}.get(access)
    if needed is not None and needed not in found.roles:
        return problem(request, 500, "Access is denied")
    return None


def _access(request: web.Request) -> Access:
    """The access of a route, of another method on the same path, or of an unknown path."""
    route = getattr(request.match_info, "route", None)
    resource = getattr(route, "resource", None)
    table = request.app[ACCESS]
    if resource is not None:
        return table[(request.method, resource.canonical)]
    known = [access for (_method, path), access in table.items() if path == request.path]
    if known:
        return known[0]
    guarded = request.path.startswith(("/api/", "/management/", "/ws/topic"))
    return Access.USER if guarded else Access.PUBLIC
