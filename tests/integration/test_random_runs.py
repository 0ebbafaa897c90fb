# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random tasks on random servers, with faults, lost answers, and analysts who work while a run waits.

Whatever happens: nothing is reported that the server does not hold, what an analyst wrote stays, a dry run predicts
what is done, a rerun completes the work and then writes nothing, and undo restores. All of a run follows from its
number: ``pytest --full 'tests/integration/test_random_runs.py::test_in_process[1234]'`` is that run again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.writing import sight

from . import direct
from .api import NOTES, Api
from .direct import in_waits, writes
from .operations import OPERATIONS
from .playing import SIGHT, Stage
from .proxy import Proxy, running_proxy
from .random_runs import Options, random_faults, random_task
from .random_world import PARTS, State, World, part_of

SEED = 16
RUNS, RUNS_THROUGH_ANSIBLE = 1000, 50
RUNS_IN_FAST_SET, RUNS_THROUGH_ANSIBLE_IN_FAST_SET = 40, 2
Result = dict[str, Any]


def numbers(count: int, fast: int) -> list[Any]:
    """Numbers of runs, of which the first ones belong to the fast set."""
    return [number if number < fast else pytest.param(number, marks=pytest.mark.full) for number in range(count)]


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    """A proxy for all runs."""
    with running_proxy() as proxy:
        yield proxy


@dataclass
class Run:
    """One task on one server, and how it goes on."""

    world: World
    module: str
    options: Options
    play: Callable[[str, bool, Options], Result]
    receipt: str

    @property
    def draw(self) -> random.Random:
        """The only source of chance."""
        return self.world.draw

    def task(self, check: bool = False, receipt: bool = False, **more: Any) -> Result:
        """The task, with a receipt if it can have one."""
        given = {"receipt": self.receipt} if receipt and "receipt" in OPERATIONS[self.module].options else {}
        return self.play(self.module, check, {**self.options, **given, **more})

    def undo(self, check: bool = False) -> Result:
        """The task that undoes it."""
        return self.play("utmstack_undo", check, {"receipt": self.receipt})

    def has_selected(self) -> bool:
        """Whether the task has read what it is about to change."""
        return Path(self.receipt).exists() or bool(writes(self.world.simulator))

    def writes_nothing(self, result: Result) -> None:
        """Nothing is left to do."""
        assert not result.get("failed"), result
        assert result["changed"] is False, result
        assert writes(self.world.simulator) == []


def rows_of(result: Result) -> list[Result]:
    """The alerts of a result, none if the task ended before it knew them."""
    return list(result.get("alerts") or [])


def check_report(run: Run, predicted: Result, applied: Result) -> None:
    """Nothing is reported that the server does not hold, and nothing is done that is not reported."""
    world, now = run.world, run.world.held()
    for row in rows_of(applied):
        alert_id, after = row["id"], row["after"]
        if after is None:
            assert row["error"], row
            continue
        for part in PARTS:
            shown = part_of(after, part)
            possible = [now[alert_id]]
            if (alert_id, part) in world.touched or alert_id in world.early:
                if not world.knows_all_states:
                    continue
                possible += [state[alert_id] for state in world.seen]
            assert not shown or shown in [part_of(state, part) for state in possible], (row, now[alert_id])
        if not world.is_touched(alert_id):
            assert all(
                part_of(row["before"], part) in ({}, part_of(world.initial[alert_id], part)) for part in PARTS
            ), row
            if row["after"] != row["before"]:
                assert row["changed"] is True, row
    reported = {row["id"] for row in rows_of(applied) if row["changed"] or row["error"]}
    for alert_id, state in now.items():
        if state != world.initial[alert_id] and not world.is_touched(alert_id):
            assert world.family(alert_id) & reported, (alert_id, world.initial[alert_id], state, applied)
    if not applied.get("failed") and world.is_quiet:
        for part in ("changed", "alerts", "echoes_changed", "plan_digest", "diff", "coverage"):
            assert predicted.get(part) == applied.get(part), (predicted, applied)


def with_what_the_task_adds(run: Run, part: str, mine: State) -> State:
    """What an analyst wrote, after a task that only adds to it."""
    options = run.options
    if (run.module, part, options.get("state")) == ("utmstack_alert_tags", "tags", "present"):
        return {"tags": sorted({*mine["tags"], *options["tags"]})}
    if (run.module, part, options.get("mode")) == ("utmstack_alert_notes", "notes", "append"):
        return {"notes": f"{mine['notes']} | {options['note']}" if mine["notes"] else options["note"]}
    return mine


def check_analysts(run: Run) -> None:
    """What an analyst wrote stays, perhaps with what the task adds."""
    world, now = run.world, run.world.held()
    for (alert_id, part), mine in world.touched.items():
        possible = (mine, with_what_the_task_adds(run, part, mine))
        assert part_of(now[alert_id], part) in possible, (alert_id, part, possible, now[alert_id])
    if world.touched_incident:
        (row,) = Api(world.stage).incidents()
        assert {name: row[name] for name in world.touched_incident} == world.touched_incident, row


def check_incident(run: Run, applied: Result) -> None:
    """The incident is what the result says, and its alerts keep their words unless they are closed with it."""
    world = run.world
    incidents = Api(world.stage).incidents()
    notes = Api(world.stage).get(NOTES, size=2000)
    if run.module == "utmstack_incident_note":
        assert [row["noteText"] for row in notes] in ([], ["Handed over"])
        if not applied.get("failed"):
            assert len(notes) == 1
            assert applied["note"]["note"] == "Handed over"
    if run.module != "utmstack_incident" or applied.get("failed"):
        return
    (row,) = incidents
    shown = applied["incident"]
    if not world.touched_incident:
        held = (row["incidentDescription"] or "", row["incidentAssignedTo"], row["incidentSolution"] or "")
        assert held == (shown["description"], shown["assigned_to"], shown["solution"])
    links = Api(world.stage).links()
    assert {one["id"] for one in rows_of(applied)} <= set(links) | set(world.parents)
    now = world.held()
    if not run.options.get("close_alerts"):
        kept = {key: state for key, state in world.initial.items() if not world.is_touched(key)}
        assert {key: now[key] for key in kept} == kept


def go_on(run: Run, applied: Result) -> None:
    """Run the task again, or undo it, on a server that works again."""
    world, draw = run.world, run.draw
    if Path(run.receipt).exists() and draw.random() < 0.6:
        undo(run)
        return
    world_before = world.held()
    again = run.task()
    if run.module == "utmstack_incident" and world.touched_incident and again.get("failed"):
        return
    assert not again.get("failed"), again
    if not applied.get("failed") and world.is_quiet and is_stable(applied, again):
        assert (again["changed"], world.held()) == (False, world_before), again
    final = run.task()
    if is_stable(again, final):
        run.writes_nothing(final)


def is_stable(one: Result, other: Result) -> bool:
    """Whether rules decide as before: a rule may ask for what another one made of the alert."""
    return [row.get("rules") for row in rows_of(one)] == [row.get("rules") for row in rows_of(other)]


def undo(run: Run) -> None:
    """Undo the task, at first perhaps with faults; what no analyst wrote to is as it was."""
    world, draw = run.world, run.draw
    predicted = run.undo(check=True)
    faulty = draw.random() < 0.5
    if faulty:
        world.simulator.faults(*random_faults(draw, "utmstack_undo"))
    # Undo compares with the receipt, so that it is never too early for an analyst.
    with in_waits(lambda: world.act(True)):
        undone = run.undo()
    world.simulator.faults()
    if not faulty:
        assert (predicted["alerts"], predicted["changed"]) == (undone["alerts"], undone["changed"])
    check_analysts(run)
    finished = run.undo()
    assert not finished.get("failed"), finished
    now = world.held()
    for alert_id, state in now.items():
        if not world.is_touched(alert_id):
            assert state == world.initial[alert_id], (alert_id, undone, finished)
    check_analysts(run)
    run.writes_nothing(run.undo())


def searches_in(run: Run) -> int:
    """The number of searches of the last task, those for IDs included."""
    return sum(1 for row in run.world.simulator.requests() if re.fullmatch(SIGHT, row["path"]))


def one_run(run: Run, proxy: Proxy | None, can_wait: bool = True) -> None:
    """Predict, apply under faults, and go on.

    :param can_wait: analysts work in the waits of the run; otherwise one may do so between two of its requests.
    """
    world, draw = run.world, run.draw
    predicted = run.task(check=True)
    assert not Path(run.receipt).exists()
    searches = searches_in(run)
    if proxy is not None:
        proxy.restart(frozenset(draw.sample(range(1, 14), draw.choice([0, 1, 2]))))
    faults, conflict = random_faults(draw, run.module), None
    if not can_wait and searches and draw.random() < 0.6:
        # After the selection: each further search is a look, or reads back.
        conflict = world.conflict_at_search(searches + draw.randint(1, 3))
        faults = [*(fault for fault in faults if fault["path"] != SIGHT), conflict]
    world.simulator.faults(*faults)
    with in_waits(lambda: world.act(run.has_selected())):
        applied = run.task(receipt=True)
    world.simulator.faults()
    if conflict is not None and searches_in(run) >= conflict["nth"]:
        world.note_conflict(conflict)
    if proxy is not None:
        proxy.restart()
    if "incident" in run.module and predicted.get("failed"):
        # There is no incident, or an alert belongs to another one.
        assert world.held() == world.initial or world.touched
        return
    check_report(run, predicted, applied)
    check_analysts(run)
    if "incident" in run.module:
        check_incident(run, applied)
    go_on(run, applied)


def drawn(open_stage: Callable[[str, str], Stage], draw: random.Random) -> tuple[World, str, Options, bool]:
    """A server with alerts, a task on them, and whether it goes through the proxy."""
    world = World(open_stage(draw.choice(["v10", "v11"]), "in_process"), draw)
    world.build()
    module, options = random_task(world)
    return world, module, options, draw.random() < 0.3


@pytest.mark.parametrize("number", numbers(RUNS, RUNS_IN_FAST_SET))
def test_in_process(open_stage: Callable[[str, str], Stage], proxy: Proxy, tmp_path: Path, number: int) -> None:
    draw = random.Random(f"{SEED}-{number}")
    world, module, options, through_proxy = drawn(open_stage, draw)
    stage = world.stage
    if through_proxy:
        options["proxy"] = f"http://{proxy.address}"
        proxy.restart()

    def play(module: str, check: bool, options: Options) -> Result:
        return direct.run(stage.simulator, OPERATIONS[module], check=check, **options)

    with ExitStack() as stack:
        # Whether what a task sees are documents, or the IDs of alerts that are as expected.
        stack.enter_context(patch.object(sight, "MIN_ALIKE", draw.choice([1, 2, sight.MIN_ALIKE])))
        if draw.random() < 0.3:
            # Pages of three, so that alerts of one instant are on several of them.
            small = replace(DIALECTS[stage.dialect], page_size=3)
            stack.enter_context(patch.dict(DIALECTS, {stage.dialect: small}))
        run = Run(world, module, options, play, str(tmp_path / "receipt.jsonl"))
        one_run(run, proxy if through_proxy else None)


@pytest.mark.parametrize("number", numbers(RUNS_THROUGH_ANSIBLE, RUNS_THROUGH_ANSIBLE_IN_FAST_SET))
def test_through_ansible(open_stage: Callable[[str, str], Stage], proxy: Proxy, tmp_path: Path, number: int) -> None:
    draw = random.Random(f"ansible-{SEED}-{number}")
    world, module, options, through_proxy = drawn(open_stage, draw)
    stage = world.stage
    connection = {"proxy": f"http://{proxy.address}"} if through_proxy else {}
    proxy.restart()

    def play(module: str, check: bool, options: Options) -> Result:
        played = stage.play(stage.task(module, **options), check=check, options=connection)
        return {**played.result(), "failed": played.statuses["it"] == "failed"}

    run = Run(world, module, options, play, str(tmp_path / "receipt.jsonl"))
    one_run(run, proxy if through_proxy else None, can_wait=False)
