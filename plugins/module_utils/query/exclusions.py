# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditions with which a tag rule leaves out alerts that match a query or carry a tag.

The server joins the conditions of a rule with "and" and knows no "not" around several of them, so it can leave out what
a single condition describes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from ..dialects import Dialect, Kind
from ..errors import InvalidInput
from ..model.fields import field_behind, plain_name
from ..model.filter import Filter
from ..model.network_filters import for_tag_rule
from .matching import Searches, field_of
from .rule_conditions import Condition, stored_condition

# Exact opposites: all of the second ones also hold for a missing value.
_PAIRS = (
    ("IS_ONE_OF_TERMS", "IS_NOT_ONE_OF"),
    ("EXIST", "DOES_NOT_EXIST"),
    ("START_WITH", "NOT_START_WITH"),
    ("ENDS_WITH", "NOT_ENDS_WITH"),
    ("IS_BETWEEN", "IS_NOT_BETWEEN"),
)
_OPPOSITES = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
# What a new alert goes through before an analyst sees it.
_STATUSES_OF_NEW_ALERTS = ("automatic_review", "open")
# Each separator of a tag can be a space or an underscore, and each combination needs a condition.
_MAX_WORDS = 4


def excluded(searches: Searches, dialect: Dialect) -> tuple[Condition, ...]:
    """The conditions that leave out all alerts that the searches find; none if they find no new alert.

    :raises InvalidInput: a tag rule cannot express this; the message is the reason, as a subordinate clause.
    """
    left_out: list[Filter] = []
    for search in searches:
        about_new_alerts = _without_status(search, dialect)
        if about_new_alerts is None:
            continue
        # The conditions found for earlier searches of the same query hold already.
        remaining = [item for item in about_new_alerts if item not in left_out]
        if len(remaining) != 1:
            raise InvalidInput(
                "it combines several conditions, and a tag rule can only leave out one at a time"
                if remaining
                else "it describes every new alert"
            )
        compared = for_tag_rule(remaining[0])
        _check_comparable(compared, dialect)
        opposite = _opposite(compared)
        if opposite is None:
            raise InvalidInput(f"a tag rule has no opposite of {compared.operator.lower()}")
        left_out.append(opposite)
    return tuple(stored_condition(item) for item in left_out)


def _without_status(search: Sequence[Filter], dialect: Dialect) -> list[Filter] | None:
    """The filters of a search for new alerts; None if it is about a status that new alerts do not have."""
    status = field_behind("status", dialect).whole
    codes = {str(dialect.status_codes[word]) for word in _STATUSES_OF_NEW_ALERTS}
    kept = []
    for item in search:
        if item.field != status or item.operator != "IS_ONE_OF_TERMS":
            kept.append(item)
        elif not codes & set(item.value):
            return None
    return kept


def _opposite(item: Filter) -> Filter | None:
    operator = _OPPOSITES.get(item.operator)
    return None if operator is None else Filter(item.field, operator, item.value, item.stored)


def _check_comparable(item: Filter, dialect: Dialect) -> None:
    """:raises InvalidInput: a condition on this field or value means something else in a tag rule."""
    field = field_of(item)
    if dialect.fields.get(field) is Kind.DATE:
        raise InvalidInput("it compares a time, and tag rules meet new alerts only")
    if field in (dialect.names["status"], dialect.names["observation"], "statusLabel"):
        raise InvalidInput(f"it compares {field}, and tag rules meet alerts in automatic review only")
    if field in (dialect.names["source_ip"], dialect.names["target_ip"]) and isinstance(item.value, list):
        for value in item.value:
            if not _is_address(value):
                raise InvalidInput(f"{value!a} is not a single address, and a tag rule compares addresses as texts")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def without_tag(tag: str, dialect: Dialect) -> tuple[Condition, ...]:
    """The conditions that leave out alerts with a tag, whatever its case, spaces, hyphens and underscores.

    The server compares the words of a tag, so it also leaves out a longer tag that contains all of them in a row.

    :raises InvalidInput: the tag has too many words; the message is the reason, as a subordinate clause.
    """
    field = field_behind("tags", dialect)
    words = tag.replace("-", " ").replace("_", " ").split()
    if not any(character.isalnum() for character in tag) or not field.twin:
        return (stored_condition(Filter(field.whole, "IS_NOT_ONE_OF", [tag])),) if tag.strip() else ()
    if len(words) > _MAX_WORDS:
        raise InvalidInput(f"it has {len(words)} words, and a tag rule can compare tags of up to {_MAX_WORDS}")
    return tuple({"field": plain_name(field.whole), "operator": "IS_NOT", "value": text} for text in _spellings(words))


def _spellings(words: Sequence[str]) -> Iterator[str]:
    """The words joined in each way that the server tells apart: it splits texts at spaces and hyphens only."""
    for separators in itertools.product(" _", repeat=len(words) - 1):
        yield words[0] + "".join(f"{separator}{word}" for separator, word in zip(separators, words[1:]))
