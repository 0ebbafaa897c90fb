# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert suppressions of known-benign alerts into triage rules and tag rules. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from ...conversion import checked_text
from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE
from ...model.storable_text import checked_tag, checked_texts
from ...query.keys import QUERY_KEYS
from ...query.rule_conditions import compile_conditions
from ...query.searches import right_for_one
from ...query.written import compile_written_query, written_query
from ...suggestions import check_keys
from ...time_zones import UTC, zone_of
from ...times import is_local
from ..named_lists import named_in_queries
from ..tags.rule_guardrails import sparing_conditions
from .asset_context import asset_condition
from .business_hours import business_hours
from .groups import group_condition
from .lifetimes import LIFETIME_KEYS, OWNER, REMIND_DAYS, TICKET, Lifetime, check_days, lifecycle_of, lifetime_of

# The conditions of a suppression beside its query, which are those of its rule.
_CONDITIONS = ("during", "asset", "group")
KEYS = ("name", "query", *_CONDITIONS, "observation", "tags", "tag_rule", "reason", *LIFETIME_KEYS)


def sort_out(
    suppressions: Sequence[Any],
    now: datetime,
    prefix: str,
    observation: str,
    protect: Sequence[Mapping[str, Any]] = (),
    hold_tags: Sequence[str] = (),
    networks: Mapping[str, Any] | None = None,
    remind_days: int = REMIND_DAYS,
    lists: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Separate active from expired suppressions, and build their rules.

    :param prefix: prefix of the tag rule names, which sets them apart from the rules of others.
    :param observation: the text for suppressions without one.
    :param protect: queries for alerts that no tag rule may close.
    :param hold_tags: tags of alerts that no tag rule may close.
    :param networks: lists of addresses by name; the rules hold the addresses.
    :param remind_days: how many days before its last day a suppression is listed as ending.
    :param lists: lists of texts by name; the rules hold the texts.
    :returns: `active` and `expired` (names), `lifecycle` (what ends soon and what has ended, with owners and tickets),
        `rules` for utmstack_triage, `tag_rules` to create (`name`, `query`, `tags`, `description`) and
        `ended_tag_rules` to remove (names).
    :raises InvalidInput: a suppression or guardrail is invalid, or a tag rule cannot spare what the guardrails hold
        back.
    """
    result: dict[str, Any] = {"active": [], "expired": [], "rules": [], "tag_rules": [], "ended_tag_rules": []}
    check_days("remind_days", remind_days)
    seen: dict[str, Lifetime] = {}
    replaced = named_in_queries(networks, lists)
    protect = [replaced(query=entry, place="protect") for entry in protect]
    for number, given in enumerate(suppressions, 1):
        try:
            if isinstance(given, Mapping):
                named = {key: replaced(query=given[key], place=key) for key in ("query", "asset") if key in given}
                given = {**given, **named}
            name, lifetime = _checked(given, now)
            if name in seen:
                raise InvalidInput("another suppression has the same `name`.")
            holds = not lifetime.is_over(now)
            if holds and given.get("tag_rule"):
                # Found before anything is written: the rule would close such alerts on arrival.
                right_for_one(partial(_check_tag_rule, protect, hold_tags, now), None)
        except InvalidInput as error:
            shown = f" ({given['name']!a})" if isinstance(given, Mapping) and given.get("name") else ""
            raise InvalidInput(f"Suppression {number}{shown}: {error.message}") from None
        seen[name] = lifetime
        result["active" if holds else "expired"].append(name)
        if not holds:
            result["ended_tag_rules"].append(prefix + name)
            continue
        tags = _tags_of(given)
        text = str(given.get("observation") or observation)
        then = {"false_positive": True, "observation": text, "tags": tags}
        # The rule does not end: `now` may be another time than that of the task.
        further = {key: given[key] for key in (*_CONDITIONS, OWNER, TICKET) if key in given}
        result["rules"].append({"name": name, "when": dict(given["query"]), **further, "then": then})
        if given.get("tag_rule"):
            result["tag_rules"].append(_tag_rule(prefix + name, given, tags, zone_of(now)))
        else:
            result["ended_tag_rules"].append(prefix + name)
    for entry in protect:
        right_for_one(partial(compile_written_query, entry, "protect", now=now, whole=True), None)
    return {**result, "lifecycle": lifecycle_of(seen.items(), now, remind_days)}


def _checked(given: Any, now: datetime) -> tuple[str, Lifetime]:
    if not isinstance(given, Mapping):
        raise InvalidInput("must be a dictionary with `name`, `query` and `expires`.")
    check_keys(given, KEYS, "suppression")
    for key in ("name", "query", "expires"):
        if not given.get(key):
            raise InvalidInput(f"`{key}` is missing or empty.")
    # Before a tag rule of another suppression is stored.
    right_for_one(lambda dialect: compile_written_query(given["query"], "query", dialect, now), None)
    for key in ("observation", "reason"):
        if given.get(key) is not None:
            checked_text(given[key], key)
    if not isinstance(given.get("tag_rule", False), bool):
        raise InvalidInput("`tag_rule` must be true or false.")
    if "during" in given:
        business_hours(given["during"], zone_of(now))
    for key, read in (("asset", asset_condition), ("group", group_condition)):
        if key in given:
            right_for_one(partial(_read_condition, read, given[key]), None)
    if given.get("tag_rule"):
        for key, unknown in (("during", "hours"), ("asset", "assets"), ("group", "groups of alerts")):
            if key in given:
                raise InvalidInput(
                    f"`{key}` cannot stand in a tag rule, which knows no {unknown}. Leave one of `{key}` and "
                    "`tag_rule` out."
                )
        query = _tag_rule_query(given["query"])
        if not query:
            raise InvalidInput(
                "`query` has only status and time, which a tag rule cannot compare. Add another query key."
            )
        # Rules are removed before new ones are created, so an impossible rule must be found first.
        right_for_one(lambda dialect: compile_conditions(written_query(query, "query"), dialect), None)
    _tags_of(given)
    return checked_text(given["name"], "name"), lifetime_of(given, now)


def _read_condition(read: Callable[[Any, Dialect], Any], given: Any, dialect: Dialect) -> None:
    read(given, dialect)


def _tags_of(given: Mapping[str, Any]) -> list[str]:
    tags = given.get("tags") or []
    return [checked_tag(tag) for tag in checked_texts("tags", tags if isinstance(tags, list) else [tags])]


def _check_tag_rule(
    protect: Sequence[Mapping[str, Any]], hold_tags: Sequence[str], now: datetime, dialect: Dialect
) -> None:
    sparing_conditions("Its tag rule", protect, hold_tags, dialect, now)


def _tag_rule_query(query: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a query that a tag rule can compare; it runs on new alerts only, so status and time do not apply."""
    left_out = {key.name for key in QUERY_KEYS if key.about_progress}
    return {name: value for name, value in query.items() if name not in left_out}


def _tag_rule(name: str, given: Mapping[str, Any], tags: list[str], zone: tzinfo) -> dict[str, Any]:
    in_zone = f" {zone}" if str(zone) != UTC and is_local(given["expires"]) else ""
    until = f"until {given['expires']}{in_zone}"
    return {
        "name": name,
        "query": _tag_rule_query(given["query"]),
        "tags": [FALSE_POSITIVE, *(tag for tag in tags if tag != FALSE_POSITIVE)],
        "description": f"{given['reason']} ({until})" if given.get("reason") else f"Suppressed {until}",
    }
