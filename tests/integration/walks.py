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
from dataclasses import dataclass
from multiprocessing.connection import Listener
from pathlib import Path

from .playing import TIMEOUT, warm_ansible

_BLOCK = re.compile(r"^```(?P<kind>console|yaml)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
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


@dataclass(frozen=True)
class Command:
    """A command of a page, and the lines that the page shows of its output; … stands for anything.

    A command fails if the page shows ``FAILED`` for it, and otherwise it succeeds.
    """

    text: str
    shown: tuple[str, ...]

    @property
    def fails(self) -> bool:
        """Whether the page shows that the command fails."""
        return any("FAILED" in line for line in self.shown)

    def missing(self, output: str) -> list[str]:
        """The shown lines that are not in the output, in this order. The width of spaces does not matter."""
        lines = [" ".join(line.split()) for line in output.splitlines()]
        found = []
        for shown in self.shown:
            pattern = re.compile(".*".join(map(re.escape, " ".join(shown.split()).split("…"))))
            place = next((number for number, line in enumerate(lines) if pattern.fullmatch(line)), None)
            if place is None:
                found.append(shown)
            else:
                lines = lines[place + 1 :]
        return found


def commands_of(page: Path, directory: Path, instead: Mapping[str, str] | None = None) -> list[Command]:
    """Write the files of a page, each named in the first line of its block, and return its commands.

    :param instead: what the test has for things of the reader, such as the address of a server.
    """
    found = []
    whole = page.read_text(encoding="utf-8")
    for given, here in (instead or {}).items():
        assert given in whole, f"{page.name} does not speak of {given}"
        whole = whole.replace(given, here)
    for block in _BLOCK.finditer(whole):
        text = block["text"]
        if block["kind"] == "yaml":
            name = re.match(r"# (\S+\.yml)\n", text)
            assert name is not None, f"a file without a name in {page.name}: {text}"
            (directory / name[1]).parent.mkdir(parents=True, exist_ok=True)
            (directory / name[1]).write_text(text, encoding="utf-8")
            continue
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, *shown = part.strip().splitlines()
            # Targets are run by .ci/run.
            if not command.startswith("make "):
                found.append(Command(command, tuple(shown)))
    return found


@contextlib.contextmanager
def _quick_playbooks(directory: Path) -> Iterator[str]:
    """A shell function ansible-playbook whose runs are forks of one process, which saves seconds for each."""
    client = directory / ".client.py"
    client.write_text(_CLIENT, encoding="utf-8")
    with Listener(None, "AF_UNIX") as listener:
        threading.Thread(target=_serve, args=(listener,), daemon=True).start()
        yield f'ansible-playbook() {{ "{sys.executable}" "{client}" "{listener.address}" "$@"; }}\n'


def _serve(listener: Listener) -> None:
    # The end of the walk closes the listener, and so does an error here, so that no shell waits for an answer.
    with listener, contextlib.suppress(OSError):
        while True:
            with listener.accept() as shell:
                arguments, environment, directory = shell.recv()
                # The test itself waits for the shell meanwhile.
                with contextlib.chdir(directory):
                    run = warm_ansible().run(arguments, environment, TIMEOUT)
                shell.send((run.code, run.output))


def walk(
    page: Path,
    directory: Path,
    environment: Mapping[str, str],
    quick: bool = True,
    instead: Mapping[str, str] | None = None,
) -> None:
    """Run the commands of a page in one shell; each must end as the page shows, and print what it shows.

    :param quick: run playbooks in forks of one process, which do not see settings that the page makes in variables.
    :param instead: as for `commands_of`.
    """
    commands = commands_of(page, directory, instead)
    script = "".join(f'{command.text}\necho "{_END} $?"\n' for command in commands)
    with _quick_playbooks(directory) if quick else contextlib.nullcontext("") as prelude:
        done = subprocess.run(
            ["bash", "-c", prelude + script],
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
    *parts, _rest = re.split(f"{_END} (\\d+)\n", done.stdout)
    for command, output, code in zip(commands, parts[::2], parts[1::2], strict=True):
        assert (code != "0") == command.fails, f"{command.text}\n{output}\nexit code {code}"
        assert command.missing(output) == [], f"{command.text}\n{output}"
