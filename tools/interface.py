# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What playbooks can name of this collection, as ansible-doc reads it, and how it differs from the version before.

`python -m tools.interface REVISION` writes that of a commit or tag to changelogs/interface.json. `make release` does so
for the tag of the version that it follows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
VERSION_BEFORE = ROOT / "changelogs" / "interface.json"
# What an option says that a playbook depends on.
_MEMBERS = ("type", "elements", "default", "choices", "required")
# By object, and in it by option or returned value with a dot before each suboption.
Interface = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Difference:
    """One thing that a playbook for the version before may notice.

    :param name: of the option, value or object.
    :param place: the object, such as ``role alert_triage``.
    """

    name: str
    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def interface(root: Path = ROOT) -> Interface:
    """All plugins, roles, playbooks and rulebooks of the collection, with their options.

    :param root: where it is; its path need not have the collection's name.
    """
    with tempfile.TemporaryDirectory() as collections:
        link = Path(collections, "ansible_collections", "utmstack", "siem")
        link.parent.mkdir(parents=True)
        link.symlink_to(root)
        command = ["ansible-doc", "--metadata-dump", "--no-fail-on-errors", "utmstack.siem"]
        environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": collections}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    dump = json.loads(done.stdout)["all"]
    found: dict[str, Mapping[str, Mapping[str, Any]]] = {}
    for kind, objects in dump.items():
        for name, documented in objects.items() if kind != "keyword" else ():
            found[f"{kind} {name.removeprefix('utmstack.siem.')}"] = dict(_members(kind, documented))
    for kind, folder in (("playbook", "playbooks"), ("rulebook", "extensions/eda/rulebooks")):
        found.update({f"{kind} {path.stem}": {} for path in sorted((root / folder).glob("*.yml"))})
    return found


def _members(kind: str, documented: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if kind == "role":
        yield from _options(documented["entry_points"]["main"]["options"])
        return
    yield from _options(documented["doc"].get("options") or {})
    if kind == "module":
        yield from _values(documented["return"] or {}, "return: ")


def _options(options: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, option in options.items():
        yield f"{prefix}{name}", {member: option[member] for member in _MEMBERS if option.get(member) is not None}
        yield from _options(option.get("suboptions") or option.get("options") or {}, f"{prefix}{name}.")


def _values(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in values.items():
        yield f"{prefix}{name}", {"type": value.get("type")}
        yield from _values(value.get("contains") or {}, f"{prefix}{name}.")


def differences(old: Interface, new: Interface) -> Iterator[Difference]:
    """What is gone or means something else; what is new breaks no playbook.

    An option that is new and required counts, and of choices those that are gone.
    """
    for place, members in old.items():
        if place not in new:
            yield Difference(place.split()[-1], place, "is gone")
            continue
        for path, member in members.items():
            name = path.split(".")[-1].removeprefix("return: ")
            if path not in new[place]:
                yield Difference(name, place, f"{path} is gone")
                continue
            for what in _changes(member, new[place][path]):
                yield Difference(name, place, f"{path}: {what}")
        for path in new[place].keys() - members.keys():
            # A suboption of an option that is new itself breaks nothing.
            if new[place][path].get("required") and ("." not in path or path.rpartition(".")[0] in members):
                yield Difference(path.split(".")[-1], place, f"{path} is new and required")


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for member in ("type", "elements", "default"):
        if old.get(member) != new.get(member):
            yield f"{member} {_shown(old.get(member))} is now {_shown(new.get(member))}"
    if new.get("required") and not old.get("required"):
        yield "is now required"
    choices = new.get("choices")
    gone = [choice for choice in old.get("choices") or () if choices and choice not in choices]
    if gone:
        yield f"choices {_shown(gone)} are gone"
    if choices and not old.get("choices"):
        yield f"takes only {_shown(choices)}"


def _shown(value: Any) -> str:
    return "none" if value is None else json.dumps(value)


def write(revision: str) -> None:
    """Write the interface of a commit or tag, with which that of later ones is compared."""
    with tempfile.TemporaryDirectory() as directory:
        tree = Path(directory, "tree")
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(tree), revision], check=True, cwd=ROOT)
        try:
            found = interface(tree)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], check=True, cwd=ROOT)
    VERSION_BEFORE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1])
