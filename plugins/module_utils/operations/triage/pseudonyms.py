# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consistent replacements of addresses, hosts and users, with which rules decide as with the originals. Pure.

A replacement depends on the original and a key that is not recorded, so that nothing leads back from it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from ...errors import InvalidInput
from ...model.fields import MAX_TEXT_LENGTH
from ...model.networks import Address, Span, span_of

# The part of an address that stays: /24 of IPv4, /64 of IPv6.
_HOST_BITS = {4: 8, 6: 64}
_TRIES = 64
_DIGITS = 10
_COMPARED_PARTS: Mapping[str, Callable[[str, str], bool]] = {
    "start_with": str.startswith,
    "not_start_with": str.startswith,
    "ends_with": str.endswith,
    "not_ends_with": str.endswith,
    "contain": str.__contains__,
    "does_not_contain": str.__contains__,
}


@dataclass(frozen=True)
class Named:
    """What rules name, so that replacing it would change their decisions.

    :param texts: whole values, which are kept.
    :param spans: networks and ranges, whose addresses stay inside.
    :param parts: beginnings, ends and inner parts of texts, by operator.
    """

    texts: frozenset[str] = frozenset()
    spans: tuple[Span, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()

    def address_signature(self, address: Address) -> tuple[bool, ...]:
        """Which networks hold an address, and which parts its text has."""
        number, version = int(address), address.version
        held = (span.version == version and span.first <= number <= span.last for span in self.spans)
        return (*held, *self.text_signature(str(address)))

    def text_signature(self, text: str) -> tuple[bool, ...]:
        """Which parts a text has."""
        return tuple(_COMPARED_PARTS[operator](text, part) for operator, part in self.parts)


def named_in(rules: Sequence[Mapping[str, Any]]) -> Named:
    """What the conditions of rules name."""
    queries = [rule[key] for rule in rules for key in ("when", "unless", "asset") if isinstance(rule.get(key), Mapping)]
    texts, parts = set(), set()
    for query in queries:
        for text in _texts_in(query):
            texts.add(text)
        conditions = query.get("where")
        for item in conditions if isinstance(conditions, list) else []:
            if isinstance(item, Mapping) and item.get("operator") in _COMPARED_PARTS:
                parts.add((str(item["operator"]), str(item.get("value"))))
    spans = {span for text in texts for span in _spans_in(text) if span.first != span.last}
    return Named(frozenset(texts), tuple(sorted(spans)), tuple(sorted(parts)))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts_in(item)
    elif value is not None:
        yield str(value)


def _spans_in(text: str) -> list[Span]:
    try:
        return [span_of(text.strip())]
    except InvalidInput:
        return []


@dataclass
class Pseudonyms:
    """The replacements of one recording.

    :param unchanged: addresses that no other one can stand for, because rules single them out.
    """

    key: bytes
    named: Named
    texts: dict[str, str] = field(default_factory=dict)
    addresses: dict[Address, Address] = field(default_factory=dict)
    unchanged: set[Address] = field(default_factory=set)

    def of_text(self, text: str, kind: str) -> str:
        """The replacement of the name of a host or user, as a rule the same one in any letter case."""
        if text in self.named.texts:
            return text
        if text not in self.texts:
            self.texts[text] = self._new_text(text, kind)
        return self.texts[text]

    def _new_text(self, text: str, kind: str) -> str:
        wanted = self.named.text_signature(text)
        has = [part for (_operator, part), there in zip(self.named.parts, wanted) if there]
        head = max((part for part in has if text.startswith(part)), key=len, default="")
        tail = max((part for part in has if text.endswith(part)), key=len, default="")
        inner = "".join(f"-{part}" for part in has if part not in (head, tail))
        made = text
        for number in range(_TRIES):
            made = f"{head}{kind}-{self._digest(kind, text.casefold(), number)[:_DIGITS]}{inner}"
            # The engine does not compare longer texts.
            filled = made.ljust(MAX_TEXT_LENGTH + 1, "x") if len(text) > MAX_TEXT_LENGTH else made
            made = f"{filled}-{tail}" if tail else filled
            if made not in self.named.texts and self.named.text_signature(made) == wanted:
                break
        return made

    def of_address(self, address: Address) -> Address:
        """The replacement of an address: another one of its network."""
        if str(address) in self.named.texts or _means_no_host(address):
            return address
        inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        if inner is not None:
            return IPv6Address(f"::ffff:{self.of_address(inner)}")
        if address not in self.addresses:
            if address.version == 4:
                self._replace_network(address)
            else:
                self.addresses[address] = self._new_ipv6(address)
            if self.addresses[address] == address:
                self.unchanged.add(address)
        return self.addresses[address]

    def _replace_network(self, address: Address) -> None:
        """Give each address of a network the next one, in an order that only the key tells."""
        base = int(address) >> _HOST_BITS[4] << _HOST_BITS[4]
        groups: dict[tuple[bool, ...], list[Address]] = {}
        for number in range(base, base + (1 << _HOST_BITS[4])):
            one = IPv4Address(number)
            if str(one) not in self.named.texts:
                groups.setdefault(self.named.address_signature(one), []).append(one)
        for members in groups.values():
            members.sort(key=lambda one: self._digest("address", str(one), 0))
            self.addresses.update(zip(members, [*members[1:], members[0]]))

    def _new_ipv6(self, address: Address) -> Address:
        base = int(address) >> _HOST_BITS[6] << _HOST_BITS[6]
        wanted = self.named.address_signature(address)
        for number in range(_TRIES):
            made = IPv6Address(base | int(self._digest("address", str(address), number)[:16], 16))
            if str(made) not in self.named.texts and self.named.address_signature(made) == wanted:
                return made
        return address

    def of_hardware_address(self, text: str) -> str:
        """The replacement of a MAC address."""
        if text in self.named.texts:
            return text
        digits = "02" + self._digest("mac", text.lower().replace("-", ":"), 0)[:10]
        return text[2].join(digits[at : at + 2] for at in range(0, 12, 2))

    def _digest(self, kind: str, text: str, number: int) -> str:
        message = f"{kind}\0{number}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self.key, message, "sha256").hexdigest()


def _means_no_host(address: Address) -> bool:
    return address.is_loopback or address.is_unspecified or address.is_multicast or int(address) == 0xFFFFFFFF
