# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times a backtest of 200 rules on recordings of up to 100,000 alerts, as the lookup rule_backtest does it.

The recording is the month of the simulator's scenario soc-month in JSON Lines. Everything printed was measured here and
now; the peak is that of the whole process.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V11
from ansible_collections.utmstack.siem.plugins.module_utils.model.history import entry_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.backtest import backtest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.recorded_decisions import (
    recorded_decision,
)
from ansible_collections.utmstack.siem.plugins.plugin_utils.recordings import decided_recording

from utmstack_simulator.scenarios.soc_month import worked_alerts

SIZES = (1_000, 10_000, 100_000)
RULES = 200
_NAMES = (
    "Large outbound transfer",
    "Vulnerability probe against a web application",
    "Repeated failed logins",
    "Phishing link opened",
    "Service stopped unexpectedly",
)


def rules() -> list[dict[str, Any]]:
    """Rules by name and user, by network and severity, by parts of a text, and with exceptions."""
    found = []
    for number in range(RULES):
        name = _NAMES[number % len(_NAMES)]
        when: dict[str, Any] = [
            {"name": [name], "source_user": [f"user-{number}"]},
            {"source_ip": [f"10.{number}.0.0/16"], "severity": ["low", "medium"]},
            {"where": [{"field": "description", "operator": "contain", "value": f"case {number}"}]},
            {"where": [{"field": "name", "operator": "start_with", "value": name[: 4 + number % 9]}], "tags": ["x"]},
        ][number % 4]
        rule = {"name": f"Rule {number}", "when": when, "then": {"false_positive": True}}
        found.append({**rule, "mode": "shadow"} if number % 3 == 0 else rule)
    found[-1] = {
        "name": "Backup transfers",
        "when": {"name": [_NAMES[0]], "source_user": ["svc-backup"]},
        "unless": {"severity": ["high"]},
        "then": {"false_positive": True},
    }
    return found


def lines(count: int) -> Iterator[str]:
    """A recording, line by line."""
    now, number = datetime.now(timezone.utc), 0
    yield json.dumps({"dialect": "v11", "recorded_at": now.isoformat(), "server_history": True, "assets": []})
    for worked in worked_alerts("v11", now, count):
        alert = worked.row["source"]
        if not alert.get("parentId"):
            number += 1
            decision = recorded_decision(alert, [entry_from(row, V11) for row in worked.history], V11)
            yield json.dumps({"alert": alert, "decision": decision})
    yield json.dumps({"end": number})


def main() -> None:
    """Measure and print; with an argument, for recordings of this size alone."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    print(f"{RULES} rules; load average {', '.join(f'{value:.1f}' for value in os.getloadavg())} at the start")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "recorded.jsonl"
        for size in sizes:
            with path.open("w", encoding="ascii") as file:
                file.writelines(f"{line}\n" for line in lines(size))
            began, processor = time.perf_counter(), time.process_time()
            with decided_recording(DataLoader(), str(path), path.name) as recording:
                result = backtest(recording, rules())
            seconds, processor = time.perf_counter() - began, time.process_time() - processor
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{result['summary']['alerts']:,} alerts, {path.stat().st_size / 1e6:.0f} MB: {seconds:.1f} s "
                f"({processor:.1f} s CPU), peak {peak:.0f} MB, {result['summary']['would_close']:,} closures",
                flush=True,
            )


if __name__ == "__main__":
    main()
