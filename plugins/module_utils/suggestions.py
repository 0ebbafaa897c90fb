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


def option_suggestions(given: Any, options: Mapping[str, Mapping[str, Any]]) -> str:
    """Suggestions for unknown option names and choices of an argument spec, at any depth; "" when all are known.

    :param given: the options as the task has them, before they were checked.
    """
    if not isinstance(given, Mapping):
        return ""
    found = ""
    for name, value in given.items():
        if name not in options:
            found += "" if str(name).startswith("_ansible_") else suggestion(name, options)
            continue
        option = options[name]
        values = value if isinstance(value, list) else [value]
        for item in values:
            if option.get("options"):
                found += option_suggestions(item, option["options"])
            elif option.get("choices") and isinstance(item, str) and item not in option["choices"]:
                found += suggestion(item, option["choices"])
    return found


def check_keys(given: Mapping[str, Any], keys: Collection[str], where: str) -> None:
    """:raises InvalidInput: a key that is not among `keys`; the message suggests a close one."""
    for key in given:
        if key not in keys:
            meant = suggestion(str(key), keys) or f" Use one of {', '.join(keys)}."
            raise InvalidInput(f"`{where}` has no key {key!a}.{meant}")
