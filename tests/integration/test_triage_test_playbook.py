# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks that record alerts and try rules on them, with rules and cases as the documentation prints them."""

from __future__ import annotations

import json
import re
import shlex
import stat
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from tools.pages import examples

from .playing import ROOT, Played, Stage, alert, v10_in_full

ALERTS = [
    {"id": "4f0c…", "name": "Scan", "status": 2, "severity": 1, "adversary": {"ip": "10.20.0.5"}},
    {"id": "77aa…", "name": "Beacon", "status": 2, "severity": 3},
    {"id": "9d21…", "name": "Other", "status": 2, "severity": 1},
]


@pytest.mark.parametrize("meets", [True, False])
def test_the_printed_cases_run_from_the_users_directory(
    v11_stage: Stage, monkeypatch: pytest.MonkeyPatch, meets: bool
) -> None:
    pages = ("triage.md", "testing-rules.md")
    blocks = [block for page in pages for block in examples(ROOT / "docs" / page)]
    rules, cases = blocks[0], next(block for block in blocks if block.startswith("# cases.yml"))
    folder: Path = v11_stage.directory
    (folder / "files").mkdir()
    (folder / "files" / "triage.yml").write_text(rules, encoding="utf-8")
    expected = cases if meets else cases.replace("Authorized scanners", "Urgent")
    (folder / "cases.yml").write_text(expected, encoding="utf-8")
    (folder / "recorded.json").write_text(json.dumps(ALERTS), encoding="utf-8")
    monkeypatch.chdir(folder)
    played = v11_stage.run_playbook("utmstack.siem.triage_test", "-e", "@cases.yml")
    assert (played.code == 0) is meets, played.output
    assert ("3 expectations met" if meets else "rule is Authorized scanners, expected Urgent") in played.output
    assert "3 alerts, 1 of them without a matching rule" in played.output


SIDES = {"v10": ("source", "destination"), "v11": ("adversary", "target")}
HOSTILE = "\U0001f6a8 alice \u2028 \x85 \x1b[31m \U0001f469\u200d\U0001f4bb {{ 1 + 1 }} ' \" \\ {% raw %}"


@v10_in_full
def test_a_recording_without_names_is_decided_as_before(local_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = SIDES[local_stage.dialect]
    sides = {source: {"ip": "10.20.0.5", "user": "alice"}, target: {"ip": "10.30.0.7", "host": "web-01"}}
    local_stage.seed(
        {**alert(1), **sides, "description": HOSTILE, "status": 5, "tags": ["False positive"]},
        {**alert(2), source: {"ip": "10.50.0.5", "user": "bob"}, target: {"host": "web-01"}},
    )
    monkeypatch.chdir(local_stage.directory)
    rules = [
        {"name": "Network", "when": {"source_ip": "10.20.0.0/28"}, "then": {"status": "completed"}},
        {"name": "Host", "when": {"target_host": "web-01"}, "then": {"status": "in_review"}},
    ]
    environment = {"UTMSTACK_URL": local_stage.simulator.url, "UTMSTACK_USERNAME": "admin"}
    environment.update(UTMSTACK_PASSWORD="Adm1n-pass", UTMSTACK_BYPASS_TWO_FACTOR="true")

    def record(**variables: Any) -> Played:
        given = {f"record_{name}": value for name, value in variables.items()}
        return local_stage.run_playbook("utmstack.siem.record", "-e", json.dumps(given), environment=environment)

    played = record()
    assert played.code == 0, played.output
    plain = local_stage.directory / "recorded.json"
    assert stat.S_IMODE(plain.stat().st_mode) == 0o600
    recording = json.loads(plain.read_text(encoding="utf-8"))
    assert recording["dialect"] == local_stage.dialect
    assert {key: one["source"] for key, one in recording["decisions"].items()} == {
        alert(1)["id"]: "analyst",
        alert(2)["id"]: "undecided",
    }
    assert {row["id"]: row.get("description") for row in recording["alerts"]}[alert(1)["id"]] == HOSTILE

    played = record(anonymize="true", rules=rules, file="safe.json")
    assert played.code == 0, played.output
    assert played.writes() == []
    text = (local_stage.directory / "safe.json").read_text(encoding="utf-8")
    for original in ("alice", "bob", "10.20.0.5", "10.30.0.7", "10.50.0.5"):
        assert f'{original}"' not in text, original
    assert "web-01" in text

    def verdicts(name: str, **variables: Any) -> Played:
        given = {"rules": rules, "alerts_file": name, **variables}
        return local_stage.run_playbook(
            "utmstack.siem.triage_test", "-e", json.dumps({f"triage_test_{key}": value for key, value in given.items()})
        )

    expected = {alert(1)["id"]: "Network", alert(2)["id"]: "Host"}
    played = verdicts("safe.json", expected=expected, minimum_coverage=1)
    assert played.code == 0, played.output
    assert "2 decided by a rule (100.0 %)" in played.output
    played = verdicts("recorded.json", rules=rules[:1], minimum_coverage="0.9")
    assert played.code != 0
    assert "The rules decide 50.0 % of the alerts" in played.output

    given = {"try_rules": rules, "try_recording": "safe.json", "try_minimum_precision": "0.9"}
    played = local_stage.run_playbook("utmstack.siem.try", "-e", json.dumps(given))
    assert played.code != 0
    assert "analysts agreed with 1 of 1 closures" in played.output
    assert "24 further agreeing decisions are missing; record a longer period." in " ".join(played.output.split())
    assert played.journal == []


def test_each_instance_writes_a_recording_of_its_own(v11_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    v11_stage.seed(alert(1))
    monkeypatch.chdir(v11_stage.directory)
    environment = {"UTMSTACK_URL": v11_stage.simulator.url, "UTMSTACK_API_KEY": v11_stage.simulator.api_key()}
    given = {"utmstack_instances": "one,two/2", "record_file": "month.jsonl"}
    arguments = ("-i", "one,two/2,", "-e", json.dumps(given))
    played = v11_stage.run_playbook("utmstack.siem.record", *arguments, environment=environment)
    assert played.code == 0, played.output
    written = sorted(path.name for path in v11_stage.directory.glob("month*"))
    assert len(written) == 2
    assert written[0] == "month-one.jsonl"
    assert re.fullmatch(r"month-two_2.*\.jsonl", written[1])


def test_the_printed_commands_record(v11_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(timezone.utc).isoformat()
    v11_stage.seed({**alert(1), "@timestamp": now, "adversary": {"ip": "10.20.0.5"}})
    (v11_stage.directory / "files").mkdir()
    rules = examples(ROOT / "docs" / "triage.md")[0]
    (v11_stage.directory / "files" / "triage.yml").write_text(rules, encoding="utf-8")
    monkeypatch.chdir(v11_stage.directory)
    environment = {"UTMSTACK_URL": v11_stage.simulator.url, "UTMSTACK_API_KEY": v11_stage.simulator.api_key()}
    page = (ROOT / "docs" / "testing-rules.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ ansible-playbook (utmstack.siem.record .*)$", page, re.M)
    assert len(commands) == 3
    for command in commands:
        played = v11_stage.run_playbook(*shlex.split(command), environment=environment)
        assert played.code == 0, played.output
        if "jsonl" in command:
            lines = (v11_stage.directory / "recorded.jsonl").read_text(encoding="utf-8").splitlines()
            assert [json.loads(line)["alert"]["id"] for line in lines[1:-1]] == [alert(1)["id"]]
            continue
        recording = json.loads((v11_stage.directory / "recorded.json").read_text(encoding="utf-8"))
        assert [row["id"] for row in recording["alerts"]] == [alert(1)["id"]]
    assert recording["anonymized"] is True
    assert recording["alerts"][0]["adversary"]["ip"] != "10.20.0.5"
