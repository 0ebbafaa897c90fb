# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the walk of a documentation page as a reader would: its files, and its commands in one shell."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Listener
from pathlib import Path

from tools.pages import blocks_of
from utmstack_simulator import background
from utmstack_simulator.process import SimulatorProcess

from .documented import Command, commands_in, how_it_is_run
from .playing import ROOT, TIMEOUT, ansible_environment, warm_ansible
from .warm_ansible import WarmAnsible

# What pages call the server of the reader and its key.
SERVER = "https://siem.example.com"
KEY = "UTMSTACK_API_KEY=…"
_END = "=== the command has ended:"
# Asks the test for a run of ansible-playbook, and ends like it.
_CLIENT = """
import os, sys
from multiprocessing.connection import Client
with Client(sys.argv[1]) as test:
    test.send((sys.argv[2:], dict(os.environ), os.getcwd()))
    code, output = test.recv()
print(output, end="")
sys.exit(code)
"""


def commands_of(page: Path, directory: Path, instead: Mapping[str, str] | None = None) -> list[Command]:
    """Write the files of a page, each named in the first line of its block, and return the commands to run.

    :param instead: what the test has for things of the reader, such as the address of a server.
    """
    found: list[Command] = []
    whole = page.read_text(encoding="utf-8")
    for given, here in (instead or {}).items():
        assert given in whole, f"{page.name} does not speak of {given}"
        whole = whole.replace(given, here)
    for block in blocks_of(page, whole):
        if block.kind == "console":
            commands = commands_in(block)
            found += [command for command in commands if how_it_is_run(block.page, command.text) is None]
        elif block.file:
            path = directory / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    return found


@contextlib.contextmanager
def _quick_playbooks(directory: Path, warm: WarmAnsible) -> Iterator[str]:
    """A shell function ansible-playbook whose runs are forks of one process, which saves seconds for each."""
    client = directory / ".client.py"
    client.write_text(_CLIENT, encoding="utf-8")
    with Listener(None, "AF_UNIX") as listener:
        threading.Thread(target=_serve, args=(listener, warm), daemon=True).start()
        yield f'ansible-playbook() {{ "{sys.executable}" "{client}" "{listener.address}" "$@"; }}\n'


def _serve(listener: Listener, warm: WarmAnsible) -> None:
    # The end of the walk closes the listener, and so does an error here, so that no shell waits for an answer.
    with listener, contextlib.suppress(OSError):
        while True:
            with listener.accept() as shell:
                arguments, environment, directory = shell.recv()
                # The test itself waits for the shell meanwhile.
                with contextlib.chdir(directory):
                    run = warm.run(arguments, environment, TIMEOUT)
                shell.send((run.code, run.output))


@contextlib.contextmanager
def _simulators_stopped(directory: Path) -> Iterator[None]:
    """Stop the simulators whose files are in a directory, whatever happens."""
    try:
        yield
    finally:
        for process_file in directory.glob("*.pid"):
            background.stop(process_file.with_suffix(""))


def environment_of(directory: Path, **more: str) -> dict[str, str]:
    """The environment variables of the commands of a page."""
    return ansible_environment(SIEM_TEST_RECORD=str(directory / "record"), **more)


def reader_on(simulator: SimulatorProcess) -> dict[str, str]:
    """A server of the test for that of the reader, see `commands_of`."""
    return {SERVER: simulator.url, KEY: f"UTMSTACK_API_KEY={simulator.api_key()}"}


def walk(
    page: str | Path,
    directory: Path,
    environment: Mapping[str, str] | None = None,
    quick: bool = True,
    instead: Mapping[str, str] | None = None,
    warm: WarmAnsible | None = None,
) -> None:
    """Run the commands of a page in one shell; each must end as the page shows, and print what it shows.

    Simulators that the page has started and not stopped are stopped.

    :param environment: if not that of `environment_of`.
    :param quick: run playbooks in forks of one process, which do not see settings that the page makes in variables.
    :param instead: as for `commands_of`.
    :param warm: the process of quick runs, if not the one of all tests.
    """
    commands = commands_of(ROOT / page, directory, instead)
    script = "".join(f'{command.text}\necho "{_END} $?"\n' for command in commands)
    with (
        _simulators_stopped(directory),
        _quick_playbooks(directory, warm or warm_ansible()) if quick else contextlib.nullcontext("") as prelude,
    ):
        done = subprocess.run(
            ["bash", "-c", prelude + script],
            cwd=directory,
            env=dict(environment or environment_of(directory)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
    *parts, _rest = re.split(f"{_END} (\\d+)\n", done.stdout)
    for command, output, code in zip(commands, parts[::2], parts[1::2], strict=True):
        assert (code != "0") == command.fails, f"{command.place}: {command.text}\n{output}\nexit code {code}"
        assert command.missing(output) == [], f"{command.place}: {command.text}\n{output}"
