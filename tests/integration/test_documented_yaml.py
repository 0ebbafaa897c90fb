# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files on pages for readers can be read, their playbooks run, and their tasks give options that exist."""

from __future__ import annotations

import ast
import configparser
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.yaml.loader import AnsibleLoader

from tools.pages import Block, blocks_of, pages

from .operations import SPECS
from .playing import ROOT, ansible_environment

NAMESPACE = "utmstack.siem."


def documents(block: Block) -> list[Any]:
    """The YAML documents of a block, as Ansible reads them."""
    loader = AnsibleLoader(block.text)
    found = []
    while loader.check_data():
        found.append(loader.get_data())
    return found


READERS: dict[str, Callable[[Block], Any]] = {
    "yaml": documents,
    "yml": documents,
    "json": lambda block: json.loads(block.text),
    "python": lambda block: ast.parse(block.text),
    "ini": lambda block: configparser.ConfigParser().read_string(block.text),
}
BLOCKS = [block for page in pages() for block in blocks_of(page)]
YAML = [block for block in BLOCKS if READERS.get(block.kind) is documents]


def unreadable(blocks: list[Block]) -> list[str]:
    """The blocks that are not in their language."""
    found = []
    for block in blocks:
        try:
            READERS.get(block.kind, str)(block)
        except (yaml.YAMLError, ValueError, SyntaxError, configparser.Error) as error:
            found.append(f"{block.place}: no {block.kind}: {error}")
    return found


def test_blocks_are_in_their_language() -> None:
    found = unreadable(BLOCKS)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("kind", "text"), [("yaml", "a: [1\n"), ("json", "{,}"), ("python", "def\n"), ("ini", "x\n")])
def test_a_block_that_cannot_be_read_is_reported_with_its_line(kind: str, text: str) -> None:
    (found,) = unreadable([Block("page.md", 7, kind, text)])
    assert found.startswith(f"page.md:7: no {kind}: ")


def test_kinds_of_blocks_are_known() -> None:
    """A misspelled kind would be read by nobody."""
    strange = [
        f"{block.place}: {block.kind}" for block in BLOCKS if block.kind not in (*READERS, "", "console", "text")
    ]
    assert not strange


def is_playbook(document: Any) -> bool:
    """Whether each entry is a play or an import of a playbook."""
    return isinstance(document, list) and all(
        isinstance(play, dict) and {"hosts", "import_playbook", "ansible.builtin.import_playbook"} & set(play)
        for play in document
    )


def test_playbooks_pass_a_syntax_check(tmp_path: Path) -> None:
    """In one run; an error names the file, which is named after page and line."""
    playbooks = []
    for block in YAML:
        if is_playbook(document := documents(block)[0]) and any("rules" not in play for play in document):
            name = block.place.replace("/", "_").replace(":", "_line_")
            folder = tmp_path / name
            folder.mkdir()
            (folder / f"{name}.yml").write_text(block.text, encoding="utf-8")
            # Task files that a playbook names at once; those of a page stand on it.
            for other in (other for other in YAML if other.page == block.page and other is not block):
                if other.file:
                    path = folder / other.file
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(other.text, encoding="utf-8")
            playbooks.append(str(folder / f"{name}.yml"))
    assert len(playbooks) > 20
    checked = subprocess.run(
        ["ansible-playbook", "--syntax-check", "-i", "localhost,", *playbooks],
        env=ansible_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout[-2000:] + checked.stderr[-4000:]


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """All mappings in a document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from mappings(item)


def is_plain(value: Any) -> bool:
    """Whether a value holds no template."""
    if isinstance(value, dict):
        return all(map(is_plain, value.values()))
    return all(map(is_plain, value)) if isinstance(value, list) else "{{" not in str(value)


def wrong_options(text: dict[str, Any]) -> list[str]:
    """What is wrong with the options of the modules that a mapping names as a task does."""
    found = []
    for name, options in text.items():
        spec = SPECS.get(str(name).removeprefix(NAMESPACE))
        if spec is None or not str(name).startswith(NAMESPACE) or not isinstance(options, dict):
            continue
        found += [f"{name} has no option {option}" for option in options if option not in spec]
        plain = {option: value for option, value in options.items() if option in spec and is_plain(value)}
        # A page may leave the server to the environment, and an option to a template.
        loose = {option: {**spec[option], "required": False} for option in plain}
        found += [f"{name}: {message}" for message in ArgumentSpecValidator(loose).validate(plain).error_messages]
    return found


def role_variables() -> dict[str, set[str]]:
    """The variables of each role."""
    found = {}
    for path in (ROOT / "roles").glob("*/meta/argument_specs.yml"):
        specs = DataLoader().load_from_file(str(path))["argument_specs"]
        found[path.parents[1].name] = set(specs["main"]["options"])
    return found


def test_tasks_give_options_that_exist() -> None:
    found = [
        f"{block.place}: {message}"
        for block in YAML
        for document in documents(block)
        for mapping in mappings(document)
        for message in wrong_options(mapping)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"statos": "open"}, "has no option statos"), ({"status": "closed"}, "value of status must be one of")],
)
def test_a_wrong_option_is_reported(options: dict[str, Any], message: str) -> None:
    assert message in " ".join(wrong_options({f"{NAMESPACE}utmstack_alert_status": options}))


def test_variables_of_roles_exist() -> None:
    known = role_variables()
    found = [
        f"{block.place}: no variable {name}"
        for block in YAML
        for document in documents(block)
        for mapping in mappings(document)
        for name in mapping
        for role in known
        if str(name).startswith(f"{role}_") and name not in known[role] and name != f"{role}_result"
    ]
    assert not found, "\n".join(found)
