# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts are kept in a state directory or in the result, found again there, and removed when they are old."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.compressed import decompressed
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_notes,
    alert_status,
    alert_tags,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage, undo
from ansible_collections.utmstack.siem.plugins.module_utils.writing import receipt_files, receipts, run_receipt

from .direct import run, writes
from .playing import Stage, alert, both_entry_points
from .test_undo import ONE, RULES, TWO, held, seed

WRITERS: Sequence[tuple[Any, dict[str, Any]]] = [
    (alert_status.OPERATION, {"alert_ids": [TWO], "status": "completed"}),
    (alert_tags.OPERATION, {"alert_ids": [TWO], "tags": ["New"]}),
    (alert_notes.OPERATION, {"alert_ids": [TWO], "note": "seen"}),
    (triage.OPERATION, {"alert_ids": [TWO], "rules": RULES}),
    (incident.OPERATION, {"name": "INC", "status": "completed", "solution": "Blocked", "close_alerts": True}),
]
CLOSE: dict[str, Any] = {"alert_ids": [TWO], "status": "completed"}


def kept(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.jsonl"))


def closed(stage: Stage, **options: Any) -> dict[str, Any]:
    """The result of a run that closes one alert."""
    stage.simulator.reset()
    seed(stage)
    result = run(stage.simulator, alert_status.OPERATION, **CLOSE, **options)
    assert result["summary"]["changed"] == 1
    return result


@pytest.mark.parametrize(("operation", "options"), WRITERS, ids=[operation.name for operation, _options in WRITERS])
def test_each_writer_keeps_its_receipt_in_the_state_directory_and_in_the_result(
    local_stage: Stage, tmp_path: Path, operation: Any, options: dict[str, Any]
) -> None:
    before = seed(local_stage)
    if operation is incident.OPERATION:
        run(local_stage.simulator, operation, name="INC", alert_ids=[TWO])
    directory = tmp_path / "above" / "state"
    where = {"state_directory": str(directory), "receipt_in_result": True}
    checked = run(local_stage.simulator, operation, check=True, **options, **where)
    assert "failed" not in checked, checked["msg"]
    assert (checked["receipt"], checked["receipt_content"], directory.exists()) == (None, None, False)

    done = run(local_stage.simulator, operation, **options, **where)
    assert [str(path) for path in kept(directory)] == [done["receipt"]]
    assert decompressed(done["receipt_content"], "it") == kept(directory)[0].read_text()
    assert (directory / ".gitignore").read_text() == "*\n"
    assert [oct(path.stat().st_mode)[-3:] for path in (directory.parent, directory)] == ["700", "700"]
    again = run(local_stage.simulator, operation, **options, **where)
    assert (again["changed"], again["receipt"], again["receipt_content"]) == (False, None, None)
    assert len(kept(directory)) == 1

    undone = run(local_stage.simulator, undo.OPERATION, receipt=done["receipt_content"])
    assert undone["summary"]["changed"] == 1
    assert held(local_stage.simulator) == before
    from_file = run(local_stage.simulator, undo.OPERATION, state_directory=str(directory), last=True)
    assert (from_file["changed"], from_file["summary"]["unchanged"]) == (False, 1)


def test_a_receipt_of_its_own_replaces_the_state_directory(local_stage: Stage, tmp_path: Path) -> None:
    path = str(tmp_path / "receipt.jsonl")
    done = closed(local_stage, receipt=path, state_directory=str(tmp_path / "state"))
    assert (done["receipt"], (tmp_path / "state").exists()) == (path, False)


def test_an_existing_state_directory_is_left_as_it_is(local_stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    tmp_path.chmod(0o750)
    closed(local_stage, state_directory=str(tmp_path))
    assert oct(tmp_path.stat().st_mode)[-3:] == "750"
    assert not (tmp_path / ".gitignore").exists()
    tmp_path.chmod(0o777)
    for check in (True, False):
        result = run(local_stage.simulator, alert_status.OPERATION, check, **CLOSE, state_directory=f"{tmp_path}/new")
        refused = run(local_stage.simulator, alert_tags.OPERATION, check, tags=["a"], alert_ids=[TWO], **_in(tmp_path))
        assert result["changed"] is False
        assert refused["msg"].startswith("`state_directory`: Every user of the host can replace files")
        assert writes(local_stage.simulator) == []
    allowed = run(
        local_stage.simulator,
        alert_tags.OPERATION,
        tags=["a"],
        alert_ids=[TWO],
        allow_insecure_directory=True,
        **_in(tmp_path),
    )
    assert (allowed["changed"], len(kept(tmp_path))) == (True, 2)


def _in(directory: Path) -> dict[str, Any]:
    return {"state_directory": str(directory)}


def test_a_receipt_that_is_too_large_for_the_result_is_a_warning(
    v11_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_receipt, "MAX_IN_RESULT", 100)
    for where, next_step in (({}, "Set `receipt`"), (_in(tmp_path), f"The receipt is in {tmp_path}")):
        done = closed(v11_stage, receipt_in_result=True, **where)
        assert (done["changed"], done["receipt_content"]) == (True, None)
        (warning,) = [line for line in done["warnings"] if line.startswith("`receipt_in_result`")]
        assert "characters, more than the limit of 100" in warning
        assert next_step in warning


def test_a_receipt_that_holds_a_secret_of_the_task_is_not_returned(v11_stage: Stage) -> None:
    """Compressed, it would not be recognized."""
    v11_stage.seed(alert(2, notes="The password is Adm1n-pass"))
    note = {"alert_ids": [TWO], "note": "Changed it"}
    done = run(v11_stage.simulator, alert_notes.OPERATION, receipt_in_result=True, **note)
    assert (done["changed"], done["receipt_content"]) == (True, None)
    assert "contains a password, key or token of this task" in str(done["warnings"])


def test_the_receipt_of_a_failed_run_is_complete_in_its_result(local_stage: Stage) -> None:
    before = seed(local_stage)
    local_stage.simulator.faults({"kind": "lose-writes", "path": "/api/utm-alerts/notes"})
    options = {"query": {"all": True}, "rules": RULES, "receipt_in_result": True}
    failed = run(local_stage.simulator, triage.OPERATION, **options)
    local_stage.simulator.faults()
    assert (failed["failed"], failed["changed"]) == (True, True)
    run(local_stage.simulator, undo.OPERATION, receipt=failed["diff"]["receipt_content"])
    assert held(local_stage.simulator) == before


def test_the_limit_of_undo_speaks_of_the_receipt(v11_stage: Stage) -> None:
    content = closed(v11_stage, receipt_in_result=True)["receipt_content"]
    refused = run(v11_stage.simulator, undo.OPERATION, receipt=content, max_affected=0)
    assert refused["msg"].startswith("The receipt would change 1 alerts (echoes included)")


def old_receipt(path: Path, started: str = "2026-10-01T00:00:00.000Z", **head: Any) -> Path:
    """A whole receipt of a run of long ago."""
    fields = {"server": "https://other.example", "dialect": "v11", "started": started, "plan_digest": "4f0c", **head}
    path.write_text("".join(receipts.lines_of(fields, [receipts.Entry("a1", "A", {}, {}, "changed")])))
    return path


def test_old_receipts_beside_the_new_one_are_removed_and_nothing_else(local_stage: Stage, tmp_path: Path) -> None:
    removed = [old_receipt(tmp_path / name) for name in ("old.jsonl", "without-an-ending")]
    seen = {"id": 7, "name": "INC", "before": {}, "after": {}, "written": None}
    recent = old_receipt(tmp_path / "recent.jsonl", "2999-01-01T00:00:00.000Z")
    unfinished = old_receipt(tmp_path / "unfinished.jsonl", incident={**seen, "is_finished": False})
    removed.append(old_receipt(tmp_path / "finished.jsonl", incident={**seen, "is_finished": True}))
    cut = old_receipt(tmp_path / "cut.jsonl")
    cut.write_text(cut.read_text()[:-20])
    log = tmp_path / "log.jsonl"
    log.write_text('{"started": "2026-10-01T00:00:00.000Z"}\n')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target = old_receipt(elsewhere / "target.jsonl")
    (tmp_path / "link.jsonl").symlink_to(target)
    stays = {path.name for path in (recent, unfinished, cut, log, elsewhere)} | {"link.jsonl"}

    options: dict[str, Any] = {"keep_days": 30, **_in(tmp_path)}
    seed(local_stage)
    run(local_stage.simulator, alert_status.OPERATION, check=True, **CLOSE, **options)
    assert all(path.exists() for path in removed)
    done = run(local_stage.simulator, alert_status.OPERATION, **CLOSE, **options)
    assert sorted(done["removed_receipts"]) == sorted(map(str, removed))
    assert {path.name for path in tmp_path.iterdir()} == stays | {os.path.basename(done["receipt"])}
    assert target.exists()
    again = run(local_stage.simulator, alert_status.OPERATION, **CLOSE, **options)
    assert again["removed_receipts"] == []


def test_without_a_number_of_days_or_after_a_failure_nothing_is_removed(local_stage: Stage, tmp_path: Path) -> None:
    old = old_receipt(tmp_path / "old.jsonl")
    closed(local_stage, **_in(tmp_path))
    local_stage.simulator.faults({"kind": "lose-writes", "path": "/api/utm-alerts/tags"})
    options: dict[str, Any] = {"alert_ids": [TWO], "tags": ["a"], "keep_days": 1, **_in(tmp_path)}
    failed = run(local_stage.simulator, alert_tags.OPERATION, **options)
    assert (failed["failed"], old.exists()) == (True, True)
    local_stage.simulator.faults()
    for days in (0, -1):
        refused = run(local_stage.simulator, alert_tags.OPERATION, **{**options, "keep_days": days})
        assert refused["msg"].startswith("`keep_days` must be at least 1.")


def triaged(stage: Stage, directory: Path, run_id: str) -> str:
    """The receipt of a run with an ID."""
    stage.simulator.reset()
    seed(stage)
    done = run(stage.simulator, triage.OPERATION, query={"all": True}, rules=RULES, run_id=run_id, **_in(directory))
    return str(done["receipt"])


def test_a_directory_gives_the_receipt_of_a_run_or_the_last_one(local_stage: Stage, tmp_path: Path) -> None:
    old_receipt(tmp_path / "other-server.jsonl", "2999-01-01T00:00:00.000Z", run_id="7")
    first = triaged(local_stage, tmp_path, "7")
    twice = [triaged(local_stage, tmp_path, "8") for _time in range(2)]

    def undone(**options: Any) -> dict[str, Any]:
        return run(local_stage.simulator, undo.OPERATION, receipt=str(tmp_path), **options)

    assert undone(last=True)["summary"]["changed"] == 2
    assert undone(run_id="8", last=True)["summary"]["unchanged"] == 2
    assert undone(run_id="7")["summary"]["unchanged"] == 2
    for options, parts in (
        ({}, ["is a directory. Set `run_id`, or `last: true`", "(run 7, 20"]),
        ({"run_id": "8"}, ["2 receipts in", *(os.path.basename(path) for path in twice)]),
        ({"run_id": "9"}, ["has `run_id: 9`. Choose another one", os.path.basename(first)]),
    ):
        message = undone(**options)["msg"]
        assert all(part in message for part in parts), message
        assert "other-server" not in message
        assert writes(local_stage.simulator) == []


def test_what_names_no_receipt_says_what_to_do(local_stage: Stage, tmp_path: Path) -> None:
    seed(local_stage)
    content = closed(local_stage, receipt_in_result=True)["receipt_content"]
    (tmp_path / "empty").mkdir()
    old_receipt(tmp_path / "other.jsonl")
    file = str(tmp_path / "other.jsonl")
    lines = decompressed(content, "it")
    other = "".join(receipts.lines_of(_head_of_another_server(lines), []))
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "Neither `receipt` nor `state_directory` is set. Set `receipt` to"),
        ({"last": True}, "Neither `receipt` nor `state_directory` is set. Set `receipt` to"),
        ({"receipt": str(tmp_path / "none")}, "cannot read"),
        ({"receipt": str(tmp_path / "empty"), "last": True}, "holds no receipt of http"),
        ({"receipt": str(tmp_path), "last": True}, "only of https://other.example. Check the directory and `url`."),
        ({"receipt": file, "last": True}, "other.jsonl is a file. Name a directory"),
        ({"receipt": f"{file}.d", "last": True}, "other.jsonl.d does not exist. Name a directory"),
        ({"receipt": content[:-9]}, "`receipt` was changed or cut off. Pass the whole text."),
        ({"receipt": content[:-8]}, "`receipt` is cut off. Pass the whole text."),
        ({"receipt": f"{content[:400]}…"}, "Pass the whole text."),
        ({"receipt": lines[: len(lines) // 2]}, "is incomplete"),
        ({"receipt": '{"a": 1}\n'}, "The text is not a receipt of this collection. Set `receipt` to"),
        ({"receipt": other}, "is from https://other.example"),
    ]
    for options, words in cases:
        result = run(local_stage.simulator, undo.OPERATION, **options)
        assert result.get("failed"), options
        assert words in result["msg"], result["msg"]
        assert len(result["msg"]) < 600
        assert writes(local_stage.simulator) == []
    # A template drops the line break at the end.
    assert run(local_stage.simulator, undo.OPERATION, receipt=lines.rstrip("\n"))["summary"]["changed"] == 1


def _head_of_another_server(lines: str) -> dict[str, Any]:
    head = json.loads(lines.splitlines()[0])
    return {**{key: head[key] for key in ("dialect", "started", "plan_digest")}, "server": "https://other.example"}


def test_the_journal_of_an_incident_stands_in_the_state_directory(
    local_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    seed(local_stage)
    state = tmp_path / "state"
    begun: list[str] = []
    begin_again = receipt_files.begin_again

    def noted(path: str, *options: Any) -> receipt_files.Journal:
        begun.append(path)
        return begin_again(path, *options)

    monkeypatch.setattr(receipt_files, "begin_again", noted)
    options = {"name": "INC", "alert_ids": [ONE], "status": "completed", **_in(state)}
    done = run(local_stage.simulator, incident.OPERATION, **options)
    assert (done["changed"], [os.path.dirname(path) for path in begun]) == (True, [str(state)])
    assert not (tmp_path / "home").exists()
    # All alerts were seen as they are to be, so that the receipt alone stays.
    assert [str(path) for path in kept(state)] == [done["receipt"]]


@both_entry_points
def test_the_controllers_environment_names_the_state_directory(stage: Stage, tmp_path: Path) -> None:
    stage.seed(alert(1), alert(2))
    environment = {"UTMSTACK_STATE_DIR": "state"}
    tasks = [
        stage.task("utmstack_alert_status", "kept", alert_ids=[ONE], status="completed", receipt_in_result=True),
        stage.task("utmstack_alert_status", "nothing", alert_ids=[ONE], status="completed"),
        stage.task("utmstack_undo", "undone", last=True),
    ]
    played = stage.run_playbook(str(stage.written_play(tasks)), "-v", environment=environment)
    result = played.result("kept")
    assert os.path.dirname(result["receipt"]) == f"{tmp_path}/state"
    assert (played.result("nothing")["receipt"], played.result("undone")["summary"]["changed"]) == (None, 1)
    # A million characters would be printed on one line.
    assert result["receipt_content"][:100] not in played.output
    blank = stage.run_playbook(str(stage.written_play(tasks[:1])), environment={"UTMSTACK_STATE_DIR": " "})
    assert (blank.result("kept")["changed"], blank.result("kept")["receipt"]) == (True, None)


def test_a_role_removes_old_receipts_where_it_keeps_its_own(v11_stage: Stage, tmp_path: Path) -> None:
    v11_stage.seed(alert(1), alert(2, name="Other"))
    directory = tmp_path / "receipts"
    directory.mkdir()
    old = old_receipt(directory / "old.jsonl")
    given = {"since": "all", "benign_names": ["Other"], "receipt_directory": str(directory)}
    played = v11_stage.play_role("alert_triage", **given)
    assert (played.code, old.exists()) == (0, True), played.output
    played = v11_stage.play_role("alert_triage", **{**given, "benign_names": [alert(1)["name"]]}, keep_days=30)
    assert (played.code, old.exists(), len(kept(directory))) == (0, False, 2), played.output


def test_the_triage_role_passes_its_receipt_on_to_the_job_that_undoes_it(v11_stage: Stage, tmp_path: Path) -> None:
    v11_stage.seed(alert(1))
    before = held(v11_stage.simulator)
    given = {"since": "all", "benign_names": [alert(1)["name"]], "receipt_stats": True}
    played = v11_stage.play_role("alert_triage", **given)
    artifact = played.result("Pass the receipt on to later jobs")["ansible_stats"]["data"]
    assert list(artifact) == ["utmstack_receipt_alert_triage_localhost"]
    variables = tmp_path / "variables.json"
    variables.write_text(json.dumps({**artifact, "undo_receipt": "{{ utmstack_receipt_alert_triage_localhost }}"}))
    environment = {
        "UTMSTACK_URL": v11_stage.simulator.url,
        "UTMSTACK_USERNAME": "admin",
        "UTMSTACK_PASSWORD": "Adm1n-pass",
        "UTMSTACK_BYPASS_TWO_FACTOR": "true",
    }
    undone = v11_stage.run_playbook("utmstack.siem.undo", "-e", f"@{variables}", environment=environment)
    assert undone.code == 0, undone.output
    assert held(v11_stage.simulator) == before
