# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules suggested from what analysts closed on a server, with its gaps in the history."""

from __future__ import annotations

import json
import stat
from typing import Any

import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status, alert_tags
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import rule_suggestions_info, triage

from .direct import run
from .playing import Played, Stage, alert, both_entry_points, on_11_2_too

SIDES = {"v10": ("source", "destination"), "v11": ("adversary", "target")}


def backup(stage: Stage, number: int, **fields: Any) -> dict[str, Any]:
    """An alert of a day of November: a large transfer of the backup server."""
    source, target = SIDES[stage.dialect]
    sides = {source: {"ip": "10.0.0.5"}, target: {"host": f"nas-{number % 3}"}}
    at = f"2026-11-{1 + number % 20:02}T03:00:00.000Z"
    return alert(number, **{"name": "Large transfer", "@timestamp": at, **sides, **fields})


def ids(*numbers: int) -> list[str]:
    return [alert(number)["id"] for number in numbers]


def close(stage: Stage, *numbers: int, **options: Any) -> None:
    given = {"status": "completed", "observation": "Backup", "tags": ["False positive"], **options}
    result = run(stage.simulator, alert_status.OPERATION, alert_ids=ids(*numbers), max_affected=100, **given)
    assert result["summary"]["changed"] == len(numbers), result


@on_11_2_too
def test_a_pattern_of_false_positives_and_what_the_history_lacks(local_stage: Stage, dialect: str) -> None:
    without_log = {"events": [{"id": "f"}]}
    local_stage.seed(*(backup(local_stage, number) for number in range(40)), backup(local_stage, 40, **without_log))
    close(local_stage, *range(25))
    for number in (25, 26, 40):
        close(local_stage, number)
    result = run(local_stage.simulator, rule_suggestions_info.OPERATION, since="2026-11-01", check=True)
    [one] = result["suggestions"]
    assert one["rule"]["when"] == {"name": ["Large transfer"], "source_ip": ["10.0.0.5"]}
    # Of a bulk action the history has ten alerts, and 11.2 lacks the one without a log.
    missing = 16 if dialect == "v11.2" else 15
    assert result["summary"]["history"]["missing"] == missing
    shown = {name: one["evidence"][name] for name in ("agreed", "otherwise", "open", "closers", "without_history")}
    assert shown == {"agreed": 28, "otherwise": 0, "open": 13, "closers": 1, "without_history": missing}
    assert result["requests"] == 2 + 1
    # Closures of the collection are no evidence, and the rule covers what it would close.
    rule = {**one["rule"], "mode": "apply"}
    covered = run(local_stage.simulator, rule_suggestions_info.OPERATION, since="2026-11-01", rules=[rule])
    assert (covered["suggestions"], covered["summary"]["covered_by_rules"]) == ([], 28)
    run(local_stage.simulator, triage.OPERATION, query={"status": ["open"]}, rules=[rule])
    after = run(local_stage.simulator, rule_suggestions_info.OPERATION, since="2026-11-01")
    assert after["summary"]["closed_by_collection"] == 13
    assert after["suggestions"][0]["evidence"]["agreed"] == 28
    # One true positive on one of the targets: no rule may match it.
    run(local_stage.simulator, alert_tags.OPERATION, alert_ids=ids(0), tags=["Exfiltration"], state="set")
    options = {"since": "2026-11-01", "minimum_alerts": 8}
    narrow = run(local_stage.simulator, rule_suggestions_info.OPERATION, **options)["suggestions"]
    assert sorted(one["rule"]["when"]["target_host"] for one in narrow) == [["nas-1"], ["nas-2"]]


@both_entry_points
def test_options_and_bad_input(stage: Stage) -> None:
    stage.seed(*(backup(stage, number) for number in range(5)))
    task = "utmstack_rule_suggestions_info"
    played = stage.play(
        stage.task(task, "few", since="2026-11-01", time_zone="Europe/Berlin"),
        stage.task(task, "none", query={"name": ["Other"]}),
        stage.task(task, "decisive", query={"tags": ["False positive"]}),
    )
    assert "Analysts closed none of the 5 alerts" in played.result("few")["warnings"][0]
    assert "matches `query`" in played.result("none")["warnings"][0]
    assert "hides alerts that analysts decided otherwise" in played.result("decisive")["msg"]


HOSTILE = 'Large {{ 6 * 7 }} "transfer" @channel \\ ü\u202e'


def test_the_playbook_writes_rules_that_can_be_read(v11_stage: Stage) -> None:
    rows = [backup(v11_stage, number, name=HOSTILE, status=5, tags=["False positive"]) for number in range(30)]
    v11_stage.seed(*rows, backup(v11_stage, 30, name=HOSTILE))
    environment = {"UTMSTACK_URL": v11_stage.simulator.url, "UTMSTACK_API_KEY": v11_stage.simulator.api_key()}

    def suggest(*arguments: str, **variables: Any) -> Played:
        given = {f"suggest_{name}": value for name, value in {"since": "2026-11-01", **variables}.items()}
        extra = json.dumps(given)
        return v11_stage.run_playbook("utmstack.siem.suggest", *arguments, "-e", extra, environment=environment)

    file = v11_stage.directory / "suggested.yml"
    shown = suggest("--check")
    assert shown.code == 0, shown.output
    assert "false_positive: true" in shown.output
    played = suggest(file="suggested.yml")
    assert played.code == 0, played.output
    assert "\u202e" not in shown.output + played.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# Suggested by utmstack.siem.suggest")
    [rule] = yaml.safe_load(text)
    assert rule["when"] == {"name": [HOSTILE], "source_ip": ["10.0.0.5"]}
    assert (rule["mode"], rule["then"]) == ("shadow", {"false_positive": True})
    assert "closed 30 of 30 alerts as false positives on 20 days" in rule["description"]
    missing = suggest(file="missing/suggested.yml")
    assert missing.code != 0
    # A long line of the output is broken.
    assert "/missing does not exist. Create it first." in " ".join(missing.output.split())
    assert missing.journal == []
    # It is never overwritten.
    again = suggest(file="suggested.yml")
    assert again.code != 0
    assert "exists and is never overwritten. Name another file" in " ".join(again.output.split())
    assert (file.read_text(encoding="utf-8"), again.journal) == (text, [])
    covered = suggest(file="more.yml", rules_files="suggested.yml")
    assert covered.code == 0, covered.output
    assert "no group of alerts reaches the minimums" in covered.output
    assert not (v11_stage.directory / "more.yml").exists()
