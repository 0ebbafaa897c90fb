# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan, wait for the approval and apply, in two jobs, on a server where alerts arrive and analysts work all the time.

What became of each alert is compared with what the server itself holds.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan_reading import plan_document

from .playing import DAY, LABELS, Stage, alert

State = dict[str, Any]
# The two ways in which a plan comes to the run that applies it, each with alerts of its own.
WAYS = {"file": "Large transfer", "content": "Backup traffic"}
WORDS: State = {"tags": ["Mine"], "notes": "seen"}
# What happens to an alert while the plan waits, and the reason for which it is then left alone.
REASONS = {
    "reviewed": "Changed since the plan was made: status is in_review instead of open.",
    "held": "hold tag",
    "protected": "protect",
    "gone": "Gone from the server since the plan was made.",
    "repeated": "arrived since the plan was made.",
    "echo reviewed": "changed since the plan was made: status is in_review instead of open.",
}
UNCHANGED = ("unchanged", "with an echo")
ECHOES = ("repeated", "echo reviewed")


def ids_of(way: str) -> dict[str, str]:
    """The approved alerts of a way, by what happens to them."""
    first = 100 if way == "file" else 200
    names = [*UNCHANGED, *REASONS]
    return {name: alert(first + number)["id"] for number, name in enumerate(names)}


def echo_id(alert_id: str, number: int = 1) -> str:
    return alert_id.replace("-4000-", f"-4{number:03d}-")


def seeded(stage: Stage) -> list[State]:
    """The alerts of both ways, one that no rule matches, and on v11 an echo of some."""
    sources = [alert(1, name="Something else")]
    for way, name in WAYS.items():
        ids = ids_of(way)
        for number, alert_id in enumerate(ids.values()):
            sources.append({**alert(10 + number, name=name, **WORDS), "id": alert_id})
        if stage.dialect == "v11":
            for kind in ("with an echo", "echo reviewed"):
                sources.append({**alert(20, name=name), "id": echo_id(ids[kind]), "parentId": ids[kind]})
    return sources


def put(stage: Stage, *sources: State) -> None:
    rows = [{"index": DAY[stage.dialect], "id": source["id"], "source": source} for source in sources]
    # Another thread than that of the test has a session of its own.
    requests.post(f"{stage.simulator.url}/simulator/documents", json=rows, timeout=60).raise_for_status()


class Arrivals:
    """Alerts that arrive while a plan waits, one after another, of the same kinds as those of the plan."""

    def __init__(self, stage: Stage, seconds: float) -> None:
        self._stage = stage
        self._seconds = seconds
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self.sources: list[State] = []

    @contextmanager
    def arriving(self) -> Iterator[None]:
        thread = threading.Thread(target=self._arrive)
        thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            thread.join()

    @contextmanager
    def paused(self) -> Iterator[None]:
        with self._lock:
            yield

    def _arrive(self) -> None:
        number = 1000
        while not self._is_over.wait(self._seconds):
            number += 1
            moment = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            name = list(WAYS.values())[number % 2]
            source = alert(number, name=name, **WORDS, **{"@timestamp": moment})
            with self._lock:
                put(self._stage, source)
                self.sources.append(source)


def work_meanwhile(stage: Stage, arrivals: Arrivals) -> None:
    """What analysts, sensors and the retention of the server do to the alerts of both ways."""
    held = stage.simulator.alerts()
    changed = []
    for way in WAYS:
        ids = ids_of(way)
        review = {"status": 3, "statusLabel": LABELS[3], "statusObservation": "I look at it"}
        changed += [{**held[ids["reviewed"]], **review}, {**held[ids["held"]], "tags": ["Mine", "Legal hold"]}]
        if stage.dialect == "v11":
            changed.append({**held[echo_id(ids["echo reviewed"])], **review})
            changed.append({**alert(30), "id": echo_id(ids["repeated"]), "parentId": ids["repeated"]})
    put(stage, *changed)
    gone = {ids_of(way)["gone"] for way in WAYS}
    with arrivals.paused():
        # The server has no request that removes an alert.
        kept = [source for alert_id, source in stage.simulator.alerts().items() if alert_id not in gone]
        stage.simulator.reset()
        put(stage, *kept)


def triage(stage: Stage, way: str, query: State, **options: Any) -> State:
    """A triage task with rules for the alerts of a way, under the way's name."""
    then = {"status": "completed", "observation": "Nightly backup", "tags": ["Backup"], "note": "Closed by night"}
    rules = [{"name": "Nightly backups", "when": {"name": [WAYS[way]]}, "then": then}]
    return stage.task("utmstack_triage", way, query=query, rules=rules, run_id="{{ awx_job_id }}", **options)


def planned(stage: Stage, path: Path) -> dict[str, str]:
    """Plan both ways in job 101, and return by way how the plan reaches the other job: as a file, and as content."""
    query = {"status": ["open"], "since": "30d"}
    tasks = [{**triage(stage, way, query), "check_mode": True, "register": f"plan_{way}"} for way in WAYS]
    kept = {"content": "{{ plan_file | to_json }}", "dest": str(path), "mode": "0600"}
    played = stage.play(*tasks, {"name": "keep", "ansible.builtin.copy": kept}, arguments=["-e", "awx_job_id=101"])
    assert (played.code, set(played.statuses.values()), played.writes()) == (0, {"ok"}, []), played.output
    return {"file": str(path), "content": str(played.result("content")["plan"])}


def closed(source: State) -> State:
    """The alert after the rules of job 102."""
    done = {"status": 5, "statusLabel": "Completed", "tags": ["Backup", "Mine"], "notes": "seen | Closed by night"}
    return {**source, **done}


def without_observation(source: State) -> State:
    return {name: value for name, value in source.items() if name not in ("statusObservation", "tags")} | {
        "tags": sorted(source["tags"] or [])
    }


def rows_by_id(result: State) -> dict[str, State]:
    return {row["id"]: row for row in result["alerts"]}


def approved_ids(plan: str) -> set[str]:
    """The alerts of a plan."""
    return {one.alert_id for one in plan_document(plan).alerts}


def check_alerts(stage: Stage, way: str, result: State, before: dict[str, State], approved: set[str]) -> None:
    """Each approved alert is done or exactly as it was, and the result says which."""
    held, rows = stage.simulator.alerts(), rows_by_id(result)
    ids = ids_of(way)
    # Alerts that had arrived in time are approved as well, and remain unchanged.
    ids |= {f"arrival {alert_id}": alert_id for alert_id in approved - set(ids.values())}
    left_alone = {name: reason for name, reason in REASONS.items() if stage.dialect == "v11" or name not in ECHOES}
    assert set(rows) == approved == set(ids.values())
    for name, alert_id in ids.items():
        row = rows[alert_id]
        if name in left_alone:
            assert left_alone[name] in (row["skipped"] or ""), (name, row)
            assert (row["changed"], row["error"]) == (False, None), (name, row)
            assert held.get(alert_id) == before.get(alert_id), name
            continue
        assert (row["changed"], row["skipped"], row["error"]) == (True, None, None), (name, row)
        assert without_observation(held[alert_id]) == without_observation(closed(before[alert_id])), name
        text = held[alert_id]["statusObservation"]
        assert re.fullmatch(r"Nightly backup \[utmstack\.siem rule=\"Nightly backups\" .*run=102\]", text), text
    done = len(ids) - len(left_alone)
    summary = {name: result["summary"][name] for name in ("changed", "skipped", "failed", "unchanged")}
    assert summary == {"changed": done, "skipped": len(left_alone), "failed": 0, "unchanged": 0}
    assert (result["approval"]["policy"], result["approval"]["approved"]) == ("approved", len(ids))


def check_echoes(stage: Stage, before: dict[str, State]) -> None:
    """An echo follows its alert, and stays as it was if that was left alone."""
    held = stage.simulator.alerts()
    for way in WAYS:
        ids = ids_of(way)
        followed = held[echo_id(ids["with an echo"])]
        assert followed["status"] == 5
        assert followed["statusObservation"] == held[ids["with an echo"]]["statusObservation"]
        for name in ECHOES:
            assert held[echo_id(ids[name])] == before[echo_id(ids[name])], name


def check_others(stage: Stage, arrived: Sequence[State], lefts: Sequence[int]) -> None:
    """No alert that the plans do not name is touched; what the rules match of them is left for the next plan.

    :param arrived: the alerts that arrived after the plans were made.
    """
    held = stage.simulator.alerts()
    for source in (*arrived, alert(1, name="Something else")):
        assert held[source["id"]] == source
    assert all(left > 0 for left in lefts)
    assert sum(lefts) <= len(arrived)


def test_the_approved_alerts_are_done_and_no_others(
    local_stage: Stage, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Alerts arrive each second, and the approval takes a minute; in the fast set and on v10 both are shorter."""
    is_long = request.config.getoption("full") and local_stage.dialect == "v11"
    stage, path, arrivals = local_stage, tmp_path / "plan.json", Arrivals(local_stage, 1.0 if is_long else 0.2)
    put(stage, *seeded(stage))
    with arrivals.arriving():
        plans = planned(stage, path)
        started = time.monotonic()
        work_meanwhile(stage, arrivals)
        before = stage.simulator.alerts()
        time.sleep(max(0.0, (60 if is_long else 4) - (time.monotonic() - started)))
        # The time window of the query holds the new alerts only.
        query = {"status": ["open"], "since": "1h"}
        protect = [{"where": [{"field": "id", "operator": "is", "value": ids_of(way)["protected"]}]} for way in WAYS]
        guardrails = {"hold_tags": ["Legal hold"], "protect": protect}
        tasks = [triage(stage, way, query, plan="{{ plans[way] }}", **guardrails) for way in WAYS]
        given = {"awx_job_id": 102, "plans": plans}
        for task, way in zip(tasks, WAYS, strict=True):
            task["vars"] = {"way": way}
        path_of_variables = tmp_path / "given.json"
        path_of_variables.write_text(json.dumps(given), encoding="utf-8")
        played = stage.play(*tasks, arguments=["-e", f"@{path_of_variables}"])
    assert (played.code, set(played.statuses.values())) == (0, {"ok"}), played.output
    approved = {way: approved_ids(plan) for way, plan in plans.items()}
    for way in WAYS:
        check_alerts(stage, way, played.result(way), before, approved[way])
    if stage.dialect == "v11":
        check_echoes(stage, before)
    late = [source for source in arrivals.sources if source["id"] not in approved["file"] | approved["content"]]
    check_others(stage, late, [played.result(way)["approval"]["left"] for way in WAYS])
