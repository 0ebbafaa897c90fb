# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments of the event source, once: validation, documentation and JSON schema derive from here. Pure.

Variables of a rulebook are rendered to texts, so each argument may be given as one. A blank one is not given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...conversion import converted, is_blank, shown
from ...errors import InvalidInput
from ...model.alert import COMMON_FIELDS, SETTABLE_STATUSES
from ...query.keys import documentation as documented_keys
from ...query.searches import compile_query, right_for_one
from ...times import instant
from ..named_lists import query_with_lists
from ..named_networks import with_named_networks
from ..options import QUERY_OPTIONS
from .event import MAX_IDS, MAX_IDS_STORED
from .followed import FIELDS

# Seconds of a year: longer times are mistakes.
_MAX_SECONDS = 366 * 24 * 3600
_MAX_COUNT = 1_000_000
# Keys of `query` that an argument of its own replaces.
_OTHER_THAN_QUERY = {
    "since": "A source follows alerts from now on. Set the argument `since` for those before its first start",
    "until": "A source follows alerts from now on. Remove it",
}


@dataclass(frozen=True)
class SourceOption:
    """One argument of the event source.

    :param type: Ansible's name of the type.
    :param description: sentences of the documentation, in Ansible's markup.
    :param minimum: the smallest number; 0 has a meaning of its own where `description` says so.
    :param hint: what a refused number should have been.
    :param most: the largest number; None for that of the type.
    """

    name: str
    type: str
    description: Sequence[str]
    default: Any = None
    minimum: float | None = None
    hint: str = ""
    choices: Sequence[str] = ()
    most: float | None = None

    def spec(self) -> dict[str, Any]:
        """The argument by the keywords of an argument spec."""
        spec: dict[str, Any] = {"type": self.type}
        if self.type == "list":
            spec["elements"] = "str"
        if self.choices:
            spec["choices"] = list(self.choices)
        if self.default is not None:
            spec["default"] = self.default
        if self.name == "query":
            spec["options"] = QUERY_OPTIONS
        return spec

    def documentation(self) -> dict[str, Any]:
        """The argument for a DOCUMENTATION block."""
        found = {"description": list(self.description), **self.spec()}
        if self.name == "query":
            del found["options"]
            found["suboptions"] = {n: key for n, key in documented_keys().items() if n not in _OTHER_THAN_QUERY}
            found["suboptions"]["status"].update(
                description=["Status of the alert. Without it, V(open)."], choices=list(SETTABLE_STATUSES)
            )
        return found

    @property
    def maximum(self) -> float | None:
        """The largest number."""
        return self.most or {"float": _MAX_SECONDS, "int": _MAX_COUNT}.get(self.type)

    def check(self, value: Any) -> None:
        """:raises InvalidInput: a number is too small or too large."""
        if self.minimum is None or value is None:
            return
        if not self.minimum <= value <= (self.maximum or math.inf):
            raise InvalidInput(f"`{self.name}` is {_number(value)}. Set {self.hint}.")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _seconds(name: str, default: float, about: Sequence[str], hint: str, minimum: float = 0) -> SourceOption:
    return SourceOption(name, "float", about, default, minimum, hint)


SOURCE_OPTIONS: Sequence[SourceOption] = (
    SourceOption(
        "query",
        "dict",
        (
            "Alerts to report, by the query keys of the modules. Without it, all open alerts.",
            "An alert is reported as C(opened) when it begins to match, and as C(reopened) when it matches again.",
            "Alerts in automatic review and echoes (v11) are left out (see O(include_review)).",
        ),
    ),
    SourceOption(
        "networks", "dict", ("Lists of addresses by name, for O(query), such as V({scanners: [10.0.0.0/24]}).",)
    ),
    SourceOption(
        "lists", "dict", ("Lists of texts by name, for O(query), such as V({backup_hosts: [bak-01, bak-02]}).",)
    ),
    _seconds(
        "interval",
        10,
        ("Seconds from one poll to the next. An idle poll of an ordinary O(query) takes at most two requests.",),
        "the time between two polls, from 0.1 seconds to a year",
        minimum=0.1,
    ),
    SourceOption(
        "cursor",
        "path",
        (
            "File that keeps the position between restarts. Its folder must exist, and each source needs a file of its "
            "own. An empty file, whose name ends with C(.lock), stays beside it.",
            "It takes about 11 bytes for each open alert, and 180 for each one whose event is not confirmed yet, or, "
            "without O(feedback), is among the last 40.",
            "Without it, a restarted source begins again as O(since) says.",
        ),
    ),
    SourceOption(
        "since",
        "str",
        (
            "Where the first start begins: an age (V(90m), V(24h), V(7d)), V(today), a day or an ISO 8601 time. Times "
            "without an offset are in UTC.",
            "Put a day or time into quotes. C(ansible-rulebook) fails on a YAML date.",
            "Without it, only alerts that are released after the start are reported. Once O(cursor) holds a position, "
            "it has no effect.",
        ),
    ),
    SourceOption(
        "include_review",
        "bool",
        (
            "Whether to report alerts that are still in automatic review, up to 40 seconds earlier. UTMStack's rule "
            "engine may still change or close them.",
        ),
        False,
    ),
    _seconds(
        "reconcile",
        60,
        (
            "Seconds between two sweeps over the IDs of all alerts that match, whatever their time. A sweep finds what "
            "a poll cannot, such as documents with an old time, and old alerts that are opened again. It takes one "
            "request for 10,000 alerts.",
            "While at most 1,000 alerts match, every poll is a sweep.",
        ),
        "the time between two sweeps, from one second to a year",
        minimum=1,
    ),
    SourceOption(
        "fields",
        "list",
        (
            "Further fields of the alert for the event, under the names that M(utmstack.siem.utmstack_alert_info) "
            "returns. Without it, an event holds IDs, numbers, times and words from closed lists. Events for several "
            "alerts hold no further fields.",
            "These texts are an attacker's. Control characters and template delimiters in them are broken, and long "
            "ones are cut. Prefer to pass the ID and to read the alert in the playbook.",
        ),
        [],
        choices=tuple(COMMON_FIELDS),
    ),
    SourceOption(
        "changed",
        "list",
        (
            "What to watch on the alerts that match, until they are completed. An alert on which it changes is "
            "reported as C(changed).",
            "At most 10,000 alerts are watched. Of more, a new one replaces the one watched longest. Their documents "
            "are read and compared every O(reconcile) seconds, with one request for 1,000 alerts.",
        ),
        [],
        choices=FIELDS,
    ),
    _seconds(
        "redeliver_after",
        0,
        (
            "Seconds after which an alert is reported again that the server still shows untouched. V(0) means never.",
            "This repeats an action that did not happen, also without persistence, so the action must change the "
            "alert: its status, tags, note or incident.",
        ),
        "0 for never, or a time in seconds, at most a year",
    ),
    SourceOption(
        "attempts",
        "int",
        ("How often at most an alert is reported with O(redeliver_after), the first time included.",),
        3,
        1,
        "how often an alert is reported, at least 1",
    ),
    SourceOption(
        "burst",
        "int",
        (
            "If one poll finds more than this many like alerts (of one rule, from one source, about one asset), report "
            "them as one C(burst) event with all their IDs. V(0) means never.",
        ),
        0,
        0,
        "0 for never, or a number of alerts",
    ),
    SourceOption(
        "batch",
        "int",
        (
            "How many alerts of one poll share an event. Alerts that are in no burst are then reported together, as "
            "C(batch) events with all their IDs, so that one run of a playbook serves them all. V(0) means one event "
            "each.",
            "An alert that comes alone and alerts that have changed are still reported by themselves.",
        ),
        0,
        0,
        f"0 for one event each, or a number of alerts up to {MAX_IDS}",
        most=MAX_IDS,
    ),
    _seconds(
        "max_backoff",
        60,
        ("Longest wait in seconds after a failed poll, unless the server requests a longer one.",),
        "the longest wait after a failed poll, from one second to a year",
        minimum=1,
    ),
    _seconds(
        "give_up_after",
        600,
        (
            "Seconds of failing polls after which the source ends with an error, so that the restart policy of an "
            "activation acts. V(0) means never.",
            "Refused credentials and locks end it at once.",
        ),
        "0 for never, or a time in seconds, at most a year",
    ),
    _seconds(
        "health_interval",
        60,
        ("Seconds between two C(health) events, which also report failing polls. V(0) means none.",),
        "0 for none, or a time in seconds, at most a year",
    ),
    SourceOption(
        "feedback",
        "bool",
        (
            "Whether C(ansible-rulebook) confirms each event that it has stored, and the position moves only then. "
            "Needs its persistence: C(--persistence-id), C(--id), and C(drools_db_file_path) (or C(drools_db_host), "
            "C(drools_db_port) and C(drools_db_name)) among its variables.",
            f"C(burst) and C(batch) events then hold at most {MAX_IDS_STORED} alerts, since C(ansible-rulebook) loses "
            "actions that it goes on with after a restart if their events take more than 64 KiB together. Set "
            "O(redeliver_after) as well, above all with O(fields) or C(execution_strategy: parallel).",
        ),
        False,
    ),
)


@dataclass(frozen=True)
class SourceOptions:
    """The arguments of one event source; times in seconds.

    :param query: without names of lists and networks.
    :param since: None for the time of the first start.
    :param cursor: None to keep the position in memory only.
    """

    query: Mapping[str, Any] = field(default_factory=dict)
    interval: float = 10
    cursor: str | None = None
    since: datetime | None = None
    include_review: bool = False
    reconcile: float = 60
    fields: tuple[str, ...] = ()
    changed: frozenset[str] = frozenset()
    redeliver_after: float = 0
    attempts: int = 3
    burst: int = 0
    batch: int = 0
    max_backoff: float = 60
    give_up_after: float = 600
    health_interval: float = 60
    feedback: bool = False


def source_options(given: Mapping[str, Any], now: datetime, dialect: str | None = None) -> SourceOptions:
    """The arguments of a source other than those of the connection.

    :param given: as the engine passed them, text or typed; others are left alone.
    :param dialect: the major version of the server, if it is given.
    :raises InvalidInput: a value is wrong.
    """
    if "query" in given and (is_blank(given["query"]) or not given["query"]):
        raise InvalidInput("`query` is empty. Set what to report, or remove it for all open alerts.")
    named = {option.name: given[option.name] for option in SOURCE_OPTIONS if not is_blank(given.get(option.name))}
    named = query_with_lists(named)
    found = {
        option.name: converted(named[option.name], option.spec(), option.name)
        for option in SOURCE_OPTIONS
        if option.name in named
    }
    for option in SOURCE_OPTIONS:
        option.check(found.get(option.name))
    if "query" in found:
        found["query"] = with_named_networks(found)["query"]
        _check_query(found["query"], now, dialect)
    if "since" in found:
        found["since"] = _beginning(found["since"], now)
    found["fields"] = tuple(dict.fromkeys(found.get("fields", ())))
    found["changed"] = frozenset(found.get("changed", ()))
    return SourceOptions(**{name: value for name, value in found.items() if name not in ("networks", "lists")})


def _check_query(query: Mapping[str, Any], now: datetime, dialect: str | None) -> None:
    """:raises InvalidInput: no server of the major version could follow it."""
    if not query:
        raise InvalidInput("`query` is empty. Set what to report, or remove it for all open alerts.")
    for name, reason in _OTHER_THAN_QUERY.items():
        if name in query:
            raise InvalidInput(f"`query.{name}` has no meaning here. {reason}.")
    if "automatic_review" in query.get("status", ()):
        raise InvalidInput("`query.status` contains 'automatic_review'. Set `include_review: true` instead.")
    right_for_one(lambda candidate: compile_query(query, candidate, now, echoes=False), dialect)


def _beginning(text: str, now: datetime) -> datetime:
    """:raises InvalidInput: the text is no time, or one in the future."""
    found = instant(text, "since", now)
    if found > now:
        raise InvalidInput(f"`since` is {shown(text)}, which is in the future. Set a time that has passed.")
    return found
