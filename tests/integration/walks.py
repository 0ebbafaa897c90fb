# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the walk of a documentation page as a reader would: its files, and its commands in one shell."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(?P<kind>console|yaml)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "=== the command has ended ==="


@dataclass(frozen=True)
class Command:
    """A command of a page, and the lines that the page shows of its output; … stands for anything."""

    text: str
    shown: tuple[str, ...]

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


def commands_of(page: Path, directory: Path) -> list[Command]:
    """Write the files of a page, each named in the first line of its block, and return its commands."""
    found = []
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        text = block["text"]
        if block["kind"] == "yaml":
            name = re.match(r"# (\S+\.yml)\n", text)
            assert name is not None, f"a file without a name in {page.name}: {text}"
            (directory / name[1]).write_text(text, encoding="utf-8")
            continue
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, *shown = part.strip().splitlines()
            found.append(Command(command, tuple(shown)))
    return found


def walk(page: Path, directory: Path, environment: Mapping[str, str]) -> None:
    """Run the commands of a page in one shell; each must succeed and print what the page shows."""
    commands = commands_of(page, directory)
    script = "".join(f"{command.text}\necho '{_END}'\n" for command in commands)
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=directory,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    outputs = done.stdout.split(f"{_END}\n")
    assert done.returncode == 0, f"{commands[len(outputs) - 1].text}\n{outputs[-1]}"
    for command, output in zip(commands, outputs):
        assert command.missing(output) == [], f"{command.text}\n{output}"
