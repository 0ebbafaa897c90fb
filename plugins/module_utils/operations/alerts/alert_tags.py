# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Add, remove or replace tags of alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...client.client import Client
from ...client.tags import all_tags
from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.storable_text import checked_tag, checked_texts
from ...model.tag import CatalogueTag
from ...model.tag_spelling import Spelling, same_tag, similar_tag_warnings, spell
from ...time_zones import now_in
from ...writing.approval import approval_from
from ...writing.guardrail_matches import matches_among
from ...writing.guardrails import check_guardrails, guardrails_from
from ...writing.plan import Plan
from ...writing.plan_document import source_of
from ...writing.proposal import propose
from ...writing.result import finish
from ...writing.run import limits_from, write
from ...writing.selection import select
from ..operation import Operation, Task
from ..options import OPERATOR_GUARDRAIL_OPTIONS, PLAN_OPTIONS, SELECTION_RULES, TAGS, WRITER_OPTIONS, options
from ..tags.added_tags import added_tags
from ..tags.rules_from_alerts import RULE_OPTIONS, check_rule_options, prepare, write_missing_rules
from .tags_plan import TagChange, plan_tags, unreleased_warnings, without


def spelling(client: Client, params: Mapping[str, Any]) -> tuple[Spelling, Sequence[CatalogueTag]]:
    """Check the tags to write, in the catalog's spelling if `normalize` is set, and read the catalog.

    Tags to remove are not checked: even a tag that cannot be written can be removed.

    :raises InvalidInput: a tag is missing or cannot be stored.
    """
    check = str if params["state"] == "absent" else checked_tag
    named = [check(tag) for tag in params["tags"]]
    if not named:
        if params["state"] != "set":
            raise InvalidInput(f"`tags` is empty, but `state: {params['state']}` needs at least one tag.")
        return Spelling(()), ()
    if params["alert_ids"] == [] and params["plan"] is None:
        return Spelling(tuple(named)), ()
    catalogue = all_tags(client)
    return spell(named, [tag.name for tag in catalogue], params["normalize"]), catalogue


def check_options(params: Mapping[str, Any], dialect: Dialect) -> None:
    """Check tags and guardrails before the first request. :raises InvalidInput: one of them is invalid."""
    for option in ("tags", "replaces"):
        checked_texts(option, params[option] or ())
    check_guardrails(params, dialect)


def check_replaces(params: Mapping[str, Any]) -> None:
    """Check `replaces`. :raises InvalidInput: it conflicts with another option."""
    replaces = params["replaces"]
    if replaces is None:
        return
    if params["state"] != "present" or params["normalize"] or params["create_rule"]:
        raise InvalidInput("`replaces` requires `state: present` and excludes `normalize` and `create_rule`.")
    both = sorted(set(replaces) & set(params["tags"]))
    if both:
        raise InvalidInput(f"`replaces` and `tags` both name {both[0]!a}. Remove it from one of them.")


def _misspelling_warnings(catalogue: Sequence[CatalogueTag], plan: Plan) -> list[str]:
    """The warnings about added tags that look like one of the catalog, apart from other spellings of it."""
    names = {tag.name for tag in catalogue}
    spellings = {same_tag(name) for name in names}
    added = [tag for tag in added_tags(plan) if same_tag(tag) not in spellings]
    return similar_tag_warnings(added, names)


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Write the tags and, with `create_rule`, the tag rules."""
    if params["create_rule"] and params["state"] != "present":
        raise InvalidInput("`create_rule: true` creates rules that add tags. It requires `state: present`.")
    if params["create_rule"] and params["plan"] is not None:
        raise InvalidInput("`plan` excludes `create_rule`, because a plan holds no tag rules. Use two tasks.")
    check_rule_options(params)
    check_replaces(params)
    approval = approval_from(params)
    spelled, catalogue = spelling(client, params)
    guardrails = guardrails_from(params, client.dialect, now_in(params["time_zone"]))
    change = TagChange(spelled.tags, params["state"], params["normalize"], params["replaces"], guardrails)
    # Rules are made of any fields, and queries look at any.
    whole = params["create_rule"] or bool(guardrails.protect)
    selection = select(client, params, change.takes_echoes, whole)
    source = source_of(OPERATION.name, change)
    proposal = propose(client, change, source, approval, selection, lambda chosen: plan_tags(chosen, change))
    rules = None
    if params["create_rule"]:
        tagged = replace(
            selection, alerts=[alert for alert in selection.alerts if alert.id not in proposal.plan.skipped]
        )
        rules = prepare(client, params, tagged, spelled.tags, catalogue)
        proposal = replace(proposal, plan=without(proposal.plan, rules.errors))
    matches = matches_among(client, guardrails, selection)
    warnings = [
        *spelled.warnings,
        *_misspelling_warnings(catalogue, proposal.plan),
        *unreleased_warnings(proposal.plan, client.dialect),
        *matches.warnings,
    ]
    limits = limits_from(client, params, task.report)
    written = write(client, change, proposal, limits, task.check_mode, warnings)
    if rules is not None and written.problem is None:
        written = write_missing_rules(client, rules, written, task.check_mode)
    return finish(written.with_more(guardrails=matches.result), client.requests_sent, params["rows"], task.diff)


OPERATION = Operation(
    name="utmstack_alert_tags",
    options=options(
        WRITER_OPTIONS,
        PLAN_OPTIONS,
        RULE_OPTIONS,
        OPERATOR_GUARDRAIL_OPTIONS,
        tags={**TAGS, "required": True},
        state={"type": "str", "choices": ["present", "absent", "set"], "default": "present"},
        normalize={"type": "bool", "default": False},
        replaces=TAGS,
    ),
    rules={**SELECTION_RULES, "required_if": [("create_rule", True, ("rule_on",))]},
    run=run,
    needs_alerts=True,
    check=check_options,
)
