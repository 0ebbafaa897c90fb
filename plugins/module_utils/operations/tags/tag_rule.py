# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create, change or remove a tag rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...client.client import Client
from ...client.tags import all_rules, all_tags, rule_name_of
from ...dialects import Dialect
from ...errors import InvalidInput, UtmstackError
from ...model.alert import FALSE_POSITIVE
from ...model.storable_text import checked_line, checked_texts
from ...model.tag import TagRule
from ...printing import field_lines, printable
from ...query.rule_conditions import Condition, compile_conditions
from ...time_zones import now_in
from ...writing.guardrail_matches import matches_on_server
from ...writing.guardrails import NO_MATCHES, GuardrailMatches, checked_hold_tags, guardrails_from
from ..operation import Operation, Task
from ..options import NETWORKS, OPERATOR_GUARDRAIL_OPTIONS, QUERY_OPTIONS, TAGS, TIME_ZONE, options
from .preview import recent, would_match
from .rule_guardrails import sparing_conditions
from .rules_plan import (
    RuleChange,
    completes_alerts,
    created_lines,
    plan_rule_absent,
    plan_rule_present,
    resolved_tags,
    rule_result,
)
from .storing import create_missing_tag, remove_rule, write_rule

_SWITCHED_OFF = (
    "UTMStack cannot deactivate a rule, so the tag rule {name!a} (ID {id}) is removed instead. With `active: true`, "
    "the task creates it again, as the last rule in the engine's order."
)


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Create, change or remove the rule."""
    if params["rule_id"] is not None:
        return _remove_by_id(client, params, task)
    if params["state"] == "absent":
        return _carry_out(client, plan_rule_absent(all_rules(client), params["name"]), task, None, [])
    name = checked_line("name", params["name"])
    if params["description"] is not None:
        checked_line("description", params["description"])
    if not params["tags"]:
        raise InvalidInput("`tags` is empty, but the server requires at least one tag per rule. Add one.")
    now = now_in(params["time_zone"])
    period = recent(params["preview_since"], "preview_since", client.dialect, now)
    conditions = (*compile_conditions(params["query"], client.dialect), *_sparing(params, client.dialect))
    rules = all_rules(client)
    if not params["active"]:
        change = plan_rule_absent(rules, name)
        off = change.before
        warnings = [_SWITCHED_OFF.format(name=name, id=off.id)] if off is not None else []
        return _carry_out(client, change, task, None, warnings)
    tags = resolved_tags(all_tags(client), params["tags"], params["create_tags"])
    change = plan_rule_present(rules, name, params["description"], conditions, tags, client.dialect)
    matches = _matches(client, params) if change.needed else NO_MATCHES
    matching = would_match(client, conditions, period)
    return {**_carry_out(client, change, task, matching, [*matches.warnings]), "guardrails": matches.result}


def check_rule(params: Mapping[str, Any], dialect: Dialect) -> None:
    """Check query, tags and guardrails. :raises InvalidInput: one is invalid, or a tag rule cannot express it."""
    if params["state"] == "present" and params["rule_id"] is None:
        compile_conditions(params["query"], dialect)
    checked_texts("tags", params["tags"] or ())
    checked_hold_tags(params["hold_tags"] or ())
    _sparing(params, dialect)


def _sparing(params: Mapping[str, Any], dialect: Dialect) -> tuple[Condition, ...]:
    """The conditions with which the rule leaves out what its guardrails hold back; none if it closes nothing."""
    is_stored = params["state"] == "present" and params["active"]
    if not is_stored or FALSE_POSITIVE not in (params["tags"] or []):
        return ()
    label, now = f"The tag rule {params['name']!a}", now_in(params["time_zone"])
    return sparing_conditions(label, params["protect"], params["hold_tags"] or (), dialect, now)


def _matches(client: Client, params: Mapping[str, Any]) -> GuardrailMatches:
    """How many alerts of the server the guardrails of a closing rule match."""
    if FALSE_POSITIVE not in params["tags"]:
        return NO_MATCHES
    given = {**params, "hold_tags": params["hold_tags"] or []}
    return matches_on_server(client, guardrails_from(given, client.dialect, now_in(params["time_zone"])))


def _carry_out(
    client: Client, change: RuleChange, task: Task, matching: int | None, warnings: list[str]
) -> dict[str, Any]:
    """Apply the change, if any, and build the result."""
    new = [tag.name for tag in change.after.tags if not tag.id] if change.after is not None else []
    seen, made, error = change.after, new, None
    if change.needed and not task.check_mode:
        seen, made, error = _write_with_tags(client, change)
        if error is not None and not made:
            raise error
    before, rule = change.before, seen
    result: dict[str, Any] = {
        "changed": seen != before or bool(made),
        "rule": rule_result(rule),
        "would_match": matching,
        "completes_alerts": rule is not None and completes_alerts(rule.tags),
        "created_tags": made,
        "requests": client.requests_sent,
        "diff": {"prepared": "".join(created_lines(made)) + _diff(before, rule)},
        "warnings": warnings,
    }
    if error is not None:
        made_text = f" The following tags had already been created: {', '.join(f'{tag!a}' for tag in made)}."
        result.update(failed=True, msg=error.message + made_text, error=error.as_result())
    return result


def _write_with_tags(client: Client, change: RuleChange) -> tuple[TagRule | None, list[str], UtmstackError | None]:
    """Write the rule and its missing tags; return the rule read back, the created tags and the error."""
    made: list[str] = []
    after = change.after
    try:
        if after is not None:
            living = []
            for tag in after.tags:
                living.append(tag if tag.id else create_missing_tag(client, tag))
                made += [] if tag.id else [tag.name]
            after = replace(after, tags=tuple(living))
        return write_rule(client, RuleChange(change.before, after)), made, None
    except UtmstackError as error:
        return change.before, made, error


def _remove_by_id(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Remove a rule by ID, even if the server cannot list it."""
    rule_id = params["rule_id"]
    if params["state"] != "absent":
        raise InvalidInput("`rule_id` is for removal only. Set `state: absent`, or use `name`.")
    before = rule_name_of(client, rule_id)
    if params["name"] is not None and before not in (None, "", params["name"]):
        raise InvalidInput(
            f"The tag rule with ID {rule_id} is {before!a}, not {params['name']!a}. It was not removed. Check the ID."
        )
    if before is not None and not task.check_mode:
        remove_rule(client, rule_id, before)
    states = ({"state": "absent" if before is None else "present"}, {"state": "absent"})
    return {
        "changed": before is not None,
        "rule": None,
        "would_match": None,
        "completes_alerts": False,
        "created_tags": [],
        "requests": client.requests_sent,
        "diff": {"prepared": "".join(field_lines(f"rule {rule_id}", *states))},
        "warnings": [],
    }


def _diff(before: TagRule | None, after: TagRule | None) -> str:
    subject = after or before
    if subject is None:
        return ""
    return "".join(field_lines(printable(subject.name, 60), _rule_fields(before), _rule_fields(after)))


def _rule_fields(rule: TagRule | None) -> dict[str, Any]:
    if rule is None:
        return {"state": "absent"}
    shown = [f"{item.get('field')} {item.get('operator')} {item.get('value', '')}" for item in rule.conditions]
    return {
        "state": "present",
        "description": rule.description,
        "conditions": shown,
        "tags": sorted(tag.name for tag in rule.tags),
    }


OPERATION = Operation(
    name="utmstack_tag_rule",
    options=options(
        NETWORKS,
        OPERATOR_GUARDRAIL_OPTIONS,
        name={"type": "str"},
        rule_id={"type": "int"},
        state={"type": "str", "choices": ["present", "absent"], "default": "present"},
        active={"type": "bool", "default": True},
        description={"type": "str"},
        query={"type": "dict", "options": QUERY_OPTIONS},
        tags=TAGS,
        create_tags={"type": "bool", "default": False},
        preview_since={"type": "str", "default": "7d"},
        **TIME_ZONE,
    ),
    rules={
        "required_one_of": [("name", "rule_id")],
        "required_if": [("state", "present", ("query", "tags"))],
    },
    run=run,
    takes_empty_query=True,
    check=check_rule,
)
