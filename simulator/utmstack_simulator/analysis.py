# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine's standard analyzer: how a text becomes searchable words (API facts, 3.3).

A simplified Unicode word segmentation (UAX #29): what splits and what joins is what the recorded servers showed.
"""

from __future__ import annotations

import unicodedata

LONGEST_TOKEN = 255
_JOINS_LETTERS = frozenset(".'’‘·:․﹒＇．")
_JOINS_DIGITS = frozenset(".'’‘,;․﹒＇．")


def _kind(character: str) -> str:
    """Class of a character: letter, digit, joiner (``_``), kana, ideograph, emoji, mark or other."""
    if character.isascii():
        if character.isalpha():
            return "letter"
        if character.isdigit():
            return "digit"
        return "joiner" if character == "_" else "other"
    code = ord(character)
    if 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0x20000 <= code <= 0x3FFFF or 0x3040 <= code <= 0x309F:
        return "ideograph"
    if 0x30A0 <= code <= 0x30FF or 0xFF66 <= code <= 0xFF9D:
        return "kana"
    if code == 0x200D or 0xFE00 <= code <= 0xFE0F or 0x1F3FB <= code <= 0x1F3FF:
        return "mark"
    if 0x1F000 <= code <= 0x1FAFF or 0x2600 <= code <= 0x27BF:
        return "emoji"
    category = unicodedata.category(character)
    if category.startswith("L") or (category in ("Nl", "No") and character.isalpha()):
        return "letter"
    if category == "Nd":
        return "digit"
    if category in ("Mn", "Mc", "Me", "Cf"):
        return "mark"
    return "joiner" if category == "Pc" else "other"


def _goes_on(before: str, after: str) -> bool:
    """Whether a word goes on from one class to the next."""
    if after == "mark":
        return True
    if "joiner" in (before, after):
        return {before, after} <= {"letter", "digit", "joiner", "kana"}
    if before == after:
        return before in ("letter", "digit", "kana")
    return {before, after} == {"letter", "digit"}


def tokens(text: str) -> list[str]:
    """The words of `text` in small letters, in order."""
    found: list[str] = []
    word, last = "", "other"
    for position, character in enumerate(text):
        kind = _kind(character)
        if word and kind == "other" and position + 1 < len(text):
            following = _kind(text[position + 1])
            letters = last == following == "letter" and character in _JOINS_LETTERS
            digits = last == following == "digit" and character in _JOINS_DIGITS
            if letters or digits:
                word += character
                continue
        if word and kind != "other" and (_goes_on(last, kind) or (last == "mark" and kind == "mark")):
            word += character
            last = last if kind == "mark" else kind
            continue
        if word:
            found.append(word)
        word, last = ("", "other") if kind in ("other", "mark") else (character, kind)
    if word:
        found.append(word)
    whole = [_lower(token) for token in found if any(_kind(c) not in ("joiner", "mark") for c in token)]
    return [token[i : i + LONGEST_TOKEN] for token in whole for i in range(0, len(token), LONGEST_TOKEN)]


def _lower(token: str) -> str:
    """Small letters, code point by code point: final sigma and dotted I are not special."""
    return "".join(character.lower() if len(character.lower()) == 1 else "i" for character in token)


def holds_phrase(words: list[str], phrase: list[str]) -> bool:
    """Whether `phrase` stands in `words` in one piece."""
    span = len(phrase)
    return any(words[i : i + span] == phrase for i in range(len(words) - span + 1))
