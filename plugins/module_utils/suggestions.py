# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Suggestions for misspelled names; the same in every message."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from .errors import InvalidInput


def suggestion(word: str, known: Iterable[str]) -> str:
    """``" Did you mean a, b?"``, with up to three known names that are close, or nothing."""
    close = close_names(word, known)
    return f" Did you mean {', '.join(close)}?" if close else ""


def close_names(word: str, known: Iterable[str]) -> list[str]:
    """Up to three known names that are close, the closest first."""
    # Letter case aside: the server writes its operators in capitals, and tags differ in it by mistake.
    spelled = {name.lower(): name for name in known}
    close = difflib.get_close_matches(str(word).lower(), spelled, n=3, cutoff=0.6)
    return [spelled[name] for name in close]


def check_keys(given: Mapping[str, Any], keys: Collection[str], where: str) -> None:
    """:raises InvalidInput: a key that is not among `keys`; the message suggests a close one."""
    for key in given:
        if key not in keys:
            raise InvalidInput(f"`{where}` has no key {key!a}.{instead(key, keys)}")


def instead(name: Any, known: Collection[str]) -> str:
    """The known names that an unknown one may stand for, as a sentence."""
    return suggestion(str(name), known) or f" Use one of {', '.join(known)}."
