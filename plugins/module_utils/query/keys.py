# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query keys: one table, from which options, documentation, tag rules and suggestions derive.

Texts are compared whole, letter case included, on their exact twin: on the analyzed text the server would find phrases
anywhere and lose days on which a field has another type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..dialects import Code, Dialect
from ..errors import InvalidInput
from ..model.alert import SEVERITIES, STATUSES
from ..model.fields import field_behind
from ..model.filter import Filter
from ..model.network_filters import address_filter
from ..model.networks import address_set
from ..suggestions import suggestion
from ..times import FIRST_INSTANT, LAST_INSTANT, exact, instant, last_instant
from .operators import MAX_VALUES, OPERATORS, compared_texts, condition

Option = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A query to one server.

    :param given: values by query key.
    :param now: what ages count from.
    :param keeps_away: what the query finds is kept from being changed.
    """

    given: Mapping[str, Any]
    dialect: Dialect
    now: datetime
    keeps_away: bool = False


# From the name of a key and the query that holds it to searches that find no alert twice; mostly one.
Compile = Callable[[str, Asked], list[list[Filter]]]


@dataclass(frozen=True)
class QueryKey:
    """One query key.

    :param option: its entry in an argument spec.
    :param description: sentences of the documentation, in Ansible's markup.
    :param filters: what it adds to a search.
    :param members: documentation of the members of its conditions.
    :param default: value of a query that does not name it; None for no condition.
    :param not_in_tag_rules: why a tag rule cannot hold it; empty when it can.
    :param about_progress: it compares status or time, which say nothing about the new alerts that a tag rule meets.
    :param has_field: the name is also one of a single field of the alert.
    """

    name: str
    option: Option
    description: str
    filters: Compile
    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    default: Any = None
    not_in_tag_rules: str = ""
    about_progress: bool = False
    has_field: bool = False

    @property
    def in_tag_rules(self) -> bool:
        """Whether a tag rule can hold it."""
        return not self.not_in_tag_rules

    def documentation(self) -> dict[str, Any]:
        """The key as a suboption of a DOCUMENTATION block."""
        shown = {name: value for name, value in self.option.items() if name != "options"}
        documented: dict[str, Any] = {"description": [self.description], **shown}
        if self.members:
            options = self.option["options"]
            documented["suboptions"] = {
                name: {"description": list(sentences), **options[name]} for name, sentences in self.members.items()
            }
        return documented


def _text_list(**option: Any) -> Option:
    return {"type": "list", "elements": "str", **option}


def _codes(name: str, asked: Asked, codes: Mapping[str, Code]) -> list[list[Filter]]:
    values = asked.given[name]
    unknown = [value for value in values if value not in codes]
    if unknown:
        known = ", ".join(codes)
        raise InvalidInput(f"`query.{name}` has {unknown[0]!r}; use {known}.{suggestion(unknown[0], codes)}")
    # The server takes strings only in this list, for numbers too.
    texts = [str(codes[value]) for value in values]
    return [[Filter(field_behind(name, asked.dialect).whole, "IS_ONE_OF_TERMS", texts)]]


def _status(name: str, asked: Asked) -> list[list[Filter]]:
    return _codes(name, asked, asked.dialect.status_codes)


def _severity(name: str, asked: Asked) -> list[list[Filter]]:
    return _codes(name, asked, asked.dialect.severity_codes)


def _any_value(name: str, asked: Asked) -> list[list[Filter]]:
    return [[_comparison(name, "IS_ONE_OF_TERMS", name, asked)]]


def _comparison(behind: str, operator: str, name: str, asked: Asked) -> Filter:
    return Filter(field_behind(behind, asked.dialect).whole, operator, compared_texts(name, asked.given[name]))


def _addresses(name: str, asked: Asked) -> list[list[Filter]]:
    texts = [text for value in asked.given[name] for text in compared_texts(name, [value])]
    addresses = address_set(texts, f"`query.{name}`")
    # What protects an IPv4 address protects its IPv6 form, too.
    most = 0 if asked.keeps_away else MAX_VALUES
    return [[address_filter(field_behind(name, asked.dialect).whole, addresses, most)]]


def _all_tags(name: str, asked: Asked) -> list[list[Filter]]:
    whole = field_behind("tags", asked.dialect).whole
    return [[Filter(whole, "IS_ONE_OF_TERMS", compared_texts(name, [tag])) for tag in asked.given[name]]]


def _no_tags(name: str, asked: Asked) -> list[list[Filter]]:
    return [[_comparison("tags", "IS_NOT_ONE_OF", name, asked)]]


def _flag(name: str, asked: Asked) -> list[list[Filter]]:
    value = "true" if asked.given[name] else "false"
    return [[Filter(field_behind(name, asked.dialect).whole, "IS_ONE_OF_TERMS", [value])]]


def _conditions(name: str, asked: Asked) -> list[list[Filter]]:
    found: list[list[Filter]] = [[]]
    for item in asked.given[name]:
        searches = condition(item, asked.dialect, asked.now, asked.keeps_away)
        found = [[*before, *search] for before in found for search in searches]
    return found


def _period(name: str, asked: Asked) -> list[list[Filter]]:
    """One filter for both bounds: the server would ignore one of two."""
    given = asked.given
    if name == "until" and "since" in given:
        return [[]]
    bounds = [
        exact(read(given[key], f"query.{key}", asked.now)) if key in given else otherwise
        for key, read, otherwise in (("since", instant, FIRST_INSTANT), ("until", last_instant, LAST_INSTANT))
    ]
    if bounds[0] > bounds[1]:
        raise InvalidInput(f"`query.since` ({bounds[0]}) is after `query.until` ({bounds[1]}).")
    return [[Filter(field_behind("timestamp", asked.dialect).whole, "IS_BETWEEN", bounds)]]


def _everything(name: str, asked: Asked) -> list[list[Filter]]:
    if asked.given[name] is not True:
        raise InvalidInput(f"`query.{name}` is false. Set it to true to select every alert, or leave it out.")
    return [[]]


def _either_side(name: str, asked: Asked) -> list[list[Filter]]:
    first = _comparison("source_user", "IS_ONE_OF_TERMS", name, asked)
    second = _comparison("target_user", "IS_ONE_OF_TERMS", name, asked)
    return [[first], [second, _comparison("source_user", "IS_NOT_ONE_OF", name, asked)]]


_NEW_ALERTS = "tag rules meet new alerts only, and an age would become one fixed time"
_CONDITION = {
    "field": {"type": "str", "required": True},
    "operator": {"type": "str", "required": True, "choices": list(OPERATORS)},
    "value": {"type": "raw"},
}
_CONDITION_DESCRIPTIONS = {
    "field": (
        "Field of the stored document, such as V(adversary.geolocation.country) on v11 or V(source.country) on v10.",
    ),
    "operator": (
        "Comparison operator. The names are the server's, in lower case. Text is compared in full, and pattern "
        "characters are taken literally.",
    ),
    "value": (
        "Value to compare with.",
        "Takes a list for V(is_one_of), V(is_not_one_of), V(is_between) and V(is_not_between), and no value for "
        "V(exist) and V(does_not_exist).",
    ),
}


def _of_field(name: str, description: str) -> QueryKey:
    return QueryKey(name, _text_list(), description, _any_value, has_field=True)


def _of_addresses(name: str, side: str) -> QueryKey:
    description = (
        f"IP address of the {side}. Takes addresses, networks such as V(10.20.0.0/16), ranges such as "
        "V(10.0.0.1-10.0.0.20), and names from O(networks)."
    )
    return QueryKey(name, _text_list(), description, _addresses, has_field=True)


# In the order of the filters of a search.
QUERY_KEYS: Sequence[QueryKey] = (
    QueryKey(
        "status",
        _text_list(choices=list(STATUSES)),
        "Status of the alert. Without it, alerts of any status but V(automatic_review) match.",
        _status,
        # `automatic_review` alerts belong to the server's rule engine for up to 40 seconds.
        default=("open", "in_review", "completed"),
        not_in_tag_rules="the rule engine runs tag rules over alerts in automatic review only",
        about_progress=True,
        has_field=True,
    ),
    QueryKey("severity", _text_list(choices=list(SEVERITIES)), "Severity of the alert.", _severity, has_field=True),
    _of_field("name", "Name of the alert."),
    _of_field("category", "Category of the alert."),
    _of_field("data_source", "Host or device that sent the log."),
    _of_field("data_type", "Log type, such as V(wineventlog)."),
    _of_field("technique", "ATT&CK technique (v11) or tactic (v10) of the alert."),
    _of_addresses("source_ip", "adversary (v11) or source (v10)"),
    _of_field("source_host", "Host name of the adversary (v11) or source (v10)."),
    _of_field("source_user", "User of the adversary (v11) or source (v10)."),
    _of_addresses("target_ip", "target (v11) or destination (v10)"),
    _of_field("target_host", "Host name of the target (v11) or destination (v10)."),
    _of_field("target_user", "User of the target (v11) or destination (v10)."),
    QueryKey("tags", _text_list(), "Tags of the alert. It must carry all of them.", _all_tags),
    QueryKey("without_tags", _text_list(), "Tags to exclude. The alert must carry none of them.", _no_tags),
    QueryKey("incident", {"type": "bool"}, "Whether the alert belongs to an incident.", _flag),
    QueryKey(
        "where",
        {"type": "list", "elements": "dict", "options": _CONDITION},
        "Conditions on any other field of the stored documents. Only fields and operators that every daily index "
        "supports are accepted. If a search fails on one index, the server silently leaves out that day and still "
        "returns 200.",
        _conditions,
        _CONDITION_DESCRIPTIONS,
    ),
    QueryKey(
        "since",
        {"type": "str"},
        "Earliest time. An age (V(90m), V(24h), V(7d), V(2w)), V(today), V(yesterday), a day or an ISO 8601 time. Days "
        "and times without an offset are in O(time_zone).",
        _period,
        not_in_tag_rules=_NEW_ALERTS,
        about_progress=True,
    ),
    QueryKey(
        "until",
        {"type": "str"},
        "Latest time, in the format of O(query.since). A day counts to its end.",
        _period,
        not_in_tag_rules=_NEW_ALERTS,
        about_progress=True,
    ),
    QueryKey(
        "user",
        _text_list(),
        "User on either side of the alert.",
        _either_side,
        not_in_tag_rules="one rule cannot match either side; use source_user or target_user, and two rules for both",
    ),
    QueryKey(
        "all",
        {"type": "bool"},
        "With V(true), every alert that the other keys do not rule out. Modules that write refuse a query without any "
        "key, so this is how to mean all alerts.",
        _everything,
        not_in_tag_rules="a tag rule needs a condition that tells its alerts from others",
    ),
)


# The keys that take addresses, networks and names of lists of them.
ADDRESS_KEYS = tuple(key.name for key in QUERY_KEYS if key.filters is _addresses)


def query_keys() -> dict[str, QueryKey]:
    """The table, by name."""
    return {key.name: key for key in QUERY_KEYS}


def query_options() -> dict[str, dict[str, Any]]:
    """The suboptions of `query` for an argument spec."""
    return {key.name: dict(key.option) for key in QUERY_KEYS}


def documentation() -> dict[str, Any]:
    """The suboptions of `query` for a DOCUMENTATION block."""
    return {key.name: key.documentation() for key in QUERY_KEYS}
