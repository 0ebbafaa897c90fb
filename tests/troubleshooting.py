# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/troubleshooting.md says about errors, and the errors that the code has."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.pages import ROOT, blocks_of

PAGE = ROOT / "docs" / "troubleshooting.md"
ERRORS, HANDLED = "Errors by type", "Handled by the task itself"
# Page, part, group, error.
LEVEL = 4
_REPORTED = re.compile(r"^Reported as `(\w+)`\.$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A heading of the page and what stands below it.

    :param line: of the heading.
    :param above: the headings above it, the highest first.
    :param messages: as they are quoted, on one line each; … stands for anything.
    :param reported_as: the type in a result.
    """

    heading: str
    line: int
    above: tuple[str, ...]
    messages: tuple[str, ...]
    reported_as: str

    def quotes(self, number: int) -> re.Pattern[str]:
        """A pattern for a real message."""
        return re.compile(".*".join(map(re.escape, self.messages[number].split("…"))))


def entries_of(text: str) -> Iterator[Entry]:
    """The headings of a page."""
    lines = text.split("\n")
    above, begun = [""] * 7, list[tuple[int, int]]()
    blocks = blocks_of(PAGE, text)
    fenced = {block.line - 1 + number for block in blocks for number in range(block.text.count("\n"))}
    for number, line in enumerate(lines):
        if number not in fenced and (found := re.match(r"(#+) ", line)):
            begun.append((number, len(found[1])))
    for (number, level), (end, _level) in zip(begun, [*begun[1:], (len(lines), 0)], strict=True):
        heading, body = lines[number][level + 1 :], "\n".join(lines[number + 1 : end])
        above[level - 1 :] = [heading] + [""] * (7 - level)
        here = (block for block in blocks if block.kind == "text" and number < block.line <= end)
        messages = tuple(" ".join(block.text.split()) for block in here)
        reported = _REPORTED.search(body)
        yield Entry(
            heading, number + 1, tuple(filter(None, above[:level])), messages, reported[1] if reported else heading
        )


def types_of_errors(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The entries about one type of error each, by their names."""
    return {entry.heading: entry for entry in entries if ERRORS in entry.above and len(entry.above) == LEVEL}


def error_classes(folders: Iterable[Path]) -> dict[str, str]:
    """Exceptions that Python files define, and types that they write into results; by name, with file and line."""
    bases: dict[str, list[str]] = {}
    places: dict[str, str] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = [ast.unparse(base).rpartition(".")[2] for base in node.bases]
                places[node.name] = f"{path}:{node.lineno}"
            elif isinstance(node, ast.Dict):
                for name in _types_in(node):
                    bases[name], places[name] = ["Exception"], f"{path}:{node.lineno}"
    return {name: places[name] for name in bases if _is_exception(name, bases)}


def _types_in(node: ast.Dict) -> Iterator[str]:
    """The type of an error in a dictionary that otherwise is that of another error."""
    if "as_result()" not in ast.unparse(node):
        return
    for key, value in zip(node.keys, node.values, strict=True):
        named = isinstance(key, ast.Constant) and key.value == "type" and isinstance(value, ast.Constant)
        if named and str(value.value)[:1].isupper():
            yield str(value.value)


def _is_exception(name: str, bases: dict[str, list[str]]) -> bool:
    if name in bases:
        return any(_is_exception(base, bases) for base in bases[name])
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, BaseException)
