# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take secrets out of texts, however they are spelled."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "********"
# Shorter spellings would hide ordinary words, and fragments of base64 that every text holds.
MIN_BASE64_LENGTH = 8
# How messages end a value that they cut.
_CUT = re.compile(r"['\"]?(?:\.{3}|\u2026)")
_MIN_CUT_LENGTH = 4
_ESCAPED = re.compile("%[0-9A-Fa-f]{2}")


class _Hidden:
    """Spellings that are hidden, and an expression for them. Never changed, so that threads can share it."""

    def __init__(self, spellings: frozenset[str] = frozenset()) -> None:
        self.spellings = spellings
        # A part of each spelling, without digits behind a percent sign, which may be of either case; and of parts that
        # contain another one, only the other.
        self._traces: list[str] = []
        for trace in sorted({max(_ESCAPED.split(spelling), key=len) for spelling in spellings}, key=len):
            if not any(shorter in trace for shorter in self._traces):
                self._traces.append(trace)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # This takes longer than a request, and most results hold no secret.
        longest_first = sorted(self.spellings, key=lambda spelling: (-len(spelling), spelling))
        return re.compile("|".join(map(_in_any_case, longest_first)))

    def masked(self, text: str) -> str:
        """The text with a mask for each spelling."""
        for trace in self._traces:
            if trace in text:
                return self._pattern.sub(MASK, text)
        return text


class Redactor:
    """Replace known secrets in texts and results by a mask.

    A secret is found as it is, escaped for JSON, Python or a URL, in base64 at any offset, and as UTF-8 read as
    Latin-1.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._hidden = _Hidden()
        self.secrets: set[str] = set()
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Hide further secrets from now on; blank ones hide nothing."""
        new = {secret for secret in secrets if secret.strip()} - self.secrets
        if not new:
            return
        self.secrets |= new
        self._hidden = _Hidden(self._hidden.spellings.union(*map(spellings, new)))

    def forget(self, secret: str) -> None:
        """Show this secret from now on."""
        self.secrets.discard(secret)
        self._hidden = _Hidden(frozenset().union(*map(spellings, self.secrets)))

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self._hidden.masked(text)

    def message(self, text: str) -> str:
        """A message without secrets, and without the beginning of one where it cuts a value."""
        text, shown, end = self.text(text), "", 0
        for cut in _CUT.finditer(text):
            before = text[end : cut.start()]
            length = max((_common_length(before, spelling) for spelling in self._hidden.spellings), default=0)
            shown += f"{before[: len(before) - length]}{MASK}" if length else before
            end = cut.start()
        return shown + text[end:]

    def value(self, value: Any) -> Any:
        """A result without secrets, in values and names."""
        return self._value(value, {})

    def _value(self, value: Any, known: dict[str, str]) -> Any:
        """:param known: the texts of the result so far, without secrets."""
        # Rows have the same names, and mostly equal values.
        if isinstance(value, str):
            shown = known.get(value)
            if shown is None:
                shown = known[value] = self.text(value)
            return shown
        if isinstance(value, (dict, Mapping)):
            return {self._value(name, known): self._value(item, known) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._value(item, known) for item in value]
        return value


def _common_length(text: str, spelling: str) -> int:
    """How many characters at the end of a text are the beginning of a spelling; 0 for too few to tell."""
    lengths = range(min(len(text), len(spelling)), _MIN_CUT_LENGTH - 1, -1)
    return next((length for length in lengths if text.endswith(spelling[:length])), 0)


def _in_any_case(spelling: str) -> str:
    """An expression for a spelling, whose percent signs may be followed by digits of either case."""
    return _ESCAPED.sub(lambda match: f"(?i:{match[0]})", re.escape(spelling))


def spellings(secret: str) -> set[str]:
    """The forms in which a server, a proxy or a library quotes a secret."""
    octets = secret.encode("utf-8", "surrogatepass")
    found = {secret, octets.decode("latin-1")}
    for text in tuple(found):
        # Messages about options quote them as Python does.
        found.add(ascii(text)[1:-1])
        found |= {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
        found |= {spelling.replace("/", "\\/") for spelling in tuple(found)}
        for encode in (quote, quote_plus):
            for safe in ("", "/", "/:@"):
                found.add(encode(text, safe=safe, errors="replace"))
    for content in (octets, secret.encode("latin-1", "replace")):
        for spelling in _base64_inside(content):
            found |= {spelling, spelling.replace("+", "-").replace("/", "_"), quote(spelling, safe="")}
    return found


def _base64_inside(content: bytes) -> Iterable[str]:
    """The characters of base64 that depend on the content alone, at each of three offsets in a longer text."""
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + content).decode("ascii")
        # The first characters hold bits of what stands before, the last ones bits of what follows.
        first = (0, 2, 3)[offset]
        last = (offset + len(content)) * 8 // 6
        if last - first >= MIN_BASE64_LENGTH:
            yield encoded[first:last]


def userinfo(address: Any) -> set[str]:
    """Name and password in an address, together and the password alone, however malformed the address is."""
    text = str(address or "")
    before, at, _host = text.rpartition("@")
    if not at:
        return set()
    inside = before.partition("://")[2] or before.lstrip("/")
    return {part for part in (inside, inside.partition(":")[2]) if part}
