# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launches of the playbooks with their surveys: empty answers do the same as none."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from .playing import ROOT, Stage, alert

SURVEYS: dict[str, list[dict[str, Any]]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))["spec"]
    for path in sorted((ROOT / "controller" / "objects" / "surveys").iterdir())
}
# They run after each other: `try` and `triage_test` read what `record` leaves. The last one fails without receipts.
ORDER = (
    "bootstrap",
    "triage",
    "false_positives",
    "stale",
    "escalate",
    "incident",
    "report",
    "suggest",
    "record",
    "try",
    "triage_test",
    "promote",
)
RULE = {"name": "Scan", "when": {"severity": ["high"]}, "then": {"false_positive": True}}
GIVEN = {"try_rules": [RULE], "triage_test_rules": [RULE]}
# What the form of a controller passes on if nothing is answered.
EMPTY = {
    item["variable"]: [] if item["type"] == "multiselect" else "" for survey in SURVEYS.values() for item in survey
}
# Fields of a credential that were left blank.
BLANK = ("USERNAME", "PASSWORD", "TOKEN", "TOTP_SECRET", "CA_PATH", "VALIDATE_CERTS", "PROXY", "TIMEOUT", "DIALECT")


def outcomes(stage: Stage, playbooks: Sequence[str], directory: Path, answers: dict[str, Any]) -> list[str]:
    """Run playbooks as jobs of a controller do, in a directory of their own, and give what their tasks say."""
    directory.mkdir()
    os.chdir(directory)
    path = stage.directory / "jobs.yml"
    plays = [{"name": name, "import_playbook": f"utmstack.siem.{name}"} for name in playbooks]
    path.write_text(yaml.safe_dump(plays), encoding="utf-8")
    environment = {
        **{f"UTMSTACK_{name}": "" for name in BLANK},
        "UTMSTACK_URL": stage.simulator.url,
        "UTMSTACK_API_KEY": stage.simulator.api_key(),
        "UTMSTACK_STATE_DIR": str(directory),
    }
    played = stage.run_playbook(str(path), "-e", json.dumps({**GIVEN, **answers}), environment=environment)
    assert played.writes() == []
    rows = [json.loads(line) for line in (stage.directory / "record-0.jsonl").read_text(encoding="utf-8").splitlines()]
    told = [json.dumps([row["task"], row["status"], _told(row["result"])]) for row in rows]
    return [text.replace(str(directory), "DIRECTORY") for text in told]


def _told(result: dict[str, Any]) -> Any:
    return result.get("msg") or (result.get("ansible_facts") or {}).get("utmstack_outcome")


def test_every_survey_is_launched() -> None:
    assert {*ORDER, "undo"} == set(SURVEYS)


@pytest.mark.parametrize(
    ("playbooks", "last"), [(ORDER, "holds no receipt"), (("undo",), "Set undo_receipt")], ids=["all", "undo"]
)
def test_an_empty_survey_does_what_none_does(
    v11_stage: Stage, monkeypatch: pytest.MonkeyPatch, playbooks: Sequence[str], last: str
) -> None:
    monkeypatch.chdir(v11_stage.directory)
    v11_stage.seed(alert(1), alert(2, severity=3, severityLabel="High"))
    unasked = outcomes(v11_stage, playbooks, v11_stage.directory / "unasked", {})
    empty = outcomes(v11_stage, playbooks, v11_stage.directory / "empty", EMPTY)
    assert empty == unasked
    # The last playbook was reached, and ended as it does without an answer.
    assert last in [text for text in unasked if json.loads(text)[1] == "failed"][-1]
