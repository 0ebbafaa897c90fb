# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document store: daily indices with the engine's dynamic mapping and inverted lists (API facts, 5.4).

For each field that was ever queried, an index keeps lists of the documents that hold each value. The lists are built on
first use and kept current, so a lookup by ID costs the same in a store of any size.
"""

from __future__ import annotations

import bisect
import dataclasses
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .analysis import tokens
from .dates import DATES, date_kind, millis
from .java import LONG_MAX, java_text, number

KEYWORD = ".keyword"
MAX_KEYWORD_LENGTH = 256
# So many times fewer documents than values are looked at themselves.
FEW = 2
Terms = dict[Any, set[int]]


def values_at(source: Any, path: str) -> Iterator[Any]:
    """Every value at a dotted path, through lists of objects; None values count as missing."""
    if isinstance(source, list):
        for item in source:
            yield from values_at(item, path)
    elif isinstance(source, dict):
        if path in source:
            yield from _flat(source[path])
        head, dot, rest = path.partition(".")
        if dot and head in source:
            yield from values_at(source[head], rest)


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    elif value is not None:
        yield value


@dataclass
class Document:
    """A stored document; `number` is its place in the store."""

    index: str
    id: str
    source: dict[str, Any]
    number: int


def as_float(value: float) -> float:
    """A fraction as the engine stores it, in 32 bits. :raises ValueError: it does not fit."""
    try:
        found: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        raise ValueError(f"{value} is too large") from None
    return found


def _numeric(kind: str, value: Any) -> int | float | None:
    if isinstance(value, bool):
        raise ValueError("a boolean on a number")
    if value == "":
        return None
    found = number(value) if isinstance(value, str) else value
    if kind == "float":
        return as_float(found)
    if not -LONG_MAX - 1 <= found <= LONG_MAX:
        raise ValueError(f"{value} is out of range for a long")
    return int(found)


def bent(kind: str, value: Any) -> Any:
    """`value` as a field of this type indexes it, None for no value. :raises ValueError: it cannot be converted."""
    if kind in ("long", "float"):
        return _numeric(kind, value)
    if kind == "boolean":
        if value is True or value == "true":
            return True
        if value is False or value in ("false", ""):
            return False
        raise ValueError(f"{value!r} on a boolean")
    if kind in DATES:
        return millis(value, kind)
    return value if isinstance(value, str) else java_text(value)


class DailyIndex:
    """One day's documents, the types of their fields, and the inverted lists."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.types: dict[str, str] = {}
        self.documents: dict[int, Document] = {}
        self._terms: dict[str, Terms] = {}
        self._present: dict[str, set[int]] = {}
        self._sorted: dict[str, list[Any]] = {}

    def copy(self) -> DailyIndex:
        """An index of the same documents, whose lists are built anew."""
        other = DailyIndex(self.name)
        other.types = dict(self.types)
        other.documents = {number: dataclasses.replace(document) for number, document in self.documents.items()}
        return other

    def check(self, source: dict[str, Any]) -> dict[str, str]:
        """The types of the fields that this document adds. :raises ValueError: the engine would reject it."""
        found: dict[str, str] = {}
        self._walk(source, "", found)
        return found

    def _walk(self, value: Any, path: str, found: dict[str, str]) -> None:
        if isinstance(value, dict):
            if path and self.types.get(path, found.get(path)) not in (None, "object"):
                raise ValueError(f"an object on the field {path}")
            for name, member in value.items():
                self._walk(member, f"{path}.{name}" if path else name, found)
            if path and value:
                found.setdefault(path, "object")
            return
        if isinstance(value, list):
            if path not in self.types and {type(item) for item in value} >= {int, float}:
                raise ValueError(f"whole numbers and fractions in the new field {path}")
            for item in value:
                self._walk(item, path, found)
            return
        if value is None:
            return
        kind = self.types.get(path) or found.get(path)
        if kind is None:
            found[path] = _dynamic_type(value)
            bent(found[path], value)
        elif kind == "object":
            raise ValueError(f"a value on the object {path}")
        elif kind != "text":
            bent(kind, value)

    def add(self, document: Document) -> None:
        """Index one document."""
        self.types.update(self.check(document.source))
        self.documents[document.number] = document
        for field, terms in self._terms.items():
            self._index(field, terms, document)
        for field, present in self._present.items():
            if self._is_present(field, document):
                present.add(document.number)
        self._sorted.clear()

    def replace(self, document: Document, source: dict[str, Any], touched: Iterable[str]) -> None:
        """Change the given top-level fields of a document."""
        names = set(touched)
        # All other fields were checked before.
        self.types.update(self.check({name: value for name, value in source.items() if name in names}))
        affected = [field for field in self._terms if field.split(".")[0] in names]
        for field in affected:
            for value in list(self._values(field, document)):
                holders = self._terms[field].get(value)
                if holders is not None:
                    holders.discard(document.number)
                    if not holders:
                        del self._terms[field][value]
            self._sorted.pop(field, None)
        document.source = source
        for field in affected:
            self._index(field, self._terms[field], document)
        for field, present in self._present.items():
            if field.split(".")[0] in names:
                (present.add if self._is_present(field, document) else present.discard)(document.number)

    def type_of(self, field: str) -> str | None:
        """One of keyword, text, long, float, boolean, date, slashes and object; None for an unmapped field."""
        if field.endswith(KEYWORD) and self.types.get(field[: -len(KEYWORD)]) == "text":
            return "keyword"
        return self.types.get(field)

    def terms(self, field: str) -> Terms:
        """Documents by value: words on text, whole values on keyword, numbers, booleans, milliseconds."""
        found = self._terms.get(field)
        if found is None:
            found = self._terms[field] = {}
            for document in self.documents.values():
                self._index(field, found, document)
        return found

    def values_among(self, field: str, numbers: set[int]) -> Iterator[tuple[Any, int]]:
        """The values of a field in these documents, each with the number of documents that have it."""
        terms = self.terms(field)
        if len(numbers) * FEW < len(terms):
            held = Counter(value for number in numbers for value in {*self._values(field, self.documents[number])})
            yield from held.items()
            return
        for value, holders in terms.items():
            if count := len(holders & numbers):
                yield value, count

    def sorted_values(self, field: str) -> list[Any]:
        """All values of a field in order."""
        if field not in self._sorted:
            self._sorted[field] = sorted(self.terms(field))
        return self._sorted[field]

    def between(self, field: str, low: Any, high: Any, above: bool = False) -> set[int]:
        """Documents with a value from `low` to `high`, both included (`low` excluded with `above`)."""
        values, terms = self.sorted_values(field), self.terms(field)
        start = 0 if low is None else (bisect.bisect_right if above else bisect.bisect_left)(values, low)
        end = len(values) if high is None else bisect.bisect_right(values, high)
        # An empty text on a number is present without being a value.
        if start == 0 and end == len(values) and self.type_of(field) not in ("long", "float"):
            return set(self.present(field))
        found: set[int] = set()
        for value in values[start:end]:
            found |= terms[value]
        return found

    def present(self, field: str) -> set[int]:
        """Documents that have the field; an object counts if it is not empty."""
        if field.endswith(KEYWORD) and self.type_of(field) == "keyword":
            return set().union(*self.terms(field).values()) if self.terms(field) else set()
        found = self._present.get(field)
        if found is None:
            holders = (doc.number for doc in self.documents.values() if self._is_present(field, doc))
            found = self._present[field] = set(holders)
        return found

    def value_lists(self, field: str, number: int) -> list[Any]:
        """The values of one document as the field indexes them, in order."""
        return list(self._values(field, self.documents[number]))

    def _is_present(self, field: str, document: Document) -> bool:
        return any(_anything(value) for value in values_at(document.source, field))

    def _values(self, field: str, document: Document) -> Iterator[Any]:
        kind = self.type_of(field)
        if kind in (None, "object"):
            return
        path = field[: -len(KEYWORD)] if kind == "keyword" else field
        for value in values_at(document.source, path):
            if isinstance(value, dict):
                continue
            if kind == "text":
                yield from tokens(bent("text", value))
            elif kind == "keyword":
                text = bent("text", value)
                if len(text) <= MAX_KEYWORD_LENGTH:
                    yield text
            else:
                indexed = bent(str(kind), value)
                if indexed is not None:
                    yield indexed

    def _index(self, field: str, terms: Terms, document: Document) -> None:
        for value in self._values(field, document):
            terms.setdefault(value, set()).add(document.number)
        self._sorted.pop(field, None)


def _anything(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_anything(member) for member in value.values())
    if isinstance(value, list):
        return any(_anything(item) for item in value)
    return value is not None


def _dynamic_type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "long"
    if isinstance(value, float):
        return "float"
    return date_kind(value) or "text"


class IndexMissing(LookupError):
    """A concrete index name that does not exist."""


class BadPattern(ValueError):
    """An index name that the engine rejects."""


class DocumentStore:
    """The daily indices by name."""

    def __init__(self) -> None:
        self.indices: dict[str, DailyIndex] = {}
        self._place: dict[tuple[str, str], int] = {}
        self._by_number: dict[int, Document] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._by_number)

    def reset(self) -> None:
        """Remove all indices."""
        self.__init__()  # type: ignore[misc]

    def copy(self) -> DocumentStore:
        """A store of the same documents. They share their sources, which are replaced and never changed in place."""
        other = DocumentStore()
        other.indices = {name: daily.copy() for name, daily in self.indices.items()}
        numbered = {number: row for daily in other.indices.values() for number, row in daily.documents.items()}
        other._by_number = {number: numbered[number] for number in self._by_number}
        other._place = dict(self._place)
        other._next = self._next
        return other

    def put(self, index: str, document_id: str, source: dict[str, Any]) -> None:
        """Store a document. :raises ValueError: the engine would reject it."""
        daily = self.indices.get(index) or DailyIndex(index)
        number = self._place.get((index, document_id))
        if number is not None:
            daily.replace(self._by_number[number], source, {*source, *self._by_number[number].source})
            return
        document = Document(index, document_id, source, self._next)
        daily.add(document)
        self.indices[index] = daily
        self._place[(index, document_id)] = document.number
        self._by_number[document.number] = document
        self._next += 1

    def all(self) -> list[Document]:
        """All documents in the order in which they were stored."""
        return list(self._by_number.values())

    def get(self, number: int) -> Document:
        """The document with this number."""
        return self._by_number[number]

    def matching(self, pattern: str) -> list[DailyIndex]:
        """The indices that a pattern selects by comma lists, wildcards and exclusions.

        :raises BadPattern: blank or impossible names.
        :raises IndexMissing: a name without a wildcard does not exist.
        """
        if not pattern.strip() or re.search(r"[ \"<>|\\/?#]", pattern):
            raise BadPattern(pattern)
        chosen: dict[str, DailyIndex] = {}
        wild = False
        for part in pattern.split(","):
            name = part[1:] if part.startswith("-") else part
            shape = re.compile(".*".join(re.escape(piece) for piece in name.split("*")))
            found = {key: daily for key, daily in self.indices.items() if shape.fullmatch(key)}
            if name == "_all":
                found = dict(self.indices)
            if part.startswith("-") and wild:
                chosen = {key: daily for key, daily in chosen.items() if key not in found}
            elif part.startswith("-") or (not found and "*" not in name and name != "_all"):
                # An exclusion needs a wildcard before it; otherwise the dash is part of a name.
                raise IndexMissing(part)
            else:
                chosen.update(found)
                wild = wild or "*" in name
        return [chosen[name] for name in sorted(chosen)]

    def update(self, numbers: Iterable[int], change: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
        """Merge what `change` returns into each document, and return how many were written."""
        count = 0
        for place in numbers:
            document = self._by_number[place]
            fresh = change(document.source)
            self.indices[document.index].replace(document, {**document.source, **fresh}, fresh)
            count += 1
        return count
