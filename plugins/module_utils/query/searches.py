# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a query to the searches of the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from ..conversion import is_blank
from ..dialects import DIALECTS, Dialect
from ..errors import InvalidInput, UnknownField
from ..model.filter import Filter
from ..model.network_filters import for_tag_rule
from ..suggestions import suggestion
from .keys import QUERY_KEYS, Asked, QueryKey, query_keys


def compile_query(
    query: Mapping[str, Any], dialect: Dialect, now: datetime, echoes: bool, keeps_away: bool = False
) -> list[list[Filter]]:
    """The searches that together find the alerts of `query`, no alert twice.

    :param query: values by query key; lists mean "any of these", except `tags` (all) and `without_tags` (none).
    :param now: what ages in `since` and `until` count from.
    :param echoes: whether repetitions of other alerts (v11) are wanted too.
    :param keeps_away: what the query finds is kept from being changed, so it must not silently find too little.
    :returns: filter lists, one search each.
    :raises InvalidInput: an empty list, an unknown key, or a value the server could not compare.
    """
    defaults = {key.name: key.default for key in QUERY_KEYS if key.default is not None}
    asked = Asked({**defaults, **given_keys(query)}, dialect, now, keeps_away)
    found = _searches(asked, QUERY_KEYS)
    filters = [item for searches in found if len(searches) == 1 for item in searches[0]]
    if dialect.echoes is not None and not echoes:
        parent = dialect.names["parent_id"]
        filters.append(Filter(parent, dialect.echoes.parent_operator, dialect.echoes.parent_value))
    compiled = [filters]
    for searches in found:
        if len(searches) > 1:
            compiled = [[*before, *search] for before in compiled for search in searches]
    return compiled


def _searches(asked: Asked, keys: Iterable[QueryKey]) -> list[list[list[Filter]]]:
    return [key.filters(key.name, asked) for key in keys if key.name in asked.given]


def tag_rule_filters(given: Mapping[str, Any], dialect: Dialect, now: datetime) -> list[Filter]:
    """The filters of the keys that a tag rule can hold; nothing is added by default.

    :param given: a query as `given_keys` returned it.
    :raises InvalidInput: a value the server could not compare, or a field that takes more than one search.
    """
    found = _searches(Asked(given, dialect, now), [key for key in QUERY_KEYS if key.in_tag_rules])
    if any(len(searches) > 1 for searches in found):
        raise InvalidInput(
            "A field in `where` has two names or types on the server, which one tag rule cannot match. Use a rule of "
            "utmstack_triage instead."
        )
    return [_for_tag_rule(item) for searches in found for filters in searches for item in filters]


def _for_tag_rule(item: Filter) -> Filter:
    try:
        return for_tag_rule(item)
    except InvalidInput as error:
        raise InvalidInput(
            f"A tag rule cannot hold this query: {error.message}. List the addresses one by one, or use a rule of "
            "utmstack_triage instead (for a suppression, `tag_rule: false`)."
        ) from None


def right_for_one(read: Callable[[Dialect], Any], dialect: str | None) -> None:
    """Refuse what `read` refuses for the dialect called `dialect`, or without a name for every dialect.

    :raises InvalidInput: with the reason of the dialect that fits best, so that each mistake is reported once.
    """
    refusals = []
    for candidate in DIALECTS.values():
        if dialect in (None, candidate.name):
            try:
                read(candidate)
            except InvalidInput as error:
                refusals.append(error)
            else:
                return
    # Of equal ones the newest.
    raise max(reversed(refusals), key=_fit)


def _fit(refusal: InvalidInput) -> int:
    """How well a dialect fits that refuses something: a field of another one is no mistake there."""
    cause: BaseException = refusal
    while isinstance(cause.__context__, InvalidInput):
        # Errors are raised again with their place in front.
        cause = cause.__context__
    if not isinstance(cause, UnknownField):
        return 2
    return 0 if cause.elsewhere else 1 + bool(cause.close)


def given_keys(query: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of `query`.

    :raises InvalidInput: a key is unknown, or has nothing to look for: null or empty would silently mean everything.
    """
    known = query_keys()
    for key, value in query.items():
        if key not in known:
            raise InvalidInput(
                f"`query` has no key {key!a}; the query keys are {', '.join(known)}.{suggestion(key, known)}"
            )
        if is_blank(value) or value == []:
            state = "null" if value is None else "empty"
            raise InvalidInput(f"`query.{key}` is {state}. Leave it out, or set what to look for.")
        if isinstance(value, list) and any(map(is_blank, value)):
            raise InvalidInput(f"`query.{key}` contains an empty text. Remove it, or set what to look for.")
    return dict(query)
