# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing alerts over HTTP (API facts, 6)."""

from __future__ import annotations

from aiohttp import web

from ..backend.alerts import FALSE_POSITIVE, LABELS, PartlyWritten, mark_as_incident, set_note, set_status, set_tags
from ..engine.analysis import tokens
from ..engine.scripts import ScriptRefused
from ..spring.answers import json_answer
from ..spring.binding import (
    advice_error,
    body_text,
    bool_member,
    check_present,
    check_valid,
    done,
    int_member,
    json_object,
    list_member,
    null_pointer,
    required,
    text_member,
)
from ..spring.context import principal, world


async def change_status(request: web.Request) -> web.Response:
    """POST /api/utm-alerts/status."""
    here, body = world(request), await json_object(request)
    where = "UtmAlertResource.updateAlertStatus: UtmAlertServiceImpl.updateStatus"
    ids = list_member(request, body, "alertIds")
    status, observation = int_member(request, body, "status"), text_member(request, body, "statusObservation")
    false_positive = here.dialect.is_v11 and bool(bool_member(request, body, "addFalsePositiveTag"))
    if ids is None:
        raise null_pointer(request, where)
    if None in ids:
        raise advice_error(request, 500, f"{where}: terms must not be null")
    if status not in LABELS:
        raise advice_error(request, 500, f"{where}: Unrecognized status {status}")
    if observation is None:
        if here.dialect.is_v11:
            raise null_pointer(request, where)
        observation = "null"
    known = [text for text in ids if text is not None]
    try:
        set_status(here, known, status, observation, principal(request).login, false_positive)
    except (ScriptRefused, PartlyWritten) as error:
        raise advice_error(request, 500, f"{where}: {error}") from None
    return done()


async def change_tags(request: web.Request) -> web.Response:
    """POST /api/utm-alerts/tags."""
    here, body = world(request), await json_object(request)
    where = "UtmAlertResource.updateAlertTags: UtmAlertServiceImpl.updateTags"
    ids, tags = list_member(request, body, "alertIds"), list_member(request, body, "tags")
    given = {"alertIds": ids, "createRule": bool_member(request, body, "createRule")}
    check_present(request, "updateAlertTagsRequestBody", given, tuple(given))
    if tags is None:
        if here.dialect.is_v11:
            raise null_pointer(request, where)
        tags = []
    if ids and None in ids:
        raise advice_error(request, 500, f"{where}: terms must not be null")
    try:
        texts = ["null" if tag is None else tag for tag in tags]
        set_tags(here, [text for text in ids or [] if text is not None], texts, principal(request).login)
    except (ScriptRefused, PartlyWritten) as error:
        raise advice_error(request, 500, f"{where}: {error}") from None
    return done()


async def change_note(request: web.Request) -> web.Response:
    """POST /api/utm-alerts/notes: the body is the note, including the quotes of a JSON string."""
    here = world(request)
    where = "UtmAlertResource.updateAlertNotes: UtmAlertServiceImpl.updateNotes"
    alert_id = required(request, "alertId")
    note = await body_text(request) or "null"
    try:
        set_note(here, alert_id, note, principal(request).login)
    except (ScriptRefused, PartlyWritten) as error:
        raise advice_error(request, 500, f"{where}: {error}") from None
    return done()


async def convert_to_incident(request: web.Request) -> web.Response:
    """POST /api/utm-alerts/convert-to-incident: marks documents, but creates no incident."""
    here, body = world(request), await json_object(request)
    where = "UtmAlertResource.convertToIncident"
    ids, name = list_member(request, body, "eventIds"), text_member(request, body, "incidentName")
    number, source = int_member(request, body, "incidentId"), text_member(request, body, "incidentSource")
    names = ("eventIds", "incidentName", "incidentId", "incidentSource")
    missing = {member: "must not be null" for member in names if body.get(member) is None}
    if name is not None and '"' in name:
        missing["incidentName"] = "must not contain double quotes"
    check_valid(request, "convertToIncidentRequestBody", missing)
    if not ids or None in ids or not str(name).strip():
        raise advice_error(request, 500, f"{where}: Parameter must not be null or empty")
    known = [text for text in ids if text is not None]
    try:
        mark_as_incident(here, known, str(name), number, str(source), principal(request).login)
    except (ScriptRefused, PartlyWritten) as error:
        raise advice_error(request, 500, f"{where}: {error}") from None
    return done()


async def count_open(request: web.Request) -> web.Response:
    """GET /api/utm-alerts/count-open-alerts: counts open alerts that are neither echoes nor tagged False positive."""
    here = world(request)
    words = set(tokens(FALSE_POSITIVE))
    count = 0
    for daily in here.documents.matching(here.dialect.alert_pattern):
        found = set(daily.terms("status").get(2, ()))
        tagged = set.intersection(*(daily.terms("tags").get(word, set()) for word in words))
        found -= tagged
        if here.dialect.has_children:
            found -= daily.present("parentId")
        count += len(found)
    return json_answer(count)
