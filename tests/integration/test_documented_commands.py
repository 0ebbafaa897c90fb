# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No command on a page for readers is left without a test that runs it, or a reason in tests/documented.yml."""

from __future__ import annotations

import ast
import functools
import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml
from ansible.cli.playbook import PlaybookCLI

from tools.pages import ROOT, blocks_of, name_of, pages

from ..makefile import TARGETS, targets_of_parts
from .documented import LIST, Command, commands_in, how_it_is_run, unwalked_commands

# A target in running text or in a command.
_TARGET = re.compile(r"(?:^|`|&& )make ([a-z][a-z0-9-]*)")


def commands(some: Iterable[Path]) -> Iterator[tuple[str, Command]]:
    """The commands of pages, each with the name of its page."""
    for page in some:
        for block in blocks_of(page):
            if block.kind == "console":
                for command in commands_in(block):
                    yield block.page, command


@functools.cache
def walked() -> frozenset[str]:
    """The pages that a test walks: those named in the first argument of a call, in a file that uses `walk`.

    The argument may be a name for ``ROOT / "docs" / "undo.md"``, or for ``"undo"`` in a function that walks guides.
    """
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if not re.search(r"^from \.+[\w.]*walks import .*\bwalk\b", text, re.MULTILINE):
            continue
        nodes = list(ast.walk(ast.parse(text)))
        values = {
            node.targets[0].id: node.value
            for node in nodes
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for call in (node for node in nodes if isinstance(node, ast.Call) and node.args):
            first = call.args[0]
            value = values.get(first.id, first) if isinstance(first, ast.Name) else first
            parts = [part for part in ast.walk(value) if isinstance(part, ast.Constant)]
            name = "/".join(str(part.value) for part in sorted(parts, key=lambda part: part.col_offset))
            found |= {page for page in (name, f"docs/{name}.md") if name and (ROOT / page).is_file()}
    return frozenset(found)


def left(some: Iterable[Path]) -> list[str]:
    """The commands that neither a walk nor an entry of the list accounts for."""
    return [
        f"{command.place}: {command.text}"
        for page, command in commands(some)
        if page not in walked() and how_it_is_run(page, command.text) is None
    ]


def test_each_command_is_run_or_listed() -> None:
    found = left(pages())
    advice = "Walk the page in a test, or say in tests/documented.yml why no test can run it."
    assert not found, "\n".join([*found, advice])


def test_a_command_that_no_test_runs_is_reported_with_its_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n- a list\n\n  ```console\n  $ make demo\n  $ rm -r alerts\n  ```\n", encoding="utf-8")
    assert left([page]) == ["page.md:7: rm -r alerts"]


def test_walks_are_found() -> None:
    assert {"docs/undo.md", "docs/events.md", "docs/quick-start.md"} <= walked()
    assert "docs/controller.md" not in walked()


@pytest.mark.parametrize("entry", unwalked_commands(), ids=lambda entry: f"{entry.pages} {entry.begins}")
def test_an_entry_of_the_list_is_about_a_command_and_names_a_test(entry: object) -> None:
    assert any(how_it_is_run(page, command.text) is entry for page, command in commands(pages())), LIST
    path, _colons, name = str(getattr(entry, "test", None) or "tests/documented.yml").partition("::")
    assert (ROOT / path).is_file(), path
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8") or not name, f"{path} has no test {name}"


def test_commands_are_in_console_blocks() -> None:
    """Or nothing would look for them."""
    found = [block for page in pages() for block in blocks_of(page) if block.kind != "console"]
    hidden = [
        block.place for block in found if block.kind in ("bash", "sh", "shell") or re.search(r"^\$ ", block.text, re.M)
    ]
    assert not hidden, "write ```console, and a prompt before each command"


def test_each_command_is_valid_shell() -> None:
    """Also those that cannot be run here."""
    wrong = []
    for _page, command in commands(pages()):
        parsed = subprocess.run(["bash", "-n", "-c", command.text], capture_output=True, text=True, check=False)
        if parsed.returncode or command.text.endswith("\\"):
            wrong.append(f"{command.place}: {parsed.stderr.strip() or 'a command takes one line'}")
    assert not wrong, "\n".join(wrong)


def played() -> Iterator[tuple[Command, list[str], set[str]]]:
    """The runs of ansible-playbook, each with its arguments and the files of its page; those of made pages as well."""
    for page in pages():
        blocks = blocks_of(page)
        files = {block.file for block in blocks if block.file}
        for command in (command for block in blocks if block.kind == "console" for command in commands_in(block)):
            for arguments in re.findall(r"ansible-playbook ([^|;&)>]*)", command.text):
                yield command, shlex.split(arguments), files
    for page in sorted((ROOT / "docs" / "reference").glob("*_playbook.rst")):
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("    ansible-playbook "):
                yield Command(line.strip(), (), f"{name_of(page)}:{number}"), shlex.split(line)[1:], set()


def test_runs_of_playbooks_name_playbooks_options_and_variables_that_exist() -> None:
    known = "".join(
        path.read_text(encoding="utf-8") for folder in ("playbooks", "roles") for path in (ROOT / folder).rglob("*.yml")
    )
    wrong = []
    runs = list(played())
    assert {"README.md", "docs/reference/bootstrap_playbook.rst"} <= {run[0].place.partition(":")[0] for run in runs}
    for command, arguments, files in runs:
        cli = PlaybookCLI(["ansible-playbook", *arguments])
        cli.init_parser()
        try:
            options = cli.parser.parse_args(arguments)
        except SystemExit:
            wrong.append(f"{command.place}: ansible-playbook does not take these options: {command.text}")
            continue
        for playbook in options.args:
            name = playbook.removeprefix("utmstack.siem.")
            if not (playbook != name and (ROOT / "playbooks" / f"{name}.yml").is_file()) and playbook not in files:
                wrong.append(f"{command.place}: no playbook {playbook}")
        for given in options.extra_vars:
            names = yaml.safe_load(given) if given.startswith("{") else [given.partition("=")[0]]
            own = options.args[0].startswith("utmstack.siem.") and not given.startswith("@")
            wrong += [f"{command.place}: no variable {name}" for name in names if own and name not in known]
    assert not wrong, "\n".join(wrong)


def test_runs_of_tests_name_files_that_exist() -> None:
    named = [
        (command, argument)
        for _page, command in commands(pages())
        if command.text.startswith("pytest tests/")
        for argument in shlex.split(command.text)
        if argument.startswith("tests/")
    ]
    assert named
    assert not [f"{command.place}: {argument}" for command, argument in named if not (ROOT / argument).exists()]


def test_targets_on_pages_exist() -> None:
    wrong = []
    for page in pages():
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            named = (
                _TARGET.findall(line.removeprefix("$ "))
                if line.startswith("$ ")
                else re.findall(r"`make ([a-z][a-z0-9-]*)", line)
            )
            wrong += [f"{name_of(page)}:{number}: make {name}" for name in named if name not in TARGETS]
    assert not wrong, "\n".join(wrong)


def test_each_target_is_run_by_everything_that_must_hold_or_listed() -> None:
    listed = yaml.safe_load(LIST.read_text(encoding="utf-8"))["targets"]
    parts = targets_of_parts(".ci/run")
    assert {"demo", "lint"} <= parts
    assert TARGETS - parts == set(listed), "targets that .ci/run does not run stand in tests/documented.yml"
    assert all(listed.values())
