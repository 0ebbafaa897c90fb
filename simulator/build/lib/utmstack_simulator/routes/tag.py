# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of alert tags over HTTP."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..spring.answers import ServerError, alert_headers, empty, json_answer, problem
from ..spring.binding import (
    bool_member,
    check_valid,
    id_member,
    json_object,
    page_answer,
    path_id,
    resource_error,
    sorted_rows,
    text_member,
)
from ..spring.context import world
from ..spring.criteria import EQUALITY, Criterion, integer, narrowed, truth

_PROPERTIES = ("id", "tagName", "tagColor", "systemOwner")
_CRITERIA = {
    "id": Criterion(lambda tag: tag.id, integer, EQUALITY),
    "tagName": Criterion(lambda tag: tag.name),
    "systemOwner": Criterion(lambda tag: tag.system_owner, truth, EQUALITY),
}


async def list_tags(request: web.Request) -> web.Response:
    """GET /api/utm-alert-tags."""
    tags = narrowed(request, list(world(request).catalogue.tags.values()), _CRITERIA)
    try:
        return page_answer(request, sorted_rows(request, [tag.row() for tag in tags], _PROPERTIES))
    except KeyError as error:
        raise resource_error(500, f"UtmAlertTagResource.getAllUtmAlertTags: No property {error} found") from None


async def show_tag(request: web.Request) -> web.Response:
    """GET /api/utm-alert-tags/{id}."""
    tag = world(request).catalogue.tags.get(path_id(request))
    if tag is None:
        raise resource_error(500, "UtmAlertTagResource.getUtmAlertTag: 404 NOT_FOUND")
    return json_answer(tag.row())


def _valid_tag(request: web.Request, body: dict[str, Any]) -> tuple[str, str | None]:
    """Name and color that pass bean validation."""
    name, color = text_member(request, body, "tagName"), text_member(request, body, "tagColor")
    fields = {}
    if name is None or not name.strip() or len(name) > 50:
        fields["tagName"] = "size must be between 1 and 50"
    if color is not None and len(color) > 15:
        fields["tagColor"] = "size must be between 0 and 15"
    check_valid(request, "utmAlertTag", fields)
    return str(name), color


async def create_tag(request: web.Request) -> web.Response:
    """POST /api/utm-alert-tags: never creates a system tag."""
    body = await json_object(request)
    name, color = _valid_tag(request, body)
    if id_member(request, body) is not None:
        raise resource_error(500, "UtmAlertTagResource.createUtmAlertTag: a new tag cannot have an id")
    catalogue = world(request).catalogue
    if catalogue.named(name) is not None:
        raise resource_error(409, f"UtmAlertTagResource.createUtmAlertTag: {name} already exists")
    tag = catalogue.add(name, color, system_owner=False)
    headers = {"Location": f"/api/utm-alert-tags/{tag.id}", **alert_headers("utmAlertTag.created", tag.id)}
    return json_answer(tag.row(), 201, headers)


async def change_tag(request: web.Request) -> web.Response:
    """PUT /api/utm-alert-tags: overwrites everything; an unknown ID creates a tag with another ID."""
    body = await json_object(request)
    name, color = _valid_tag(request, body)
    owner = bool_member(request, body, "systemOwner")
    tag_id = id_member(request, body)
    if tag_id is None:
        raise resource_error(500, "UtmAlertTagResource.updateUtmAlertTag: Invalid id")
    catalogue = world(request).catalogue
    namesake = catalogue.named(name)
    if namesake is not None and namesake.id != tag_id:
        raise ServerError(problem(request, 500, "could not execute statement; constraint [utm_alert_tag_name]"))
    tag = catalogue.tags.get(tag_id)
    if tag is None:
        tag = catalogue.add(name, color, owner)
    tag.name, tag.color, tag.system_owner = name, color, owner
    return json_answer(tag.row(), headers=alert_headers("utmAlertTag.updated", tag_id))


async def delete_tag(request: web.Request) -> web.Response:
    """DELETE /api/utm-alert-tags/{id}: also deletes the system tag, and leaves alerts and rules unchanged."""
    tag_id = path_id(request)
    if world(request).catalogue.tags.pop(tag_id, None) is None:
        raise resource_error(500, "UtmAlertTagResource.deleteUtmAlertTag: No class UtmAlertTag entity exists")
    return empty(200, alert_headers("utmAlertTag.deleted", tag_id))
