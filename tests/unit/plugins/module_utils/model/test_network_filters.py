# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters for networks become filters for the addresses that alerts hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.filter import Filter
from ansible_collections.utmstack.siem.plugins.module_utils.model.network_filters import (
    IN_NETWORKS,
    MAX_LEFT_OUT,
    NOT_IN_NETWORKS,
    HeldTexts,
    address_filter,
    for_tag_rule,
    sendable,
)
from ansible_collections.utmstack.siem.plugins.module_utils.model.networks import AddressSet, address_set

FIELD = "adversary.ip.keyword"
OPEN = Filter("status", "IS_ONE_OF_TERMS", ["2"])
HELD = ["10.20.0.5", "10.20.0.200", "10.20.1.5", "2001:DB8::1", "n/a"]


def about(operator: str, *entries: str) -> Filter:
    return Filter(FIELD, operator, address_set(entries, "x"))


def holding(texts: Collection[str]) -> HeldTexts:
    return lambda _field, _others, _addresses: texts


@pytest.mark.parametrize(
    ("item", "sent"),
    [
        (about(IN_NETWORKS, "10.20.0.0/24"), [Filter(FIELD, "IS_ONE_OF_TERMS", ["10.20.0.200", "10.20.0.5"])]),
        (about(IN_NETWORKS, "2001:db8:0::1"), [Filter(FIELD, "IS_ONE_OF_TERMS", ["2001:DB8::1"])]),
        (about(NOT_IN_NETWORKS, "10.20.0.0/24"), [Filter(FIELD, "IS_NOT_ONE_OF", ["10.20.0.200", "10.20.0.5"])]),
        # Nothing is left out, so every alert meets it.
        (about(NOT_IN_NETWORKS, "192.168.0.0/16"), []),
    ],
)
def test_a_network_is_sent_as_the_addresses_in_it(item: Filter, sent: list[Filter]) -> None:
    assert sendable([OPEN, item], holding(HELD)) == [OPEN, *sent]


def test_a_search_for_a_network_without_an_address_in_alerts_is_not_sent() -> None:
    assert sendable([OPEN, about(IN_NETWORKS, "192.168.0.0/16")], holding(HELD)) is None
    assert sendable([OPEN], holding(())) == [OPEN]


def test_the_addresses_are_requested_with_the_other_filters() -> None:
    asked: list[Any] = []

    def held(field: str, others: Sequence[Filter], addresses: AddressSet) -> Collection[str]:
        asked.append((field, list(others), addresses.texts))
        return HELD

    sendable([about(IN_NETWORKS, "10.20.0.0/24"), OPEN, about(NOT_IN_NETWORKS, "10.20.0.5")], held)
    assert asked == [(FIELD, [OPEN], ("10.20.0.0/24",)), (FIELD, [OPEN], ("10.20.0.5",))]


def test_many_addresses_are_left_out_by_how_they_begin() -> None:
    inside = [f"10.0.{third}.{fourth}" for third in range(20) for fourth in range(100)]
    mixed = ["10.1.0.1", "10.1.0.200"]
    item = about(NOT_IN_NETWORKS, "10.0.0.0/16", "10.1.0.0/25")
    filters = sendable([item], holding([*inside, *mixed, "n/a", "::1"]))
    assert filters is not None
    assert filters[-1] == Filter(FIELD, "IS_NOT_ONE_OF", ["10.1.0.1"])
    assert filters[:-1] == sorted(
        (Filter(FIELD, "NOT_START_WITH", f"10.0.{third}.") for third in range(20)), key=lambda one: str(one.value)
    )


def test_more_networks_than_a_condition_each_are_left_out_by_fewer_octets() -> None:
    inside = [f"10.{second}.{third}.1" for second in range(8) for third in range(250)]
    filters = sendable([about(NOT_IN_NETWORKS, "10.0.0.0/8")], holding([*inside, "11.0.0.1"]))
    assert filters == [Filter(FIELD, "NOT_START_WITH", f"10.{second}.") for second in range(8)]


def test_too_many_addresses_to_leave_out_are_refused() -> None:
    texts = [f"2001:db8::{number:x}" for number in range(MAX_LEFT_OUT + 1)]
    with pytest.raises(InvalidInput, match=r"2001:db8::/32 hold 1001 of the addresses"):
        sendable([about(NOT_IN_NETWORKS, "2001:db8::/32")], holding(texts))
    assert sendable([about(NOT_IN_NETWORKS, "2001:db8::/32")], holding(texts[1:])) is not None


def test_addresses_of_one_spelling_need_no_list_of_those_in_alerts() -> None:
    plain = address_set(["10.0.0.5", "10.0.0.6"], "x")
    assert address_filter(FIELD, plain, 2) == Filter(FIELD, "IS_ONE_OF_TERMS", ["10.0.0.5", "10.0.0.6"])
    assert address_filter(FIELD, plain, 1) == Filter(FIELD, IN_NETWORKS, plain)


def test_a_tag_rule_compares_addresses_as_texts_and_no_networks() -> None:
    assert for_tag_rule(OPEN) == OPEN
    single = about(IN_NETWORKS, "fe80::1")
    assert for_tag_rule(single) == Filter(FIELD, "IS_ONE_OF_TERMS", single.value.spellings())
    for wide in ("10.0.0.0/24", "10.0.0.1-10.0.0.2"):
        with pytest.raises(InvalidInput, match=f"'{wide}' is not a single address"):
            for_tag_rule(about(NOT_IN_NETWORKS, "10.0.0.5", wide))
