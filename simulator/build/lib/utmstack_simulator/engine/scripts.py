# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that the backend puts into scripts of the search engine, as they are stored (API facts, section 6)."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable

CACHED_SCRIPTS = 100
# The engine's default: 75 scripts in five minutes.
CAPACITY, SECONDS = 75, 300
_LOST_IN_DOUBLE_QUOTES = re.compile(r"[\n\r\t\f\b]|\\u[0-9a-fA-F]{4}")
_LOST_IN_NOTES = re.compile(r"[^\x20-\x7f]")
_LIST_OF_LITERALS = re.compile(r"\s*'(?:[^'\\]|\\['\\])*'\s*")


class ScriptRefused(Exception):
    """The engine refuses the script, and the backend answers 500."""


class ScriptLost(Exception):
    """The engine refuses the script, but the backend answers 200 although nothing was written."""


class CompileBudget:
    """A limit on new scripts per time: a bucket that refills steadily, while cached scripts cost nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Restore the engine's default limit with a full bucket."""
        self._fill(CAPACITY, SECONDS)

    def resize(self, capacity: int | None, seconds: float) -> None:
        """Refill the bucket if its size changes; None is no limit, and 0 refuses every new script."""
        if (capacity, seconds) != (self._capacity, self._seconds):
            self._fill(capacity, seconds)

    def _fill(self, capacity: int | None, seconds: float) -> None:
        self._capacity, self._seconds = capacity, seconds
        self._left: float = capacity or 0
        self._filled = self._clock()
        self._cache: OrderedDict[str, None] = OrderedDict()

    def compile(self, script: str) -> None:
        """Spend one compilation on a new script. :raises ScriptRefused: the budget is exhausted."""
        if self._capacity is None:
            return
        if script in self._cache:
            self._cache.move_to_end(script)
            return
        now = self._clock()
        if self._capacity:
            self._left = min(self._capacity, self._left + (now - self._filled) * self._capacity / self._seconds)
        self._filled = now
        if self._left < 1:
            raise ScriptRefused("[circuit_breaking_exception] Too many dynamic script compilations")
        self._left -= 1
        self._cache[script] = None
        if len(self._cache) > CACHED_SCRIPTS:
            self._cache.popitem(last=False)


def observation_text(text: str) -> str:
    """An observation as it is stored. :raises ScriptLost: it breaks the script."""
    if _LOST_IN_DOUBLE_QUOTES.search(text):
        raise ScriptLost
    return text


def note_text(text: str) -> str:
    """A note as it is stored. :raises ScriptLost: it breaks the script."""
    if _LOST_IN_NOTES.search(text):
        raise ScriptLost
    return text


def tag_texts(tags: list[str]) -> list[str]:
    """Tags as a script stores them: each in single quotes, separated by commas.

    So a tag that contains `', '` is stored as two tags, and a doubled backslash as one backslash.

    :raises ScriptLost: the result is not a list of literals.
    """
    script = ",".join(f"'{tag}'" for tag in tags)
    stored: list[str] = []
    position = 0
    while position < len(script):
        literal = _LIST_OF_LITERALS.match(script, position)
        if not literal or script[literal.end() : literal.end() + 1] not in ("", ","):
            raise ScriptLost
        stored.append(re.sub(r"\\(.)", r"\1", literal[0].strip()[1:-1]))
        position = literal.end() + 1
    return stored


def literal_text(text: str, quote: str) -> str:
    """`text` as a script stores it between two quotes (API facts, 6.4).

    :raises ScriptRefused: something follows a closing quote, or a backslash escapes the closing quote.
    :raises ScriptLost: a backslash before any other character, or a quote right before the closing one.
    """
    stored = ""
    position = 0
    while position < len(text):
        character = text[position]
        following = text[position + 1 : position + 2]
        if character == quote:
            if following:
                raise ScriptRefused("[script_exception] compile error: unexpected token")
            raise ScriptLost
        if character == "\\":
            if not following:
                raise ScriptRefused("[script_exception] compile error: unexpected token")
            if following not in ("\\", quote):
                raise ScriptLost
            character = following
            position += 1
        stored += character
        position += 1
    return stored


def incident_texts(name: str, source: str, single_quotes: bool) -> tuple[str, str]:
    """Name and source of an incident as a script stores them (API facts, 6.4).

    v10 writes them between double quotes, v11 between single ones and escapes those in the name.

    :raises ScriptRefused: the engine refuses the script, and the backend answers 500.
    :raises ScriptLost: the engine refuses the script, and the backend answers 200.
    """
    if single_quotes:
        return literal_text(name.replace("'", "\\'"), "'"), literal_text(source, "'")
    return literal_text(name, '"'), literal_text(source, '"')
