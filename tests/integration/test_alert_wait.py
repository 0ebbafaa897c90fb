# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for alerts: as a task, while the rule engine works, and on a server that is away for a while."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_wait

from .direct import in_waits, run
from .playing import SEARCH, VALUES, Stage, alert

LOGIN = "/api/authenticate"
FAILED_LOGINS = {"name": ["Repeated failed logins"]}


class Events:
    """What happens in one wait after another; nothing in those that follow."""

    def __init__(self, *events: Callable[[], Any]) -> None:
        self.left = list(events)

    def __call__(self) -> None:
        if self.left:
            self.left.pop(0)()


def nothing() -> None:
    """Let a wait pass."""


def wait(stage: Stage, events: Sequence[Callable[[], Any]] = (), **options: Any) -> dict[str, Any]:
    """Wait in this process; the waits take no time, and these events happen in them."""
    with in_waits(Events(*events)):
        return run(stage.simulator, alert_wait.OPERATION, **{"query": FAILED_LOGINS, "wait_timeout": 30, **options})


def test_a_task_waits_and_says_what_it_found(stage: Stage) -> None:
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    stage.seed(alert(1), {**alert(2, severity=3), "@timestamp": now}, alert(3, name="Port scan"))

    def task(name: str, **options: Any) -> dict[str, Any]:
        return stage.task("utmstack_alert_wait", name, **{"query": FAILED_LOGINS, "wait_timeout": 1, **options})

    played = stage.play(
        task("found", query={**FAILED_LOGINS, "since": "10m"}),
        task("late", query={"name": ["Golden ticket"]}),
        task("quiet", query={"name": ["Golden ticket"]}, at_most=0),
        task("loud", at_most=1, limit=1),
        task("empty", query={}),
    )
    found = played.result("found")
    assert (found["met"], found["total"], found["changed"], found["looks"]) == (True, 1, False, 1)
    assert [row["severity"] for row in found["alerts"]] == ["high"]
    assert 0 <= found["lag"] < 60
    late = played.result("late")
    assert (played.statuses["late"], late["met"], late["total"]) == ("failed", False, 0)
    assert late["msg"].startswith("No alert matched within 1 s (at least 1 expected).")
    assert (played.statuses["quiet"], played.result("quiet")["elapsed"] >= 1) == ("ok", True)
    loud = played.result("loud")
    assert (played.statuses["loud"], loud["total"], len(loud["alerts"])) == ("failed", 2, 1)
    assert loud["alerts"][0]["id"] == alert(1)["id"], "the oldest first"
    assert "`all: true` selects every alert" in played.result("empty")["msg"]
    assert played.writes() == []


def test_check_mode_does_not_wait(stage: Stage) -> None:
    tasks = [
        stage.task("utmstack_alert_wait", "at least", query=FAILED_LOGINS),
        stage.task("utmstack_alert_wait", "at most", query=FAILED_LOGINS, at_most=0),
    ]
    played = stage.play(*tasks, check=True)
    for name, is_met in (("at least", False), ("at most", True)):
        result = played.result(name)
        assert (played.statuses[name], result["met"], result["looks"], result["elapsed"]) == ("ok", is_met, 1, 0)
        assert result["msg"] == "Check mode does not wait. 0 alerts match now."


def test_an_alert_matches_once_it_is_released(local_stage: Stage) -> None:
    simulator = local_stage.simulator
    raised = lambda: local_stage.seed(alert(1, status=1), alert(2))  # noqa: E731
    result = wait(local_stage, [nothing, raised, nothing, simulator.tick], at_least=2)
    assert (result["met"], result["total"], result["looks"]) == (True, 2, 5)
    paths = [row["path"] for row in simulator.requests()]
    assert (paths.count(VALUES), paths.count(SEARCH), paths.count(LOGIN)) == (5, 1, 1)
    assert result["requests"] == len(paths)


def test_automatic_review_can_be_waited_for(local_stage: Stage) -> None:
    local_stage.seed(alert(1, status=1))
    query = {**FAILED_LOGINS, "status": ["automatic_review", "open"]}
    assert wait(local_stage, query=query)["alerts"][0]["status"] == "automatic_review"
    late = wait(local_stage, wait_timeout=0)
    assert (late["failed"], late["in_automatic_review"]) == (True, 1)
    assert "1 more is in automatic review" in late["msg"]
    none = wait(local_stage, wait_timeout=0, at_most=0)
    assert (none["failed"], "none expected" in none["msg"]) == (True, True)


def test_waiting_until_no_alert_is_open(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2))
    done = lambda: local_stage.seed(alert(1, status=5), alert(2, status=3))  # noqa: E731
    query = {**FAILED_LOGINS, "status": ["open"]}
    result = wait(local_stage, [nothing, done], query=query, at_most=0, stable_for=0)
    assert (result["met"], result["looks"], result["total"]) == (True, 3, 0)


def test_an_alert_with_the_first_address_of_a_network_is_found(local_stage: Stage) -> None:
    side = {"v10": "source", "v11": "adversary"}[local_stage.dialect]
    raised = lambda: local_stage.seed(alert(1, **{side: {"ip": "10.0.0.7"}}))  # noqa: E731
    assert wait(local_stage, [nothing, raised], query={"source_ip": ["10.0.0.0/24"]})["met"]


def test_echoes_are_no_alerts_of_their_own(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2, parentId=alert(1)["id"]))
    assert wait(v11_stage, at_least=2, wait_timeout=0)["total"] == 1
    assert wait(v11_stage, at_least=2, wait_timeout=0, include_echoes=True)["met"]


@pytest.mark.parametrize(
    "faults",
    [
        [{"kind": "status", "status": 429, "path": VALUES, "times": 3}],
        [{"kind": "status", "status": 503, "path": ".*", "nth": 2, "times": 3}],
        [{"kind": "drop-before", "path": VALUES, "times": 2}],
        [{"kind": "restart", "path": VALUES, "nth": 2}],
        [{"kind": "status", "status": 500, "path": VALUES, "nth": 2}],
    ],
    ids=["429", "503", "dropped", "restart", "500 later"],
)
def test_a_server_that_comes_back_ends_no_wait(local_stage: Stage, faults: list[dict[str, Any]]) -> None:
    raised = lambda: local_stage.seed(alert(1))  # noqa: E731
    local_stage.simulator.faults(*faults)
    result = wait(local_stage, [*[nothing] * 4, raised], retry_budget=0)
    assert (result.get("msg"), result["met"], result["total"]) == (None, True, 1)
    assert result["looks"] == 6
    assert bool(result["failed_looks"]) is (faults[0]["kind"] != "restart")


def test_a_wrong_password_is_sent_once(local_stage: Stage) -> None:
    result = wait(local_stage, password="Wr0ng-pass")
    assert (result["failed"], result["error"]["type"]) == (True, "WrongCredentials")
    assert [row["path"] for row in local_stage.simulator.requests()].count(LOGIN) == 1


def test_an_unknown_field_is_refused_before_the_first_request(local_stage: Stage) -> None:
    where = [{"field": "adversary.ipp", "operator": "is", "value": "10.0.0.7"}]
    result = wait(local_stage, query={"where": where})
    assert "Did you mean" in result["msg"]
    assert local_stage.simulator.requests() == []
