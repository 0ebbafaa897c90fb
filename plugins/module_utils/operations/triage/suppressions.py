# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Suppressions: known-benign alerts to close until an expiry date. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE
from ...query.keys import QUERY_KEYS
from ...query.rule_conditions import compile_conditions
from ...query.searches import right_for_one
from ...query.written import written_query
from ...suggestions import check_keys
from ...times import instant

KEYS = ("name", "query", "expires", "observation", "tags", "tag_rule", "reason")


def sort_out(suppressions: Sequence[Any], now: datetime, prefix: str, observation: str) -> dict[str, Any]:
    """Which suppressions still hold, and what they ask for.

    :param prefix: stands before the names of tag rules, so that no rule of other authors is taken for ours.
    :param observation: the text for suppressions without one.
    :returns: `active` and `expired` (names), `rules` for utmstack_triage, `tag_rules` that shall exist (`name`,
        `query`, `tags`, `description`) and `ended_tag_rules` (names) that shall not.
    :raises InvalidInput: a suppression that could not do what it says.
    """
    result: dict[str, Any] = {"active": [], "expired": [], "rules": [], "tag_rules": [], "ended_tag_rules": []}
    seen: set[str] = set()
    for number, given in enumerate(suppressions, 1):
        try:
            name = _checked(given)
            if name in seen:
                raise InvalidInput("another suppression has the same `name`.")
            holds = now < end_of(given["expires"], now)
        except InvalidInput as error:
            shown = f" ({given['name']!a})" if isinstance(given, Mapping) and given.get("name") else ""
            raise InvalidInput(f"Suppression {number}{shown}: {error.message}") from None
        seen.add(name)
        result["active" if holds else "expired"].append(name)
        if not holds:
            result["ended_tag_rules"].append(prefix + name)
            continue
        tags = [str(tag) for tag in given.get("tags") or []]
        text = str(given.get("observation") or observation)
        then = {"false_positive": True, "observation": text, "tags": tags}
        result["rules"].append({"name": name, "when": dict(given["query"]), "then": then})
        if given.get("tag_rule"):
            result["tag_rules"].append(_tag_rule(prefix + name, given, tags))
        else:
            result["ended_tag_rules"].append(prefix + name)
    return result


def end_of(expires: Any, now: datetime) -> datetime:
    """The moment from which a suppression no longer holds; a bare day counts to its end.

    :param expires: a day or time, as text or as YAML reads it.
    """
    if isinstance(expires, datetime):
        return expires.replace(tzinfo=expires.tzinfo or timezone.utc)
    text = expires.isoformat() if isinstance(expires, date) else str(expires or "").strip()
    if not text[:4].isdigit():
        raise InvalidInput(f"`expires` is {text!a}; write the last day such as 2026-12-31, or an ISO 8601 time.")
    moment = instant(text, "expires", now)
    return moment + timedelta(days=1) if len(text) == len("2026-12-31") else moment


def _checked(given: Any) -> str:
    if not isinstance(given, Mapping):
        raise InvalidInput("it is a dictionary with `name`, `query` and `expires`.")
    check_keys(given, KEYS, "suppression")
    for key in ("name", "query", "expires"):
        if not given.get(key):
            raise InvalidInput(f"`{key}` is missing or empty.")
    if not isinstance(given["query"], Mapping):
        raise InvalidInput("`query` is a dictionary of query keys.")
    if not isinstance(given.get("tag_rule", False), bool):
        raise InvalidInput("`tag_rule` is neither true nor false.")
    if given.get("tag_rule"):
        query = _tag_rule_query(given["query"])
        if not query:
            raise InvalidInput("`query` holds only status and time, which a tag rule cannot compare.")
        # Rules are removed before others are made: what cannot become one must be known before.
        right_for_one(lambda dialect: compile_conditions(written_query(query, "query"), dialect), None)
    return str(given["name"])


def _tag_rule_query(query: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a query that a tag rule compares: it meets new alerts only, whose status and time say nothing."""
    left_out = {key.name for key in QUERY_KEYS if key.about_progress}
    return {name: value for name, value in query.items() if name not in left_out}


def _tag_rule(name: str, given: Mapping[str, Any], tags: list[str]) -> dict[str, Any]:
    until = f"until {given['expires']}"
    return {
        "name": name,
        "query": _tag_rule_query(given["query"]),
        "tags": [FALSE_POSITIVE, *(tag for tag in tags if tag != FALSE_POSITIVE)],
        "description": f"{given['reason']} ({until})" if given.get("reason") else f"Suppressed {until}",
    }
