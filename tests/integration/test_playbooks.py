# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The triage playbook on the simulator's day: what the check run predicts is done, and done once."""

from __future__ import annotations

import json
from typing import Any

from utmstack_simulator.scenarios import load

from .playing import Played, Stage

DECISIONS: dict[str, Any] = {
    "triage_since": "48h",
    "triage_scanners": ["10.20.0.5", "10.20.0.6"],
    "triage_benign_names": ["Large transfer by a backup job"],
    "triage_tags": [{"categories": ["Credential access"], "tags": ["brute force"]}],
}


def triage(stage: Stage, *arguments: str, check: bool = False, **decisions: Any) -> Played:
    """Run the playbook with credentials from the environment."""
    environment = {
        "UTMSTACK_URL": stage.simulator.url,
        "UTMSTACK_USERNAME": "admin",
        "UTMSTACK_PASSWORD": "Adm1n-pass",
        "UTMSTACK_BYPASS_TWO_FACTOR": "true",
    }
    given = json.dumps({**DECISIONS, **decisions})
    arguments = ("utmstack.siem.triage", "-e", given, *arguments, *(["--check"] if check else []))
    return stage.run_playbook(*arguments, check=check, environment=environment)


def summary(played: Played) -> dict[str, Any]:
    """What the playbook says it did."""
    assert played.code == 0, played.output
    found: dict[str, Any] = played.result("Tell what was done")["triage_summary"]
    return found


def test_triage_predicts_does_and_is_done(local_stage: Stage) -> None:
    local_stage.simulator.documents(load("soc-day", local_stage.dialect))
    before = local_stage.simulator.alerts()
    predicted = summary(triage(local_stage, check=True))
    assert local_stage.simulator.alerts() == before

    done = summary(triage(local_stage))
    assert done["digests"] == predicted["digests"]
    assert done["closed"] > 300
    assert done["in_review"] == done["noted"] > 50
    after = local_stage.simulator.alerts()
    open_scans = [
        source
        for source in after.values()
        if source["status"] == 2 and source["name"] == "Large transfer by a backup job" and not source.get("parentId")
    ]
    assert open_scans == []

    again = summary(triage(local_stage))
    assert (again["closed"], again["in_review"], again["tagged"], again["noted"]) == (0, 0, 0, 0)
    assert local_stage.simulator.alerts() == after


def test_triage_without_decisions_touches_only_what_is_urgent(local_stage: Stage) -> None:
    local_stage.simulator.documents(load("soc-day", local_stage.dialect))
    nothing = {"triage_scanners": [], "triage_benign_names": [], "triage_tags": [], "triage_note": ""}
    done = summary(triage(local_stage, **nothing))
    assert (done["closed"], done["tagged"], done["noted"]) == (0, 0, 0)
    assert done["in_review"] > 50


def test_triage_stops_at_its_bound(local_stage: Stage) -> None:
    local_stage.simulator.documents(load("soc-day", local_stage.dialect))
    played = triage(local_stage, triage_max_affected=10)
    assert played.code != 0
    assert "more than `max_affected: 10`" in played.output
    assert played.writes() == []
