# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the rules of a playbook or a file to a decision table; an error names file, rule and key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE, SETTABLE_STATUSES, STATUSES
from ...model.incident import checked_name
from ...model.storable_text import checked_tag, storable_note, storable_observation
from ...query.searches import compile_query
from ...query.written import boolean_at, text_of, written_query
from ...suggestions import check_keys
from .decision_table import Rule, Searches, Table, Wish

RULE_KEYS = ("name", "when", "unless", "then", "stop", "mode", "description")
THEN_KEYS = ("status", "false_positive", "observation", "tags", "remove_tags", "note", "incident")
MODES = ("apply", "shadow")
MAX_NAME_LENGTH = 80
MAX_RUN_ID_LENGTH = 40
# A key that the loader of rule files adds: where a rule stands.
ORIGIN = "origin"


def table_from(params: Mapping[str, Any], dialect: Dialect, now: datetime) -> Table:
    """The decision table of a task. :raises InvalidInput: a rule or guardrail that could not do what it says."""
    rows = params["rules"]
    if not rows:
        raise InvalidInput("Neither `rules` nor `rules_files` holds a rule; a decision table needs at least one.")
    run_id = params["run_id"]
    # It stands in the mark of a closure like the name of a rule, and a bracket ends the mark.
    if run_id is not None and (
        not run_id.isprintable() or not run_id.isascii() or len(run_id) > MAX_RUN_ID_LENGTH or set(run_id) & set('"\\]')
    ):
        raise InvalidInput(
            f'`run_id` must be up to {MAX_RUN_ID_LENGTH} printable ASCII characters without ", \\ and ].'
        )
    share = params["max_share"]
    if share is not None and not 0 < share <= 1:
        raise InvalidInput("`max_share` must be above 0 and at most 1.")
    protect = [
        search for item in params["protect"] for search in compile_rule_query(item, "protect", dialect, now, whole=True)
    ]
    return Table(read_rules(rows, dialect, now), rules_digest(rows), protect, params["hold_tags"], run_id)


def read_rules(rows: Sequence[Mapping[str, Any]], dialect: Dialect, now: datetime) -> list[Rule]:
    """The decision table in these rows.

    :param rows: rules with the keys of RULE_KEYS; ORIGIN says where a rule comes from.
    :param now: what ages in `since` and `until` count from.
    :raises InvalidInput: a rule that could not do what it says; every message says which rule and key.
    """
    rules: dict[str, Rule] = {}
    for number, row in enumerate(rows, 1):
        place = _place(number, row)
        try:
            rule = _rule_from(row, dialect, now)
            if rule.name in rules:
                raise InvalidInput("another rule has the same `name`.")
        except InvalidInput as error:
            raise InvalidInput(f"{place}: {error.message}") from None
        rules[rule.name] = rule
    return list(rules.values())


def rules_digest(rows: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the rules, wherever they come from: the version of a rule set."""
    kept = [{key: value for key, value in row.items() if key != ORIGIN} for row in rows]
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _place(number: int, row: Any) -> str:
    name = row.get("name") if isinstance(row, Mapping) else None
    origin = row.get(ORIGIN) if isinstance(row, Mapping) else None
    shown = f"Rule {number}" + (f" ({name!a})" if isinstance(name, str) else "")
    return f"{origin}: {shown}" if origin else shown


def _rule_from(row: Any, dialect: Dialect, now: datetime) -> Rule:
    if not isinstance(row, Mapping):
        raise InvalidInput("a rule is a dictionary with `name`, `when` and `then`.")
    check_keys(row, (*RULE_KEYS, ORIGIN), "rule")
    if isinstance(row.get("then"), Mapping):
        check_keys(row["then"], THEN_KEYS, "then")
    for key in ("name", "when"):
        if row.get(key) in (None, "", {}):
            raise InvalidInput(f"`{key}` is missing or empty.")
    if "unless" in row and row["unless"] in (None, "", [], {}):
        # An empty query finds every alert, and an empty exception looks as if there were none.
        raise InvalidInput("`unless` is empty; leave it out, or say which alerts the rule is not about.")
    if row.get("then") is None:
        raise InvalidInput("`then` is missing; write `then: {}` to leave these alerts as they are.")
    name = str(row["name"])
    # The name stands in the mark of a closure, where a backslash-u would make the server drop the text.
    if not name.isprintable() or len(name) > MAX_NAME_LENGTH or set(name) & set('"\\'):
        raise InvalidInput(f'`name` must be one line of up to {MAX_NAME_LENGTH} printable characters without " and \\.')
    mode = row.get("mode", "apply")
    if mode not in MODES:
        raise InvalidInput(f"`mode` is {mode!a}; it knows {', '.join(MODES)}.")
    when = row["when"]
    return Rule(
        name=name,
        when=compile_rule_query(when, "when", dialect, now),
        then=_wish(row["then"]),
        unless=compile_rule_query(row["unless"], "unless", dialect, now, whole=True) if "unless" in row else (),
        unasked=frozenset(dialect.names[name] for name in ("parent_id", "status") if name not in when),
        stop=boolean_at(row, "stop", True),
        shadow=mode == "shadow",
    )


def compile_rule_query(given: Any, key: str, dialect: Dialect, now: datetime, whole: bool = False) -> Searches:
    """The searches of a query that stands in a rule; a single text counts as a list of one.

    :param whole: find alerts of any status and echoes, too, unless the query names a status: what keeps rules away
        from alerts must not miss those that a query leaves out of its own accord.
    :raises InvalidInput: an unknown key, or a value that cannot be compared.
    """
    query = written_query(given, key)
    try:
        if whole:
            query.setdefault("status", list(STATUSES))
        return compile_query(query, dialect, now, echoes=whole)
    except InvalidInput as error:
        raise InvalidInput(error.message.replace("`query.", f"`{key}.").replace("`query`", f"`{key}`")) from None


def _wish(given: Any) -> Wish:
    if not isinstance(given, Mapping):
        raise InvalidInput("`then` is a dictionary with what shall become of the alert.")
    status = given.get("status")
    if status is not None and status not in SETTABLE_STATUSES:
        raise InvalidInput(f"`then.status` is {status!a}; it knows {', '.join(SETTABLE_STATUSES)}.")
    tags = _tags_from(given, "tags")
    if boolean_at(given, "false_positive", False):
        if status not in (None, "completed"):
            raise InvalidInput(
                "`then.false_positive` completes alerts; leave `then.status` out or set it to completed."
            )
        status, tags = "completed", (*tags, *((FALSE_POSITIVE,) if FALSE_POSITIVE not in tags else ()))
    if given.get("observation") is not None and status is None:
        raise InvalidInput("`then.observation` is stored together with a status; set `then.status`, too.")
    both = set(tags) & set(_tags_from(given, "remove_tags"))
    if both:
        raise InvalidInput(f"the tag {min(both)!a} stands in `then.tags` and in `then.remove_tags`.")
    return Wish(
        status,
        _storable_as_is("observation", str(given["observation"])) if given.get("observation") is not None else None,
        tags,
        _tags_from(given, "remove_tags"),
        (_storable_as_is("note", str(given["note"])),) if given.get("note") is not None else (),
        _incident_name(str(given["incident"])) if given.get("incident") is not None else None,
    )


def _storable_as_is(key: str, text: str) -> str:
    """`text` when the server stores it as it stands; a rule has no `unsupported_text` to fall back on."""
    if not text.strip() and key == "note":
        raise InvalidInput("`then.note` is blank; leave it out.")
    storable = (storable_note if key == "note" else storable_observation)(text, "replace")
    if storable.warning is not None:
        told = storable.warning.replace(f"The {key}", f"`then.{key}`", 1)
        raise InvalidInput(told.replace("it is stored as", "this could be stored", 1))
    return text


def _incident_name(name: str) -> str:
    try:
        return checked_name(name)
    except InvalidInput as error:
        raise InvalidInput(error.message.replace("`name`", "`then.incident`")) from None


def _tags_from(given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = given.get(key) or []
    tags = value if isinstance(value, list) else [value]
    if any(isinstance(tag, (dict, list)) or tag is None for tag in tags):
        raise InvalidInput(f"`then.{key}` holds something else than texts.")
    return tuple(dict.fromkeys(checked_tag(text_of(tag)) for tag in tags))
