# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters for networks, which no server knows: its indices hold addresses as texts.

Before a search is sent, they become filters for the addresses that alerts hold.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from ..errors import InvalidInput
from .filter import Filter
from .networks import AddressSet

# Operators of the collection's own, with an AddressSet as value.
IN_NETWORKS = "IN_NETWORKS"
NOT_IN_NETWORKS = "NOT_IN_NETWORKS"
NETWORK_OPERATORS = (IN_NETWORKS, NOT_IN_NETWORKS)
AS_TEXTS = {IN_NETWORKS: "IS_ONE_OF_TERMS", NOT_IN_NETWORKS: "IS_NOT_ONE_OF"}
# The engine refuses a negated list of more than 1,024, and other conditions of the search may count.
MAX_LEFT_OUT = 1000

# From a field, the other filters of a search and the addresses in question to texts that alerts hold in that field:
# all that can be one of the addresses, and others.
HeldTexts = Callable[[str, Sequence[Filter], AddressSet], Collection[str]]


def about_networks(item: Filter) -> bool:
    """Whether a filter compares networks."""
    return item.operator in NETWORK_OPERATORS


def sendable(filters: Sequence[Filter], held: HeldTexts) -> list[Filter] | None:
    """The filters as the server understands them; None when no alert can meet them.

    :raises InvalidInput: too many addresses would have to be left out.
    """
    others = [item for item in filters if not about_networks(item)]
    sent: list[Filter] = []
    for item in filters:
        if not about_networks(item):
            sent.append(item)
            continue
        texts = held(item.field, others, item.value)
        inside = sorted(text for text in texts if item.value.holds(text))
        if item.operator == NOT_IN_NETWORKS:
            sent += _left_out(item, inside, set(texts).difference(inside))
        elif inside:
            sent.append(Filter(item.field, AS_TEXTS[item.operator], inside))
        else:
            return None
    return sent


def _left_out(item: Filter, inside: Sequence[str], outside: Collection[str]) -> list[Filter]:
    """Filters that leave out some texts and none of the others, in as few conditions as the engine takes."""
    if len(inside) <= MAX_LEFT_OUT:
        return [Filter(item.field, AS_TEXTS[item.operator], list(inside))] if inside else []
    for octets in (3, 2, 1):
        mixed = {_beginning(text, octets) for text in outside}
        whole = {_beginning(text, octets) for text in inside} - mixed - {""}
        rest = [text for text in inside if _beginning(text, octets) not in whole]
        if len(whole) + len(rest) <= MAX_LEFT_OUT:
            beginnings = [Filter(item.field, "NOT_START_WITH", text) for text in sorted(whole)]
            return [*beginnings, *([Filter(item.field, AS_TEXTS[item.operator], rest)] if rest else [])]
    raise InvalidInput(
        f"The networks {', '.join(item.value.texts[:3])} hold {len(inside)} of the addresses in alerts, too many to "
        "leave out of one search. Name smaller networks, or decide with a rule of utmstack_triage."
    )


def _beginning(text: str, octets: int) -> str:
    """The first octets of an IPv4 address with their dots; empty for other texts."""
    parts = text.split(".")
    return ".".join(parts[:octets]) + "." if len(parts) == 4 and ":" not in text else ""


def address_filter(field: str, addresses: AddressSet, most: int) -> Filter:
    """The filter for a field that holds one of the addresses.

    :param most: values that the server compares at once.
    """
    if addresses.compared_as_text and len(addresses.texts) <= most:
        return Filter(field, AS_TEXTS[IN_NETWORKS], list(addresses.texts))
    return Filter(field, IN_NETWORKS, addresses)


def for_tag_rule(item: Filter) -> Filter:
    """A filter as one of a tag rule, which the server decides by itself.

    :raises InvalidInput: it compares a network or range; the message is the reason, as a main clause.
    """
    if not about_networks(item):
        return item
    wide = item.value.wide
    if wide:
        raise InvalidInput(f"{wide[0]!a} is not a single address, and a tag rule compares addresses as texts")
    return Filter(item.field, AS_TEXTS[item.operator], item.value.spellings())
