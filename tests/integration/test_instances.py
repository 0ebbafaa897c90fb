# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One playbook over twenty instances: those that fail do so alone, and one summary names them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from utmstack_simulator.process import SimulatorProcess

from .playing import DAY, alert, ansible_environment

NAMES = [f"customer-{number:02d}" for number in range(1, 21)]
DOWN, LOSING = "customer-07", "customer-14"
SUMMARY = "Show the outcome of all instances"


@pytest.fixture
def instances() -> Iterator[dict[str, SimulatorProcess]]:
    """Twenty servers of both generations, each with an alert of its own."""
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(SimulatorProcess, ["v10" if number % 2 else "v11" for number in range(20)]))
    try:
        for number, simulator in enumerate(started):
            source = alert(number, severity=3, severityLabel="High")
            simulator.documents([{"index": DAY[simulator.dialect], "id": source["id"], "source": source}])
        yield dict(zip(NAMES, started))
    finally:
        for simulator in started:
            simulator.stop()


def connection(simulator: SimulatorProcess) -> dict[str, Any]:
    """The host variables that reach an instance: a key where there are keys, a password elsewhere."""
    if simulator.dialect == "v11":
        return {"utmstack_url": simulator.url, "utmstack_api_key": simulator.api_key()}
    return {"utmstack_url": simulator.url, "utmstack_username": "admin", "utmstack_password": "Adm1n-pass"}


@pytest.mark.full
def test_two_of_twenty_instances_fail_and_eighteen_complete(
    instances: dict[str, SimulatorProcess], tmp_path: Path
) -> None:
    hosts = {name: connection(simulator) for name, simulator in instances.items()}
    inventory = tmp_path / "instances.yml"
    inventory.write_text(yaml.safe_dump({"siems": {"hosts": hosts}}), encoding="utf-8")
    instances[DOWN].stop()
    instances[LOSING].faults({"kind": "lose-writes"})
    record = tmp_path / "record.jsonl"

    played = subprocess.run(
        [
            *("ansible-playbook", "-i", str(inventory), "--forks", "10", "utmstack.siem.triage"),
            *("-e", f"ansible_python_interpreter={sys.executable}"),
            *(
                "-e",
                json.dumps({"utmstack_instances": "siems", "alert_triage_since": "all"}),
            ),
            *("-e", "alert_triage_review_severities=high alert_triage_note=none"),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        env=ansible_environment(SIEM_TEST_RECORD=str(record), UTMSTACK_RETRY_BUDGET="1"),
    )
    output = played.stdout + played.stderr

    assert played.returncode == 2, output
    rows = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    summaries = [row["result"]["msg"] for row in rows if row["task"] == SUMMARY]
    assert len(summaries) == 1, output
    lines = {line.split()[0]: line for line in summaries[0][:-1]}
    assert list(lines) == NAMES
    assert "FAILED" in lines[DOWN]
    assert "could not be made" in lines[DOWN]
    assert "FAILED" in lines[LOSING]
    assert "did not store the change" in lines[LOSING]
    assert re.fullmatch(r"20 instances +2 failed", summaries[0][-1])
    for name, simulator in instances.items():
        if name == DOWN:
            continue
        (source,) = simulator.alerts().values()
        assert source["status"] == (2 if name == LOSING else 3), output
        assert name == LOSING or " ok " in lines[name]
    failed = {row["host"] for row in rows if row["task"] == "Fail if the instance failed" and row["status"] == "failed"}
    assert failed == {DOWN, LOSING}
