# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses, networks and ranges as users write them, and the addresses they hold.

An IPv6 address is the same however it is spelled, and an IPv4 address also in its IPv6 form (``::ffff:10.0.0.5``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Union

from ..conversion import shown
from ..errors import InvalidInput

Address = Union[IPv4Address, IPv6Address]

_WAYS = "Write an address (10.0.0.5), a network (10.0.0.0/24) or a range (10.0.0.1-10.0.0.20)."
# Some programs read the first as octal.
_LEADING_ZERO = re.compile(r"(?:^|[.:])0[0-9]+(?:\.|$)")
_NETWORK = re.compile(r"([0-9A-Fa-f:.]+)/(.*)", re.S)
_RANGE = re.compile(r"([0-9A-Fa-f:.]+)\s*-\s*([0-9A-Fa-f:.]+)")


@dataclass(frozen=True, order=True)
class Span:
    """All addresses of an IP version from the first to the last."""

    version: int
    first: int
    last: int


@dataclass(frozen=True)
class AddressSet:
    """The addresses that a list of addresses, networks and ranges holds.

    :param texts: the entries as they were given.
    :param spans: the same in order, none touching another.
    """

    texts: tuple[str, ...]
    spans: tuple[Span, ...] = field(compare=False, repr=False)

    def holds(self, stored: str) -> bool:
        """Whether a stored text is one of the addresses."""
        found = _stored_address(stored)
        if found is None:
            return False
        at = bisect_right(self.spans, Span(found.version, found.first, 1 << 128)) - 1
        return at >= 0 and self.spans[at].version == found.version and found.first <= self.spans[at].last

    @property
    def wide(self) -> list[str]:
        """The entries that are networks or ranges."""
        return [text for text in self.texts if _address(text) is None]

    @property
    def compared_as_text(self) -> bool:
        """Whether each entry is an IPv4 address, which has one common spelling."""
        return all(isinstance(_parsed(text), IPv4Address) for text in self.texts)

    def spellings(self) -> list[str]:
        """The entries with the usual spellings of IPv6 addresses, for comparisons as text."""
        found: dict[str, None] = {}
        for text in self.texts:
            found.update(dict.fromkeys((text, *_usual(_parsed(text)))))
        return list(found)

    def beginnings(self) -> list[str]:
        """How the IPv4 addresses among them begin as texts: the octets that the ends of each span share."""
        return list(dict.fromkeys(_beginning(span) for span in self.spans if span.version == 4))


def address_set(entries: Iterable[str], place: str) -> AddressSet:
    """The addresses of a list.

    :param place: the key with the list, for messages.
    :raises InvalidInput: an entry is no address, network or range; the message names it.
    """
    found: dict[str, Span] = {}
    for text in (entry.strip() for entry in entries):
        try:
            span = span_of(text)
        except InvalidInput as error:
            raise InvalidInput(f"{place} has {shown(text)}, {error.message}") from None
        # A network of one address is that address.
        found[text.partition("/")[0] if span.first == span.last else text] = span
    return AddressSet(tuple(found), tuple(_merged(list(found.values()))))


def span_of(text: str) -> Span:
    """The addresses of one entry.

    :raises InvalidInput: it is none; the message is a relative clause and what to write instead.
    """
    single = _address(text)
    if single is not None:
        return single
    network, ends = _NETWORK.fullmatch(text), _RANGE.fullmatch(text)
    base = None if network is None else _parsed(network[1])
    if network is not None and base is not None:
        return _network(base, network[2])
    if ends is not None:
        first, last = _address(ends[1]), _address(ends[2])
        if first is not None and last is not None:
            return _range(first, last)
    raise InvalidInput(f"which is neither an address nor a network or range. {_hint(text)}")


def address_in(text: str) -> Address | None:
    """The address that a whole text is, None for any other text."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def usual_spelling(stored: str) -> str | None:
    """The address in a stored text as it is usually written; None if the text is no address."""
    found = _stored_address(stored)
    if found is None:
        return None
    return str((IPv4Address if found.version == 4 else IPv6Address)(found.first))


def is_wide_or_ipv6(text: str) -> bool:
    """Whether a text is a network, a range or an IPv6 address, or can only be meant as a network."""
    if _NETWORK.fullmatch(text):
        return True
    try:
        span_of(text)
    except InvalidInput:
        return False
    return not isinstance(_parsed(text), IPv4Address)


def _hint(text: str) -> str:
    if any(_address(part) is not None for part in re.split(r"[\s,;]+", text)):
        return "Write each address as an entry of its own."
    if re.search(r"[A-Za-z]", text) and ":" not in text:
        return f"{_WAYS} Host names belong in source_host and target_host, lists of addresses in `networks`."
    return _WAYS


def _network(address: IPv4Address | IPv6Address, prefix: str) -> Span:
    bits = address.max_prefixlen
    if not re.fullmatch(r"0|[1-9][0-9]{0,2}", prefix) or int(prefix) > bits:
        raise InvalidInput(f"whose prefix length is not a number from 0 to {bits}. {_WAYS}")
    size = 1 << (bits - int(prefix))
    base = int(address) // size * size
    if base != int(address):
        raise InvalidInput(
            f"which is an address within a network. Write {type(address)(base)}/{prefix} for the network, or {address} "
            "for the address."
        )
    first, last = (_as_span(type(address)(end)) for end in (base, base + size - 1))
    if first.version != last.version:
        # A few of these addresses are also IPv4 addresses, which count as such.
        return Span(6, base, base + size - 1)
    return Span(first.version, first.first, last.last)


def _range(first: Span, last: Span) -> Span:
    if first.version != last.version:
        raise InvalidInput("which mixes IPv4 and IPv6. Write a range of each.")
    if first.first > last.first:
        raise InvalidInput("which ends before it begins. Swap the two addresses.")
    return Span(first.version, first.first, last.first)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    if "%" in text or (_LEADING_ZERO.search(text) and "." in text):
        return None
    try:
        return ip_address(text)
    except ValueError:
        return None


def _as_span(address: IPv4Address | IPv6Address) -> Span:
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    plain = address if inner is None else inner
    return Span(plain.version, int(plain), int(plain))


def _address(text: str) -> Span | None:
    parsed = _parsed(text)
    return None if parsed is None else _as_span(parsed)


def _usual(address: IPv4Address | IPv6Address | None) -> list[str]:
    """An IPv6 address shortened, with all groups, and with all their zeros, in small and capital letters."""
    if not isinstance(address, IPv6Address):
        return []
    groups = [f"{int(group, 16):x}" for group in address.exploded.split(":")]
    forms = (address.compressed, ":".join(groups), address.exploded)
    return [text for form in forms for text in (form, form.upper())]


@lru_cache(maxsize=1_024)
def _stored_address(text: str) -> Span | None:
    # An IPv6 address may name the interface after a percent sign.
    return _address(text.strip().partition("%")[0])


def _merged(spans: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for span in sorted(spans):
        if found and found[-1].version == span.version and span.first <= found[-1].last + 1:
            found[-1] = Span(span.version, found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return found


def _beginning(span: Span) -> str:
    """The octets that the first and the last address of an IPv4 span share, each with its dot."""
    ends = [str(IPv4Address(end)).split(".")[:3] for end in (span.first, span.last)]
    shared = ""
    for one, other in zip(*ends):
        if one != other:
            break
        shared += f"{one}."
    return shared
