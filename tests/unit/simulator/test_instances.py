# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many servers in one process share nothing but the process."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from utmstack_simulator.backend.alerts import set_status
from utmstack_simulator.backend.start import fill_alike
from utmstack_simulator.background import stop
from utmstack_simulator.control import SimulatedServer
from utmstack_simulator.process import SimulatorInstances
from utmstack_simulator.pytest_plugin import Simulators
from utmstack_simulator.scenarios import soc_month
from utmstack_simulator.server.inventory import inventory, names
from utmstack_simulator.server.serving import connection
from utmstack_simulator.state.dialect import dialect
from utmstack_simulator.state.world import World

from .simulated import Server, document

COUNT = "/api/utm-alerts/count-open-alerts"
STATUS = "/api/utm-alerts/status"
CLOSING = {"alertIds": ["a1"], "status": 5, "statusObservation": "done"}
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def instances(utmstack_simulator: Simulators, tmp_path_factory: pytest.TempPathFactory) -> SimulatorInstances:
    """Three servers whose scenario is one alert."""
    scenario = tmp_path_factory.mktemp("scenario") / "day.json"
    scenario.write_text(json.dumps([document("a1")]))
    return utmstack_simulator.instances("v11", 3, "--scenario", str(scenario))


@pytest.fixture
def servers(instances: SimulatorInstances) -> list[SimulatedServer]:
    """The three servers, each with one open alert, and without faults and requests."""
    found = list(instances.servers.values())
    for server in found:
        server.reset()
        server.documents([document("a1")])
    return found


@pytest.fixture
def port_file(tmp_path: Path) -> Iterator[Path]:
    """A port file whose simulator is stopped afterwards."""
    file = tmp_path / "siems"
    yield file
    stop(file)


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "utmstack_simulator", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def statuses(servers: Sequence[SimulatedServer]) -> list[int]:
    return [server.alerts()["a1"]["status"] for server in servers]


def successive_ports(count: int) -> int:
    """The first of so many successive ports that are free."""
    for first in range(20_000, 30_000, count):
        with ExitStack() as sockets:
            try:
                for port in range(first, first + count):
                    sockets.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise AssertionError("No successive ports are free.")


def content(world: World) -> dict[str, Any]:
    """What a server holds."""
    return {
        "documents": [(row.index, row.id, row.source) for row in world.documents.all()],
        "mapping": {name: daily.types for name, daily in world.documents.indices.items()},
        "history": [entry.row() for entry in world.history.rows],
        "links": [link.row() for link in world.incidents.links.values()],
        "rules": [(rule.name, rule.conditions) for rule in world.tag_rules.rules.values()],
        "assets": (world.assets.groups, world.assets.assets, world.assets.inputs),
        "users": list(world.accounts.by_login),
    }


@pytest.mark.parametrize("name", ["v10", "v11"])
def test_servers_of_one_scenario_start_alike_and_change_alone(name: str) -> None:
    month = soc_month.start(name, NOW)
    inputs = {**month.assets, "dataInputs": [{"dataType": "syslog", "source": "web-01"}]}
    start = replace(month, documents=month.documents[-200:], history=month.history[-200:], assets=inputs)
    first, second, third = (World(dialect(name)) for _number in range(3))
    fill_alike([first, second, third], start)
    whole = content(first)
    assert all(whole.values())
    assert content(second) == content(third) == whole
    ids = [row.id for row in second.documents.all() if row.source["status"] == 2][:5]
    set_status(second, ids, 5, "done", "admin", false_positive=True)
    second.documents.put(second.documents.all()[0].index, "fresh", {"id": "fresh", "own": 1})
    second.assets.inputs[0]["source"] = "another"
    assert len(ids) == 5
    assert content(second) != whole
    assert content(first) == content(third) == whole


def test_each_has_its_own_alerts(servers: list[SimulatedServer]) -> None:
    assert Server(servers[1]).post(STATUS, CLOSING).ok
    servers[2].documents([document("a2")])
    assert statuses(servers) == [2, 5, 2]
    assert [len(server.alerts()) for server in servers] == [1, 1, 2]
    servers[1].reset()
    assert [len(server.alerts()) for server in servers] == [1, 0, 2]


def test_each_has_its_own_keys_and_tokens(instances: SimulatorInstances, servers: list[SimulatedServer]) -> None:
    keys = [options["api_key"] for options in instances.connections.values()]
    answers = [
        requests.get(server.url + COUNT, headers={"Utm-Api-Key": key}, timeout=10).status_code
        for server in servers
        for key in keys
    ]
    assert answers == [200, 500, 500, 500, 200, 500, 500, 500, 200]
    login = {"username": "admin", "password": "Adm1n-pass"}
    bypass = {"X-Bypass-TFA": "true"}
    answer = requests.post(servers[0].url + "/api/authenticate", json=login, headers=bypass, timeout=10)
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    asked = [requests.get(server.url + COUNT, headers=headers, timeout=10).status_code for server in servers]
    assert asked == [200, 401, 401]


def test_each_has_its_own_users_faults_and_journal(servers: list[SimulatedServer]) -> None:
    servers[0].users([{"login": "analyst", "password": "An4lyst-pass"}])
    servers[1].faults({"kind": "lose-writes"})
    servers[2].faults({"kind": "status", "status": 503})
    callers = [Server(server) for server in servers]
    assert [caller.post(STATUS, CLOSING).status_code for caller in callers] == [200, 200, 503]
    assert statuses(servers) == [5, 2, 2]
    assert callers[0].get(COUNT).ok
    assert [[row["path"] for row in server.requests()] for server in servers] == [[STATUS, COUNT], [STATUS], [STATUS]]
    users = [caller.get("/api/users").json() for caller in callers[:2]]
    assert [len(rows) for rows in users] == [2, 1]


def test_one_that_holds_its_requests_does_not_hold_the_others(servers: list[SimulatedServer]) -> None:
    servers[0].faults({"kind": "hold", "path": COUNT})
    caller = Server(servers[0])
    with pytest.raises(requests.Timeout):
        caller.session.get(servers[0].url + COUNT, timeout=0.2)
    assert servers[0].wait_until_held(10)
    assert not servers[1].wait_until_held(0)
    assert [Server(server).get(COUNT).status_code for server in servers[1:]] == [200, 200]
    servers[0].settle()


def test_one_command_starts_them_with_an_inventory(port_file: Path) -> None:
    first = successive_ports(3)
    started = command("--background", "--instances", 3, "--port", first, "--port-file", port_file, "--tls")
    written = Path(started.stdout.strip())
    assert written == port_file.with_name("siems.inventory.yml"), started.stderr
    assert port_file.read_text() == f"{first}\n{first + 1}\n{first + 2}\n"
    connections = json.loads(port_file.with_name("siems.connection").read_text())
    group = yaml.safe_load(written.read_text())["siems"]
    assert list(group["hosts"]) == ["siem-001", "siem-002", "siem-003"]
    assert [
        {name.removeprefix("utmstack_"): value for name, value in host.items()} for host in group["hosts"].values()
    ] == connections
    assert written.stat().st_mode & 0o077 == 0
    for options in connections:
        key = {"Utm-Api-Key": options["api_key"]}
        answer = requests.get(options["url"] + COUNT, headers=key, verify=options["ca_path"], timeout=10)
        assert answer.status_code == 200
    again = command("--background", "--port", first + 2, "--port-file", port_file.with_name("other"))
    assert again.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{first + 2}: Address already in use" in again.stderr
    assert command("--stop", port_file).stdout == "stopped\n"
    assert not list(port_file.parent.glob("siems*"))


@pytest.mark.parametrize(
    ("name", "secrets"), [("v10", {"utmstack_username": "admin", "utmstack_password": "Adm1n-pass"}), ("v11", {})]
)
def test_the_inventory_has_a_key_or_a_password(name: str, secrets: dict[str, str]) -> None:
    options = connection(World(dialect(name)), "http://[::1]:80", None)
    hosts = yaml.safe_load(inventory([options]))["siems"]["hosts"]
    secrets = secrets or {"utmstack_api_key": options["api_key"]}
    assert hosts == {"siem-001": {"utmstack_url": "http://[::1]:80", **secrets}}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--instances", 0], "starts no server"),
        (["--instances", 3, "--port", 65_534], "needs the ports 65534 to 65536"),
    ],
    ids=["none", "too few ports"],
)
def test_instances_without_a_port_are_refused(arguments: list[object], reason: str) -> None:
    refused = command(*arguments)
    assert (refused.returncode, reason in refused.stderr) == (2, True)


def test_host_names_are_of_one_length() -> None:
    assert names(2) == ["siem-001", "siem-002"]
    assert names(1000)[::999] == ["siem-0001", "siem-1000"]
