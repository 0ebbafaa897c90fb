# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts, groups and variables from assets, on plain data."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible.inventory.group import to_safe_group_name
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_hosts import (
    GROUPINGS,
    MAX_NAME_LENGTH,
    RESERVED_NAMES,
    AssetHost,
    checked_prefix,
    hosts_of,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.host_alerts import NO_ALERTS
from hypothesis import given
from hypothesis import strategies as st

HOSTILE = "{{ lookup('pipe', 'id') }}"
WEB: dict[str, Any] = {
    "id": 1,
    "name": "web-01",
    "ip": "10.0.0.5",
    "os": "Windows Server 2022",
    "os_platform": "windows",
    "type": "WEB SERVER",
    "group": "Data center, Berlin",
    "alive": True,
    "agent": False,
    "data_inputs": [{"data_type": "linux"}, {"data_type": "linux"}, {"data_type": "nginx"}, {"data_type": None}],
}


def asset(number: int, name: Any, **fields: Any) -> dict[str, Any]:
    return {"id": number, "name": name, **fields}


def names(*assets: dict[str, Any], **options: Any) -> list[str]:
    return [host.name for host in hosts_of(assets, None, **options).hosts]


def only_host(found: dict[str, Any], **options: Any) -> AssetHost:
    (host,) = hosts_of([found], options.pop("alerts", None), **options).hosts
    return host


def test_groups_of_an_asset() -> None:
    host = only_host(WEB)
    assert list(host.groups) == ["os_windows", "type_web_server", "group_data_center__berlin", "alive", "no_agent"]
    assert list(only_host({"id": 1, "os": "CentOS", "alive": False, "agent": True}).groups) == [
        "os_centos",
        "not_alive",
        "agent",
    ]
    assert list(only_host({"id": 1, "alive": None, "group": " ", "type": None}).groups) == []


@pytest.mark.parametrize(
    ("counts", "groups"),
    [
        ({}, []),
        ({"total": 1, "open": 1, "high": 1}, ["alert_open_in_review", "alert_open", "alert_high"]),
        ({"total": 2, "in_review": 2, "low": 1}, ["alert_open_in_review", "alert_in_review", "alert_low"]),
    ],
)
def test_groups_by_alerts(counts: dict[str, int], groups: list[str]) -> None:
    host = only_host({"id": 1}, alerts={1: {**NO_ALERTS, **counts}})
    assert list(host.groups) == groups
    assert host.variables["utmstack_alerts"] == {**NO_ALERTS, **counts}


def test_an_asset_without_alerts_has_counts_unless_they_were_not_read() -> None:
    assert only_host({"id": 1}, alerts={}).variables["utmstack_alerts"] == NO_ALERTS
    assert "utmstack_alerts" not in only_host({"id": 1}).variables


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_each_kind_of_group_can_be_left_out(grouping: str) -> None:
    counts = {1: {**NO_ALERTS, "total": 1, "open": 1}}
    everything = only_host(WEB, alerts=counts).groups
    rest = only_host(WEB, alerts=counts, groupings=[name for name in GROUPINGS if name != grouping]).groups
    alone = only_host(WEB, alerts=counts, groupings=[grouping]).groups
    assert alone
    assert sorted([*rest, *alone]) == sorted(everything)


def test_variables_hold_no_truth_value_and_share_one_prefix() -> None:
    variables = only_host(WEB).variables
    assert all(name.startswith("utmstack_") for name in variables)
    assert not any(isinstance(value, bool) for value in variables.values())
    assert (variables["utmstack_alive_state"], variables["utmstack_agent_state"]) == ("alive", "no_agent")
    assert variables["utmstack_data_types"] == ["linux", "nginx"]
    assert only_host({"id": 1, "alive": None}).variables["utmstack_alive_state"] is None


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (asset(7, "web-01.example.com"), "web-01.example.com"),
        (asset(7, "Büro_1"), "Büro_1"),
        (asset(7, "a b,c:d!e[1]&~@{f}/g\\h"), "a_b_c_d_e_1_____f__g_h"),
        (asset(7, " web "), "web"),
        (asset(7, "-oProxyCommand=x"), "_oProxyCommand_x"),
        (asset(7, "..", ip="10.0.0.1"), "10.0.0.1"),
        (asset(7, None, ip="fe80::5"), "fe80__5"),
        (asset(7, "", ip=None), "asset-7"),
        (asset(7, "{{}}", ip=""), "asset-7"),
        (asset(7, HOSTILE), "___lookup__pipe____id_____"),
        (asset(7, "x" * 500), "x" * MAX_NAME_LENGTH),
    ],
)
def test_names_are_safe(found: dict[str, Any], name: str) -> None:
    assert names(found) == [name]


@pytest.mark.parametrize("name", [*sorted(RESERVED_NAMES), "alive", "no_agent", "alert_high", "os_windows", "prod"])
def test_no_asset_passes_for_a_group_or_the_controller(name: str) -> None:
    found = hosts_of([{"id": 3, "os_platform": "windows"}, asset(9, name)], None, taken=["prod"])
    assert [host.name for host in found.hosts] == ["asset-3", f"{name}-9"]
    assert found.renamed == {name: [f"{name}-9"]}


def test_assets_of_one_name_are_kept_apart() -> None:
    same = [asset(4, "web"), asset(7, "web"), asset(9, "web"), asset(11, "web-7")]
    found = hosts_of(same, None)
    assert [host.name for host in found.hosts] == ["web", "web-7-2", "web-9", "web-7"]
    assert found.renamed == {"web": ["web-7-2", "web-9"]}


def test_a_name_that_had_to_be_altered_takes_none_that_the_server_holds() -> None:
    assert names(asset(1, "web:01"), asset(2, "web_01")) == ["web_01-1", "web_01"]


def test_many_assets_of_one_name_take_no_time_that_grows_with_their_square() -> None:
    found = names(*(asset(number, "web") for number in range(20_000)))
    assert len(set(found)) == 20_000


def test_a_prefix_is_part_of_each_name() -> None:
    found = hosts_of([asset(1, "all"), asset(2, None), asset(3, "all")], None, prefix="acme-")
    assert [host.name for host in found.hosts] == ["acme-all", "acme-asset-2", "acme-all-3"]


@pytest.mark.parametrize("prefix", ["a b", "-a", "{{ x }}", "a:", "."])
def test_a_prefix_that_no_host_may_have_is_refused(prefix: str) -> None:
    with pytest.raises(InvalidInput, match="`name_prefix` is "):
        checked_prefix(prefix)


def test_values_that_lead_to_one_group_are_reported() -> None:
    rows = [{"id": n, "group": group} for n, group in enumerate(["Data center", "data center ", "Data-center"])]
    found = hosts_of(rows, None)
    assert list(found.groups) == ["group_data_center"]
    assert found.merged == {"group_data_center": ["data center", "data-center"]}


@pytest.mark.parametrize(
    ("ip", "address"),
    [
        ("10.0.0.5", "10.0.0.5"),
        ("fe80::5", "fe80::5"),
        ("-oProxyCommand=id", None),
        (HOSTILE, None),
        ("127.0.0.1", None),
        ("::1", None),
        ("0.0.0.0", None),
        ("fe80::5%eth0", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_one_or_none(ip: str | None, address: str | None) -> None:
    assert only_host({"id": 1, "ip": ip}).address == address


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=12))
def test_whatever_assets_report_names_are_safe_and_each_once(texts: list[tuple[str, str]]) -> None:
    rows = [asset(n, name, group=group, os=group) for n, (name, group) in enumerate(texts)]
    found = hosts_of(rows, None)
    hosts = [host.name for host in found.hosts]
    assert len(set(hosts)) == len(rows)
    assert all(re.fullmatch(r"[^\W][\w.-]*", name) for name in hosts)
    assert set(hosts).isdisjoint({*found.groups, *RESERVED_NAMES})
    assert all(to_safe_group_name(name, force=True) == name for name in found.groups)
