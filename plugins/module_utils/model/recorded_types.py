# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types that a server would give to the fields of recorded alerts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..dialects import TWIN

_TIME = r"T\d\d(:\d\d(:\d\d([.,]\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?"
_DATE = re.compile(rf"\d{{4}}-\d\d(-\d\d({_TIME})?)?|\d{{4}}/\d\d/\d\d( \d\d:\d\d:\d\d)?")


def types_in(documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The type of each field, and ``.keyword`` of texts; a field of several types has each that one day could have."""
    types: dict[str, str] = {}
    for document in documents:
        _add(types, document, "")
    return types


def _add(types: dict[str, str], value: Any, path: str) -> None:
    if isinstance(value, Mapping):
        for name, member in value.items():
            _add(types, member, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for item in value:
            _add(types, item, path)
    elif value is not None:
        kind = _type_of(value)
        if kind == "text":
            types.setdefault(path, kind)
            types[f"{path}{TWIN}"] = "keyword"
        elif types.get(path, "text") == "text":
            types[path] = kind


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "long" if isinstance(value, int) else "float"
    return "date" if _DATE.fullmatch(str(value)) else "text"
