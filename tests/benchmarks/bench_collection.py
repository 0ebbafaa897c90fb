# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the collection against what one would write without it, all in this run, on the simulator of this checkout.

Everything printed was measured here and now, except where it says that it is extrapolated.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
import yaml

from utmstack_simulator.process import SimulatorProcess

DAY = "v11-alert-2026-11-20"
TASKS = 20
LOOPED = 25
CHUNK = 1000


def alerts(count: int, kinds: int = 1) -> list[dict[str, Any]]:
    """Open alerts of one day, under so many names."""
    return [
        {
            "index": DAY,
            "id": f"a{number:07d}",
            "source": {
                "@timestamp": f"2026-11-20T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}.000Z",
                "id": f"a{number:07d}",
                "name": f"Kind {number % kinds}",
                "status": 2,
                "statusLabel": "Open",
                "statusObservation": "",
                "severity": 1,
                "severityLabel": "Low",
                "isIncident": False,
                "tags": None,
                "notes": "",
            },
        }
        for number in range(count)
    ]


class Bench:
    """A simulator, a key, and playbooks run against it."""

    def __init__(self, simulator: SimulatorProcess, directory: Path) -> None:
        self.simulator = simulator
        self.directory = directory
        self.key = ""

    def seed(self, count: int, kinds: int = 1) -> None:
        """`count` open alerts under so many names, and a fresh key."""
        self.simulator.reset()
        self.simulator.documents(alerts(count, kinds))
        self.key = self.simulator.api_key()

    def play(self, *tasks: dict[str, Any], **keywords: Any) -> float:
        """Seconds that ansible-playbook takes for these tasks."""
        book = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": list(tasks), **keywords}
        path = self.directory / "bench.yml"
        path.write_text(yaml.safe_dump([book]), encoding="utf-8")
        environment = {**os.environ, "UTMSTACK_URL": self.simulator.url, "UTMSTACK_API_KEY": self.key}
        command = ["ansible-playbook", "-e", f"ansible_python_interpreter={sys.executable}", str(path)]
        started = time.perf_counter()
        played = subprocess.run(command, env=environment, capture_output=True, text=True)
        seconds = time.perf_counter() - started
        if played.returncode:
            sys.exit(played.stdout + played.stderr)
        return seconds

    def uri(self, path: str, **options: Any) -> dict[str, Any]:
        """A task that asks the server with ansible.builtin.uri."""
        headers = {"Utm-Api-Key": self.key}
        return {"ansible.builtin.uri": {"url": self.simulator.url + path, "headers": headers, **options}}

    def closed(self) -> int:
        """How many alerts the server holds as completed."""
        return sum(1 for source in self.simulator.alerts().values() if source["status"] == 5)


def status_task(count: int) -> dict[str, Any]:
    """Close the first `count` alerts."""
    options = {"alert_ids": [f"a{number:07d}" for number in range(count)], "status": "completed", "observation": "Scan"}
    return {"utmstack.siem.utmstack_alert_status": options}


def per_task(play: Callable[[int], float]) -> float:
    """Seconds of one task: the difference between a play with many and a play with one."""
    return (play(TASKS + 1) - play(1)) / TASKS


def no_op(bench: Bench) -> None:
    """A task that finds nothing to do."""
    bench.seed(1)
    bench.play(status_task(1))
    module = {"environment": {"UTMSTACK_BENCH": "module"}}
    local = per_task(lambda count: bench.play(*[status_task(1)] * count))
    as_module = per_task(lambda count: bench.play(*[status_task(1)] * count, **module))
    uri = per_task(lambda count: bench.play(*[bench.uri("/api/utm-alerts/count-open-alerts")] * count))
    print(f"A task with nothing to do, seconds per task over {TASKS} tasks")
    print(f"  this collection, in process   {local:8.3f}")
    print(f"  this collection, as a module  {as_module:8.3f}")
    print(f"  ansible.builtin.uri, one GET  {uri:8.3f}")


def five_hundred(bench: Bench) -> None:
    """Closing 500 alerts."""
    bench.seed(500)
    ours = bench.play(status_task(500))
    closed = bench.closed()
    bench.seed(500)
    body = {"alertIds": ["{{ item }}"], "status": 5, "statusObservation": "Scan", "addFalsePositiveTag": False}
    loop = {
        **bench.uri("/api/utm-alerts/status", method="POST", body_format="json", body=body),
        "loop": [f"a{number:07d}" for number in range(LOOPED)],
    }
    start = bench.play({"ansible.builtin.meta": "noop"})
    looped = bench.play(loop)
    whole = start + (looped - start) / LOOPED * 500
    print("Closing 500 alerts, seconds for the whole playbook")
    print(f"  this collection, one task     {ours:8.1f}   ({closed} closed, read back)")
    how = f"extrapolated from {LOOPED} alerts in {looped:.1f} s, not read back"
    print(f"  a loop over uri               {whole:8.1f}   ({how})")


def ten_thousand(bench: Bench) -> None:
    """Closing 10,000 alerts."""
    bench.seed(10_000)
    ours = bench.play(status_task(10_000))
    closed = bench.closed()
    sent = len(bench.simulator.requests())
    bench.seed(10_000)
    session = requests.Session()
    session.trust_env = False
    session.headers["Utm-Api-Key"] = bench.key
    ids = [row["id"] for row in alerts(10_000)]
    started = time.perf_counter()
    for first in range(0, len(ids), CHUNK):
        body = {"alertIds": ids[first : first + CHUNK], "status": 5, "statusObservation": "Scan"}
        session.post(bench.simulator.url + "/api/utm-alerts/status", json=body, timeout=120).raise_for_status()
    script = time.perf_counter() - started
    print("Closing 10,000 alerts, seconds")
    print(f"  this collection, whole playbook          {ours:8.1f}   ({closed} closed, {sent} requests)")
    how = f"{len(ids) // CHUNK} requests, nothing selected or verified"
    print(f"  a requests script, the same bulk calls   {script:8.1f}   ({how})")


def exports(bench: Bench) -> None:
    """Writing 25,000 alerts to a file."""
    bench.seed(25_000)
    print("Writing 25,000 alerts to a file, seconds for the whole playbook")
    for kind in ("csv", "jsonl"):
        path = bench.directory / f"alerts.{kind}"
        options = {"path": str(path), "query": {}}
        bench.simulator.forget_requests()
        first = bench.play({"utmstack.siem.utmstack_alert_export": options})
        sent = len(bench.simulator.requests())
        again = bench.play({"utmstack.siem.utmstack_alert_export": options})
        how = f"{path.stat().st_size / 1e6:.1f} MB, {sent} requests; {again:.1f} when nothing changed"
        print(f"  utmstack_alert_export, {kind:<5}  {first:8.1f}   ({how})")


def forty_rules(bench: Bench) -> None:
    """5,000 candidates and 40 rules: one task with a decision table against a task per rule."""
    rules = [
        {"name": f"Rule {kind}", "when": {"name": f"Kind {kind}"}, "then": {"status": "completed"}}
        for kind in range(40)
    ]
    query = {"status": ["open"]}
    table = {"utmstack.siem.utmstack_triage": {"query": query, "rules": rules, "max_affected": 5000}}
    tasks = [
        {
            "utmstack.siem.utmstack_alert_status": {
                "query": {**query, "name": [f"Kind {kind}"]},
                "status": "completed",
                "observation": f"Closed by rule {kind}",
            }
        }
        for kind in range(40)
    ]
    print("5,000 open alerts and 40 rules, seconds for the whole playbook")
    for label, chosen in (("utmstack_triage, one task", [table]), ("utmstack_alert_status, 40 tasks", tasks)):
        bench.seed(5000, kinds=50)
        bench.simulator.forget_requests()
        seconds = bench.play(*chosen)
        how = f"{bench.closed()} closed, {len(bench.simulator.requests())} requests"
        print(f"  {label:<39}  {seconds:8.1f}   ({how})")


def main() -> None:
    """Measure and print."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, simulator v11")
    with SimulatorProcess("v11") as simulator, tempfile.TemporaryDirectory() as directory:
        bench = Bench(simulator, Path(directory))
        no_op(bench)
        five_hundred(bench)
        ten_thousand(bench)
        exports(bench)
        forty_rules(bench)


if __name__ == "__main__":
    main()
