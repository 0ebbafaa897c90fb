# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read triage rules into a decision table; every error names file, rule and key. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from ...conversion import checked_text
from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE, SETTABLE_STATUSES
from ...model.incident import checked_name
from ...model.storable_text import checked_tag, checked_texts, storable_note, storable_observation
from ...printing import printable
from ...query.written import boolean_at, compile_written_query
from ...suggestions import check_keys
from ...time_zones import UTC, zone_of
from ...times import is_local
from ...writing.guardrails import GuardrailEntry, guardrails_from
from .asset_context import asset_condition
from .business_hours import business_hours
from .decision_table import Rule, Table, Wish
from .groups import group_condition
from .lifetimes import EXPIRES, LIFETIME_KEYS, OWNER, TICKET, lifetime_of

_CONTEXT = ("asset", "group")
RULE_KEYS = ("name", "when", "unless", "during", *_CONTEXT, "then", "stop", "mode", "description", *LIFETIME_KEYS)
THEN_KEYS = ("status", "false_positive", "observation", "tags", "remove_tags", "note", "incident")
MODES = ("apply", "shadow")
MAX_NAME_LENGTH = 80
MAX_RUN_ID_LENGTH = 40
# The key with the place of a rule in its file, such as "rules.yml, line 3: Rule 1", added when rule files are loaded.
ORIGIN = "origin"
# What a rule says about itself to readers, and does not decide by.
REMARKS = ("description", OWNER, TICKET)
# What a rule decides, in whatever mode.
CONTENT_KEYS = ("when", "unless", "during", *_CONTEXT, "then")
UNLESS, RULES = "unless", "rules"
_NAMED = 5


def table_from(params: Mapping[str, Any], dialect: Dialect, now: datetime, made: datetime | None = None) -> Table:
    """Build the decision table of a task.

    :param now: what ages count from, in the time zone of the rules.
    :param made: what ages in rules count from instead, if an approved plan holds what they decided then.
    :raises InvalidInput: a rule or guardrail is invalid.
    """
    rows = params["rules"]
    if not rows:
        raise InvalidInput("Neither `rules` nor `rules_files` contains a rule. Add at least one.")
    run_id = params["run_id"]
    # The mark of a closure contains the run ID like the name of a rule, and ends with a bracket.
    if run_id is not None and (
        not run_id.isprintable() or not run_id.isascii() or len(run_id) > MAX_RUN_ID_LENGTH or set(run_id) & set('"\\]')
    ):
        raise InvalidInput(
            f'`run_id` must be up to {MAX_RUN_ID_LENGTH} printable ASCII characters without ", \\ and ].'
        )
    share = params["max_share"]
    if share is not None and not 0 < share <= 1:
        raise InvalidInput("`max_share` must be above 0 and at most 1.")
    further_rows = params["also"]["rules"] if params["also"] is not None else []
    decided = now if made is None else made.astimezone(now.tzinfo)
    rules = read_rules(rows, dialect, decided, now)
    further = _further_rules(params["also"], dialect, decided, now) if params["also"] is not None else []
    version = rules_digest([*rows, *further_rows], str(zone_of(now)))
    guardrails = guardrails_from(params, dialect, now)
    pairs = [(row, rule) for row, rule in zip([*rows, *further_rows], [*rules, *further]) if not rule.expired]
    # The matches of exceptions are counted like those of guardrails, and on request those of the rules themselves.
    exceptions = [GuardrailEntry(UNLESS, row[UNLESS], rule.unless, rule.name) for row, rule in pairs if rule.unless]
    selections = [GuardrailEntry(RULES, row["when"], rule.when, rule.name) for row, rule in pairs]
    counted = [*exceptions, *(selections if params["report_unmatched"] else [])]
    guardrails = replace(guardrails, entries=[*guardrails.entries, *counted])
    return Table(rules, version, guardrails, run_id, further, untemplated(rows), selections)


def untemplated(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """A warning about rules of files with a template in a text; None if there are none."""
    found = [place for row, place in zip(rows, places(rows)) if ORIGIN in row and _has_template(row)]
    if not found:
        return None
    shown = "; ".join(printable(place, 200) for place in found[:_NAMED])
    more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return (
        "Files with rules are not templated, so `{{` stands for itself. Write the value, or move the rule to `rules`: "
        f"{shown}{more}."
    )


def _has_template(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_template, (*value, *value.values())))
    if isinstance(value, (list, tuple)):
        return any(map(_has_template, value))
    return isinstance(value, str) and "{{" in value


def _further_rules(also: Mapping[str, Any], dialect: Dialect, now: datetime, today: datetime) -> list[Rule]:
    """The rules of `also`, whose query is checked with them."""
    if not also["rules"]:
        raise InvalidInput("`also.rules` contains no rule. Add at least one.")
    if also["query"]:
        compile_written_query(also["query"], "also.query", dialect, now)
    try:
        return read_rules(also["rules"], dialect, now, today)
    except InvalidInput as error:
        raise InvalidInput(f"`also`: {error.message}") from None


def read_rules(
    rows: Sequence[Mapping[str, Any]], dialect: Dialect, now: datetime, today: datetime | None = None
) -> list[Rule]:
    """Read and check the rules of a decision table.

    :param rows: rules with the keys of RULE_KEYS, and ORIGIN for the file.
    :param now: the reference time of ages in `since` and `until`, in the time zone of the rules.
    :param today: the time by which rules have expired; None for `now`.
    :raises InvalidInput: a rule is invalid; the message names the rule and the key.
    """
    rules: dict[str, Rule] = {}
    for row, place in zip(rows, places(rows)):
        try:
            rule = _rule_from(row, dialect, now, now if today is None else today)
            if rule.name in rules:
                raise InvalidInput("another rule has the same `name`.")
        except InvalidInput as error:
            raise InvalidInput(f"{place}: {error.message}") from None
        rules[rule.name] = rule
    return list(rules.values())


def rules_digest(rows: Sequence[Mapping[str, Any]], time_zone: str = UTC) -> str:
    """SHA-256 over what the rules decide, independent of their files: the version of a rule set.

    :param time_zone: covered if it is not UTC and a rule depends on it.
    """
    kept: list[Any] = [{key: value for key, value in row.items() if key not in (ORIGIN, *REMARKS)} for row in rows]
    if time_zone != UTC and any(map(_is_local_rule, rows)):
        kept.append(time_zone)
    return _digest_of(kept)


def content_digest(row: Mapping[str, Any]) -> str:
    """SHA-256 over what one rule decides: the same in shadow mode and without, and under any name."""
    return _digest_of({key: row[key] for key in CONTENT_KEYS if key in row})


def _digest_of(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_written)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _written(value: Any) -> str:
    # A module gets times of YAML as texts.
    return value.isoformat() if isinstance(value, date) else str(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_local_rule(row: Mapping[str, Any]) -> bool:
    """Whether a rule contains business hours, days or times without an offset, or ends with one."""
    queries = [row[key] for key in ("when", "unless") if isinstance(row.get(key), Mapping)]
    times = [query.get(key) for query in queries for key in ("since", "until")]
    conditions = [item for query in queries for item in _listed(query.get("where", []))]
    times += [value for item in conditions for value in _listed(item.get("value"))]
    return "during" in row or any(map(is_local, (*times, row.get(EXPIRES))))


def places(rows: Sequence[Any]) -> list[str]:
    """Where each rule stands, for messages: rules of a file count within it, and all others by themselves."""
    found, number = [], 0
    for row in rows:
        given = row if isinstance(row, Mapping) else {}
        place = given.get(ORIGIN)
        if place is None:
            number += 1
            place = f"Rule {number}"
        name = given.get("name")
        found.append(f"{place} ({name!a})" if isinstance(name, str) else str(place))
    return found


def _rule_from(row: Any, dialect: Dialect, now: datetime, today: datetime) -> Rule:
    if not isinstance(row, Mapping):
        raise InvalidInput("must be a dictionary with `name`, `when` and `then`.")
    check_keys(row, (*RULE_KEYS, ORIGIN), "rule")
    then = row.get("then")
    if isinstance(then, Mapping):
        check_keys(then, THEN_KEYS, "then")
    for key in ("name", "when"):
        if row.get(key) in (None, "", {}):
            raise InvalidInput(f"`{key}` is missing or empty.")
    if "unless" in row and row["unless"] in (None, "", [], {}):
        # An empty query matches every alert, but an empty exception looks like none.
        raise InvalidInput("`unless` is empty. Leave it out, or set a query for the alerts to exclude.")
    if then is None:
        raise InvalidInput("`then` is missing. Set `then: {}` to leave these alerts unchanged.")
    if not isinstance(then, Mapping):
        raise InvalidInput("`then` must be a dictionary of actions; use {} for none.")
    name = checked_text(row["name"], "name")
    # The mark of a closure contains the name, and a backslash-u in it would make the server drop the text.
    if not name.isprintable() or len(name) > MAX_NAME_LENGTH or set(name) & set('"\\'):
        raise InvalidInput(f'`name` must be one line of up to {MAX_NAME_LENGTH} printable characters without " and \\.')
    mode = row.get("mode", "apply")
    if mode not in MODES:
        raise InvalidInput(f"`mode` is {mode!a}. Use {' or '.join(MODES)}.")
    lifetime = lifetime_of(row, today)
    when, stop, closes = row["when"], boolean_at(row, "stop", True), boolean_at(then, "false_positive", False)
    return Rule(
        name=name,
        stop=stop,
        shadow=mode == "shadow",
        when=compile_written_query(when, "when", dialect, now),
        unless=compile_written_query(row["unless"], "unless", dialect, now, True) if "unless" in row else (),
        during=business_hours(row["during"], zone_of(now)) if "during" in row else None,
        time_field=dialect.names["timestamp"],
        asset=asset_condition(row["asset"], dialect) if "asset" in row else None,
        group=group_condition(row["group"], dialect) if "group" in row else None,
        unasked=frozenset(dialect.names[name] for name in ("parent_id", "status") if name not in when),
        then=_wish(then, closes),
        lifetime=lifetime,
        expired=lifetime.is_over(today),
        content=content_digest(row),
    )


def _wish(given: Mapping[str, Any], closes: bool) -> Wish:
    status = given.get("status")
    if status is not None and status not in SETTABLE_STATUSES:
        raise InvalidInput(f"`then.status` is {status!a}. Use {', '.join(SETTABLE_STATUSES)}.")
    tags = _tags_from(given, "tags")
    if closes:
        if status not in (None, "completed"):
            raise InvalidInput(
                "`then.false_positive` completes alerts. Leave `then.status` out, or set it to completed."
            )
        status, tags = "completed", (*tags, *((FALSE_POSITIVE,) if FALSE_POSITIVE not in tags else ()))
    if given.get("observation") is not None and status is None:
        raise InvalidInput("`then.observation` can only be stored with a status. Also set `then.status`.")
    both = set(tags) & set(_tags_from(given, "remove_tags"))
    if both:
        raise InvalidInput(
            f"the tag {min(both)!a} is in both `then.tags` and `then.remove_tags`. Remove it from one of them."
        )
    return Wish(
        status,
        _storable_as_is("observation", given["observation"]) if given.get("observation") is not None else None,
        tags,
        _tags_from(given, "remove_tags"),
        (_storable_as_is("note", given["note"]),) if given.get("note") is not None else (),
        _incident_name(checked_text(given["incident"], "then.incident")) if given.get("incident") is not None else None,
    )


def _storable_as_is(key: str, given: Any) -> str:
    """Check that the server stores a text unchanged; rules have no `unsupported_text` as a fallback."""
    text = checked_text(given, f"then.{key}")
    if not text.strip() and key == "note":
        raise InvalidInput("`then.note` is empty. Leave it out, or set a text.")
    storable = (storable_note if key == "note" else storable_observation)(text, "replace")
    if storable.warning is not None:
        message = storable.warning.replace(f"The {key}", f"`then.{key}`", 1)
        raise InvalidInput(message.replace("it is stored as", "this could be stored", 1))
    return text


def _incident_name(name: str) -> str:
    try:
        return checked_name(name)
    except InvalidInput as error:
        raise InvalidInput(error.message.replace("`name`", "`then.incident`")) from None


def _tags_from(given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = given.get(key) or []
    tags = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(checked_tag(tag) for tag in checked_texts(f"then.{key}", tags)))
