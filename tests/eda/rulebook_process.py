# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes of ansible-rulebook: started by absolute path, waited for, signalled and ended by process ID."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from utmstack_simulator.control import SimulatedServer

from ..integration.process_tree import kill_all

ROOT = Path(__file__).parents[2]
VENV = ROOT / ".venv-eda"
PATIENCE = 120
PAUSE = 0.05
# In the environment of all that a rulebook starts, so that these processes and no others are ended with it.
MARK = "SIEM_TEST_RULEBOOK"
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": str(VENV / "bin" / "python")}
INVENTORY = {"all": {"hosts": {"localhost": LOCAL}}}


class NotSeen(AssertionError):
    """What was waited for did not happen; shows the output."""


def connection_environment(simulator: SimulatedServer) -> dict[str, str]:
    """The connection options as an activation gives them: an API key, or on v10 the administrator's password."""
    if simulator.dialect == "v11":
        return {"UTMSTACK_URL": simulator.url, "UTMSTACK_API_KEY": simulator.api_key()}
    return password_environment(simulator)


def password_environment(simulator: SimulatedServer) -> dict[str, str]:
    """The connection options of a login with a password."""
    return {
        "UTMSTACK_URL": simulator.url,
        "UTMSTACK_USERNAME": "admin",
        "UTMSTACK_PASSWORD": "Adm1n-pass",
        "UTMSTACK_BYPASS_TWO_FACTOR": str(simulator.dialect == "v11"),
    }


def wait_until(reached: Callable[[], Any], patience: float = PATIENCE, pause: float = PAUSE) -> Any:
    """Wait until this is true, and return it; looked at after each pause.

    :raises NotSeen: it is not, after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while not (value := reached()):
        if time.monotonic() > deadline:
            raise NotSeen(f"not reached after {patience} seconds")
        time.sleep(pause)
    return value


class RulebookProcess:
    """A running ansible-rulebook in a session of its own, with an empty home and nothing of the user's settings.

    :param rulebook: path of the rulebook, its text as a list of rulesets, or the name `NAMESPACE.COLLECTION.NAME`.
    :param directory: an existing directory for the files of this process.
    :param variables: `vars` of the rulebook.
    :param environment: further variables, as a credential of an activation gives them.
    :param persistence: directory of the H2 files; None for no persistence. Processes with the same one go on with each
        other's events.
    :param arguments: further ones of ansible-rulebook, such as `-vv`.
    """

    def __init__(
        self,
        rulebook: Path | str | Sequence[Mapping[str, Any]],
        directory: Path,
        variables: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        persistence: Path | None = None,
        arguments: Sequence[str] = (),
    ) -> None:
        self.directory = directory
        self._log = directory / "output.txt"
        wanted = dict(variables or {})
        options = list(arguments)
        if persistence is not None:
            persistence.mkdir(parents=True, exist_ok=True)
            wanted["drools_db_file_path"] = str(persistence / "engine")
            options += ["--persistence-id", "1", "--id", "1"]
        if not isinstance(rulebook, (str, Path)):
            rulebook = _written(directory / "rulebook.yml", list(rulebook))
        inventory = _written(directory / "inventory.yml", INVENTORY)
        command = [str(VENV / "bin" / "ansible-rulebook"), "--rulebook", str(rulebook), "-i", str(inventory)]
        command += ["--vars", str(_written(directory / "vars.yml", wanted)), *options]
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=directory,
                env=self._environment(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _environment(self, given: Mapping[str, str]) -> dict[str, str]:
        home, temporary = self.directory / "home", self.directory / "tmp"
        home.mkdir()
        temporary.mkdir()
        kept = {key: os.environ[key] for key in ("LANG", "LC_ALL", "TZ") if key in os.environ}
        return {
            **kept,
            "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}",
            "JAVA_HOME": (VENV / "java-home").read_text(encoding="utf-8").strip(),
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
            "ANSIBLE_CONFIG": str(ROOT / "tests" / "ansible.cfg"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            MARK: str(self.directory),
            **given,
        }

    @property
    def output(self) -> str:
        """What the process has printed so far, its errors among it."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, reached: Callable[[], Any] | str, patience: float = PATIENCE, pause: float = PAUSE) -> Any:
        """Wait until the output has a line with this text, or until this is true, and return it.

        :raises NotSeen: it is not, although the process ended or `patience` seconds passed.
        """
        if isinstance(reached, str):
            text = reached
            return self.wait_for(lambda: text in self.output, patience, pause)

        def reached_or_ended() -> Any:
            # Looked at after the end was seen, so that what the process did last counts.
            ended = self.process.poll() is not None
            return (value,) if (value := reached()) else ended

        try:
            found = wait_until(reached_or_ended, patience, pause)
        except NotSeen as late:
            raise NotSeen(f"{late}\n{self.output}") from None
        if found is True:
            raise NotSeen(f"ended with {self.process.returncode} before\n{self.output}")
        return found[0]

    def lines(self, pattern: str) -> list[str]:
        """What the first group of this expression found in the output, in order."""
        return re.findall(pattern, self.output, re.MULTILINE)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process alone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    def wait(self, patience: float = PATIENCE) -> int:
        """Wait until the process ends, and return its exit code; negative numbers are signals."""
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise NotSeen(f"still running after {patience} seconds\n{self.output}") from None

    def kill(self) -> None:
        """Kill the process and all that it started with SIGKILL, as the end of a container does."""
        kill_all(self._ours)
        self.process.wait()

    def _ours(self) -> list[int]:
        """The numbers of the processes with this one's mark, and of this one as long as it has none yet."""
        mark = f"{MARK}={self.directory}\0".encode()
        found = [self.process.pid] if self.process.poll() is None else []
        for path in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if mark in path.read_bytes():
                    found.append(int(path.parent.name))
        return found


def _written(path: Path, content: Any) -> Path:
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path
