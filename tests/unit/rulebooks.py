# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rulebooks of the collection and its documentation, and what of an event their actions pass on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jinja2
import yaml
from jinja2 import nodes

from tools.pages import ROOT, examples

FOLDER = ROOT / "extensions" / "eda" / "rulebooks"
SOURCE = "utmstack.siem.alerts"
# IDs, numbers, times, and words from closed lists. No other part of an event may reach an action.
SAFE = {
    *(f"alert.{name}" for name in ("id", "status", "severity", "data_type", "time", "tags_changed")),
    *("kind", "of", "attempt", "version", "group", "seen_at", "lag", "count", "alert_ids", "sample_ids"),
    *("status", "severity", "data_type", "part", "parts", "before.status", "before.severity"),
    *("last_success", "failures", "in_automatic_review", "unconfirmed", "waiting", "requests"),
}
_ENVIRONMENT = jinja2.Environment(autoescape=True)
Ruleset = Mapping[str, Any]


def shipped() -> dict[str, Ruleset]:
    """The rulebooks of the collection, by their names."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))[0] for path in sorted(FOLDER.glob("*.yml"))}


def documented() -> dict[str, tuple[str, Ruleset]]:
    """The rulebooks of the documentation, by page and number, with their texts."""
    found = {}
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    for page in sorted(pages):
        for number, text in enumerate(examples(page)):
            content = yaml.safe_load(text) if "sources:" in text else None
            for entry in content if isinstance(content, list) else ():
                if isinstance(entry, dict) and "sources" in entry:
                    found[f"{page.name} {number}"] = (text, entry)
    return found


def actions(ruleset: Ruleset) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each action with the name of its rule and its own name."""
    for rule in ruleset["rules"]:
        for action in [rule["action"]] if "action" in rule else rule["actions"]:
            ((name, arguments),) = action.items()
            yield rule["name"], name, arguments or {}


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from texts(key)
            yield from texts(member)
    elif isinstance(value, (list, tuple)):
        for member in value:
            yield from texts(member)


def names_in(value: Any) -> set[str]:
    """The variables that the templates of a value read, with the members that they name, such as ``event.alert.id``."""
    return {name for text in texts(value) for name in _paths(_ENVIRONMENT.parse(text))}


def unsafe_parts(ruleset: Ruleset) -> list[str]:
    """What the actions of a rulebook pass on that may be a text of an attacker, one sentence for each."""
    problems = []
    for rule, name, arguments in actions(ruleset):
        for path in sorted(names_in(arguments)):
            root, _dot, member = path.partition(".")
            if (root == "event" and member not in SAFE) or root in ("events", "ansible_eda", "facts", "fact"):
                problems.append(f"{rule}: {name} passes on {path}")
        if name not in ("run_playbook", "run_job_template", "debug"):
            problems.append(f"{rule}: {name} takes the whole event")
        if name == "debug" and "msg" not in arguments and "var" not in arguments:
            problems.append(f"{rule}: debug prints the whole event")
    # Every action but debug gets the whole event beside what it names.
    if any(name != "debug" for _rule, name, _arguments in actions(ruleset)):
        given = [(source.get(SOURCE) or {}).get("fields") for source in ruleset["sources"]]
        problems += [f"actions get the fields {fields}" for fields in given if fields]
    return problems


def _paths(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, (nodes.Getattr, nodes.Getitem)):
        chain, root = _chain(node)
        if isinstance(root, nodes.Name):
            yield ".".join([root.name, *chain])
            return
    if isinstance(node, nodes.Name):
        yield node.name
    for child in node.iter_child_nodes():
        yield from _paths(child)


def _chain(node: nodes.Node) -> tuple[list[str], nodes.Node]:
    """The members that are named on the way to a variable, and the variable; parts of a value count as the value."""
    if isinstance(node, nodes.Getattr):
        chain, root = _chain(node.node)
        return [*chain, node.attr], root
    if isinstance(node, nodes.Getitem):
        chain, root = _chain(node.node)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return [*chain, node.arg.value], root
        if isinstance(node.arg, (nodes.Const, nodes.Slice)):
            return chain, root
        return [*chain, "[computed]"], root
    return [], node
