# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Server text made safe for terminals, and the compact lines that ``--diff`` shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any


def printable(text: str, limit: int = 500) -> str:
    """One line of `text` that cannot act on a terminal: controls and format characters become their escapes."""
    if len(text) <= limit and text.isprintable():
        return text
    shown = "".join(_escaped(character) for character in text[: limit + 1])
    return shown if len(text) <= limit else shown[:limit] + "…"


def _escaped(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character.encode("unicode_escape").decode("ascii")
    return character


def field_lines(label: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """One line per field of `after` that `before` has not or has otherwise; no text can act on the terminal."""
    return [
        f"{label} {name}: {_shown(before.get(name))} -> {_shown(value)}\n"
        for name, value in after.items()
        if name not in before or before[name] != value
    ]


def _shown(value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, list):
        return "[" + ", ".join(printable(str(item), 80) for item in value) + "]"
    return printable(str(value), 120) or '""'
