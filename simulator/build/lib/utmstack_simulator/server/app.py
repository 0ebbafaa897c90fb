# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application, which passes requests through journal, faults, authentication and roles to their handler."""

from __future__ import annotations

import time
from dataclasses import replace

from aiohttp import web
from aiohttp.typedefs import Handler

from ..spring.answers import ServerError, as_built, boot_error, json_answer, problem
from ..spring.context import WORLD, caller, world
from ..state.world import World
from .crossing import acceptable, options_answer, with_origin
from .fault_effects import under_faults
from .route_table import routes_of
from .routing import ACCESS, Access, Route
from .security import check_firewall, identify, may_control, refusal

CONTROL = "/simulator/"
BODY_LIMIT = 512 * 2**20


def build_app(here: World) -> web.Application:
    """The application that serves `here`."""
    app = web.Application(middlewares=[play], client_max_size=BODY_LIMIT)
    app[WORLD] = here
    app[ACCESS] = {}
    for route in routes_of(here.dialect):
        _add_route(app, route.method, route.path, route)
        # A trailing slash works, but a public route is no longer public with it.
        guarded = Access.USER if route.access is Access.PUBLIC else route.access
        _add_route(app, route.method, route.path + "/", replace(route, access=guarded))
    app.on_response_prepare.append(_no_type_without_body)
    return app


def _add_route(app: web.Application, method: str, path: str, route: Route) -> None:
    """Add a route, and HEAD for each GET."""
    for name in ("GET", "HEAD") if method == "GET" else (method,):
        app.router.add_route(name, path, route.handler)
        app[ACCESS][(name, path)] = route.access


async def _no_type_without_body(request: web.Request, response: web.StreamResponse) -> None:
    # aiohttp labels an empty body, the real server does not.
    if isinstance(response, web.Response) and response.headers.get("Content-Type") == "application/octet-stream":
        del response.headers["Content-Type"]


@web.middleware
async def play(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Record requests and apply faults, except for the control interface."""
    if request.path.startswith(CONTROL):
        if not may_control(request):
            return json_answer({"error": "The control interface is not for web pages."}, 403)
        try:
            return await handler(request)
        except (KeyError, TypeError, ValueError) as error:
            return json_answer({"error": f"The body of {request.method} {request.path} is not usable: {error!r}."}, 400)
    here = world(request)
    started = time.perf_counter()
    body = await request.read()
    faults = here.faults.meeting(request.method, request.path)
    answer: web.StreamResponse | None = None
    try:
        with here.gate.passing():
            answer = with_origin(request, await under_faults(request, faults, lambda: _answer(request, handler)))
        return answer
    finally:
        found = caller(request)
        status = answer.status if answer is not None else 0
        login = found.login if found else None
        here.journal.add(
            request.method, request.path, request.query.items(), login, status, body, time.perf_counter() - started
        )


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Check firewall, credentials, roles and method, and run the handler, in the order of the real server."""
    try:
        check_firewall(request)
        identify(request)
        if request.method == "OPTIONS":
            return await options_answer(request)
        refused = refusal(request)
        if refused is not None:
            return as_built(request, refused)
        return as_built(request, acceptable(request, await handler(request)))
    except ServerError as error:
        return as_built(request, error.answer)
    except web.HTTPMethodNotAllowed as error:
        allowed = ",".join(sorted(method for method in error.allowed_methods if method != "HEAD"))
        text = f"Request method '{request.method}' not supported"
        return as_built(request, problem(request, 405, text, {"Allow": allowed}))
    except web.HTTPNotFound:
        return boot_error(request, 404)
