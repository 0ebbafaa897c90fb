# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulators that outlive their command, side by side, and end one by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from utmstack_simulator.background import stop
from utmstack_simulator.server.port_file import holder

COUNT = "/api/utm-alerts/count-open-alerts"


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "utmstack_simulator", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


@pytest.fixture
def port_files(tmp_path: Path) -> Iterator[list[Path]]:
    """Two port files, whose simulators are ended afterwards."""
    files = [tmp_path / "one", tmp_path / "two"]
    yield files
    for file in files:
        stop(file)


def ask(connection: dict[str, Any]) -> int:
    """The status of a request with these connection options."""
    session = requests.Session()
    session.trust_env = False
    session.verify = connection.get("ca_path", True)
    if "api_key" in connection:
        session.headers["Utm-Api-Key"] = connection["api_key"]
    else:
        credentials = {name: connection[name] for name in ("username", "password")}
        login = session.post(connection["url"] + "/api/authenticate", json=credentials, timeout=10)
        session.headers["Authorization"] = login.headers["Authorization"]
    return session.get(connection["url"] + COUNT, timeout=10).status_code


def test_they_run_side_by_side_and_end_one_by_one(port_files: list[Path]) -> None:
    first, second = port_files
    started = [command("--background", "--port-file", file, "--dialect", "v11") for file in port_files]
    connections = [json.loads(run.stdout) for run in started]
    assert [ask(connection) for connection in connections] == [200, 200]
    assert command("--stop", first).stdout == "stopped\n"
    assert not list(first.parent.glob("one*"))
    assert ask(connections[1]) == 200
    assert command("--stop", first).stdout == "not running\n"
    assert command("--stop", second).stdout == "stopped\n"
    assert command("--stop", second).returncode == 0


@pytest.mark.parametrize("options", [["--dialect", "v10"], ["--dialect", "v11", "--tls"]])
def test_the_connection_options_work_even_after_a_reset(port_files: list[Path], options: list[str]) -> None:
    connection = json.loads(command("--background", "--port-file", port_files[0], *options).stdout)
    verify = connection.get("ca_path", True)
    requests.post(connection["url"] + "/simulator/reset", json={}, timeout=10, verify=verify).raise_for_status()
    assert ask(connection) == 200
    written = port_files[0].with_name("one.connection")
    assert json.loads(written.read_text()) == connection
    assert written.stat().st_mode & 0o077 == 0


def test_a_second_one_is_refused_and_the_first_keeps_running(port_files: list[Path]) -> None:
    first = json.loads(command("--background", "--port-file", port_files[0]).stdout)
    again = command("--background", "--port-file", port_files[0])
    assert again.returncode == 1
    assert "already running" in again.stderr
    assert ask(first) == 200


def test_a_process_that_has_the_number_by_now_is_left_alone(port_files: list[Path]) -> None:
    port_files[0].with_name("one.pid").write_text(f"{os.getpid()}\n")
    assert holder(port_files[0]) is None
    assert command("--stop", port_files[0]).stdout == "not running\n"


def test_what_went_wrong_is_told(port_files: list[Path]) -> None:
    failed = command("--background", "--port-file", port_files[0], "--scenario", "no-such-day")
    assert failed.returncode == 1
    assert "no-such-day" in failed.stderr


def test_the_molecule_playbooks_are_there() -> None:
    folder = Path(command("--molecule").stdout.strip())
    assert {"create.yml", "destroy.yml"} <= {file.name for file in folder.iterdir()}
