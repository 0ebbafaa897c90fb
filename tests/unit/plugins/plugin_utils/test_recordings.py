# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of alerts: what is read from them, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.plugin_utils.recordings import recording_in

ALERT = {
    "id": "a1",
    "status": 2,
    "name": "\U0001f6a8 \u2028 \x85 \x1b \ud83d {{ x }} ' \\\" \U0001f469\u200d\U0001f4bb",
}


@pytest.mark.parametrize(
    ("content", "dialect", "assets"),
    [
        ([ALERT], None, None),
        ({"alerts": [ALERT], "assets": "none"}, None, None),
        ({"alerts": [ALERT], "dialect": "v10", "assets": [{"name": "web-01"}]}, "v10", [{"name": "web-01"}]),
    ],
)
def test_json_is_read_as_json(tmp_path: Path, content: Any, dialect: str | None, assets: Any) -> None:
    (tmp_path / "recorded.json").write_text(json.dumps(content), encoding="ascii")
    read = recording_in(DataLoader(), str(tmp_path / "recorded.json"), "recorded.json")
    assert read == {"alerts": [ALERT], "dialect": dialect, "assets": assets}


def test_json_lines_are_read_with_their_assets(tmp_path: Path) -> None:
    head = {"dialect": "v10", "assets": [{"name": "web-01"}]}
    rows = [head, {"alert": ALERT, "decision": None}, {"end": 1}]
    (tmp_path / "recorded.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="ascii")
    read = recording_in(DataLoader(), str(tmp_path / "recorded.jsonl"), "recorded.jsonl")
    assert read == {"alerts": [ALERT], **head}


def test_yaml_is_read_as_yaml(tmp_path: Path) -> None:
    (tmp_path / "recorded.yml").write_text("- {id: a1, status: 2, '@timestamp': 2026-11-20T10:00:00Z}\n")
    (alert,) = recording_in(DataLoader(), str(tmp_path / "recorded.yml"), "recorded.yml")["alerts"]
    assert alert["status"] == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "must hold a list"), ("[]", "holds no alert"), ("{}", "must hold a list"), ("- [\n", "line 2, column 1")],
)
def test_a_file_without_alerts_is_refused_by_name(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "recorded.json").write_text(content)
    with pytest.raises(InvalidInput, match=f"^recorded.json.*{said}"):
        recording_in(DataLoader(), str(tmp_path / "recorded.json"), "recorded.json")
