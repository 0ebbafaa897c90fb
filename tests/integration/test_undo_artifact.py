# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A large run is undone from a controller's artifact, on a host without a directory to write to but a temporary one."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.compressed import MAX_IN_RESULT
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage, undo

from .direct import run
from .playing import Stage, alert
from .test_undo import held

RULES: list[dict[str, Any]] = [
    {
        "name": f"Scan of {name}",
        "when": {"name": [f"Port scan of {name}"]},
        "then": {"false_positive": True, "tags": ["Scan"], "remove_tags": ["Old"]},
    }
    for name in ("web", "mail", "files")
]
# Characters of the artifact for each alert; the IDs alone take about 25.
MAX_PER_ALERT = 70


def alerts(number: int) -> list[dict[str, Any]]:
    """Alerts as a server has them: IDs at random, and some with words, tags and notes of analysts."""
    chance = random.Random(5)
    found = []
    for index in range(number):
        name = chance.choice(("web", "mail", "files"))
        fields: dict[str, Any] = {"name": f"Port scan of {name}"}
        if index % 10 == 0:
            fields.update(status=3, statusObservation=f"Ticket {chance.randrange(20)}", tags=["Old", "Mine"])
        if index % 25 == 0:
            fields.update(notes=f"Asked the owner of host {chance.randrange(100_000)}")
        found.append({**alert(index, **fields), "id": str(uuid.UUID(int=chance.getrandbits(128), version=4))})
    return found


@pytest.fixture
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody, not even root, can write to these places."""
    for variable in ("HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, "/proc/nowhere")
    monkeypatch.chdir("/proc")


@pytest.mark.usefixtures("_nowhere")
@pytest.mark.parametrize(("server", "number"), [("v10", 400), ("v11", 5000)])
def test_a_large_run_is_undone_from_its_artifact(
    open_stage: Callable[[str, str], Stage],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
    server: str,
    number: int,
) -> None:
    stage = open_stage(server, "in_process")
    monkeypatch.chdir("/proc")
    stage.seed(*alerts(number))
    before = held(stage.simulator)
    options = {"query": {"status": ["open", "in_review"]}, "rules": RULES, "run_id": "4711", "max_affected": number}
    began = time.monotonic()
    done = run(stage.simulator, triage.OPERATION, **options, receipt_in_result=True)
    run_seconds = time.monotonic() - began
    assert (done["summary"]["changed"], done["receipt"]) == (number, None)

    # What set_stats hands to the next job.
    artifact = json.dumps({"undo_receipt": done["receipt_content"]})
    assert len(artifact) < min(MAX_IN_RESULT, MAX_PER_ALERT * number)
    began = time.monotonic()
    undone = run(stage.simulator, undo.OPERATION, receipt=json.loads(artifact)["undo_receipt"])
    undo_seconds = time.monotonic() - began
    assert (undone["summary"]["changed"], undone["summary"]["skipped"]) == (number, 0)
    assert held(stage.simulator) == before
    assert list(tmp_path.iterdir()) == []
    record_property("artifact", {"characters": len(artifact), "run": run_seconds, "undo": undo_seconds})
    print(f"{server}: {number} alerts, {len(artifact)} characters, {run_seconds:.1f} s, undo {undo_seconds:.1f} s")
