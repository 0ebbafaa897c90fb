# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions that judge the imports of a folder of Python files by a table of its layers.

A *part* names files of the folder: `engine/query` is that file or everything in that folder, `engine/*` are the files
directly in the folder, and `operations/*/*_plan` has wildcards within names. A file is named by its path without `.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

IMPORTING_CALLS = ("import_module", "__import__")
# Stands for a module that is chosen at run time, so that its name cannot be read from the source.
COMPUTED = "<computed>"


@dataclass(frozen=True)
class Tree:
    """A folder of Python files and the dotted name under which they are imported."""

    root: Path
    package: str

    @cached_property
    def files(self) -> dict[str, Path]:
        """The paths of the files by their names."""
        found = sorted(self.root.rglob("*.py"))
        return {path.relative_to(self.root).with_suffix("").as_posix(): path for path in found}

    @cached_property
    def imports(self) -> dict[str, Imports]:
        """What each file imports."""
        return {name: imports_of(self, name) for name in self.files}


@dataclass(frozen=True)
class Imports:
    """What a file imports: files of its own tree by name, anything else by dotted name."""

    inside: frozenset[str]
    outside: frozenset[str]


@dataclass(frozen=True)
class Purity:
    """Parts that must not reach other parts or distributions, however far their imports are followed."""

    parts: tuple[str, ...]
    unreached: tuple[str, ...] = ()
    distributions: tuple[str, ...] = ()


def stands_in(name: str, part: str) -> bool:
    """Whether a part contains the file."""
    if "*" not in part:
        return name == part or name.startswith(f"{part}/")
    names, patterns = name.split("/"), part.split("/")
    return len(names) == len(patterns) and all(map(fnmatchcase, names, patterns))


def stands_in_any(name: str, parts: Collection[str]) -> bool:
    """Whether one of the parts contains the file."""
    return any(stands_in(name, part) for part in parts)


def layer_of(name: str, may_import: Mapping[str, Collection[str]]) -> str | None:
    """The most specific row of the table that contains the file."""
    return max((part for part in may_import if stands_in(name, part)), key=len, default=None)


def imports_of(tree: Tree, name: str) -> Imports:
    """What a file imports anywhere: at its top, in functions, for type checking only, or by `import_module`."""
    inside: set[str] = set()
    outside: set[str] = set()
    for module, members in _imported(tree, name):
        if module == tree.package or module.startswith(f"{tree.package}."):
            inside |= _files_meant(tree, module, members)
        else:
            outside.add(module)
    return Imports(frozenset(inside), frozenset(outside))


def _imported(tree: Tree, name: str) -> Iterator[tuple[str, list[str]]]:
    """Pairs of an absolute module name and the members taken from it."""
    for node in ast.walk(ast.parse(tree.files[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield _absolute(tree, name, node.level, node.module or ""), [alias.name for alias in node.names]
        elif isinstance(node, ast.Call) and _name_called(node.func) in IMPORTING_CALLS:
            yield _module_named(tree, name, node), []


def _absolute(tree: Tree, name: str, level: int, module: str) -> str:
    if level == 0:
        return module
    above = [*tree.package.split("."), *name.split("/")][:-level]
    return ".".join([*above, *filter(None, [module])])


def _name_called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _module_named(tree: Tree, name: str, call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return COMPUTED
    module = first.value.lstrip(".")
    return _absolute(tree, name, len(first.value) - len(module), module)


def _files_meant(tree: Tree, module: str, members: list[str]) -> set[str]:
    """The files behind a module of the tree; a package stands as its `__init__`, whether it has that file or not."""
    path = module[len(tree.package) :].strip(".").replace(".", "/")
    if path in tree.files:
        return {path}
    return {_file_meant(tree, path, member) for member in members or [""]}


def _file_meant(tree: Tree, path: str, member: str) -> str:
    below = f"{path}/{member}".strip("/")
    if below in tree.files:
        return below
    for folder in (below, path):
        if folder == "" or any(name.startswith(f"{folder}/") for name in tree.files):
            return f"{folder}/__init__".strip("/")
    return below


def reached(tree: Tree, name: str) -> Imports:
    """What importing a file loads in the end, the `__init__` files on the way included."""
    seen: set[str] = set()
    outside: set[str] = set()
    todo = [name]
    while todo:
        file = todo.pop()
        found = tree.imports.get(file)
        if found is None:
            continue
        outside |= found.outside
        fresh = {*found.inside, *_packages_above(tree, file)} - seen
        seen |= fresh
        todo += fresh
    return Imports(frozenset(seen), frozenset(outside))


def _packages_above(tree: Tree, name: str) -> set[str]:
    folders = name.split("/")[:-1]
    above = {"/".join([*folders[:depth], "__init__"]) for depth in range(len(folders) + 1)}
    return {package for package in above if package in tree.files}


def layer_breaches(tree: Tree, name: str, may_import: Mapping[str, Collection[str]]) -> set[str]:
    """The imports of a file that its row of the table does not allow; a file without a row is one itself."""
    layer = layer_of(name, may_import)
    if layer is None:
        return {f"{name} has no layer"}
    return {
        f"{name} imports {other}"
        for other in tree.imports[name].inside
        if layer_of(other, may_import) != layer and not stands_in_any(other, may_import[layer])
    }


def distribution_breaches(tree: Tree, name: str, importers: Mapping[str, Collection[str]]) -> set[str]:
    """The distributions that a file imports although only other parts may; a computed name is never allowed."""
    allowed_in = {COMPUTED: (), **importers}
    distributions = {module: module.split(".")[0] for module in tree.imports[name].outside}
    return {
        f"{name} imports {module}"
        for module, distribution in distributions.items()
        if distribution in allowed_in and not stands_in_any(name, allowed_in[distribution])
    }


def purity_breaches(tree: Tree, name: str, purity: Purity) -> set[str]:
    """What a pure file reaches although it must not."""
    if not stands_in_any(name, purity.parts):
        return set()
    found = reached(tree, name)
    wrong = {other for other in found.inside if stands_in_any(other, purity.unreached)}
    wrong |= {module for module in found.outside if module.split(".")[0] in purity.distributions}
    return {f"{name} reaches {other}" for other in wrong}


def unused_parts(tree: Tree, parts: Collection[str]) -> set[str]:
    """Parts of a table that contain no file."""
    return {part for part in parts if not any(stands_in(name, part) for name in tree.files)}
