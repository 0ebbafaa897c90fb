# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages are made from, for the kinds that ansible-doc refuses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_USED = re.compile(r"\{\{ (utmstack_\w+) \| default\((.*?)\) [|}]")
_ROLE = re.compile(r"name: utmstack\.siem\.(\w+)\n")


class Loader(yaml.SafeLoader):
    """Takes the tags of Ansible, such as !vault."""


Loader.add_multi_constructor("!", lambda _loader, _suffix, node: str(node.value))


@dataclass(frozen=True)
class Part:
    """A paragraph or, with `is_code`, an example of the comment at the top of a playbook."""

    text: str
    is_code: bool


def texts_of(plugin: Path) -> dict[str, str]:
    """DOCUMENTATION, EXAMPLES and RETURN of a plugin, those that it has."""
    tree = ast.parse(plugin.read_text(encoding="utf-8"))
    return {
        node.targets[0].id: str(ast.literal_eval(node.value))
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def event_plugins(root: Path, kind: str) -> dict[str, dict[str, Any]]:
    """Documentation of event sources or filters, by name, in the form of ansible-doc."""
    found = {}
    for path in sorted((root / "extensions" / "eda" / "plugins" / kind).glob("*.py")):
        texts = texts_of(path)
        documentation = yaml.safe_load(texts["DOCUMENTATION"])
        documentation["filename"] = str(path)
        found[f"utmstack.siem.{path.stem}"] = {"doc": documentation, "examples": texts["EXAMPLES"], "return": None}
    return found


def introduction(path: Path) -> list[Part]:
    """The comment at the top of a playbook or rulebook. What is indented in it is an example."""
    lines = []
    for line in path.read_text(encoding="utf-8").removeprefix("---\n").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").removeprefix(" "))
    return list(_parts(lines))


def _parts(lines: list[str]) -> Iterator[Part]:
    for block in re.split(r"\n\n+(?=\S)|(?<=\S)\n\n+(?=  )", "\n".join(lines).strip("\n")):
        if block.startswith("  "):
            yield Part("\n".join(line.removeprefix("  ") for line in block.splitlines()), is_code=True)
        else:
            yield Part(" ".join(block.split()), is_code=False)


def playbooks(root: Path) -> dict[str, Path]:
    """The playbooks that users run, by name."""
    return {path.stem: path for path in sorted((root / "playbooks").glob("*.yml"))}


def rulebooks(root: Path) -> dict[str, Path]:
    """The rulebooks, by name."""
    return {path.stem: path for path in sorted((root / "extensions" / "eda" / "rulebooks").glob("*.yml"))}


def roles_in(playbook: Path) -> list[str]:
    """Roles of the collection that a playbook runs."""
    return list(dict.fromkeys(_ROLE.findall(playbook.read_text(encoding="utf-8"))))


def own_options(playbook: Path) -> dict[str, Any]:
    """The variables that a playbook itself describes, in its plays or in the file of its name in vars/."""
    documents = [yaml.load(playbook.read_text(encoding="utf-8"), Loader)]
    beside = playbook.parent / "vars" / playbook.name
    if beside.exists():
        documents.append([{"vars": yaml.load(beside.read_text(encoding="utf-8"), Loader)}])
    found: dict[str, Any] = {}
    for play in (play for document in documents for play in document):
        for value in play.get("vars", {}).values():
            if isinstance(value, dict) and "argument_specs" in value:
                found.update(value["argument_specs"]["main"]["options"])
    return found


def variables_of(rulebook: Path) -> dict[str, str]:
    """The variables of a rulebook with their defaults, as Jinja writes them."""
    return dict(_USED.findall(rulebook.read_text(encoding="utf-8")))
