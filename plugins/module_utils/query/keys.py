# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the words of a `query` to the server's filters.

Texts are compared whole, letter case included, on ``.keyword``: on the analysed text the server would find phrases
anywhere and lose days on which a field has another type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ..dialects import DIALECTS, Dialect
from ..errors import InvalidInput
from ..model.alert import SEVERITY_CODES, STATUS_CODES
from ..model.fields import SIDE_WORDS, TEXT_WORDS, word_fields
from ..model.filter import Filter
from ..suggestions import suggestion
from ..times import FIRST_INSTANT, LAST_INSTANT, exact, instant
from .operators import compared_texts, condition

# `automatic_review` alerts belong to the server's rule engine for up to 40 seconds.
DEFAULT_STATUS = ("open", "in_review", "completed")

# Each asks one field of the document for whole texts.
FIELD_WORDS: Sequence[str] = (*TEXT_WORDS, "technique", *SIDE_WORDS)
QUERY_WORDS: Sequence[str] = (
    "status",
    "severity",
    *FIELD_WORDS,
    "user",
    "tags",
    "without_tags",
    "incident",
    "since",
    "until",
    "where",
)


def compile_query(query: Mapping[str, Any], dialect: Dialect, now: datetime, echoes: bool) -> list[list[Filter]]:
    """The searches that together find what `query` describes, no alert twice.

    :param query: words of QUERY_WORDS; lists mean "any of these", except `tags` (all) and `without_tags` (none).
    :param now: what ages in `since` and `until` count from.
    :param echoes: whether repetitions of other alerts (v11) are wanted too.
    :returns: filter lists, one search each.
    :raises InvalidInput: an empty list, an unknown word, or a value the server could not compare.
    """
    given = given_words(query)
    statuses = given.get("status", DEFAULT_STATUS)
    filters = [Filter("status", "IS_ONE_OF_TERMS", _codes("status", statuses, STATUS_CODES))]
    filters += content_filters(given, dialect, now)
    if "since" in given or "until" in given:
        filters.append(_period(given, now))
    if dialect.has_echoes and not echoes:
        filters.append(Filter("parentId", "DOES_NOT_EXIST"))
    if "user" not in given:
        return [filters]
    fields = word_fields(dialect)
    either, other = fields["source_user"], fields["target_user"]
    return [
        [*filters, _any_of(either, "user", given["user"])],
        [*filters, _any_of(other, "user", given["user"]), _none_of(either, "user", given["user"])],
    ]


def check_query(query: Mapping[str, Any], dialect: str | None) -> None:
    """Refuse, before anything is sent, what no server could be asked.

    :param dialect: the generation where it is known already; a query must be right for one of all of them otherwise.
    :raises InvalidInput: the query is wrong for each.
    """
    right_for_one(lambda candidate: compile_query(query, candidate, datetime.now(timezone.utc), echoes=False), dialect)


def right_for_one(read: Callable[[Dialect], Any], dialect: str | None) -> None:
    """Refuse what `read` refuses for the dialect called `dialect`, or without a name for every dialect.

    :raises InvalidInput: with what was said for each.
    """
    refusals = []
    for candidate in DIALECTS.values():
        if dialect in (None, candidate.name):
            try:
                read(candidate)
            except InvalidInput as error:
                refusals.append(error.message)
            else:
                return
    raise InvalidInput(" ".join(dict.fromkeys(refusals)))


def given_words(query: Mapping[str, Any]) -> dict[str, Any]:
    """The words that `query` really says something with.

    :raises InvalidInput: an empty list or text, or an unknown word.
    """
    given = {word: value for word, value in query.items() if value is not None}
    for word, value in given.items():
        if word not in QUERY_WORDS:
            raise InvalidInput(
                f"`query` has no word {word!r}; it knows {', '.join(QUERY_WORDS)}.{suggestion(word, QUERY_WORDS)}"
            )
        if value == [] or value == "":
            raise InvalidInput(f"`query.{word}` is empty. Leave it out, or say what to look for.")
    return given


def content_filters(given: Mapping[str, Any], dialect: Dialect, now: datetime) -> list[Filter]:
    """The filters of the words that are about what an alert holds: neither its status, nor its time, nor `user`.

    :param given: what `given_words` gave.
    :raises InvalidInput: a value the server could not compare.
    """
    filters = []
    if "severity" in given:
        filters.append(Filter("severity", "IS_ONE_OF_TERMS", _codes("severity", given["severity"], SEVERITY_CODES)))
    fields = word_fields(dialect)
    filters += [_any_of(fields[word], word, given[word]) for word in FIELD_WORDS if word in given]
    filters += [_any_of("tags", "tags", [tag]) for tag in given.get("tags", [])]
    if "without_tags" in given:
        filters.append(_none_of("tags", "without_tags", given["without_tags"]))
    if "incident" in given:
        filters.append(Filter("isIncident", "IS_ONE_OF_TERMS", ["true" if given["incident"] else "false"]))
    return filters + [condition(item, dialect, now) for item in given.get("where", [])]


def _codes(word: str, values: Sequence[str], codes: Mapping[str, int]) -> list[str]:
    unknown = [value for value in values if value not in codes]
    if unknown:
        raise InvalidInput(
            f"`query.{word}` has {unknown[0]!r}; it knows {', '.join(codes)}.{suggestion(unknown[0], codes)}"
        )
    # The server takes strings only in this list, for numbers too.
    return [str(codes[value]) for value in values]


def _any_of(field: str, word: str, values: Sequence[Any]) -> Filter:
    return Filter(f"{field}.keyword", "IS_ONE_OF_TERMS", compared_texts(word, values))


def _none_of(field: str, word: str, values: Sequence[Any]) -> Filter:
    return Filter(f"{field}.keyword", "IS_NOT_ONE_OF", compared_texts(word, values))


def _period(given: Mapping[str, Any], now: datetime) -> Filter:
    bounds = [
        exact(instant(given[word], f"query.{word}", now)) if word in given else otherwise
        for word, otherwise in (("since", FIRST_INSTANT), ("until", LAST_INSTANT))
    ]
    if bounds[0] > bounds[1]:
        raise InvalidInput(f"`query.since` ({bounds[0]}) is after `query.until` ({bounds[1]}).")
    return Filter("@timestamp", "IS_BETWEEN", bounds)
