# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source against a server of each major version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status, alert_tags

from utmstack_simulator.process import SimulatorProcess

from .direct import run
from .eda_source import RunningSource
from .playing import Stage, alert

LOGIN = "/api/authenticate"
SEARCHES = "/api/elasticsearch/.*"


@pytest.fixture
def simulator(local_stage: Stage) -> SimulatorProcess:
    """An empty server of each major version."""
    return local_stage.simulator


def test_alerts_are_reported_when_they_are_released_reopened_and_changed(local_stage: Stage) -> None:
    simulator = local_stage.simulator
    known = alert(1)
    local_stage.seed(known)
    with RunningSource(simulator, changed=["status", "tags"], reconcile=1, health_interval=0.2) as source:
        source.wait(lambda: any(one["last_success"] for one in source.of_kind("health")))
        ids = simulator.arrivals(3)
        source.wait_for_polls()
        # Automatic review is waited out, and what was open before the start is known.
        assert source.ids() == []
        simulator.tick()
        source.wait(lambda: len(source.ids("opened")) == 3)
        assert sorted(source.ids("opened")) == sorted(ids)
        for status in ("completed", "open"):
            run(simulator, alert_status.OPERATION, alert_ids=[known["id"]], status=status, reopen=True)
            source.wait_for_polls()
        source.wait(lambda: source.ids("reopened") == [known["id"]])
        run(simulator, alert_tags.OPERATION, alert_ids=[ids[0]], tags=["Seen"])
        source.wait(lambda: ids[0] in source.ids("changed"))
        (changed,) = (one for one in source.of_kind("changed") if one["alert"]["id"] == ids[0])
        assert changed["alert"]["tags_changed"] is True
        # Nobody reported twice, and nothing that an attacker can write is in an event.
        opened = source.of_kind("opened")
        assert len({one["meta"]["uuid"] for one in source.events}) == len(source.events)
        stored = simulator.alerts()
        for one in opened:
            assert stored[one["alert"]["id"]]["name"] not in json.dumps(source.events)
        assert all(0 < one["lag"] < 60 for one in opened)
    assert source.error is None


def test_a_storm_is_one_event_and_fields_are_broken(local_stage: Stage) -> None:
    trap = "{{ lookup('pipe', 'id') }}"
    with RunningSource(local_stage.simulator, burst=3, fields=["name", "tags"]) as source:
        source.wait_for_polls()
        local_stage.seed(*(alert(number) for number in range(1, 6)), alert(9, name=trap, tags=[trap]))
        source.wait(lambda: len(source.ids()) == 6)
        # The six may have arrived between two polls.
        storms = source.of_kind("burst")
        assert sum(one["count"] for one in storms) + len(source.of_kind("opened")) == 6
        (single,) = (one for one in source.of_kind("opened") if one["alert"]["id"] == alert(9)["id"])
        assert "lookup" in single["alert"]["name"]
        assert "{{" not in json.dumps(source.events)
        assert [one["severity"] for one in storms] == ["medium"] * len(storms)


def test_nothing_is_reported_twice_or_lost_by_a_restart(local_stage: Stage, tmp_path: Path) -> None:
    simulator, cursor = local_stage.simulator, str(tmp_path / "alerts.cursor")
    with RunningSource(simulator, feedback=True, cursor=cursor) as first:
        first.wait_for_polls()
        seen = simulator.arrivals(4)
        simulator.tick()
        first.wait(lambda: len(first.ids()) == 4)
        # The cursor is written after the confirmations.
        first.wait(lambda: json.loads(Path(cursor).read_text(encoding="utf-8"))["position"]["open"] == [])
        with RunningSource(simulator, cursor=cursor) as second:
            assert "is in use by another source" in second.failed()
    missed = simulator.arrivals(5)
    simulator.tick()
    with RunningSource(simulator, feedback=True, cursor=cursor) as after:
        after.wait(lambda: len(after.ids()) >= 5)
        after.wait_for_polls()
        assert sorted(after.ids()) == sorted(missed)
    assert not set(seen) & set(after.ids())
    with RunningSource(simulator, cursor=cursor, query={"severity": ["high"]}) as other:
        assert "was written for another query" in other.failed()


def test_failures_are_waited_out(simulator: SimulatorProcess) -> None:
    with RunningSource(simulator, max_backoff=1, health_interval=0.1) as source:
        source.wait_for_polls()
        busy = {"kind": "status", "path": SEARCHES, "headers": {"Retry-After": "0"}}
        simulator.faults({**busy, "status": 503, "times": 6}, {**busy, "status": 429, "times": 8})
        ids = simulator.arrivals(3)
        simulator.tick()
        source.wait(lambda: len(source.ids()) == 3)
        simulator.faults({"kind": "restart"})
        ids += simulator.arrivals(3)
        simulator.tick()
        source.wait(lambda: len(source.ids()) == 6)
        simulator.away(1)
        source.wait(lambda: any(one["error"] == "ConnectionFailed" for one in source.of_kind("health")))
        source.wait(lambda: source.of_kind("health")[-1]["failures"] == 0)
        ids += simulator.arrivals(3)
        simulator.tick()
        source.wait(lambda: len(source.ids()) == 9)
        assert sorted(source.ids()) == sorted(ids)
        assert any(one["error"] == "ServerError" for one in source.of_kind("health"))
        # The first login, and one after the tokens were killed.
        assert len(simulator.requests(path=LOGIN)) == 2
    assert source.error is None


def test_a_wrong_password_ends_it_after_one_login(simulator: SimulatorProcess) -> None:
    with RunningSource(simulator, password="wrong-horse-battery", give_up_after=0) as source:
        message = source.failed()
    assert message.startswith("utmstack.siem.alerts: UTMStack refused the name or password of admin.")
    assert "horse" not in message
    assert [row["status"] for row in simulator.requests(path=LOGIN)] in ([401], [500])


def test_it_gives_up(simulator: SimulatorProcess) -> None:
    with RunningSource(simulator, give_up_after=1) as source:
        source.wait_for_polls()
        simulator.faults({"kind": "status", "status": 503, "path": SEARCHES})
        message = source.failed()
    assert message.startswith("utmstack.siem.alerts: No poll has succeeded for 1 s (`give_up_after`). The last error")


def test_an_idle_poll_takes_at_most_two_requests(local_stage: Stage) -> None:
    local_stage.seed(*(alert(number) for number in range(1, 20)))
    with RunningSource(local_stage.simulator, query={"severity": ["medium"]}) as source:
        source.wait_for_polls()
        local_stage.simulator.forget_requests()
        source.wait_for_polls(5)
    rows = local_stage.simulator.requests()
    polls = [row for row in rows if row["path"].endswith("values-with-count")]
    # The last poll may be half done.
    assert len(rows) <= 2 * len(polls) + 1
