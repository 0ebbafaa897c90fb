# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulators outlive their command, run side by side, and stop one by one."""

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
from utmstack_simulator.server.serving import address

COUNT = "/api/utm-alerts/count-open-alerts"


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "utmstack_simulator", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Path, dict[str, Any]]]:
    """Connection options, as they were printed, of a v10 and a v11 simulator by their port files."""
    folder = tmp_path_factory.mktemp("simulators")
    options = {folder / "one": ["--dialect", "v10"], folder / "two": ["--dialect", "v11", "--tls"]}
    try:
        yield {file: started(file, *arguments) for file, arguments in options.items()}
    finally:
        for file in options:
            stop(file)


@pytest.fixture
def port_file(tmp_path: Path) -> Iterator[Path]:
    """A port file whose simulator is stopped afterwards."""
    file = tmp_path / "three"
    yield file
    stop(file)


def started(port_file: Path, *options: object) -> dict[str, Any]:
    """The connection options of a new simulator in the background."""
    found: dict[str, Any] = json.loads(command("--background", "--port-file", port_file, *options).stdout)
    return found


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


def test_simulators_run_side_by_side_and_stop_one_by_one(running: dict[Path, dict[str, Any]], port_file: Path) -> None:
    connections = [*running.values(), started(port_file, "--dialect", "v11")]
    assert [ask(connection) for connection in connections] == [200, 200, 200]
    assert command("--stop", port_file).stdout == "stopped\n"
    assert not list(port_file.parent.glob("three*"))
    assert [ask(connection) for connection in running.values()] == [200, 200]
    again = command("--stop", port_file)
    assert (again.returncode, again.stdout) == (0, "not running\n")


def test_the_connection_options_work_even_after_a_reset(running: dict[Path, dict[str, Any]]) -> None:
    for port_file, connection in running.items():
        verify = connection.get("ca_path", True)
        requests.post(connection["url"] + "/simulator/reset", json={}, timeout=10, verify=verify).raise_for_status()
        assert ask(connection) == 200
        written = port_file.with_name(f"{port_file.name}.connection")
        assert json.loads(written.read_text()) == connection
        assert written.stat().st_mode & 0o077 == 0


def test_a_second_one_is_refused_and_the_first_keeps_running(running: dict[Path, dict[str, Any]]) -> None:
    port_file, first = next(iter(running.items()))
    again = command("--background", "--port-file", port_file)
    assert again.returncode == 1
    assert "already running" in again.stderr
    assert ask(first) == 200


def test_another_process_with_the_same_number_is_left_alone(port_file: Path) -> None:
    port_file.with_name("three.pid").write_text(f"{os.getpid()}\n")
    assert holder(port_file) is None
    assert command("--stop", port_file).stdout == "not running\n"


def test_the_reason_of_a_failed_start_is_reported(port_file: Path) -> None:
    failed = command("--background", "--port-file", port_file, "--scenario", "no-such-day")
    assert failed.returncode == 1
    assert "no-such-day" in failed.stderr


def test_a_release_is_started_in_the_background(port_file: Path) -> None:
    refused = command("--background", "--port-file", port_file, "--dialect", "v10", "--release", "11.2")
    assert refused.returncode == 2
    assert "v10 has no release 11.2" in refused.stderr
    connection = started(port_file, "--release", "11.2", "--handlers", "own-first")
    answer = requests.get(connection["url"] + "/api/info/version", timeout=10)
    assert answer.json()["version"].startswith("11.2.")


def test_the_molecule_playbooks_are_there() -> None:
    folder = Path(command("--molecule").stdout.strip())
    assert {"create.yml", "destroy.yml"} <= {file.name for file in folder.iterdir()}


def test_links_in_place_of_its_files_are_not_followed(port_file: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine\n")
    names = [
        f"{port_file.name}{suffix}" for suffix in ("", ".connection", ".connection.new", ".new", ".ca.pem", ".log")
    ]
    for name in names:
        tmp_path.joinpath(name).symlink_to(victim)
    assert ask(started(port_file, "--tls")) == 200
    assert victim.read_text() == "mine\n"


def test_a_link_in_place_of_the_lock_is_refused(port_file: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    tmp_path.joinpath(f"{port_file.name}.pid").symlink_to(victim)
    done = command("--background", "--port-file", port_file)
    assert (done.returncode, victim.exists()) == (1, False)
    tmp_path.joinpath(f"{port_file.name}.pid").unlink()


@pytest.mark.parametrize(("host", "warns"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_an_address_that_other_machines_reach_is_warned_of(port_file: Path, host: str, warns: bool) -> None:
    done = command("--background", "--port-file", port_file, "--host", host)
    assert ("controls the simulator" in done.stderr, done.returncode) == (warns, 0)


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("siem", "siem:80")])
def test_an_ipv6_address_stands_in_brackets(host: str, shown: str) -> None:
    assert address(host, 80) == shown
