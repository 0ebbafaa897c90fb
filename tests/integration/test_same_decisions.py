# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same alerts and rules are decided alike offline, in check mode, in shadow mode and for real.

Random alerts, assets and rules with `asset`, `group` and named lists; all of a run follows from its number.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rehearsal import rehearse

from . import direct, random_context
from .operations import OPERATIONS
from .playing import Stage
from .random_context import EVERY, LISTS, NETWORKS
from .random_world import state_of

SEED = 19
RUNS, RUNS_IN_FAST_SET = 100, 24
Result = dict[str, Any]


def numbers() -> list[Any]:
    """Numbers of runs, of which the first ones belong to the fast set."""
    full = pytest.mark.full
    return [number if number < RUNS_IN_FAST_SET else pytest.param(number, marks=full) for number in range(RUNS)]


def decisions(rows: dict[str, Result]) -> dict[str, Result]:
    """What was decided about each alert, and why."""
    return {key: {name: row[name] for name in ("rule", "rules", "shadow_rules")} for key, row in rows.items()}


def up_to_the_stop(names: list[str], given: list[Result]) -> list[str]:
    """The rules that act, of all those that match."""
    rules = {rule["name"]: rule for rule in given}
    found = []
    for name in names:
        if rules[name]["mode"] != "shadow":
            found.append(name)
            if rules[name]["stop"]:
                break
    return found


@pytest.mark.parametrize("number", numbers())
def test_decisions_are_the_same_everywhere(open_stage: Callable[[str, str], Stage], number: int) -> None:
    draw = random.Random(f"{SEED}-{number}")
    stage = open_stage(("v10", "v11")[number % 2], "in_process")
    ids = random_context.seed(stage, draw)
    rules = random_context.rules(draw)
    selected = draw.choice([{"alert_ids": ids}, {"query": EVERY}])

    def triage(rules: list[Result], check: bool = False) -> Result:
        options = {**selected, "rules": rules, "lists": LISTS, "networks": NETWORKS, "run_id": "1"}
        result = direct.run(stage.simulator, OPERATIONS["utmstack_triage"], check=check, **options)
        assert not result.get("failed"), result["msg"]
        return result

    before = stage.simulator.alerts()
    assets = direct.run(stage.simulator, OPERATIONS["utmstack_asset_info"])["assets"]

    def offline(rules: list[Result]) -> Result:
        documents = list(before.values())
        return rehearse(documents, rules, dialect=stage.dialect, networks=NETWORKS, lists=LISTS, assets=assets)

    tested, watched = offline(rules), [{**rule, "mode": "shadow"} for rule in rules]
    verdicts = decisions(tested["verdicts"])
    shadow = triage(watched)
    assert (shadow["changed"], direct.writes(stage.simulator)) == (False, [])
    predicted = triage(rules, check=True)
    applied = triage(rules)

    checked = decisions({row["id"]: row for row in predicted["alerts"]})
    assert checked == {key: verdicts[key] for key in checked}
    assert all(not verdict["rules"] for key, verdict in verdicts.items() if key not in checked)
    assert decisions({row["id"]: row for row in applied["alerts"]}) == checked
    seen = decisions({row["id"]: row for row in shadow["alerts"]})
    in_shadow = decisions(offline(watched)["verdicts"])
    assert seen == {key: in_shadow[key] for key in seen}
    for key, row in checked.items():
        matching = [one["name"] for one in seen[key]["shadow_rules"]]
        assert [one["name"] for one in row["rules"]] == up_to_the_stop(matching, rules)
    for result in (predicted, applied):
        assert result["coverage"]["hits"] == tested["coverage"]["hits"]
    rows = {row["id"]: row for row in applied["alerts"]}
    for key, source in stage.simulator.alerts().items():
        if key in rows and not source.get("parentId") and not rows[key]["skipped"] and not rows[key]["error"]:
            held, verdict = state_of(source), tested["verdicts"][key]
            assert (held["status"], held["tags"]) == (verdict["status"], verdict["tags"]), key
