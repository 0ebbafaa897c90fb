# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take secrets out of texts, however they are spelled."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "********"
# Shorter spellings would hide ordinary words, and fragments of base64 that every text holds.
MIN_BASE64_LENGTH = 8
# How messages end a value that they cut.
_CUT = re.compile(r"['\"]?(?:\.{3}|\u2026)")
_MIN_CUT_LENGTH = 4


class Redactor:
    """Replace known secrets in texts and results by a mask.

    A secret is found as it is, escaped for JSON, Python or a URL, in base64 at any offset, and as UTF-8 read as
    Latin-1.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._spellings: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.secrets: set[str] = set()
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Hide further secrets from now on; blank ones hide nothing."""
        new = {secret for secret in secrets if secret.strip()} - self.secrets
        if not new:
            return
        self.secrets |= new
        self._spellings.update(spelling for secret in new for spelling in spellings(secret))
        self._compile()

    def forget(self, secret: str) -> None:
        """Show this secret from now on."""
        self.secrets.discard(secret)
        self._spellings = {spelling for known in self.secrets for spelling in spellings(known)}
        self._compile()

    def _compile(self) -> None:
        longest_first = sorted(self._spellings, key=lambda spelling: (-len(spelling), spelling))
        self._pattern = re.compile("|".join(map(_in_any_case, longest_first))) if longest_first else None

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def message(self, text: str) -> str:
        """A message without secrets, and without the beginning of one where it cuts a value."""
        text, shown, end = self.text(text), "", 0
        for cut in _CUT.finditer(text):
            before = text[end : cut.start()]
            length = max((_common_length(before, spelling) for spelling in self._spellings), default=0)
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
    return re.sub("%[0-9A-Fa-f]{2}", lambda match: f"(?i:{match[0]})", re.escape(spelling))


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
