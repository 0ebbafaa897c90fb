# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of alert IDs that take 8 bytes for an ID, whatever its length. Pure."""

from __future__ import annotations

import hashlib
from array import array
from base64 import b64decode, b64encode
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from itertools import compress
from sys import byteorder

# A text of so many digests has 64,000 characters. A larger block of memory is returned to the system, and glibc keeps
# blocks of that size from then on: a process that now and then makes one large text grows by many of its size.
_IN_A_TEXT = 6_000


def digest_of(alert_id: str) -> int:
    """64 bits for an ID: with 100,000 of them, one new ID of 180 million million is taken for a known one."""
    return int.from_bytes(hashlib.sha256(alert_id.encode("utf-8", "surrogatepass")).digest()[:8], "big")


class Digests:
    """A set of digests, in order."""

    def __init__(self, ones: Iterable[int] = ()) -> None:
        self._ones = array("Q", sorted(set(ones)))

    def __contains__(self, one: int) -> bool:
        at = bisect_left(self._ones, one)
        return at < len(self._ones) and self._ones[at] == one

    def __iter__(self) -> Iterator[int]:
        return iter(self._ones)

    def __len__(self) -> int:
        return len(self._ones)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Digests) and self._ones == other._ones

    __hash__ = None  # type: ignore[assignment]

    def add(self, one: int) -> None:
        """Add a digest that may be there."""
        at = bisect_left(self._ones, one)
        if at == len(self._ones) or self._ones[at] != one:
            self._ones.insert(at, one)

    def discard_all(self, others: Collection[int]) -> None:
        """Take out digests that may be there."""
        if others:
            self._ones = array("Q", (one for one in self._ones if one not in others))

    def as_texts(self, without: Iterable[int] = ()) -> list[str]:
        """The digests in Base64, those of `without` left out."""
        left_out = frozenset(without)
        return _as_texts(array("Q", (one for one in self._ones if one not in left_out)))


def digests_from(texts: Iterable[str]) -> Digests:
    """The digests that `as_texts` returned."""
    return Digests(_from_texts("Q", texts))


def _as_texts(numbers: array[int]) -> list[str]:
    """Numbers in Base64, 8 bytes each in the order of files."""
    found = []
    for start in range(0, len(numbers), _IN_A_TEXT):
        part = numbers[start : start + _IN_A_TEXT]
        if byteorder == "little":
            part.byteswap()
        found.append(b64encode(part).decode("ascii"))
    return found


def _from_texts(type_code: str, texts: Iterable[str]) -> array[int]:
    numbers = array(type_code)
    for text in texts:
        numbers.frombytes(b64decode(text))
    if byteorder == "little":
        numbers.byteswap()
    return numbers


class TimedDigests:
    """Digests with a time each, in milliseconds since 1970."""

    def __init__(self) -> None:
        self._ones = array("Q")
        self._moments = array("q")

    def __contains__(self, one: int) -> bool:
        at = bisect_left(self._ones, one)
        return at < len(self._ones) and self._ones[at] == one

    def __len__(self) -> int:
        return len(self._ones)

    def put(self, one: int, moment: int) -> None:
        """Add a digest, or give it another time."""
        at = bisect_left(self._ones, one)
        if at < len(self._ones) and self._ones[at] == one:
            self._moments[at] = moment
        else:
            self._ones.insert(at, one)
            self._moments.insert(at, moment)

    def discard(self, one: int) -> None:
        """Take out a digest that may be there."""
        at = bisect_left(self._ones, one)
        if at < len(self._ones) and self._ones[at] == one:
            del self._ones[at]
            del self._moments[at]

    def since(self, moment: int) -> list[int]:
        """The digests with this time or a later one."""
        return [one for one, time in self.items() if time >= moment]

    def forget_before(self, moment: int) -> None:
        """Take out all digests with an earlier time."""
        if len(self._moments) and min(self._moments) < moment:
            is_kept = bytes(time >= moment for time in self._moments)
            self._ones = array("Q", compress(self._ones, is_kept))
            self._moments = array("q", compress(self._moments, is_kept))

    def items(self) -> Iterator[tuple[int, int]]:
        """The digests with their times."""
        return zip(self._ones, self._moments)

    @property
    def earliest(self) -> int | None:
        """The earliest time."""
        return min(self._moments, default=None)

    def as_texts(self) -> tuple[list[str], list[str]]:
        """The digests and their times, each in Base64."""
        return _as_texts(self._ones), _as_texts(self._moments)

    def fill(self, digests: Iterable[str], moments: Iterable[str]) -> None:
        """Hold what `as_texts` returned."""
        self._ones, self._moments = _from_texts("Q", digests), _from_texts("q", moments)
