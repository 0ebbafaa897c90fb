# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values in a stored document, as conditions compare them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dialects import TWIN
from ..model.fields import MAX_TEXT_LENGTH, plain_name


def values_at(document: Any, path: str) -> list[Any]:
    """Every value at a dotted path, through lists of objects; null is no value."""
    found: list[Any] = []
    _add_values(document, path, found)
    return found


def _add_values(document: Any, path: str, found: list[Any]) -> None:
    if isinstance(document, list):
        for item in document:
            _add_values(item, path, found)
    elif isinstance(document, dict):
        if path in document:
            _add_flat(document[path], found)
        head, dot, rest = path.partition(".")
        if dot and head in document:
            _add_values(document[head], rest, found)


def _add_flat(value: Any, found: list[Any]) -> None:
    if isinstance(value, list):
        for item in value:
            _add_flat(item, found)
    elif value is not None:
        found.append(value)


class StoredValues:
    """The values of one document, each path looked up once, however many conditions compare it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._values: dict[str, list[Any]] = {}
        self._plain: dict[str, list[Any]] = {}
        self._texts: dict[str, list[str]] = {}

    def at(self, path: str) -> list[Any]:
        """Every value at a path, objects included."""
        found = self._values.get(path)
        if found is None:
            found = self._values[path] = values_at(self._document, path)
        return found

    def plain(self, path: str) -> list[Any]:
        """The values at a path that are no objects."""
        found = self._plain.get(path)
        if found is None:
            found = self._plain[path] = [value for value in self.at(path) if not isinstance(value, dict)]
        return found

    def texts(self, field: str) -> list[str]:
        """The values of a field as texts.

        :param field: with the ending of the exact twin, without those that are too long for it.
        """
        found = self._texts.get(field)
        if found is None:
            found = [_as_text(value) for value in self.plain(plain_name(field))]
            if field.endswith(TWIN):
                # The engine keeps no exact twin of longer texts.
                found = [text for text in found if len(text) <= MAX_TEXT_LENGTH]
            self._texts[field] = found
        return found


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
