# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine's standard analyzer, which turns a text into searchable words (API facts, 3.3).

A simplified Unicode word segmentation (UAX #29) that splits and joins as the recorded servers do.
"""

from __future__ import annotations

import functools
import unicodedata

MAX_TOKEN_LENGTH = 255
ZERO_WIDTH_JOINER = "\u200d"
# MidNumLet and MidLetter, MidNumLet and MidNum of UAX #29.
_JOINS_BOTH = ".'\u2018\u2019\u2024\ufe52\uff07\uff0e"
_JOINS_LETTERS = frozenset(_JOINS_BOTH + ":\u00b7\u0387\u055f\u05f4\u2027\ufe13\ufe55\uff1a")
_JOINS_DIGITS = frozenset(_JOINS_BOTH + ",;\u037e\u0589\u060c\u060d\u066c\u2044\ufe10\ufe14\ufe50\ufe54\uff0c\uff1b")
_RANGES = (
    # A middle dot between katakana words and a zero-width space split words.
    ("other", 0x30FB, 0x30FB),
    ("other", 0x200B, 0x200B),
    ("joiner", 0x202F, 0x202F),
    ("ideograph", 0x4E00, 0x9FFF),
    ("ideograph", 0x3400, 0x4DBF),
    ("ideograph", 0x20000, 0x3FFFF),
    ("ideograph", 0xF900, 0xFAFF),
    ("ideograph", 0x3040, 0x309F),
    ("kana", 0x30A0, 0x30FF),
    ("kana", 0x31F0, 0x31FF),
    ("kana", 0xFF66, 0xFF9D),
    ("mark", 0x200D, 0x200D),
    ("mark", 0xFE00, 0xFE0F),
    ("mark", 0x1F3FB, 0x1F3FF),
    ("flag", 0x1F1E6, 0x1F1FF),
    ("emoji", 0x1F000, 0x1FAFF),
    ("emoji", 0x2600, 0x27BF),
    ("emoji", 0x231A, 0x231B),
    ("emoji", 0x23E9, 0x23FA),
    ("emoji", 0x2B05, 0x2B07),
    ("emoji", 0x2B1B, 0x2B1C),
    ("emoji", 0x2B50, 0x2B55),
)
# Southeast Asian scripts are written without spaces, so a run of letters is one word.
_SOUTH_EAST_ASIAN = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF))


@functools.lru_cache(4096)
def _kind(character: str) -> str:
    """Class of a character: letter, digit, joiner (``_``), kana, ideograph, thai, emoji, flag, mark or other."""
    code = ord(character)
    for kind, first, last in _RANGES if code > 0x7F else ():
        if first <= code <= last:
            return kind
    category = unicodedata.category(character)
    if category in ("Mn", "Mc", "Me", "Cf"):
        return "mark"
    if category == "Nd":
        return "digit"
    if category.startswith("L") or (category in ("Nl", "No") and character.isalpha()):
        return "thai" if any(first <= code <= last for first, last in _SOUTH_EAST_ASIAN) else "letter"
    return "joiner" if category == "Pc" else "other"


def _goes_on(before: str, after: str) -> bool:
    """Whether a word continues from one class of character to the next."""
    if after == "mark":
        return True
    if "joiner" in (before, after):
        return {before, after} <= {"letter", "digit", "joiner", "kana"}
    if before == after:
        return before in ("letter", "digit", "kana", "thai")
    return {before, after} == {"letter", "digit"}


def tokens(text: str) -> list[str]:
    """The words of `text` in lower case, in order."""
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
        glued = last == kind == "emoji" and word.endswith(ZERO_WIDTH_JOINER)
        if word and kind != "other" and (_goes_on(last, kind) or glued):
            word += character
            last = last if kind == "mark" else kind
            continue
        if word and last == kind == "flag":
            # A flag is exactly two letters.
            word, last = word + character, "emoji"
            continue
        if word:
            found.append(word)
        word, last = ("", "other") if kind in ("other", "mark") else (character, kind)
    if word:
        found.append(word)
    whole = [small_letters(token) for token in found if any(_kind(c) not in ("joiner", "mark") for c in token)]
    return [token[i : i + MAX_TOKEN_LENGTH] for token in whole for i in range(0, len(token), MAX_TOKEN_LENGTH)]


def small_letters(token: str) -> str:
    """Lower case, code point by code point, without special cases for final sigma and dotted I."""
    return "".join(character.lower() if len(character.lower()) == 1 else "i" for character in token)


def holds_phrase(words: list[str], phrase: list[str]) -> bool:
    """Whether `words` contain `phrase` without a gap."""
    span = len(phrase)
    return any(words[i : i + span] == phrase for i in range(len(words) - span + 1))
