# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive in build/, installed into an empty collections path, and the programs that use it from there."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENV = ROOT / os.environ["VENV"]
OTHERS = (ROOT / ".venv-controller/bin/ansible-runner", ROOT / ".venv-eda/bin/ansible-rulebook")


@dataclass(frozen=True)
class Installed:
    """The installed archive.

    :param path: the collections path; nothing else is in it.
    :param directory: where programs run: empty, and outside of the repository.
    :param venv: a directory whose `bin` has the programs of Ansible, ansible-runner and ansible-rulebook.
    """

    path: Path
    directory: Path
    venv: Path

    @property
    def collection(self) -> Path:
        """The directory of the collection."""
        return self.path / "ansible_collections" / "utmstack" / "siem"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of its programs, with nothing of the settings of the tests."""
        return {
            "PATH": f"{self.venv / 'bin'}:{os.environ['PATH']}",
            "ANSIBLE_COLLECTIONS_PATH": str(self.path),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, *command: str, **given: str) -> str:
        """The output of a program, which must not fail.

        :param given: environment variables.
        """
        done = subprocess.run(
            command,
            cwd=self.directory,
            env={"HOME": str(self.directory), **self.environment, **given},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The archive, installed with the ansible-core of this environment."""
    archives = list((ROOT / "build").glob("utmstack-siem-*.tar.gz"))
    if len(archives) != 1:
        pytest.fail(f"build/ holds {len(archives)} archives instead of one. Run `make build` before.")
    directory = tmp_path_factory.mktemp("run")
    programs = tmp_path_factory.mktemp("venv") / "bin"
    programs.mkdir()
    # One ansible-core for all, that of this environment; the two others run what they find beside them.
    for program in [*(VENV / "bin").glob("ansible*"), *OTHERS]:
        (programs / program.name).symlink_to(program)
    found = Installed(tmp_path_factory.mktemp("collections"), directory, programs.parent)
    found.run("ansible-galaxy", "collection", "install", "--offline", "-p", str(found.path), str(archives[0]))
    return found
