# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings without addresses, hosts and users, about which the rules decide as before."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.anonymizing import anonymized
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rehearsal import rehearse
from hypothesis import given, settings
from hypothesis import strategies as st

KEY = "key of the test"
SIDES = {"v10": ("source", "destination"), "v11": ("adversary", "target")}


def stored(number: int, dialect: str = "v11", **fields: Any) -> dict[str, Any]:
    source, target = SIDES[dialect]
    document = {
        "id": f"a{number}",
        "@timestamp": "2026-11-20T10:00:00.000Z",
        "name": "Repeated failed logins",
        "status": 2,
        "severity": 2,
        "dataSource": "fw-01",
        source: {"ip": "203.0.113.7", "host": "evil.example.net", "user": "mallory"},
        target: {"ip": f"10.20.0.{number}", "host": "web-01", "user": "CORP\\alice"},
    }
    return {**document, **fields}


def rule(name: str, **when: Any) -> dict[str, Any]:
    return {"name": name, "when": when, "then": {"status": "completed"}}


@pytest.mark.parametrize("dialect", ["v10", "v11"])
def test_addresses_hosts_and_users_are_replaced_wherever_they_stand(dialect: str) -> None:
    log = {"TargetUserName": "alice", "line": "alice@web-01 (10.20.0.1:443), 203.0.113.7. mac aa:bb:cc:dd:ee:ff"}
    other = {
        "message": "mallory on web-01.example.net via 2001:db8:1:2::5, x-web-01, web-012",
        "more": [json.dumps(log)],
    }
    documents = [stored(1, dialect, lastEvent={"log": log}, notes="alice called"), stored(2, dialect, events=[other])]
    result = anonymized(documents, key=KEY, dialect=dialect)
    text = json.dumps(result["alerts"])
    for original in ("alice", "mallory", "evil", "fw-01", "10.20.0.1:", "203.0.113.7", '2001:db8:1:2::5"', "aa:bb:cc"):
        assert original not in text, original
    assert "web-01 " not in text
    assert "web-012" in text
    source, target = SIDES[dialect]
    first, second = result["alerts"]
    # Consistent, in fields and lines.
    assert first[source] == second[source]
    assert first["lastEvent"]["log"]["TargetUserName"] in first["lastEvent"]["log"]["line"]
    assert first[target]["ip"] in first["lastEvent"]["log"]["line"]
    assert first[target]["ip"] != second[target]["ip"]
    assert ip_address(first[target]["ip"]) in ip_network("10.20.0.0/24")
    assert ip_address(first[source]["ip"]) in ip_network("203.0.113.0/24")
    for name in ("id", "@timestamp", "name", "status", "severity"):
        assert first[name] == documents[0][name]
    assert result["replaced"] == {"addresses": 4, "hosts": 3, "users": 3}


def test_a_name_is_replaced_in_any_letter_case() -> None:
    line = "ALICE on Web-01, alice@WEB-01 and corp\\Alice; alicex"
    result = anonymized([stored(1, notes=line), stored(2, dataSource="WEB-01")], key=KEY)
    first, second = result["alerts"]
    host, account, user = first["target"]["host"], first["target"]["user"], first["notes"].split(" ")[0]
    assert first["notes"] == f"{user} on {host}, {user}@{host} and {account}; alicex"
    assert second["dataSource"] == host
    assert result["replaced"] == {"addresses": 3, "hosts": 3, "users": 3}


def test_spellings_that_rules_tell_apart_stay_apart() -> None:
    rules = [
        rule("Exact", target_host=["web-01"]),
        rule("Part", where=[{"field": "notes", "operator": "contain", "value": "WEB"}]),
    ]
    documents = [stored(1, notes="Web-01"), stored(2, notes="WEB-01"), stored(3, notes="web-01 seen")]
    result = anonymized(documents, rules, KEY)
    notes = [document["notes"] for document in result["alerts"]]
    assert result["decided_differently"] == []
    assert ("WEB" in notes[1], "WEB" in notes[0], notes[2]) == (True, False, "web-01 seen")
    assert "01" not in notes[0]


def test_the_name_of_an_alert_stays_when_a_user_is_called_like_a_word_of_it() -> None:
    document = stored(1, name="Port scan", adversary={"user": "scan"}, notes="Port scan")
    (alert,) = anonymized([document], key=KEY)["alerts"]
    assert alert["name"] == "Port scan"
    assert alert["notes"] == f"Port {alert['adversary']['user']}"


@pytest.mark.parametrize("address", ["10.7.0.5", "fe80::7:5"])
@pytest.mark.parametrize("line", ["ip:{}", "source:{}, 10:30:45", "10:30:45 from:{}."])
def test_an_address_behind_a_label_is_replaced_too(line: str, address: str) -> None:
    assert _line_with(line, address) == line.format(_line_with("{}", address))


@pytest.mark.parametrize("line", ["dead:{}", "source:{}:22", "{0}:{0}", "ip:{}:80"])
def test_an_ipv4_address_is_replaced_between_colons(line: str) -> None:
    assert _line_with(line, "10.7.0.5") == line.format(_line_with("{}", "10.7.0.5"))


def _line_with(line: str, address: str) -> str:
    """A line of a recording."""
    document = {"id": "a1", "name": "Scan", "status": 2, "lastEvent": {"raw": line.format(address)}}
    raw: str = anonymized([document], key="k")["alerts"][0]["lastEvent"]["raw"]
    assert raw != line.format(address)
    return raw


@pytest.mark.parametrize("line", ["v:1.2.3.4.5", "at:10:30:45", "host::", "sum:999.1.1.1"])
def test_what_is_no_address_stays_behind_a_label(line: str) -> None:
    document = {"id": "a1", "name": "Scan", "status": 2, "lastEvent": {"raw": line}}
    assert anonymized([document], key="k")["alerts"][0]["lastEvent"]["raw"] == line


def test_a_key_gives_the_same_recording_and_another_key_another_one() -> None:
    documents = [stored(1)]
    once, again, other = (anonymized(documents, key=key)["alerts"] for key in (KEY, KEY, "other"))
    assert once == again
    assert once != other
    assert anonymized(documents)["alerts"] != anonymized(documents)["alerts"]


def test_what_rules_name_is_kept_and_networks_keep_their_addresses() -> None:
    rules = [
        rule("Named", source_ip=["203.0.113.7"], target_host=["web-01"], user=["CORP\\alice"]),
        rule("Network", target_ip=["10.20.0.0/28", "10.30.0.10-10.30.0.12", "scanners"]),
        rule("Beginning", where=[{"field": "adversary.user", "operator": "start_with", "value": "svc-"}]),
        rule("End", where=[{"field": "target.host", "operator": "ends_with", "value": ".dmz"}]),
        rule("Part", where=[{"field": "target.host", "operator": "contain", "value": "-db-"}]),
    ]
    networks = {"scanners": ["10.40.0.0/25"]}
    documents = [
        stored(1),
        stored(
            2, adversary={"ip": "203.0.113.8", "user": "svc-backup"}, target={"ip": "10.30.0.11", "host": "x-db-1.dmz"}
        ),
        stored(3, adversary={"ip": "203.0.113.8", "user": "bob"}, target={"ip": "10.40.0.99", "host": "dmz"}),
        stored(4, adversary={"ip": "203.0.113.8", "user": "bob"}, target={"ip": "10.40.0.200", "host": "x.dmz"}),
        stored(5, adversary={"ip": "203.0.113.8", "user": "bob"}, target={"ip": "10.20.0.17", "host": "y"}),
    ]
    result = anonymized(documents, rules, KEY, networks=networks)
    first, second, _third, _fourth, fifth = result["alerts"]
    assert (first["adversary"]["ip"], first["target"]["host"]) == ("203.0.113.7", "web-01")
    assert first["target"]["user"] == "CORP\\alice"
    assert second["adversary"]["user"].startswith("svc-")
    assert "backup" not in second["adversary"]["user"]
    assert second["target"]["ip"] in ("10.30.0.10", "10.30.0.12")
    assert second["target"]["host"].endswith(".dmz")
    assert "-db-" in second["target"]["host"]
    assert result["decided_differently"] == []
    verdicts = [rehearse(alerts, rules, networks=networks)["verdicts"] for alerts in (documents, result["alerts"])]
    assert [[row["rule"] for row in found.values()] for found in verdicts] == [
        ["Named", "Network", "Network", "End", None]
    ] * 2
    assert fifth["target"]["ip"] not in ("10.20.0.17", *(f"10.20.0.{number}" for number in range(16)))


OCTET = st.integers(0, 255)
ADDRESSES = st.one_of(
    st.tuples(st.sampled_from(["10.0.0", "10.0.1", "172.16.5"]), OCTET).map(lambda pair: f"{pair[0]}.{pair[1]}"),
    st.tuples(st.sampled_from(["2001:db8::", "2001:db8:0:1::"]), st.integers(0, 65535)).map(
        lambda pair: f"{pair[0]}{pair[1]:x}"
    ),
)
NAMES = st.text("abAB-._01ü", min_size=1, max_size=8)
ENTRIES = st.one_of(
    ADDRESSES,
    st.integers(20, 32).map(lambda bits: str(ip_network(f"10.0.0.64/{bits}", strict=False))),
    st.tuples(OCTET, OCTET).map(lambda ends: f"10.0.1.{min(ends)}-10.0.1.{max(ends)}"),
    st.integers(48, 128).map(lambda bits: str(ip_network(f"2001:db8::80/{bits}", strict=False))),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(ADDRESSES, NAMES, NAMES), min_size=1, max_size=6),
    st.lists(ENTRIES, min_size=1, max_size=3),
    st.lists(NAMES, min_size=1, max_size=2),
    st.sampled_from(["start_with", "ends_with", "is", "is_not"]),
)
def test_rules_decide_as_before(
    sides: list[tuple[str, str, str]], entries: list[str], names: list[str], operator: str
) -> None:
    documents = [
        stored(number, adversary={"ip": ip, "host": host, "user": user})
        for number, (ip, host, user) in enumerate(sides)
    ]
    rules = [
        rule("Network", source_ip=entries),
        rule("User", source_user=names),
        rule("Part", where=[{"field": "adversary.host", "operator": operator, "value": names[0]}]),
    ]
    assert anonymized(documents, rules, KEY)["decided_differently"] == []


def _lines(act: Callable[[], Any]) -> int:
    """The number of lines of this collection that run."""
    number = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal number
        number += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return number


@pytest.mark.parametrize("text", ["alice ", "a:" * 3, "1.", "::", "\\", "[", "{", "\u2028", "fw-0"])
def test_long_and_hostile_texts_take_time_in_proportion(text: str) -> None:
    def work(size: int) -> int:
        return _lines(lambda: anonymized([stored(1, description=text * size)], key=KEY))

    assert work(4000) < 3 * work(2000) + 10_000
