# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small public answers (API facts, 1.6)."""

from __future__ import annotations

from aiohttp import web

from ..spring.answers import boot_error, json_answer
from ..spring.context import world


async def ping(request: web.Request) -> web.Response:
    """GET /api/ping."""
    return json_answer("OK")


async def information(request: web.Request) -> web.Response:
    """GET /management/info."""
    build = {
        "artifact": "utmstack",
        "name": "UTMStack-API",
        "time": world(request).started,
        "version": world(request).dialect.release.version,
        "group": "com.atlasinside",
    }
    return json_answer({"display-ribbon-on-profiles": "dev", "git": {}, "build": build, "activeProfiles": ["prod"]})


async def date_format(request: web.Request) -> web.Response:
    """GET /api/date-format."""
    zone = world(request).settings["utmstack.time.zone"]
    return json_answer({"utmstack.time.dateformat": "medium", "utmstack.time.zone": zone})


async def version(request: web.Request) -> web.Response:
    """GET /api/info/version (11.2)."""
    return json_answer({"version": world(request).dialect.release.version, "edition": "community"})


async def release_information(request: web.Request) -> web.Response:
    """GET /api/releaseInfo: 404, because the public route has no handler."""
    return boot_error(request, 404)
