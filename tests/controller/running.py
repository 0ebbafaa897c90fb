# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of the controller's project, run by ansible-runner as a controller runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .conftest import ROOT

TIMEOUT = 300


class _Unsafe(str):
    """A text that is never a template."""


class _Dumper(yaml.SafeDumper):
    """Writes texts as a controller does."""


_Dumper.add_representer(_Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def _unsafe(value: Any) -> Any:
    """The value with every text marked: a controller marks all but the variables of the job template."""
    if isinstance(value, str):
        return _Unsafe(value)
    if isinstance(value, Mapping):
        return {_Unsafe(key): _unsafe(member) for key, member in value.items()}
    return [_unsafe(entry) for entry in value] if isinstance(value, (list, tuple)) else value


@dataclass(frozen=True)
class Job:
    """A job that ran.

    :param directory: what ansible-runner left of it.
    """

    code: int
    directory: Path

    @property
    def output(self) -> str:
        """What the job printed."""
        return (self.directory / "stdout").read_text(encoding="utf-8")

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The events of a kind, in order."""
        files = sorted((self.directory / "job_events").glob("*.json"), key=lambda path: int(path.name.split("-")[0]))
        rows = [json.loads(path.read_text(encoding="utf-8")) for path in files]
        return [row["event_data"] for row in rows if row["event"] == kind]

    def artifacts(self) -> dict[str, Any]:
        """The artifacts of the job, from where a controller takes them."""
        (ended,) = self.events("playbook_on_stats")
        found: dict[str, Any] = ended.get("artifact_data", {})
        return found

    def messages(self) -> list[Any]:
        """What the tasks of the job showed, in order."""
        results = [event["res"] for event in self.events("runner_on_ok")]
        return [result["msg"] for result in results if "msg" in result]


@dataclass(frozen=True)
class Runner:
    """A private data directory with the project of `controller/`.

    :param home: the home directory of the jobs.
    :param project: where that directory is copied from.
    """

    directory: Path
    venv: Path
    collections_path: str
    home: Path
    project: Path = ROOT / "controller"

    def prepare(self, inventory: Mapping[str, Any]) -> None:
        """Copy the project, and write the inventory."""
        shutil.copytree(self.project, self.directory / "project")
        (self.directory / "inventory").mkdir()
        (self.directory / "inventory" / "hosts.yml").write_text(yaml.safe_dump(dict(inventory)), encoding="utf-8")
        (self.directory / "env").mkdir()
        (self.directory / "env" / "settings").write_text("suppress_env_files: true\n", encoding="utf-8")

    def run(
        self,
        playbook: str,
        ident: str,
        variables: Mapping[str, Any],
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Job:
        """Run a playbook of the project.

        :param arguments: further arguments of ansible-playbook.
        :param environment: environment variables of the job, as a credential gives them.
        """
        given = yaml.dump(_unsafe(variables), Dumper=_Dumper)
        (self.directory / "env" / "extravars").write_text(given, encoding="utf-8")
        # Written for each run, because ansible-runner would keep the option --cmdline of the first one for the others.
        (self.directory / "env" / "cmdline").write_text(" ".join(arguments), encoding="utf-8")
        command = [str(self.venv / "bin" / "ansible-runner"), "run", str(self.directory), "-p", f"{playbook}.yml"]
        command += ["--ident", ident, "--quiet"]
        full = {**self._environment(), **(environment or {})}
        done = subprocess.run(command, env=full, capture_output=True, text=True, timeout=TIMEOUT, check=False)
        directory = self.directory / "artifacts" / ident
        assert (directory / "rc").exists(), done.stdout + done.stderr
        return Job(int((directory / "rc").read_text(encoding="utf-8")), directory)

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("UTMSTACK_", "ANSIBLE_"))}
        return {
            **kept,
            "PATH": f"{self.venv / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "ANSIBLE_COLLECTIONS_PATH": self.collections_path,
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
