# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OPTIONS and cross-origin requests of browsers, and media types that a client accepts (API facts, 2)."""

from __future__ import annotations

from aiohttp import web

from ..spring.answers import accepted, boot_error, empty, problem

EXPOSED = "Authorization, Link, X-Total-Count, X-UtmStack-alert, X-UtmStack-error, X-UtmStack-params"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


async def options_answer(request: web.Request) -> web.Response:
    """Answer OPTIONS, without a token, with the supported methods or with a browser's permission to send one."""
    methods = []
    for method in METHODS:
        found = await request.app.router.resolve(request.clone(method=method))
        if found.http_exception is None:
            methods.append(method)
    if not methods:
        return boot_error(request, 404)
    wanted = request.headers.get("Access-Control-Request-Method")
    if request.headers.get("Origin") and wanted:
        asked = request.headers.get("Access-Control-Request-Headers", "")
        headers = {"Access-Control-Allow-Methods": wanted, "Access-Control-Max-Age": "1800"}
        if asked:
            headers["Access-Control-Allow-Headers"] = ", ".join(part.strip() for part in asked.split(","))
        return empty(200, headers)
    return empty(200, {"Allow": ",".join([*methods, "OPTIONS"])})


def accepts(request: web.Request, media: str) -> bool:
    """Whether the client accepts this media type."""
    major = media.split("/")[0]
    return any(part in (media, f"{major}/*", "*/*") for part in accepted(request))


def acceptable(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    """The answer, or 406 if it is JSON and the client does not accept that; plain texts are sent as text then."""
    if answer.status >= 400 or answer.headers.get("Content-Type") != "application/json":
        return answer
    if accepts(request, "application/json"):
        return answer
    if answer.get("bare") and accepts(request, "text/plain"):
        answer.headers["Content-Type"] = "text/plain;charset=UTF-8"
        return answer
    return problem(request, 406, "Could not find acceptable representation")


def with_origin(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    """Allow every origin to read the answer and UTMStack's headers."""
    if request.headers.get("Origin") and not answer.prepared:
        answer.headers["Access-Control-Allow-Origin"] = "*"
        if request.method != "OPTIONS":
            answer.headers["Access-Control-Expose-Headers"] = EXPOSED
    return answer
