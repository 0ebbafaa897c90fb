# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of ansible-playbook with all its processes: the next run finishes what it left, or undo restores it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from .playing import Stage, alert, ansible_environment, v10_in_full
from .process_tree import kill_tree, process_tree
from .server_state import Observer

STATUS = "/api/utm-alerts/status"
ALERTS = [alert(number, tags=["Old"], statusObservation="evaluated") for number in (1, 2)]
IDS = [source["id"] for source in ALERTS]


def start_playbook(stage: Stage, task: dict[str, Any]) -> subprocess.Popen[bytes]:
    """ansible-playbook from the command line, with one task."""
    play = str(stage.written_play([task]))
    arguments = ["-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={sys.executable}", play]
    return subprocess.Popen(
        ["ansible-playbook", *arguments],
        env=ansible_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def is_running(number: int) -> bool:
    """Whether there is such a process that has not ended."""
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@v10_in_full
@pytest.mark.parametrize("undone", [False, True], ids=["run again", "undo"])
def test_a_killed_playbook_recovers(stage: Stage, tmp_path: Path, undone: bool) -> None:
    stage.seed(*ALERTS)
    observer = Observer(stage.simulator)
    before = observer.state()
    receipt = tmp_path / "receipt.jsonl"
    options: dict[str, Any] = {"alert_ids": IDS, "false_positive": True, "observation": "Scan"}
    stage.simulator.forget_requests()
    stage.simulator.faults({"kind": "hold", "path": STATUS})
    task = stage.task("utmstack_alert_status", receipt=str(receipt), **options)
    playbook = start_playbook(stage, task)
    assert stage.simulator.wait_until_held(60)
    killed = kill_tree(playbook.pid)
    playbook.wait()

    # The task is at work in a worker, which has a session of its own since ansible-core 2.19.
    assert len(killed) >= 2
    deadline = time.monotonic() + 10
    while any(map(is_running, killed)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [number for number in killed if is_running(number)] == []
    stage.simulator.settle()
    # Nothing went on: the write that was held is the last request.
    assert stage.simulator.requests()[-1]["path"] == STATUS
    assert observer.state() != before

    if undone:
        result = stage.play(stage.task("utmstack_undo", receipt=str(receipt))).result()
        assert (result["changed"], observer.state()) == (True, before)
        return
    stage.play(stage.task("utmstack_alert_status", **options))
    held = observer.state().alerts
    assert [(held[key]["status"], held[key]["tags"]) for key in IDS] == [(5, ["False positive", "Old"])] * 2
    assert stage.play(stage.task("utmstack_alert_status", **options)).writes() == []


def test_processes_in_sessions_of_their_own_belong_to_the_tree() -> None:
    command = "import os, subprocess, sys; subprocess.Popen(['sleep', '60'], start_new_session=True).wait()"
    parent = subprocess.Popen([sys.executable, "-c", command])
    deadline = time.monotonic() + 10
    while len(process_tree(parent.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    _parent, child = process_tree(parent.pid)
    assert os.getsid(child) == child
    assert kill_tree(parent.pid) == [parent.pid, child]
    parent.wait()
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(child)
    assert process_tree(parent.pid) == []
