# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a handler can ask of its request: the world it is played in, and who calls."""

from __future__ import annotations

from aiohttp import web

from ..state.principal import Principal
from ..state.world import World

WORLD: web.AppKey[World] = web.AppKey("world")
_PRINCIPAL = "principal"


def world(request: web.Request) -> World:
    """The simulated server's state."""
    return request.app[WORLD]


def caller(request: web.Request) -> Principal | None:
    """Who calls, None for nobody."""
    found: Principal | None = request.get(_PRINCIPAL)
    return found


def principal(request: web.Request) -> Principal:
    """Who calls a route that is not open to everybody."""
    found = caller(request)
    if found is None:
        raise LookupError("the route is open to everybody")
    return found


def set_principal(request: web.Request, found: Principal | None) -> None:
    """Remember who calls."""
    request[_PRINCIPAL] = found
