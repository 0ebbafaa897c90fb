# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shadow rules over several runs: compared with what analysts decided, promoted and withdrawn by a patch."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import shadow_info, triage

from .direct import run, writes
from .playing import SEARCH, Stage, alert, v10_in_full

GOOD: dict[str, Any] = {"name": "Good", "when": {"name": ["Scan"]}, "then": {"false_positive": True}, "mode": "shadow"}
BAD: dict[str, Any] = {"name": "Bad", "when": {"name": ["Login"]}, "then": {"status": "completed"}, "mode": "shadow"}
ACTING: dict[str, Any] = {"name": "Acting", "when": {"name": ["Other"]}, "then": {"tags": ["Seen"]}}
EASY: dict[str, Any] = {"minimum_precision": 0.6, "minimum_decisions": 5, "withdraw_below": 0.5}
SCANS, LOGINS = range(1, 7), range(11, 17)


def ids(numbers: range) -> list[str]:
    return [alert(number)["id"] for number in numbers]


def watched(stage: Stage, directory: Path, *rules: dict[str, Any], **options: Any) -> str:
    """The receipt of a shadow run."""
    result = run(
        stage.simulator, triage.OPERATION, query={}, rules=list(rules), state_directory=str(directory), **options
    )
    assert "failed" not in result, result
    return str(result["receipt"])


def two_runs(stage: Stage, directory: Path) -> None:
    """Two shadow runs, and analysts who agree with one rule and not with the other."""
    scans = [alert(number, name="Scan") for number in SCANS]
    logins = [alert(number, name="Login") for number in LOGINS]
    stage.seed(*scans[:3], *logins, alert(20, name="Other"))
    watched(stage, directory, GOOD, BAD, run_id="first")
    stage.seed(*scans[3:])
    watched(stage, directory, GOOD, BAD, run_id="second")
    run(stage.simulator, alert_status.OPERATION, alert_ids=ids(SCANS), false_positive=True, observation="by hand")
    run(stage.simulator, alert_status.OPERATION, alert_ids=ids(LOGINS), status="in_review", observation="by hand")


def shadow(stage: Stage, **options: Any) -> dict[str, Any]:
    return run(stage.simulator, shadow_info.OPERATION, **options)


def test_the_runs_of_a_directory_count_together(local_stage: Stage, tmp_path: Path) -> None:
    two_runs(local_stage, tmp_path)
    watched(local_stage, tmp_path, ACTING)
    found = shadow(local_stage, receipt=str(tmp_path), rules=[GOOD, BAD, {**GOOD, "name": "New"}], **EASY)
    good, bad = found["rules"]
    assert (good["advice"], good["runs"], good["would_close"], good["agreed"], good["recall"]) == (
        "promote",
        2,
        6,
        6,
        1.0,
    )
    assert (bad["advice"], bad["decided"], bad["agreed"], bad["precision"]) == ("withdraw", 6, 0, 0.0)
    assert bad["otherwise"][0]["by"] == "admin"
    assert {key: bad["otherwise"][0][key] for key in ("id", "name", "decision")} == {
        "id": alert(11)["id"],
        "name": "Login",
        "decision": "in review",
    }
    assert (good["rule_changed"], found["not_run"]) == (False, ["New"])
    counts = {name: found["summary"][name] for name in ("candidates", "receipts", "receipts_without_shadow_rules")}
    assert counts == {"candidates": 13, "receipts": 2, "receipts_without_shadow_rules": 1}
    assert writes(local_stage.simulator) == []
    assert sum(row["path"] == SEARCH for row in local_stage.simulator.requests()) == 1
    changed = shadow(local_stage, receipt=str(tmp_path), rules=[{**GOOD, "then": {"status": "completed"}}, BAD], **EASY)
    assert [(row["advice"], row["rule_changed"]) for row in changed["rules"]] == [("watch", True), ("withdraw", False)]


def test_a_run_is_chosen_from_a_directory(v11_stage: Stage, tmp_path: Path) -> None:
    two_runs(v11_stage, tmp_path)
    for options, closing in (({"run_id": "first"}, 3), ({"last": True}, 6), ({"since": "2026-11-01"}, 6)):
        (good, _bad) = shadow(v11_stage, receipt=str(tmp_path), **options)["rules"]
        assert good["would_close"] == closing, options
    assert shadow(v11_stage, state_directory=str(tmp_path))["summary"]["receipts"] == 2
    (newest, *_others) = sorted(tmp_path.iterdir(), reverse=True)
    content = newest.read_text(encoding="ascii")
    assert shadow(v11_stage, receipt=content)["rules"] == shadow(v11_stage, receipt=str(newest))["rules"]
    for options, message in (
        ({"receipt": str(tmp_path), "run_id": "third"}, "has `run_id: third`. Choose another one: "),
        ({"receipt": str(tmp_path), "since": "2030-01-01"}, "began since '2030-01-01'. Set an earlier `since`."),
        ({"receipt": str(newest), "last": True}, "`run_id`, `last` and `since` choose from a directory, but"),
        ({"receipt": str(newest), "since": "30d"}, "choose from a directory, but"),
        ({"receipt": str(tmp_path / "none")}, "No such file or directory"),
        ({}, "Neither `receipt` nor `state_directory` is set."),
        ({"receipt": str(newest), "minimum_precision": 1.0}, "`minimum_precision` is 1.0."),
        ({"receipt": str(newest), "since": "soon"}, "`since` is 'soon'"),
        ({"receipt": str(newest), "rules": [{**GOOD, "when": {"source_ip": ["scanners"]}}]}, "Rule 1 ('Good')"),
    ):
        assert message in shadow(v11_stage, **options)["msg"], options


def test_receipts_of_others_are_refused_or_passed_over(v11_stage: Stage, tmp_path: Path) -> None:
    v11_stage.seed(alert(1, name="Other"), alert(2, name="Scan"))
    acting = watched(v11_stage, tmp_path, ACTING)
    assert "None of the 1 receipts in" in shadow(v11_stage, receipt=str(tmp_path))["msg"]
    assert "is from a run without shadow rules" in shadow(v11_stage, receipt=acting)["msg"]
    watched(v11_stage, tmp_path, GOOD)
    alias = v11_stage.simulator.url.replace("127.0.0.1", "localhost")
    refused = shadow(v11_stage, receipt=str(tmp_path), url=alias)["msg"]
    assert f"holds no receipt of {alias}, only of {v11_stage.simulator.url}." in refused
    assert shadow(v11_stage, receipt=str(tmp_path), url=alias, other_server=True)["summary"]["receipts"] == 1
    watched(v11_stage, tmp_path, GOOD, url=alias)
    assert shadow(v11_stage, receipt=str(tmp_path))["summary"]["receipts_of_other_servers"] == 1


def test_a_receipt_of_another_major_version_is_named(v11_stage: Stage, tmp_path: Path) -> None:
    v11_stage.seed(alert(1, name="Scan"))
    watched(v11_stage, tmp_path, GOOD)
    older = Path(watched(v11_stage, tmp_path, GOOD))
    *lines, _checksum = older.read_text(encoding="ascii").splitlines(keepends=True)
    rewritten = "".join(lines).replace('"receipt": 2', '"receipt": 1')
    older.write_text(rewritten.replace('"v11"', '"v10"'), encoding="ascii")
    message = shadow(v11_stage, receipt=str(tmp_path))["msg"]
    assert f"1 of 2 receipts are from another major version, but this server is v11: {older.name}." in message
    assert "Leave them out with `since`" in message
    older.write_text(rewritten.replace("shadow_content", "other"), encoding="ascii")
    (_unchecked, found, *_others) = shadow(v11_stage, receipt=str(tmp_path))["warnings"]
    assert found.startswith("1 of 2 receipts were written by an earlier version and do not hold which rules close")
    older.write_text("".join(lines), encoding="ascii")
    assert f"{older} is incomplete" in shadow(v11_stage, receipt=str(tmp_path))["msg"]


RULES_FILE = """\
# Rules of the SOC
---
# Scans by the network team, {{ 1 + 1 }}
- name: Good
  when: {name: [Scan]}
  then: {false_positive: true}
  mode: shadow

# Never worked
- {name: Bad, when: {name: [Login]}, then: {status: completed}, mode: shadow}

- name: Other
  when: {name: ["{{ lookup('pipe', 'false') }}"]}
  then: {}
"""


@v10_in_full
def test_the_playbook_writes_a_patch(local_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two_runs(local_stage, tmp_path)
    folder: Path = local_stage.directory
    monkeypatch.chdir(folder)
    (folder / "files").mkdir()
    rules = folder / "files" / "triage.yml"
    rules.write_text(RULES_FILE, encoding="utf-8")
    environment = {
        "UTMSTACK_URL": local_stage.simulator.url,
        "UTMSTACK_USERNAME": "admin",
        "UTMSTACK_PASSWORD": "Adm1n-pass",
        "UTMSTACK_BYPASS_TWO_FACTOR": "true",
        "UTMSTACK_STATE_DIR": str(tmp_path),
    }
    given = {"rules_files": "files/triage.yml", "patch": "promote.patch", **EASY}

    def promote(*arguments: str, **variables: Any) -> Any:
        extra = json.dumps({f"promote_{name}": value for name, value in {**given, **variables}.items()})
        played = local_stage.run_playbook("utmstack.siem.promote", "-e", extra, *arguments, environment=environment)
        assert played.writes() == []
        return played

    checked = promote("--check")
    assert (checked.code, (folder / "promote.patch").exists()) == (0, False), checked.output
    assert "-  mode: shadow" in checked.output
    played = promote()
    assert played.code == 0, played.output
    for text in ("promote: Good", "withdraw: Bad", f"Then: git apply {folder}/promote.patch", "Login"):
        assert text in played.output
    assert rules.read_text(encoding="utf-8") == RULES_FILE
    assert stat.S_IMODE((folder / "promote.patch").stat().st_mode) == 0o600
    subprocess.run(["git", "apply", "promote.patch"], cwd=folder, check=True)
    above, _mode, below = RULES_FILE.partition("  mode: shadow\n")
    assert rules.read_text(encoding="utf-8") == f"{above}\n{below[below.index('- name: Other') :]}"
    again = promote(patch="again.patch")
    assert again.code == 0, again.output
    assert "There is nothing to change, so no patch was written." in again.output
    assert not (folder / "again.patch").exists()
