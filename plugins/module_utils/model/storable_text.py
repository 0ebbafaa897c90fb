# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that the server can store, and those that it silently drops.

Observations, notes and tags are written into a script on the server. A text that breaks the script is answered 200 and
stored nowhere, and some texts would run as script. So each text is made storable visibly, or refused, before it goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..conversion import text_refusal
from ..errors import InvalidInput
from ..printing import printable

# Like ``fail``, for a text that an alert holds already and a task that has no option `unsupported_text`.
KEEP = "keep"
_BACKSLASH_U = re.compile(r"\\(?=u)")
# Letters and signs that Unicode does not decompose into an ASCII letter and a mark.
_SPELLED_OUT = str.maketrans(
    {
        "ß": "ss",
        "ẞ": "SS",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": ",",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "«": '"',
        "»": '"',
        "‐": "-",
        "‑": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "•": "*",
        "→": "->",
        "←": "<-",
        "€": "EUR",
        "£": "GBP",
        "×": "x",
        "°": " deg",
        "©": "(c)",
        "®": "(R)",
        "™": "(TM)",
    }
)


@dataclass(frozen=True)
class Storable:
    """A text as it will be stored; `warning` says how it differs from the text given, None when it does not."""

    text: str
    warning: str | None = None


def storable_observation(text: str, unsupported: str) -> Storable:
    """`text` as a status observation: any Unicode on one line, without backslash-u.

    :param unsupported: ``replace`` or ``fail``, as the option says, or KEEP.
    :raises InvalidInput: the text cannot be stored as it is, and `unsupported` is not ``replace``.
    """
    return _storable("observation", text, _one_line_observation, unsupported, "a line break, control or backslash-u")


def storable_solution(text: str, unsupported: str) -> Storable:
    """`text` as the solution of an incident, which the server also writes as an observation.

    :raises InvalidInput: the text cannot be stored as it is, and `unsupported` is ``fail``.
    """
    return _storable("solution", text, _one_line_observation, unsupported, "a line break, control or backslash-u")


def storable_note(text: str, unsupported: str) -> Storable:
    """`text` as a note: printable ASCII on one line.

    :raises InvalidInput: the text cannot be stored as it is, and `unsupported` is ``fail``; or nothing is left of it.
    """
    storable = _storable("note", text, _ascii_line, unsupported, "a line break, a tab or a non-ASCII character")
    if not storable.text.strip():
        raise InvalidInput("`note` is blank; use `state: absent` to clear a note.")
    return storable


def _storable(option: str, text: str, clean: Callable[[str], str], unsupported: str, what: str) -> Storable:
    cleaned = clean(text)
    if cleaned == text:
        return Storable(text)
    if unsupported == KEEP:
        raise InvalidInput(
            f"Its {option} holds {what}, for which UTMStack returns 200 and stores nothing. Change it in UTMStack, or "
            "leave the alert out."
        )
    if unsupported == "fail":
        raise InvalidInput(
            f"`{option}` holds {what}, for which UTMStack returns 200 and stores nothing. Change the text, or set "
            "`unsupported_text: replace`."
        )
    return Storable(
        cleaned, f"The {option} holds {what}, which UTMStack cannot store; it is stored as: {printable(cleaned)}"
    )


def _one_line_observation(text: str) -> str:
    line = "".join(" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text)
    if line != text:
        line = re.sub(r" {2,}", " ", line).strip()
    return _BACKSLASH_U.sub("\\\\ ", line)


def _ascii_line(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    line = " | ".join(filled for line in text.splitlines() if (filled := line.strip()))
    # Compatibility decomposition (NFKD) turns letters with marks into the letter and the mark, which is dropped.
    spelled = unicodedata.normalize("NFKD", line.translate(_SPELLED_OUT))
    kept = (character for character in spelled if not unicodedata.combining(character))
    return "".join(character if " " <= character <= "~" else " " if character.isspace() else "?" for character in kept)


def checked_texts(option: str, values: Sequence[Any]) -> list[str]:
    """`values` when each of them is a text.

    :raises InvalidInput: one is something else, which would be stored as a word such as None, 5 or True.
    """
    for value in values:
        if not isinstance(value, str):
            raise text_refusal(value, option)
    return list(values)


def checked_tag(tag: str) -> str:
    """`tag` when the server stores it as it stands.

    :raises InvalidInput: it is blank, or holds a character that the server loses or runs as script.
    """
    if not tag.strip():
        raise InvalidInput("`tags` holds a blank tag.")
    bad = next(
        (character for character in tag if character in "'\\" or unicodedata.category(character) in ("Cc", "Cs")), ""
    )
    if bad:
        name = {"'": "an apostrophe", "\\": "a backslash"}.get(bad, "a control character")
        raise InvalidInput(
            f"The tag {tag!a} holds {name}: UTMStack would return 200 and drop it, or run it as script. "
            "Choose another spelling."
        )
    return tag


def checked_line(option: str, text: str) -> str:
    """`text` as the name or description of a tag rule.

    :raises InvalidInput: it is blank, or holds a control character.
    """
    if not text.strip():
        raise InvalidInput(f"`{option}` is blank; the server stores no rule without it.")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise InvalidInput(f"`{option}` holds a line break or another control character.")
    return text
