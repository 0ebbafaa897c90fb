# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tag rules over HTTP (API facts, 8.2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from ..engine.postgres import in_order, like
from ..engine.query import known_operator, operator_name
from ..spring.answers import ServerError, empty, header_error, json_answer, problem, violations_problem
from ..spring.binding import (
    check_valid,
    id_member,
    instant_member,
    json_object,
    page_answer,
    path_id,
    required,
    sort_of,
    text_member,
    unreadable,
)
from ..spring.context import principal, world
from ..spring.criteria import integer, truth
from ..state.tag_rules import PoisonedRule, TagRule
from .search import operators_of

_COLUMNS = {"id": "id", "rule_name": "name", "rule_description": "description", "created_date": "created"}
LIST_PATH = "/api/alert-tag-rules/filter"


# The methods that errors name; the last one was not recorded.
CREATE, CHANGE = "createUtmAlertTagRule", "updateAlertTagRule"
READ, LIST, SOME = "getAlertTagRule", "getAlertTagRulesByFilter", "getAlertTagRulesByIds"
_DUPLICATE = (
    "could not execute {how}; SQL [{sql}]; constraint [ux_rule_name]; nested exception is "
    "org.hibernate.exception.ConstraintViolationException: could not execute {how}"
)
# Validation does not check the column's length, so the database does; a description has no limit (API facts, 11.1).
_MAX_NAME_LENGTH = 255
_TOO_LONG = (
    "could not execute {how}; SQL [{sql}]; nested exception is org.hibernate.exception.DataException: "
    "could not execute {how}"
)
_UPDATE = (
    "update utm_alert_tag_rule set last_modified_by=?, last_modified_date=?, rule_active=?, rule_applied_tags=?, "
    "rule_conditions=?, rule_deleted=?, rule_description=?, rule_name=? where id=?"
)
_NO_ID = "The given id must not be null!"


def _error(where: str, text: str) -> ServerError:
    return ServerError(header_error(500, f"UtmTagRuleResource.{where}: {text}", params=None))


def _shown_rule(request: web.Request, rule: TagRule, where: str) -> dict[str, Any]:
    try:
        return rule.row(world(request).catalogue)
    except PoisonedRule:
        raise _error(where, 'For input string: "null"') from None


def _valid_rule(
    request: web.Request, body: dict[str, Any]
) -> tuple[str, str, list[dict[str, Any]], list[dict[str, Any]]]:
    """Name, description, conditions and tags, as read by Jackson and accepted by bean validation."""
    name, description = text_member(request, body, "name"), text_member(request, body, "description")
    conditions, tags = body.get("conditions"), body.get("tags")
    for items in (conditions, tags):
        if items is not None and (not isinstance(items, list) or any(not isinstance(item, dict) for item in items)):
            raise unreadable(request, "JSON parse error")
    for member in ("createdDate", "lastModifiedDate"):
        instant_member(request, body, member)
    operators = operators_of(request)
    if any(not known_operator(item.get("operator"), operators) for item in conditions or []):
        raise unreadable(request, "JSON parse error: operator")
    fields = {
        field: "must not be empty"
        for field, value in (
            ("name", name and name.strip()),
            ("description", description and description.strip()),
            ("conditions", conditions),
            ("tags", tags),
        )
        if not value
    }
    check_valid(request, "alertTagRuleVM", fields)
    return str(name), str(description), [_condition(item, operators) for item in conditions or []], list(tags or [])


def _condition(item: dict[str, Any], operators: Sequence[str]) -> dict[str, Any]:
    """A condition as it is stored: with the operator's name, without null members."""
    shown = {name: item.get(name) for name in ("operator", "field", "value")}
    shown["operator"] = operator_name(item.get("operator"), operators)
    return {name: value for name, value in shown.items() if value is not None}


def _echoed(tags: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tags as the client sent them."""
    return [{name: tag.get(name) for name in ("id", "tagName", "tagColor", "systemOwner")} for tag in tags]


async def create_rule(request: web.Request) -> web.Response:
    """POST /api/alert-tag-rules: 200, always active; names and colors of tags are returned as sent."""
    body = await json_object(request)
    name, description, conditions, tags = _valid_rule(request, body)
    rules = world(request).tag_rules
    if id_member(request, body) is not None:
        raise _error(CREATE, "A new alert tag rule can't have an ID")
    if len(name) > _MAX_NAME_LENGTH:
        raise _error(CREATE, _TOO_LONG.format(how="statement", sql="n/a"))
    if rules.named(name) is not None:
        raise _error(CREATE, _DUPLICATE.format(how="statement", sql="n/a"))
    rule = rules.add(name, description, conditions, [id_member(request, tag) for tag in tags], principal(request).login)
    return json_answer(rule.shown(_echoed(tags)))


async def change_rule(request: web.Request) -> web.Response:
    """PUT /api/alert-tag-rules: saves name, description, conditions and tags; the rest is returned, but ignored."""
    body = await json_object(request)
    name, description, conditions, tags = _valid_rule(request, body)
    rules = world(request).tag_rules
    rule_id, namesake = id_member(request, body), rules.named(name)
    if rule_id is None:
        raise _error(CHANGE, f"{_NO_ID}; nested exception is java.lang.IllegalArgumentException: {_NO_ID}")
    rule = rules.rules.get(rule_id)
    if rule is None:
        raise _error(CHANGE, f"Tag rule with{rule_id}not found")
    if len(name) > _MAX_NAME_LENGTH:
        raise _error(CHANGE, _TOO_LONG.format(how="batch", sql=_UPDATE))
    if namesake is not None and namesake is not rule:
        raise _error(CHANGE, _DUPLICATE.format(how="batch", sql=_UPDATE))
    rule.name, rule.description, rule.conditions = name, description, conditions
    rule.tag_ids = [id_member(request, tag) for tag in tags]
    unsaved = {member: body.get(member) for member in ("active", "deleted")}
    dates = dict.fromkeys(("createdBy", "createdDate", "lastModifiedBy", "lastModifiedDate"))
    return json_answer({**rule.shown(_echoed(tags)), **unsaved, **dates})


def _numbers(request: web.Request, name: str) -> list[int]:
    try:
        return [integer(part) for text in request.query.getall(name, []) for part in text.split(",") if part.strip()]
    except ValueError:
        raise ServerError(violations_problem(request, [name])) from None


def _flag(request: web.Request, name: str) -> bool | None:
    text = request.query.get(name)
    if not text:
        return None
    try:
        return truth(text)
    except ValueError:
        raise ServerError(violations_problem(request, [name])) from None


async def list_rules(request: web.Request) -> web.Response:
    """GET /api/alert-tag-rules: plain parameters and columns of the table."""
    query, rules = request.query, list(world(request).tag_rules.rules.values())
    active, deleted = _flag(request, "ruleActive"), _flag(request, "ruleDeleted")
    ids, tags = _numbers(request, "id"), _numbers(request, "tagIds")
    if active is False or deleted is True:
        rules = []
    if ids:
        rules = [rule for rule in rules if rule.id in ids]
    if query.get("name"):
        matches = like(query["name"])
        rules = [rule for rule in rules if matches(rule.name)]
    for member in ("field", "value"):
        if wanted := query.get(f"condition{member.capitalize()}"):
            matches = like(wanted)
            rules = [rule for rule in rules if matches(_condition_text(rule, member))]
    if tags:
        rules = [rule for rule in rules if set(tags) & set(rule.tag_ids)]
    try:
        rules = in_order(rules, sort_of(request), lambda rule, column: getattr(rule, _COLUMNS[column]))
    except KeyError:
        text = "Transaction silently rolled back because it has been marked as rollback-only"
        raise _error(LIST, text) from None
    return page_answer(request, [_shown_rule(request, rule, LIST) for rule in rules], LIST_PATH)


def _condition_text(rule: TagRule, member: str) -> str:
    return json.dumps([condition.get(member) for condition in rule.conditions], ensure_ascii=False)


async def show_rule(request: web.Request) -> web.Response:
    """GET /api/alert-tag-rules/{id}: 200 without a body for an unknown ID."""
    rule = world(request).tag_rules.rules.get(path_id(request))
    return empty() if rule is None else json_answer(_shown_rule(request, rule, READ))


async def show_rules(request: web.Request) -> web.Response:
    """GET /api/alert-tag-rules/get-by-ids?ids=."""
    try:
        wanted = [integer(text) for text in required(request, "ids").split(",") if text]
    except ValueError:
        raise unreadable(request, "Failed to convert 'ids'") from None
    rules = [rule for rule in world(request).tag_rules.rules.values() if rule.id in wanted]
    return json_answer([_shown_rule(request, rule, SOME) for rule in rules]) if rules else empty()


async def delete_rule(request: web.Request) -> web.Response:
    """DELETE /api/alert-tag-rules/{id}."""
    if world(request).tag_rules.rules.pop(path_id(request), None) is None:
        raise ServerError(problem(request, 500, "No class AlertTagRule entity with this id exists"))
    return empty()
