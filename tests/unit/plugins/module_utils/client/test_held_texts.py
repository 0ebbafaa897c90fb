# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses in alerts are requested once per field, and completely; and what exactly is sent for a network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from ipaddress import ip_network
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client import held_texts
from ansible_collections.utmstack.siem.plugins.module_utils.client.held_texts import HeldTexts
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.filter import Filter
from ansible_collections.utmstack.siem.plugins.module_utils.model.networks import address_set
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_count_info, alert_status
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from ansible_collections.utmstack.siem.plugins.module_utils.query.matching import matcher
from ansible_collections.utmstack.siem.plugins.module_utils.query.stored_values import StoredValues
from hypothesis import given
from hypothesis import strategies as st

from ..exchanges import OPEN, PAGE, SEARCH, Exchange, exchanged, params

COUNTS = "/api/elasticsearch/property/values-with-count"
FIELD = "adversary.ip.keyword"
STATUS = {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["2", "3", "5"]}
PARENTS = {"field": "parentId", "operator": "DOES_NOT_EXIST", "value": None}
INSIDE = {"field": FIELD, "operator": "IS_ONE_OF_TERMS", "value": ["10.20.0.5", "10.20.0.7"]}
OPEN_ONLY = Filter("status", "IS_ONE_OF_TERMS", ["2"])


def counts(field: str, top: int, filters: list[dict[str, Any]], answer: Any) -> Exchange:
    sent = {"field": field, "index": "v11-alert-*", "filters": filters, "top": top}
    return Exchange("POST", COUNTS, sent={**sent, "orderByCount": True, "sortAsc": False}, answer=answer)


def held(*texts: str) -> Exchange:
    """The one request for the addresses."""
    return counts(FIELD, 10_001, [], dict.fromkeys(texts, 1))


def test_a_network_costs_one_request_however_many_searches_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {"field": "adversary.ip", "operator": "DOES_NOT_EXIST", "value": None}
    exchanges = (
        Exchange("GET", "/api/utm-alerts/count-open-alerts", answer=7),
        held("10.20.0.7", "10.20.0.5", "10.20.1.5"),
        counts("status", 16, [STATUS, INSIDE, PARENTS], {"2": 4}),
        counts(FIELD, 10_001, [STATUS, INSIDE, PARENTS], {"10.20.0.5": 3, "10.20.0.7": 1}),
        counts("status", 16, [STATUS, INSIDE, PARENTS, missing], {}),
    )
    options = {"by": ["source_ip"], "query": {"source_ip": ["10.20.0.0/24"]}}
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = alert_count_info.OPERATION.run(client, params(alert_count_info.OPERATION, **options), Task())
    assert (result["total"], result["requests"]) == (4, 5)


def test_without_an_address_in_the_network_nothing_else_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"query": {"source_ip": ["10.20.0.0/24"]}, "status": "completed"}
    with exchanged(monkeypatch, held("10.20.1.5", "n/a")) as (client, _waits):
        result = alert_status.OPERATION.run(client, params(alert_status.OPERATION, **options), Task())
    assert (result["changed"], result["summary"]["matched"]) == (False, 0)


def test_an_alert_that_arrives_from_a_left_out_network_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its address was in no alert when the addresses were listed."""
    outside = {"field": FIELD, "operator": "IS_NOT_ONE_OF", "value": ["10.20.0.5"]}
    rows = [{**OPEN, "id": f"a{last}", "adversary": {"ip": f"10.{last}.0.9"}} for last in (20, 21)]
    page = Exchange("POST", SEARCH, PAGE, sent=[STATUS, outside, PARENTS], answer=rows)
    repeated = {"field": "parentId.keyword", "operator": "IS_ONE_OF_TERMS", "value": ["a21"]}
    echoes = Exchange("POST", SEARCH, PAGE, sent=[repeated], answer=[])
    where = [{"field": "adversary.ip", "operator": "is_not", "value": "10.20.0.0/24"}]
    options: dict[str, Any] = {"query": {"where": where}, "status": "completed"}
    with exchanged(monkeypatch, held("10.20.0.5"), page, echoes) as (client, _waits):
        result = alert_status.OPERATION.run(client, params(alert_status.OPERATION, **options), Task(check_mode=True))
    assert [row["id"] for row in result["alerts"]] == ["a21"]


class Server:
    """The addresses of a server's alerts, listed in full or up to the maximum, like the engine does."""

    def __init__(self, texts: Collection[str], open_texts: Collection[str] = ()) -> None:
        self.texts, self.open_texts = texts, open_texts
        self.requests: list[list[Filter]] = []

    def read(self, field: str, filters: Sequence[Filter], top: int) -> Collection[str]:
        """The first texts of the alerts that meet the filters."""
        self.requests.append(list(filters))
        texts = self.open_texts if OPEN_ONLY in filters else self.texts
        begins = [item for item in filters if item.operator == "START_WITH"]
        match = matcher([begins])
        return [text for text in texts if match(StoredValues({"adversary": {"ip": text}})) is not None][:top]


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most three texts are requested at once."""
    monkeypatch.setattr(held_texts, "MAX_TEXTS", 3)


def test_the_texts_of_a_field_are_requested_once() -> None:
    server, known = Server(["10.0.0.1", "n/a"]), HeldTexts()
    for entry in ("10.0.0.0/8", "fe80::/10"):
        assert set(known.among(server.read, FIELD, [OPEN_ONLY], address_set([entry], "x"))) == {"10.0.0.1", "n/a"}
    known.among(server.read, "target.ip.keyword", [], address_set(["10.0.0.0/8"], "x"))
    assert server.requests == [[], []]


@pytest.mark.usefixtures("three")
def test_on_a_server_of_many_addresses_those_of_the_alerts_in_question_are_requested() -> None:
    server, known = Server([f"10.0.0.{last}" for last in range(9)], ["10.0.0.1", "10.9.0.1"]), HeldTexts()
    for _search in range(2):
        found = known.among(server.read, FIELD, [OPEN_ONLY], address_set(["10.0.0.0/24"], "x"))
        assert set(found) == {"10.0.0.1", "10.9.0.1"}
    assert server.requests == [[], [OPEN_ONLY], [OPEN_ONLY]]


@pytest.mark.usefixtures("three")
def test_where_these_are_too_many_as_well_those_that_begin_like_the_network_are() -> None:
    texts = [*(f"10.1.0.{last}" for last in range(9)), "10.0.0.1", "10.0.0.2", "::ffff:10.0.0.3"]
    server = Server(texts, texts)
    found = HeldTexts().among(server.read, FIELD, [OPEN_ONLY], address_set(["10.0.0.0/24"], "x"))
    assert set(found) == {"10.0.0.1", "10.0.0.2", "::ffff:10.0.0.3"}
    assert [item.value for filters in server.requests for item in filters[1:]] == ["10.0.0.", "*:"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "entries", [["10.0.0.0/7"], ["10.0.0.0/8"], ["2001:db8::/32"], [f"10.{n}.0.0/16" for n in range(0, 22, 2)]]
)
def test_what_cannot_be_listed_is_refused_with_what_to_do(entries: list[str]) -> None:
    texts = [*(f"10.{last}.0.1" for last in range(9)), *(f"2001:db8::{last}" for last in range(9))]
    server = Server(texts, texts)
    with pytest.raises(InvalidInput, match=r"more than 3 addresses in adversary.ip.keyword.*`since`"):
        HeldTexts().among(server.read, FIELD, [OPEN_ONLY], address_set(entries, "x"))


OCTETS = st.sampled_from([0, 1, 10, 100, 255])
ADDRESS = st.tuples(OCTETS, OCTETS, OCTETS, OCTETS).map(lambda parts: ".".join(map(str, parts)))


@given(st.lists(ADDRESS, min_size=1, unique=True), st.lists(st.tuples(ADDRESS, st.integers(0, 32)), min_size=1))
def test_however_the_texts_are_requested_none_of_a_network_is_missing(
    texts: list[str], networks: list[tuple[str, int]]
) -> None:
    addresses = address_set([str(ip_network(network, strict=False)) for network in networks], "x")
    for most in range(1, len(texts) + 1):
        server = Server(texts, texts)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(held_texts, "MAX_TEXTS", most)
            try:
                found = HeldTexts().among(server.read, FIELD, [OPEN_ONLY], addresses)
            except InvalidInput:
                continue
        assert set(filter(addresses.holds, texts)) <= set(found)
        assert len(server.requests) <= 13
