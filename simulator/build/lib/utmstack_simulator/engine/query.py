# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The search operators: which documents of one index a list of filters matches (API facts, 3.2 and 3.3)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from .analysis import holds_phrase, tokens
from .dates import DATES, BadDate, bound
from .documents import KEYWORD, DailyIndex, as_float, bent, values_at
from .java import java_text, number
from .query_string import matches_query_string

MAX_CLAUSES = 1024


class ShardFailure(Exception):
    """One index cannot run the query; the others answer without it."""


class BadFilter(Exception):
    """A filter that fails before any index is searched."""


def operator_name(operator: Any, operators: Sequence[str]) -> str | None:
    """The operator that Jackson reads: a name, possibly with spaces around it, or a position in the list."""
    if operator is None:
        return None
    return operators[int(operator)] if _is_position(operator) else str(operator).strip()


def checked_filters(filters: Sequence[dict[str, Any]], operators: Sequence[str]) -> list[tuple[str, str, Any]]:
    """Filters as (field, operator, value). :raises BadFilter: one of them always fails."""
    checked = []
    for item in filters:
        name = None if item is None else operator_name(item.get("operator"), operators)
        if name is None:
            raise BadFilter("operator is null")
        field, value = item.get("field"), item.get("value")
        field = field if field is None else java_text(field)
        if name not in ("IS_IN_FIELDS", "IS_NOT_IN_FIELDS") and (field is None or not field.strip()):
            raise BadFilter("Field can't be null")
        if name not in ("EXIST", "DOES_NOT_EXIST") and value is None:
            raise BadFilter("Value can't be null")
        _check_value(name, value)
        checked.append((str(field), name, value))
    return checked


def _is_position(operator: Any) -> bool:
    return not isinstance(operator, bool) and (isinstance(operator, int) or str(operator).strip().isdigit())


def _check_value(name: str, value: Any) -> None:
    lists = ("IS_ONE_OF", "CONTAIN_ONE_OF", "IS_NOT_ONE_OF", "DOES_NOT_CONTAIN_ONE_OF", "IS_BETWEEN", "IS_NOT_BETWEEN")
    if name in (*lists, "IS_ONE_OF_TERMS", "IS_ONE_OF_TERMS_OR") and not isinstance(value, list):
        raise BadFilter("a list is needed")
    if name.startswith("IS_ONE_OF_TERMS") and any(not isinstance(item, str) for item in value):
        raise BadFilter("terms must be strings")
    if name in lists[:4] and len(value) > MAX_CLAUSES:
        raise BadFilter("maxClauseCount is set to 1024")
    if name in ("IS_BETWEEN", "IS_NOT_BETWEEN") and (len(value) < 2 or None in value[:2]):
        raise BadFilter("two bounds are needed")


def known_operator(operator: Any, operators: Sequence[str]) -> bool:
    """Whether Jackson reads this as an operator: a name, possibly with spaces around it, or a position in the list."""
    if operator is None:
        return True
    if isinstance(operator, (bool, list, dict, float)):
        return False
    text = str(operator).strip()
    return int(text) < len(operators) if text.isdigit() else text in operators


def match(daily: DailyIndex, filters: Sequence[tuple[str, str, Any]]) -> set[int]:
    """Numbers of the documents in one index that match all filters. :raises ShardFailure: the index cannot run it."""
    found: set[int] | None = None
    either: set[int] | None = None
    for field, operator, value in filters:
        part = OPERATORS[operator](daily, field, value)
        if operator == "IS_ONE_OF_TERMS_OR":
            either = part if either is None else either | part
        else:
            found = part if found is None else found & part
    if either is not None:
        found = either if found is None else found & either
    return set(daily.documents) if found is None else found


def value_text(value: Any) -> str:
    """A filter value turned into text, as the backend does before a phrase search."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else java_text(value)


def phrase(daily: DailyIndex, field: str, value: Any) -> set[int]:
    """match_phrase: a phrase on text, the value itself on everything else."""
    kind = daily.type_of(field)
    text = value_text(value)
    if kind in (None, "object"):
        return set()
    if kind == "text":
        return _text_phrase(daily, field, tokens(text))
    if kind == "keyword":
        return set(daily.terms(field).get(text, ()))
    if kind in DATES:
        return span(daily, field, text, text)
    return _term(daily, field, str(kind), text)


def _text_phrase(daily: DailyIndex, field: str, words: list[str]) -> set[int]:
    if not words:
        return set()
    terms = daily.terms(field)
    found = set(terms.get(words[0], ()))
    for word in words[1:]:
        found &= terms.get(word, set())
    if len(words) == 1:
        return found
    return {number for number in found if any(holds_phrase(part, words) for part in _token_lists(daily, field, number))}


def _token_lists(daily: DailyIndex, field: str, number: int) -> list[list[str]]:
    """The words of each entry separately, because a phrase does not span entries."""
    source = daily.documents[number].source
    return [tokens(bent("text", value)) for value in values_at(source, field) if not isinstance(value, dict)]


def _term(daily: DailyIndex, field: str, kind: str, text: str) -> set[int]:
    if kind == "boolean":
        if text not in ("true", "false"):
            raise ShardFailure(f"Can't parse boolean value [{text}]")
        return set(daily.terms(field).get(text == "true", ()))
    return set(daily.terms(field).get(_number(text, kind), ()))


def _number(value: Any, kind: str) -> int | float:
    """A value to compare numbers of this type with; a fraction on a long equals none of them."""
    try:
        found = number(java_text(value))
        return as_float(found) if kind == "float" else found
    except ValueError:
        raise ShardFailure(f"For input string: {value}") from None


def any_term(daily: DailyIndex, field: str, values: Sequence[str]) -> set[int]:
    """terms: whole values, or single words on text."""
    kind = daily.type_of(field)
    found: set[int] = set()
    if kind in (None, "object"):
        return found
    for value in values:
        if kind in ("text", "keyword"):
            found |= daily.terms(field).get(value, set())
        else:
            found |= phrase(daily, field, value)
    return found


def exists(daily: DailyIndex, field: str) -> set[int]:
    """Documents that hold the field, by name or pattern."""
    if "*" not in field:
        return set(daily.present(field))
    shape = re.compile(".*".join(re.escape(piece) for piece in field.split("*")))
    found: set[int] = set()
    for name in daily.types:
        if shape.fullmatch(name):
            found |= daily.present(name)
    return found


def span(daily: DailyIndex, field: str, low: Any, high: Any, above: bool = False, epoch: bool = True) -> set[int]:
    """range: `low` and `high` may be None."""
    kind = daily.type_of(field)
    if kind in (None, "object"):
        return set()
    if kind in DATES:
        # The backend sends a format of its own for operators that reject epoch milliseconds.
        form = str(kind) if epoch else "date"
        try:
            first = None if low is None else bound(java_text(low), above, epoch, form)[1 if above else 0]
            last = None if high is None else bound(java_text(high), True, epoch, form)[1]
        except BadDate as error:
            raise ShardFailure(f"failed to parse date field [{error}]") from None
        return daily.between(field, first, last, above)
    if kind in ("keyword", "text"):
        texts = [None if limit is None else java_text(limit) for limit in (low, high)]
        return daily.between(field, texts[0], texts[1], above)
    if kind == "boolean":
        flags = [
            None if limit is None else {"true": True, "false": False}.get(java_text(limit)) for limit in (low, high)
        ]
        if any(flag is None and limit is not None for flag, limit in zip(flags, (low, high), strict=True)):
            raise ShardFailure("Can't parse boolean value")
        return daily.between(field, flags[0], flags[1], above)
    limits = [None if limit is None else _number(limit, str(kind)) for limit in (low, high)]
    return daily.between(field, limits[0], limits[1], above)


def wildcard(daily: DailyIndex, field: str, pattern: str) -> set[int]:
    """wildcard: ``*`` and ``?`` are wildcards, and a backslash escapes the next character."""
    kind = daily.type_of(field)
    if kind in (None, "object"):
        return set()
    if kind not in ("text", "keyword"):
        raise ShardFailure(f"Can only use wildcard queries on keyword and text fields - not on [{field}] ({kind})")
    shape = re.compile(_wildcard_shape(pattern), re.S)
    found: set[int] = set()
    for term, numbers in daily.terms(field).items():
        if shape.fullmatch(term):
            found |= numbers
    return found


def _wildcard_shape(pattern: str) -> str:
    parts = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            position += 1
            parts.append(re.escape(pattern[position]))
        elif character == "*":
            parts.append(".*")
        elif character == "?":
            parts.append(".")
        else:
            parts.append(re.escape(character))
        position += 1
    return "".join(parts)


def _any_phrase(daily: DailyIndex, field: str, values: Sequence[Any]) -> set[int]:
    found: set[int] = set()
    for value in values:
        found |= phrase(daily, field, value)
    return found


def _all(daily: DailyIndex) -> set[int]:
    return set(daily.documents)


def _one_of(daily: DailyIndex, field: str, value: Any) -> set[int]:
    # An empty bool has no clause that could fail: everything matches.
    return _any_phrase(daily, field, value) if value else _all(daily)


def _negated(positive: Callable[[DailyIndex, str, Any], set[int]]) -> Callable[[DailyIndex, str, Any], set[int]]:
    return lambda daily, field, value: _all(daily) - positive(daily, field, value)


def _contain(daily: DailyIndex, field: str, value: Any) -> set[int]:
    return matches_query_string(daily, [field], value_text(value), wildcard, phrase, conjunction=True)


def _in_fields(daily: DailyIndex, field: str, value: Any) -> set[int]:
    fields = [name for name, kind in daily.types.items() if kind == "text"]
    fields += [name + KEYWORD for name in fields]
    return matches_query_string(daily, fields, value_text(value), wildcard, phrase, conjunction=False)


def _between(daily: DailyIndex, field: str, value: Any) -> set[int]:
    return span(daily, field, value[0], value[1])


def _starts(daily: DailyIndex, field: str, value: Any) -> set[int]:
    return wildcard(daily, field, value_text(value) + "*")


def _ends(daily: DailyIndex, field: str, value: Any) -> set[int]:
    return wildcard(daily, field, "*" + value_text(value))


OPERATORS: dict[str, Callable[[DailyIndex, str, Any], set[int]]] = {
    "IS": phrase,
    "IS_NOT": _negated(phrase),
    "CONTAIN": _contain,
    "DOES_NOT_CONTAIN": _negated(_contain),
    "IS_ONE_OF": _one_of,
    "IS_NOT_ONE_OF": _negated(_one_of),
    "CONTAIN_ONE_OF": _one_of,
    "DOES_NOT_CONTAIN_ONE_OF": _negated(_any_phrase),
    "IS_ONE_OF_TERMS": any_term,
    "IS_ONE_OF_TERMS_OR": any_term,
    "EXIST": lambda daily, field, value: exists(daily, field),
    "DOES_NOT_EXIST": _negated(lambda daily, field, value: exists(daily, field)),
    "IS_BETWEEN": _between,
    "IS_NOT_BETWEEN": _negated(_between),
    "IS_IN_FIELDS": _in_fields,
    "IS_NOT_IN_FIELDS": _negated(_in_fields),
    "IS_GREATER_THAN": lambda daily, field, value: span(daily, field, value, None, above=True, epoch=False),
    "IS_LESS_THAN_OR_EQUALS": lambda daily, field, value: span(daily, field, None, value, epoch=False),
    "START_WITH": _starts,
    "NOT_START_WITH": _negated(_starts),
    "ENDS_WITH": _ends,
    "NOT_ENDS_WITH": _negated(_ends),
}
