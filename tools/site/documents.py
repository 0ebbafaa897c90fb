# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what the pages are made from: examples parse, and every option has a description."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools.pages import Block, blocks_of, pages
from tools.site.sources import Loader

_PLUGINS = ("plugins/*/*.py", "extensions/eda/plugins/*/*.py")
_SUBOPTIONS = ("options", "suboptions")


def _parse_yaml(text: str) -> None:
    for _document in yaml.load_all(text, Loader):
        pass


_PARSERS: dict[str, Callable[[str], Any]] = {
    "yaml": _parse_yaml,
    "yml": _parse_yaml,
    "json": json.loads,
    "python": ast.parse,
}


def mistakes(root: Path) -> list[str]:
    """Everything that is wrong, by file."""
    found: list[str] = []
    for page in pages(root):
        name = page.relative_to(root).as_posix()
        found += [f"{name}:{line}: {text}" for line, text in wrong_blocks(blocks_of(page))]
    shared = described_in_fragments(root)
    for path in sorted(path for pattern in _PLUGINS for path in root.glob(pattern)):
        name = path.relative_to(root).as_posix()
        wrong = wrong_documentation(path.read_text(encoding="utf-8"), shared)
        found += [f"{name}:{line}: {text}" for line, text in wrong]
    for path in sorted(root.glob("roles/*/meta/argument_specs.yml")):
        name = path.relative_to(root).as_posix()
        entries = options_in(yaml.compose(path.read_text(encoding="utf-8"), Loader))
        found += [f"{name}:{entry.line}: {entry.complaint}" for entry in entries if not entry.is_described]
    return found


def described_in_fragments(root: Path) -> set[tuple[str, ...]]:
    """Options that a documentation fragment describes. A plugin that uses it may say less about them."""
    found = set()
    for path in root.glob("plugins/doc_fragments/*.py"):
        for _name, _line, text in _texts(ast.parse(path.read_text(encoding="utf-8"))):
            found |= {entry.path for entry in options_in(yaml.compose(text, Loader)) if entry.is_described}
    return found


def stale_pages(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Pages in docs/reference that are not what the documentation says now."""
    folder = root / "docs" / "reference"
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    names = sorted(name for name in {*present, *wanted} if present.get(name) != wanted.get(name))
    return [f"docs/reference/{name}:1: The page is stale. Run `make docs`." for name in names]


def wrong_blocks(blocks: Iterable[Block]) -> Iterator[tuple[int, str]]:
    """Examples on a page that do not parse."""
    for block in blocks:
        if block.kind in _PARSERS:
            yield from _wrong(block.text, block.kind, block.line)


def wrong_documentation(plugin: str, shared: Set[tuple[str, ...]]) -> Iterator[tuple[int, str]]:
    """Examples of a plugin that do not parse, and options that neither it nor a fragment describes."""
    for name, line, text in _texts(ast.parse(plugin)):
        language = "python" if name == "EXAMPLES" and text.lstrip().startswith("#!python") else "yaml"
        problems = list(_wrong(text, language, line))
        yield from problems
        if not problems and name != "EXAMPLES":
            for option in options_in(yaml.compose(text, Loader)):
                if not option.is_described and option.path not in shared:
                    yield line + option.line - 1, option.complaint


def _texts(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    """DOCUMENTATION, EXAMPLES and the texts of a fragment, each with its line."""
    fragments = [node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "ModuleDocFragment"]
    for body in (tree.body, *fragments):
        for node in body:
            if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
                continue
            name, value = node.targets[0].id, node.value
            if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                continue
            if name in ("DOCUMENTATION", "EXAMPLES") or body is not tree.body:
                yield name, node.lineno, value.value


def _wrong(text: str, language: str, line: int) -> Iterator[tuple[int, str]]:
    """The mistake in an example that begins at a line, if any."""
    try:
        _PARSERS[language](text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        yield line + (mark.line if mark else 0), f"The YAML does not parse: {error.problem}."
    except json.JSONDecodeError as error:
        yield line + error.lineno - 1, f"The JSON does not parse: {error.msg}."
    except SyntaxError as error:
        yield line + (error.lineno or 1) - 1, f"The Python does not parse: {error.msg}."


@dataclass(frozen=True)
class Option:
    """An option in a documentation, with the line in it, from 1."""

    path: tuple[str, ...]
    line: int
    is_described: bool

    @property
    def complaint(self) -> str:
        """What is wrong if it is not described."""
        return f"The option {'.'.join(self.path)} has no description."


def options_in(node: yaml.Node | None, path: tuple[str, ...] = ()) -> Iterator[Option]:
    """All options below a node, and their suboptions."""
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        if key.value in _SUBOPTIONS and isinstance(value, yaml.MappingNode):
            for option, about in value.value:
                names = {entry.value for entry, _value in about.value} if isinstance(about, yaml.MappingNode) else set()
                here = (*path, str(option.value))
                yield Option(here, option.start_mark.line + 1, "description" in names)
                yield from options_in(about, here)
        elif key.value not in ("default", "sample"):
            yield from options_in(value, path)
