# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A query decided here finds the documents that the server's search finds."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, Dialect
from ansible_collections.utmstack.siem.plugins.module_utils.model.fields import plain_name
from ansible_collections.utmstack.siem.plugins.module_utils.model.network_filters import HeldTexts, sendable
from ansible_collections.utmstack.siem.plugins.module_utils.query.matching import matcher
from ansible_collections.utmstack.siem.plugins.module_utils.query.searches import compile_query
from ansible_collections.utmstack.siem.plugins.module_utils.query.stored_values import StoredValues, values_at
from hypothesis import given, settings
from hypothesis import strategies as st

from utmstack_simulator.engine.documents import DocumentStore
from utmstack_simulator.engine.query import checked_filters, match

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
NAMES = ["Port scan", "port scan", "Port scan *", "a\\b?c", "ends scan", "Ünïcode", "x" * 256, "x" * 257]
MOMENTS = ["2026-11-20T10:00:00.000Z", "2026-11-20T10:00:00.123456789Z", "2026-11-20T12:00:00+02:00", "2026-11-19"]
ADDRESSES = [
    "10.0.0.5",
    "10.0.0.6",
    "10.0.1.5",
    "10.10.0.5",
    "2001:DB8::1",
    "2001:db8:0:0::1",
    "::ffff:10.0.0.5",
    "n/a",
    "",
]
NETWORKS = [
    "10.0.0.5",
    "10.0.0.6",
    "10.0.0.0/24",
    "10.0.0.6-10.0.1.9",
    "2001:db8::1",
    "2001:db8::/32",
    "192.168.0.0/16",
]
HOSTS = ["web-01", "web-02", "db"]


def documents(dialect: Dialect) -> st.SearchStrategy[list[dict[str, Any]]]:
    side = st.fixed_dictionaries(
        {},
        optional={
            "ip": st.one_of(st.sampled_from(ADDRESSES), st.lists(st.sampled_from(ADDRESSES), max_size=2)),
            "user": st.sampled_from(["root", "eve"]),
            "host": st.one_of(st.none(), st.sampled_from(HOSTS), st.lists(st.sampled_from(HOSTS), max_size=2)),
            "port": st.sampled_from([22, 443, "443"]),
        },
    )
    return st.lists(
        st.fixed_dictionaries(
            {
                "@timestamp": st.sampled_from(MOMENTS),
                "name": st.sampled_from(NAMES),
                "status": st.sampled_from([1, 2, 3, 5]),
                "severity": st.sampled_from([1, 2, 3]),
                "isIncident": st.booleans(),
                "tags": st.one_of(st.none(), st.lists(st.sampled_from(["A", "a", "False positive"]), max_size=2)),
                dialect.adversary: side,
                dialect.target: side,
            },
            optional={"parentId": st.just("a1"), "dataSource": st.sampled_from(HOSTS)},
        ),
        min_size=4,
        max_size=12,
    )


def conditions(dialect: Dialect) -> st.SearchStrategy[dict[str, Any]]:
    def on(fields: list[str], operators: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.fixed_dictionaries(
            {"field": st.sampled_from(fields), "operator": st.sampled_from(operators), "value": values}
        )

    texts = ["name", "tags", "dataSource", f"{dialect.adversary}.host"]
    numbers = ["severity", f"{dialect.adversary}.port"]
    pieces = st.sampled_from(["Port", "scan", "scan *", "\\b?", "x" * 256, "A", "web-0", "ï"])
    presence = st.fixed_dictionaries(
        {
            "field": st.sampled_from([*texts, *numbers]),
            "operator": st.sampled_from(["exist", "does_not_exist"]),
        }
    )
    patterns = ["contain", "does_not_contain", "start_with", "not_start_with", "ends_with", "not_ends_with"]
    pair = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(lambda two: sorted(two))
    period = st.tuples(st.sampled_from(MOMENTS), st.sampled_from(MOMENTS)).map(list)
    return st.one_of(
        on(texts, patterns, pieces),
        on(texts, ["is", "is_not"], st.sampled_from([name for name in NAMES if len(name) <= 256] + HOSTS)),
        on(texts, ["is_one_of", "is_not_one_of"], st.lists(st.sampled_from(HOSTS + ["A"]), min_size=1, max_size=3)),
        on([f"{dialect.adversary}.ip"], ["is", "is_not"], st.sampled_from(NETWORKS)),
        on([f"{dialect.target}.ip"], ["is_one_of", "is_not_one_of"], st.lists(st.sampled_from(NETWORKS), min_size=1)),
        on(numbers, ["is", "is_not", "is_greater_than", "is_less_than_or_equals"], st.sampled_from([1, 2, 22, "443"])),
        on(numbers, ["is_between", "is_not_between"], pair),
        on(["@timestamp"], ["is_between", "is_not_between"], period),
        on(["@timestamp"], ["is_greater_than", "is_less_than_or_equals"], st.sampled_from(MOMENTS)),
        on(["isIncident"], ["is", "is_not"], st.booleans()),
        presence,
    )


def queries(dialect: Dialect) -> st.SearchStrategy[dict[str, Any]]:
    some = lambda values: st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)  # noqa: E731
    words: dict[str, st.SearchStrategy[Any]] = {
        "status": some(["automatic_review", "open", "in_review", "completed"]),
        "severity": some(["low", "medium", "high"]),
        "name": some(NAMES[:-1]),
        "data_source": some(HOSTS),
        "source_ip": some(NETWORKS),
        "target_ip": some(NETWORKS),
        "target_host": some(HOSTS),
        "user": some(["root", "eve"]),
        "tags": some(["A", "a"]),
        "without_tags": some(["A", "False positive"]),
        "incident": st.booleans(),
        "since": st.sampled_from(["2h", "2026-11-20"]),
        "until": st.sampled_from(["2026-11-20T11:00:00Z"]),
    }
    where = st.lists(conditions(dialect), min_size=1, max_size=2)
    one = st.sampled_from(sorted(words)).flatmap(lambda word: st.fixed_dictionaries({word: words[word]}))
    # Few words at a time: a query of many finds nothing, and then nothing is compared.
    return st.one_of(
        st.fixed_dictionaries({"where": where}), one, st.tuples(one, one).map(lambda two: {**two[0], **two[1]})
    )


def held_in(rows: list[dict[str, Any]]) -> HeldTexts:
    """The values of a field among alerts, as the server lists them."""
    return lambda field, _others, _addresses: {str(text) for row in rows for text in values_at(row, plain_name(field))}


@pytest.mark.parametrize("name", list(DIALECTS))
@settings(max_examples=3 * settings.default.max_examples)
@given(data=st.data())
def test_what_is_decided_here_is_what_the_server_finds(name: str, data: st.DataObject) -> None:
    dialect = DIALECTS[name]
    rows = data.draw(documents(dialect))
    query = data.draw(queries(dialect))
    store = DocumentStore()
    # The day's first document makes the ports numbers; on a day on which they are text, the server compares texts.
    sides = {side: {"port": 1} for side in (dialect.adversary, dialect.target)}
    store.put("day", "first", {"id": "first", "status": 0, **sides})
    for number, row in enumerate(rows):
        store.put("day", str(number), {**row, "id": str(number)})
    searches = compile_query(query, dialect, NOW, echoes=False)
    operators: list[str] = []
    sent = [filters for part in searches if (filters := sendable(part, held_in(rows))) is not None]
    server = {
        store.get(number).id
        for filters in sent
        for number in match(store.indices["day"], checked_filters([item.as_json() for item in filters], operators))
    }
    first_match = matcher(searches)
    here = {str(number) for number, row in enumerate(rows) if first_match(StoredValues(row)) is not None}
    assert here == server
