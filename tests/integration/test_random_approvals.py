# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random plans on random servers, where analysts work and alerts arrive before the plan is applied.

Whatever happens: nothing is written that was not approved, what was approved and is unchanged is done, the result says
which is which, and the same plan applied again writes nothing. All of a run follows from its number.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan import comparable_state
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan_document import PlanDocument
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan_reading import plan_document

from . import direct
from .direct import writes
from .operations import OPERATIONS
from .playing import DAY, LABELS, Stage, alert
from .random_runs import random_task
from .random_world import PARTS, State, World, part_of, state_of

SEED = 18
RUNS, RUNS_IN_FAST_SET = 600, 30
READS = "/api/elasticsearch/(search|property/values-with-count)"
# What a check run with an approved plan says as the real run does.
PREDICTED = ("changed", "alerts", "echoes_changed", "plan_digest", "approval", "diff")
WITHOUT_PLAN = ("utmstack_incident", "utmstack_incident_note")


def numbers() -> list[Any]:
    """Numbers of runs, of which the first ones belong to the fast set."""
    full = pytest.mark.full
    return [number if number < RUNS_IN_FAST_SET else pytest.param(number, marks=full) for number in range(RUNS)]


def drawn_task(world: World) -> tuple[str, State]:
    """A module that takes a plan, and its options."""
    module, options = random_task(world)
    while module in WITHOUT_PLAN:
        module, options = random_task(world)
    return module, options


def work(world: World, document: PlanDocument) -> None:
    """Analysts change alerts, and new alerts and echoes arrive, echoes above all of those that the plan changes."""
    draw = world.draw
    for _act in range(draw.randint(0, 3)):
        world.act(True)
    heads = sorted({one.alert_id for one in document.alerts if one.changes} - set(world.parents))
    for number in range(draw.choice([0, 0, 1, 2])):
        source = alert(9000 + number, name=draw.choice(["Phishing", "Port scan"]), severity=draw.choice([1, 2, 3]))
        if world.stage.dialect == "v11" and heads and draw.random() < 0.6:
            source["parentId"] = world.parents[source["id"]] = draw.choice(heads)
        put(world, source)
    echoes = sorted(echo for one in document.alerts for echo in one.echoes)
    if echoes and draw.random() < 0.3:
        number = draw.choice([2, 3, 5])
        words = {"status": number, "statusLabel": LABELS[number], "statusObservation": "looked at"}
        put(world, {**world.simulator.alerts()[draw.choice(echoes)], **words})


def put(world: World, source: State) -> None:
    world.simulator.documents([{"index": DAY[world.stage.dialect], "id": source["id"], "source": source}])


def reads_of(world: World) -> int:
    """The number of reads of alerts in the last run."""
    return sum(1 for row in world.simulator.requests() if re.fullmatch(READS, row["path"]))


def written_by(conflict: State) -> State:
    """The fields that an analyst wrote by a fault."""
    source = {"status": 2, "statusObservation": "", "tags": [], "notes": "", **conflict["set"]}
    part = next(part for part in PARTS if part in conflict["set"])
    return part_of(state_of(source), part)


def approved_states(document: PlanDocument) -> dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """By alert and echo, the state that the plan saw and the one that it approved."""
    states = {echo: two for one in document.alerts for echo, two in one.echoes.items()}
    return {**states, **{one.alert_id: (one.before, one.after) for one in document.alerts}}


def fields_of(state: State, like: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a state that another one has, as two runs compare them."""
    return comparable_state({name: state[name] for name in like})


def check_writes(document: PlanDocument, before: dict[str, State], after: dict[str, State]) -> None:
    """Nothing was written but approved changes of alerts that were as the plan saw them."""
    approved = approved_states(document)
    assert set(after) == set(before)
    for alert_id, state in after.items():
        if state == before[alert_id]:
            continue
        assert alert_id in approved, (alert_id, before[alert_id], state)
        saw, becomes = approved[alert_id]
        assert fields_of(before[alert_id], saw) == comparable_state(saw), alert_id
        assert fields_of(state, becomes) == comparable_state(becomes), alert_id
        others = set(state) - set(becomes)
        assert {name: state[name] for name in others} == {name: before[alert_id][name] for name in others}, alert_id


def check_done(world: World, document: PlanDocument, planned: dict[str, State], before: dict[str, State]) -> None:
    """What was approved is done, unless something of its family changed or arrived."""
    now = world.held()
    for one in document.alerts:
        family = world.family(one.alert_id)
        if all(before.get(member) == planned.get(member) for member in family):
            assert fields_of(now[one.alert_id], one.after) == comparable_state(one.after), one


def check_result(
    world: World, result: State, selected: dict[str, State], before: dict[str, State], document: PlanDocument
) -> None:
    """The result says which alerts were changed, and what the server holds.

    :param selected: the alerts when the run read them first, all that it knows of those that it left alone.
    """
    now = world.held()
    assert not result.get("failed"), result
    assert {row["id"] for row in result["alerts"]} == {one.alert_id for one in document.alerts}
    echoes = {one.alert_id: set(one.echoes) for one in document.alerts}
    for row in result["alerts"]:
        moved = {member for member in {row["id"], *echoes[row["id"]]} if now[member] != before[member]}
        ways = [(before[row["id"]], now[row["id"]])]
        if not row["changed"]:
            ways.append((selected[row["id"]], selected[row["id"]]))
        shown = comparable_state(row["before"]), comparable_state(row["after"])
        assert shown in [(fields_of(one, row["before"]), fields_of(two, row["after"])) for one, two in ways], row
        assert row["changed"] is bool(moved), (row, moved)
        assert not (row["changed"] and row["skipped"]), row
    counts = {name: result["summary"][name] for name in ("unchanged", "skipped", "failed")}
    wanted = {"applied": result["summary"]["changed"], **counts}
    assert {name: result["approval"][name] for name in wanted} == wanted


@pytest.mark.parametrize("number", numbers())
def test_a_random_plan(open_stage: Callable[[str, str], Stage], number: int) -> None:
    draw = random.Random(f"{SEED}-{number}")
    world = World(open_stage(draw.choice(["v10", "v11"]), "in_process"), draw)
    world.build()
    module, options = drawn_task(world)

    def run(job: str, check: bool = False, **more: Any) -> State:
        own = {"run_id": job} if module == "utmstack_triage" else {}
        return direct.run(world.simulator, OPERATIONS[module], check=check, **{**options, **own, **more})

    planned = world.held()
    predicted = run("101", check=True)
    document = plan_document(predicted["plan"])
    assert predicted["plan_digest"] == document.digest
    work(world, document)
    selected = world.held()
    before = dict(selected)
    checked = run("102", check=True, plan=predicted)
    conflict = None
    if draw.random() < 0.4:
        # An analyst writes right before the run looks at the alerts again.
        conflict = {**world.conflict_at_search(reads_of(world) + 1), "path": READS}
        world.simulator.faults(conflict)
    applied = run("102", plan=predicted)
    world.simulator.faults()
    if conflict is not None and reads_of(world) >= conflict["nth"]:
        (alert_id,) = conflict["ids"]
        before[alert_id] = {**before[alert_id], **written_by(conflict)}
    else:
        assert {name: checked[name] for name in PREDICTED} == {name: applied[name] for name in PREDICTED}
    check_writes(document, before, world.held())
    check_done(world, document, planned, before)
    check_result(world, applied, selected, before, document)
    if before == planned:
        assert (applied["plan_digest"], applied["approval"]["left"]) == (document.digest, 0)
    again = run("103", plan=predicted["plan"])
    assert (again["changed"], writes(world.simulator)) == (False, []), again
    if module != "utmstack_triage":
        # Other rules may match what the first ones made of an alert.
        done = {row["id"] for row in applied["alerts"] if row["changed"]}
        assert [row for row in again["alerts"] if row["id"] in done and row["skipped"]] == []
