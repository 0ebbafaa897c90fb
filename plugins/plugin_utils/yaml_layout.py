# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of a YAML text with the places where they stand, so that a text can be changed without rewriting it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml


@dataclass(frozen=True)
class Part:
    """A value in a text.

    :param start: index of its first character.
    :param end: index after its last one; comments and line breaks that follow are not part of it.
    :param text: the text of a scalar, None for any other value.
    :param is_flow: whether a list or dictionary is written in brackets.
    :param pairs: the keys and values of a dictionary.
    :param items: the entries of a list.
    :param dashes: of each entry of a list without brackets, the index of its dash.
    """

    start: int
    end: int
    text: str | None = None
    is_flow: bool = False
    pairs: Sequence[tuple[Part, Part]] = ()
    items: Sequence[Part] = ()
    dashes: Sequence[int] = ()

    def get(self, key: str) -> tuple[int, Part] | None:
        """The number and the value of a key, None if the dictionary has no such key."""
        for number, (found, value) in enumerate(self.pairs):
            if found.text == key:
                return number, value
        return None


def documents_in(text: str) -> list[Part]:
    """The values of the documents in a text.

    An alias is a part without text and content.

    :raises yaml.YAMLError: the text is not valid YAML.
    """
    tokens = yaml.scan(text, Loader=yaml.SafeLoader)
    dashes = [token.start_mark.index for token in tokens if isinstance(token, yaml.BlockEntryToken)]
    reader = _Reader(text, dashes, iter(yaml.parse(text, Loader=yaml.SafeLoader)))
    return [reader.part(reader.next()) for event in reader.events if isinstance(event, yaml.DocumentStartEvent)]


@dataclass(frozen=True)
class _Reader:
    """The events of a text, read as parts.

    :param dashes: the indices of all dashes of lists.
    """

    text: str
    dashes: Sequence[int]
    events: Iterator[Any]

    def next(self) -> Any:
        """The next event."""
        return next(self.events)

    def part(self, event: Any) -> Part:
        """The value that begins with an event."""
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event)
        if isinstance(event, yaml.ScalarEvent):
            if event.style in ("|", ">"):
                # The event includes the empty lines below.
                end = len(self.text[:end].rstrip())
            return Part(start, end, event.value)
        return Part(start, end)

    def _mapping(self, event: Any) -> Part:
        pairs: list[tuple[Part, Part]] = []
        while not isinstance(key := self.next(), yaml.MappingEndEvent):
            pairs.append((self.part(key), self.part(self.next())))
        # Without brackets, the event of the end stands where the next value begins.
        mark: Any = key.end_mark
        end = mark.index if event.flow_style or not pairs else pairs[-1][1].end
        return Part(event.start_mark.index, end, is_flow=bool(event.flow_style), pairs=pairs)

    def _sequence(self, event: Any) -> Part:
        items: list[Part] = []
        while not isinstance(item := self.next(), yaml.SequenceEndEvent):
            items.append(self.part(item))
        mark: Any = item.end_mark
        is_flow = bool(event.flow_style)
        end = mark.index if is_flow or not items else items[-1].end
        before = [] if is_flow else [self._dash_of(one) for one in items]
        return Part(event.start_mark.index, end, is_flow=is_flow, items=items, dashes=before)

    def _dash_of(self, item: Part) -> int:
        number = bisect_left(self.dashes, item.start)
        return self.dashes[number - 1] if number else item.start
