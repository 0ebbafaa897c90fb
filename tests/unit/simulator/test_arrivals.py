# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts that arrive and happen again, a rule engine that runs by itself, and a server that is away for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import requests

from utmstack_simulator.cli import main
from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.scenarios.arrivals import arriving


@pytest.fixture(params=["v10", "v11"], scope="module")
def releasing(request: pytest.FixtureRequest) -> Iterator[SimulatorProcess]:
    """A server of each major version whose rule engine runs by itself."""
    with SimulatorProcess(request.param, "--rule-engine", "0.1") as simulator:
        yield simulator


@pytest.fixture(params=["v10", "v11"])
def siem(request: pytest.FixtureRequest, utmstack_simulator: Callable[..., SimulatorProcess]) -> SimulatorProcess:
    """An empty server of each major version."""
    simulator = utmstack_simulator(request.param)
    simulator.reset()
    return simulator


@pytest.fixture
def producing(utmstack_simulator: Callable[..., SimulatorProcess]) -> SimulatorProcess:
    """An empty v11, whose producer writes echoes."""
    simulator = utmstack_simulator("v11")
    simulator.reset()
    return simulator


def test_the_rule_engine_runs_by_itself_again_and_again(releasing: SimulatorProcess) -> None:
    late = releasing.arrivals(1, seconds_ago=-3600)
    for _round in range(2):
        ids = releasing.arrivals(3)
        deadline = time.monotonic() + 10
        while {releasing.alerts()[alert_id]["status"] for alert_id in ids} != {2}:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert releasing.alerts()[late[0]]["status"] == 1


def test_alerts_arrive_in_automatic_review_and_are_released(siem: SimulatorProcess) -> None:
    ids = siem.arrivals(40, seconds_ago=120)
    held = siem.alerts()
    assert sorted(held) == sorted(ids)
    assert {source["status"] for source in held.values()} == {1}
    assert len({source["@timestamp"] for source in held.values()}) == 1
    siem.tick()
    assert {source["status"] for source in siem.alerts().values()} == {2}


@pytest.mark.parametrize("dialect", ["v10", "v11"])
def test_arriving_alerts_are_of_all_kinds(dialect: str) -> None:
    rows = arriving(dialect, 100, 0)
    assert len({row["id"] for row in rows}) == 100
    assert len({row["source"]["name"] for row in rows}) > 5


def test_a_duplicate_of_an_alert_is_an_echo(producing: SimulatorProcess) -> None:
    (parent,) = producing.arrivals(1)
    producing.tick()
    (echo,) = producing.repeat([parent])
    held = producing.alerts()
    assert held[parent]["status"] == 2
    assert (held[echo]["parentId"], held[echo]["status"], held[echo]["name"]) == (parent, 1, held[parent]["name"])


def test_a_duplicate_reopens_a_completed_alert(producing: SimulatorProcess) -> None:
    (row,) = arriving("v11", 1, 3600)
    detail = {"createdBy": "admin", "source": "SOC", "incidentName": "Breach", "incidentId": "7"}
    row["source"].update(
        status=5,
        statusLabel="Completed",
        statusObservation="Planned",
        tags=["a"],
        notes="n",
        isIncident=True,
        incidentDetail=detail,
        TagRulesApplied=[2],
        tagRulesApplied=[1],
        assetGroupId=3,
        assetGroupName="Servers",
    )
    producing.documents([row])
    (echo,) = producing.repeat([row["id"]])
    parent = producing.alerts()[row["id"]]
    assert (parent["status"], parent["statusLabel"]) == (2, "Open")
    assert (parent["tags"], parent["notes"], parent["@timestamp"]) == (["a"], "n", row["source"]["@timestamp"])
    assert parent["incidentDetail"] == {"createdBy": "admin", "source": "SOC"}
    assert parent["tagRulesApplied"] == [1, 2]
    assert parent.keys().isdisjoint({"TagRulesApplied", "assetGroupId", "assetGroupName"})
    assert producing.alerts()[echo]["isIncident"] is False
    answer = requests.post(f"{producing.url}/simulator/repeat", json={"ids": [echo]}, timeout=10)
    assert (answer.status_code, "can have echoes" in answer.json()["error"]) == (400, True)


def test_v10_counts_a_duplicate_in_the_alert(utmstack_simulator: Callable[..., SimulatorProcess]) -> None:
    simulator = utmstack_simulator("v10")
    simulator.reset()
    (row,) = arriving("v10", 1, 0)
    row["source"].update(status=5, statusLabel="Completed")
    simulator.documents([row])
    assert simulator.repeat([row["id"]]) == []
    (held,) = simulator.alerts().values()
    assert (held["status"], len(held["logs"])) == (5, 2)


def test_a_server_is_away_and_comes_back_with_its_data(siem: SimulatorProcess) -> None:
    ids = siem.arrivals(2)
    with requests.Session() as kept:
        kept.trust_env = False
        assert kept.get(f"{siem.url}/api/ping", timeout=10).status_code == 200
        siem.away(0.5)
        with pytest.raises(requests.ConnectionError):
            kept.get(f"{siem.url}/api/ping", timeout=10)
    deadline = time.monotonic() + 10
    while True:
        try:
            held = siem.alerts()
            break
        except requests.ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert sorted(held) == sorted(ids)


@pytest.mark.parametrize("pause", ["0", "-1", "nan", "inf", "soon"])
def test_a_wrong_pause_is_refused(pause: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main_with(["--rule-engine", pause])
    assert caught.value.code == 2
    assert "--rule-engine" in capsys.readouterr().err


def main_with(arguments: list[str]) -> None:
    """Run the command in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["utmstack-simulator", *arguments])
        main()
