# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How deep lists and dictionaries may stand in each other. Pure.

How deep a text may be until Python's own reader gives up differs between its releases, and some read any depth.
"""

from __future__ import annotations

import json
from typing import Any

# What walks through a value needs some of Python's stack for each level.
MAX_DEPTH = 100
# What is parsed holds no other types of them. This runs over each value of each page.
_CONTAINERS = frozenset((dict, list))


class TooDeep(ValueError):
    """A JSON text is nested too deeply."""


def parsed_json(text: str, **hooks: Any) -> Any:
    """The value of a JSON text.

    :param hooks: what `json.loads` takes besides the text, such as `parse_float`.
    :raises ValueError: it is not JSON.
    :raises TooDeep: it is nested too deeply.
    """
    try:
        value = json.loads(text, **hooks)
    except RecursionError:
        raise TooDeep from None
    if is_too_deep(value):
        raise TooDeep
    return value


def is_too_deep(value: Any) -> bool:
    """Whether more than `MAX_DEPTH` levels of lists and dictionaries stand in each other, in a parsed value."""
    level = [value] if type(value) in _CONTAINERS else []
    for _depth in range(MAX_DEPTH + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if type(inner) in _CONTAINERS
        ]
        if not level:
            return False
    return True
