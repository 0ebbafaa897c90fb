# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is an address, a network or a range, and which stored texts it holds."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.networks import address_set
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("entry", "held", "others"),
    [
        ("10.0.0.5", ["10.0.0.5", " 10.0.0.5 ", "::ffff:10.0.0.5", "::FFFF:a00:5"], ["10.0.0.50", "10.0.0.5:443"]),
        ("10.20.0.0/24", ["10.20.0.0", "10.20.0.255"], ["10.20.1.0", "10.19.255.255", "10.20.0.", "10.20.0.x", ""]),
        ("10.0.0.0/8", ["10.0.0.1", "10.255.255.255", "::ffff:10.1.2.3"], ["11.0.0.0", "100.0.0.1", "10.0.0.010"]),
        ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::1", "localhost", "1"]),
        ("10.0.0.7/32", ["10.0.0.7"], ["10.0.0.8"]),
        ("10.0.0.1-10.0.0.20", ["10.0.0.1", "10.0.0.9", "10.0.0.20"], ["10.0.0.0", "10.0.0.21", "10.0.0.200"]),
        ("10.0.0.250 - 10.0.1.3", ["10.0.0.255", "10.0.1.0"], ["10.0.1.4"]),
        ("2001:db8::1", ["2001:DB8:0:0::1", "2001:0db8::0001", "2001:db8::1%eth0"], ["2001:db8::2", "2001:db8::"]),
        ("2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db9::", "10.0.0.1"]),
        ("fe80::1-fe80::ff", ["fe80::80", "FE80::FF"], ["fe80::100"]),
        ("::ffff:10.0.0.0/104", ["10.0.0.5", "::ffff:10.0.0.5"], ["11.0.0.5", "::1"]),
        (" 10.0.0.5 ", ["10.0.0.5"], ["10.0.0.6"]),
    ],
)
def test_an_entry_holds_its_addresses_however_they_are_stored(entry: str, held: list[str], others: list[str]) -> None:
    addresses = address_set([entry], "`query.source_ip`")
    assert [text for text in held if not addresses.holds(text)] == []
    assert [text for text in others if addresses.holds(text)] == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("10.20.0.5/24", "which is an address within a network. Write 10.20.0.0/24 for the network, or 10.20.0.5"),
        ("2001:db8::1/32", "Write 2001:db8::/32 for the network, or 2001:db8::1 for the address"),
        ("10.20.0.0/99", "whose prefix length is not a number from 0 to 32"),
        ("10.20.0.0/", "whose prefix length is not a number from 0 to 32"),
        ("10.20.0.0/08", "whose prefix length is not"),
        ("10.20.0.0/+8", "whose prefix length is not"),
        ("10.20.0.0/255.255.255.0", "whose prefix length is not"),
        ("10.20.0.0/24/24", "whose prefix length is not"),
        ("2001:db8::/129", "whose prefix length is not a number from 0 to 128"),
        ("10.20.0.300/24", "neither an address nor a network or range"),
        ("10.20.0.*", "neither an address"),
        ("10.20.0", "neither an address"),
        ("10", "neither an address"),
        ("", "neither an address"),
        ("010.20.0.5", "neither an address"),
        ("10.20.0.05", "neither an address"),
        ("10.20.00.0/24", "neither an address"),
        ("::ffff:010.0.0.5", "neither an address"),
        ("fe80::1%eth0", "neither an address"),
        ("[2001:db8::1]", "neither an address"),
        ("10.0.0.5:443", "neither an address"),
        ("10.0.0.5 10.0.0.6", "Write each address as an entry of its own"),
        ("10.0.0.5; 10.0.0.6", "Write each address as an entry of its own"),
        ("10.0.0.5,10.0.0.6", "Write each address as an entry of its own"),
        ("10.0.0.20-10.0.0.1", "which ends before it begins"),
        ("10.0.0.1-10.0.0.20-10.0.0.30", "neither an address"),
        ("10.0.0.1-20", "Write an address .* or a range"),
        ("10.0.0.1-fe80::1", "which mixes IPv4 and IPv6"),
        ("dc-01.corp.example", "Host names belong in source_host and target_host"),
        ("٣.٣.٣.٣", "neither an address"),
        ("x" * 250, r"'x+\.\.\., which is neither"),
    ],
)
def test_what_is_no_address_is_refused_with_the_entry(entry: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as refused:
        address_set(["10.0.0.1", entry], "`query.source_ip`")
    assert refused.value.message.startswith(f"`query.source_ip` has {entry[:60]!a}"[:70])


NUMBERS_4, NUMBERS_6 = st.integers(0, 2**32 - 1), st.integers(0, 2**128 - 1)


@given(st.data(), st.booleans())
def test_networks_and_ranges_hold_what_the_standard_library_says(data: st.DataObject, six: bool) -> None:
    kind, numbers, bits = (IPv6Address, NUMBERS_6, 128) if six else (IPv4Address, NUMBERS_4, 32)
    network = ip_network((data.draw(numbers), data.draw(st.integers(bits - 20, bits))), strict=False)
    ends = sorted(data.draw(st.tuples(numbers, numbers)))
    addresses = address_set([str(network), f"{kind(ends[0])}-{kind(ends[1])}"], "x")
    near = [int(network.network_address) - 1, int(network.broadcast_address) + 1, ends[0] - 1, ends[1] + 1]
    tried = [int(network.network_address), int(network.broadcast_address), *ends, data.draw(numbers), *near]
    for number in (number for number in tried if 0 <= number < 2**bits):
        address = kind(number)
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            continue
        expected = address in network or ends[0] <= number <= ends[1]
        assert addresses.holds(str(address)) is expected
        assert addresses.holds(address.exploded.upper()) is expected


def test_overlapping_entries_are_one_and_an_ip_version_has_no_part_in_the_other() -> None:
    addresses = address_set(["10.0.0.0/25", "10.0.0.64-10.0.0.255", "0.0.0.9", "::9", "10.0.1.0"], "x")
    assert [(span.version, span.last - span.first + 1) for span in addresses.spans] == [(4, 1), (4, 257), (6, 1)]
    assert addresses.holds("10.0.0.200")
    assert not addresses.holds("::a00:c8")


@pytest.mark.parametrize(
    ("entries", "wide", "as_text", "beginnings"),
    [
        (["10.0.0.5", "10.0.0.6"], [], True, ["10.0.0."]),
        (["10.0.0.5", "fe80::1"], [], False, ["10.0.0."]),
        (["::ffff:10.0.0.5"], [], False, ["10.0.0."]),
        (["10.0.0.5/32"], [], True, ["10.0.0."]),
        (["10.0.0.0/8", "192.168.0.0/22", "10.0.0.5"], ["10.0.0.0/8", "192.168.0.0/22"], False, ["10.", "192.168."]),
        (["10.0.0.5-11.0.0.0", "fe80::/10"], ["10.0.0.5-11.0.0.0", "fe80::/10"], False, [""]),
    ],
)
def test_what_kind_of_entries_a_list_has(
    entries: list[str], wide: list[str], as_text: bool, beginnings: list[str]
) -> None:
    addresses = address_set(entries, "x")
    assert (addresses.wide, addresses.compared_as_text, addresses.beginnings()) == (wide, as_text, beginnings)


def test_a_text_is_compared_in_the_usual_spellings() -> None:
    spellings = address_set(["10.0.0.5", "FE80::1"], "x").spellings()
    assert spellings == [
        "10.0.0.5",
        "FE80::1",
        "fe80::1",
        "fe80:0:0:0:0:0:0:1",
        "FE80:0:0:0:0:0:0:1",
        "fe80:0000:0000:0000:0000:0000:0000:0001",
        "FE80:0000:0000:0000:0000:0000:0000:0001",
    ]
    assert len({ip_address(text) for text in spellings}) == 2
