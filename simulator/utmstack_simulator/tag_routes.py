# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of alert tags over HTTP."""

from __future__ import annotations

from aiohttp import web

from .answers import ServerError, json_answer, validation_problem
from .context import world
from .routing import Route
from .spring import advice_error, json_object, page_answer, resource_error, sort_of, text_member, unreadable

_COLUMNS = {"id": "id", "tagName": "name", "tagColor": "color", "systemOwner": "system_owner"}


async def list_tags(request: web.Request) -> web.Response:
    """GET /api/utm-alert-tags."""
    tags = list(world(request).catalogue.tags.values())
    query = request.query
    if "id.equals" in query:
        tags = [tag for tag in tags if str(tag.id) == query["id.equals"]]
    if "tagName.equals" in query:
        tags = [tag for tag in tags if tag.name == query["tagName.equals"]]
    if "tagName.contains" in query:
        tags = [tag for tag in tags if query["tagName.contains"].lower() in tag.name.lower()]
    for name, descending in reversed(sort_of(request)):
        if name not in _COLUMNS:
            raise advice_error(request, 500, f"No property {name} found for type UtmAlertTag")
        tags.sort(key=lambda tag: getattr(tag, _COLUMNS[name]) or "", reverse=descending)
    return page_answer(request, [tag.row() for tag in tags])


async def show_tag(request: web.Request) -> web.Response:
    """GET /api/utm-alert-tags/{id}."""
    text = request.match_info["id"]
    if not text.lstrip("-").isdigit():
        raise unreadable(request, "Failed to convert id")
    tag = world(request).catalogue.tags.get(int(text))
    if tag is None:
        raise resource_error(500, "UtmAlertTagResource.getUtmAlertTag: 404 NOT_FOUND")
    return json_answer(tag.row())


async def create_tag(request: web.Request) -> web.Response:
    """POST /api/utm-alert-tags."""
    body = await json_object(request)
    name, color = text_member(request, body, "tagName"), text_member(request, body, "tagColor")
    fields = {}
    if name is None or not name.strip() or len(name) > 50:
        fields["tagName"] = "size must be between 1 and 50"
    if color is not None and len(color) > 15:
        fields["tagColor"] = "size must be between 0 and 15"
    if fields:
        raise ServerError(validation_problem(request, "utmAlertTag", fields))
    if body.get("id") is not None:
        raise resource_error(500, "UtmAlertTagResource.createUtmAlertTag: a new tag cannot have an id")
    catalogue = world(request).catalogue
    assert name is not None
    if catalogue.named(name) is not None:
        raise resource_error(409, f"UtmAlertTagResource.createUtmAlertTag: {name} already exists")
    tag = catalogue.add(name, color)
    headers = {
        "Location": f"/api/utm-alert-tags/{tag.id}",
        "X-UtmStack-alert": "utmAlertTag.created",
        "X-UtmStack-params": str(tag.id),
    }
    return json_answer(tag.row(), 201, headers)


ROUTES = [
    Route("GET", "/api/utm-alert-tags", list_tags),
    Route("POST", "/api/utm-alert-tags", create_tag),
    Route("GET", "/api/utm-alert-tags/{id}", show_tag),
]
