# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings with decisions, in JSON and JSON Lines: what is read from them, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.recording import (
    RecordedAlert,
    recording_pieces,
)
from ansible_collections.utmstack.siem.plugins.plugin_utils.recordings import decided_recording

from ..module_utils.operations.triage.recordings import decision, recorded, stored

CONTENT = recorded((stored(1), decision()), (stored(2, name="{{ x }} \u2028 \r"), None))
FORMATS = ["recorded.json", "recorded.jsonl"]


def text_of(content: dict[str, Any], name: str) -> str:
    head = {key: value for key, value in content.items() if key not in ("alerts", "decisions")}
    return "".join(recording_pieces(head, content["alerts"], content.get("decisions"), name))


def read(path: Path, loader: DataLoader | None = None) -> list[RecordedAlert]:
    with decided_recording(loader or DataLoader(), str(path), path.name) as recording:
        alerts = list(recording.alerts())
        # Rules on parts of log lines need a second pass.
        assert list(recording.alerts()) == alerts
        return alerts


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_read_back(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(text_of(CONTENT, name), encoding="ascii")
    first, second = read(tmp_path / name)
    assert (first.document, second.document) == (CONTENT["alerts"][0], CONTENT["alerts"][1])
    assert first.decision is not None
    assert (first.decision.alert_id, first.decision.by) == ("a1", "alice")
    assert second.decision is None
    with decided_recording(DataLoader(), str(tmp_path / name), name) as recording:
        assert (recording.dialect.name, recording.recorded_at, recording.server_history) == (
            "v11",
            "2026-11-21T00:00:00Z",
            True,
        )


@pytest.mark.parametrize("name", FORMATS)
def test_a_recording_may_be_encrypted(tmp_path: Path, name: str) -> None:
    secrets = [("default", VaultSecret(b"secret"))]
    (tmp_path / name).write_bytes(VaultLib(secrets).encrypt(text_of(CONTENT, name)))
    loader = DataLoader()
    loader.set_vault_secrets(secrets)
    assert len(read(tmp_path / name, loader)) == 2
    with pytest.raises(InvalidInput, match="cannot be decrypted"):
        read(tmp_path / name)


UNDECIDED = {**CONTENT, "decisions": {}}
OTHER_VERSION = recorded((stored(1, "v10"), decision()))
WRONG_DECISION = recorded((stored(1), decision(source="guess")))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (UNDECIDED, "holds no decisions of analysts"),
        ({**CONTENT, "alerts": []}, "holds no alert"),
        (OTHER_VERSION, "comes from UTMStack 10, and the recording from 11"),
        (WRONG_DECISION, "the decision about the alert a1"),
        (recorded(({"id": "a1", "status": "open"}, decision())), "Alert 1 is not the stored document"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, name: str, content: dict[str, Any], said: str) -> None:
    (tmp_path / name).write_text(text_of(content, name))
    with pytest.raises(InvalidInput, match=said) as refused:
        read(tmp_path / name)
    assert name in refused.value.message


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
def test_a_recording_that_was_cut_short_is_refused(tmp_path: Path, name: str, share: float) -> None:
    text = text_of(CONTENT, name)
    (tmp_path / name).write_text(text[: int(len(text) * share)])
    with pytest.raises(InvalidInput, match=f"^{name} was cut short"):
        read(tmp_path / name)


def test_a_recording_that_is_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    (tmp_path / "recorded.json").write_text("[" * 102 + "]" * 102)
    with pytest.raises(InvalidInput, match=r"^recorded\.json is nested too deeply"):
        read(tmp_path / "recorded.json")


def test_lines_that_are_missing_or_too_many_are_found(tmp_path: Path) -> None:
    lines = text_of(CONTENT, "recorded.jsonl").splitlines(keepends=True)
    path = tmp_path / "recorded.jsonl"
    for kept, said in (
        (lines[:-1], "was cut short: it ends after 2 alerts"),
        ([*lines[:1], *lines[2:]], "holds 1 alerts, but 2 were recorded"),
        (lines * 2, "holds a second recording from line 5 on"),
        (lines[1:], "does not begin with the line that describes a recording"),
        ([lines[0], "[]\n"], "no JSON object in line 2"),
        ([], "is empty"),
    ):
        path.write_text("".join(kept))
        with pytest.raises(InvalidInput, match=said):
            read(path)


@pytest.mark.parametrize("name", FORMATS)
def test_an_unknown_major_version_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(text_of(CONTENT, name).replace('"v11"', '"v12"'))
    with pytest.raises(InvalidInput, match="does not name a supported major version"):
        read(tmp_path / name)


def test_incomplete_unreadable_and_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    for content, said in (
        (json.dumps({**CONTENT, "complete": False}), "not marked as complete"),
        (json.dumps([stored(1)]), "holds no decisions of analysts"),
        ("- id: a1\n", "is no JSON: line 1, column 1"),
        ('"text"', "is no recording of alerts"),
        (" \n", "is empty"),
    ):
        path.write_text(content)
        with pytest.raises(InvalidInput, match=f"^recorded.json .*{said}"):
            read(path)
    with pytest.raises(InvalidInput, match="is a directory, not a regular file"):
        read(tmp_path)


def test_a_recording_of_another_major_version_than_asked_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    path.write_text(text_of(CONTENT, path.name))
    with decided_recording(DataLoader(), str(path), path.name) as recording:
        assert recording.expected_from("v11") is recording
        assert recording.expected_from(None) is recording
        with pytest.raises(InvalidInput, match="was recorded on UTMStack 11, not on 10"):
            recording.expected_from("v10")
