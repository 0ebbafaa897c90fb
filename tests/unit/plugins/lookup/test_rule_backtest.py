# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup that compares rules with a recording: its options, its tables, and errors as one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader

from ..module_utils.operations.triage.recordings import decision, recorded, stored

RULES = "- {name: Scans, when: {source_ip: [scanners]}, then: {false_positive: true}}\n"
NETWORKS = {"scanners": ["10.20.0.0/24"]}


def lookup(*files: Path, **options: Any) -> list[Any]:
    plugin = lookup_loader.get("utmstack.siem.rule_backtest", loader=DataLoader())
    found: list[Any] = plugin.run([str(file) for file in files], {}, **options)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pairs = [(stored(1), decision()), (stored(2), decision(status="in_review", by=None, at=None))]
    (tmp_path / "recorded.json").write_text(json.dumps(recorded(*pairs)))
    (tmp_path / "rules.yml").write_text(RULES)
    return tmp_path


def test_rules_of_files_stand_above_the_others(folder: Path) -> None:
    below = {"name": "Below", "when": {"all": True}, "then": {"status": "in_review"}}
    files = [str(folder / "rules.yml")]
    (result,) = lookup(folder / "recorded.json", rules_files=files, rules=[below], networks=NETWORKS)
    assert [(row["name"], row["matched"]) for row in result["rules"]] == [("Scans", 2), ("Below", 0)]
    assert (result["error"], result["unmet"]) == (None, [])
    assert result["tables"]["rules"][1:] == [
        ["Scans", 2, 2, 1, 1, 0, 0, "50 %", "12.09 %"],
        ["Below", 0, 0, 0, 0, 0, 0, "–", "–"],
    ]
    assert result["tables"]["otherwise"][1:] == [["Scans", "a2", "Port scan", "in review", "–", "–"]]
    assert ["rules without a match", "Below"] in result["tables"]["summary"]


def test_missed_gates_are_named(folder: Path) -> None:
    rule = {"name": "Scans", "when": {"all": True}, "then": {"false_positive": True}}
    (result,) = lookup(folder / "recorded.json", rules=[rule], minimum_precision=0.9, minimum_coverage=1)
    (message,) = result["unmet"]
    assert message.startswith("Rule 'Scans': analysts agreed with 1 of 2 closures")


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("recorded.json", {}, "There is no rule to test. Add at least one."),
        ("recorded.json", {"rules_files": ["no.yml"]}, "no.yml cannot be found. Check the path."),
        ("recorded.json", {"rules": [{"name": "R"}]}, "Rule 1 ('R'): `when` is missing or empty."),
        ("no.json", {}, "no.json cannot be found. Check the path."),
        ("", {"rules": [{}]}, "is a directory, not a regular file. Set the path of a file."),
        ("recorded.json", {"rules": [{}], "minimum_coverage": 95}, "minimum_coverage is a share from 0 to 1"),
        ("recorded.json", {"rules": [{}], "dialect": "v10"}, "recorded on UTMStack 11, not on 10"),
    ],
)
def test_errors_are_raised_or_returned_as_they_are(folder: Path, name: str, options: dict[str, Any], said: str) -> None:
    (result,) = lookup(folder / name, return_errors=True, **options)
    assert said in result["error"]
    with pytest.raises(AnsibleLookupError) as refused:
        lookup(folder / name, **options)
    assert str(refused.value) == result["error"]
