# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the server and the caller, as attached to a request."""

from __future__ import annotations

from aiohttp import web

from ..state.principal import Principal
from ..state.world import World

WORLD: web.AppKey[World] = web.AppKey("world")
_PRINCIPAL = "principal"


def world(request: web.Request) -> World:
    """The state of the simulated server."""
    return request.app[WORLD]


def caller(request: web.Request) -> Principal | None:
    """The caller, None for an anonymous one."""
    found: Principal | None = request.get(_PRINCIPAL)
    return found


def principal(request: web.Request) -> Principal:
    """The caller of a route that is not public."""
    found = caller(request)
    if found is None:
        raise LookupError("the route is public, so its caller may be anonymous")
    return found


def set_principal(request: web.Request, found: Principal | None) -> None:
    """Set the caller."""
    request[_PRINCIPAL] = found
