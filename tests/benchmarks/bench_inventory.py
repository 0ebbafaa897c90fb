# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the inventory of 5,000 assets with 5,000 alerts, and what each kind of expression adds to it.

Everything printed was measured here and now. Groups of the plugin are compared with the same groups by expressions.
"""

from __future__ import annotations

import functools
import gc
import importlib.metadata
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible.inventory.data import InventoryData

from tests.integration.inventories import InventoryFiles, estate, load_collections, settle_estate
from tests.integration.playing import Stage
from utmstack_simulator.process import SimulatorProcess

SIZE = 5000
REPEATS = 2
_KEYED = [
    {"key": "utmstack_os_platform", "prefix": "os"},
    {"key": "utmstack_type | lower", "prefix": "type"},
    {"key": "utmstack_group", "prefix": "group"},
    {"key": "utmstack_alive_state"},
    {"key": "utmstack_agent_state"},
]
# What a file says, and the number of its expressions.
CASES: dict[str, tuple[int, dict[str, Any]]] = {
    "hosts alone": (0, {"group_by": [], "alerts": False}),
    "hosts and counts": (0, {"group_by": []}),
    "hosts, counts and all groups of the plugin": (0, {}),
    "the same from the cache": (0, {"cache": True}),
    "set_ansible_host": (0, {"set_ansible_host": True}),
    "one expression in compose": (1, {"compose": {"ansible_host": "utmstack_ip"}}),
    "one expression in groups": (1, {"groups": {"linux": "utmstack_os_platform == 'ubuntu'"}}),
    "one expression in keyed_groups": (1, {"keyed_groups": [{"key": "utmstack_status", "prefix": "status"}]}),
    "the first five kinds of groups by keyed_groups": (5, {"group_by": ["alerts"], "keyed_groups": _KEYED}),
}


@dataclass(frozen=True)
class Fastest:
    """The fastest of several runs, in seconds; the processor's time is that of this process."""

    wall: float
    processor: float


def fastest(act: Callable[[], object]) -> Fastest:
    """Act several times."""
    runs = []
    for _number in range(REPEATS):
        # What earlier inventories left behind is no part of this one.
        gc.collect()
        wall, processor = time.perf_counter(), time.process_time()
        act()
        runs.append(Fastest(time.perf_counter() - wall, time.process_time() - processor))
    return Fastest(min(run.wall for run in runs), min(run.processor for run in runs))


def pure_parts(dialect: str) -> Iterator[str]:
    """The join, and the hosts with their groups, without a server."""
    # Ansible finds no plugin of a collection that was imported before its loader was set up.
    load_collections()
    from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
    from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import alert_from
    from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_hosts import hosts_of
    from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_index import AssetIndex
    from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.host_alerts import alerts_by_asset

    made, spoken = estate(dialect, SIZE), DIALECTS[dialect]
    assets = [
        {"id": number, "name": row["assetName"], "ip": row["assetIp"], "os_platform": row["assetOsPlatform"]}
        for number, row in enumerate(made.assets["assets"])
    ]
    alerts = [alert_from(row, spoken) for row in made.alerts[:SIZE]]
    counts = alerts_by_asset(alerts, AssetIndex(assets), spoken)[0]
    for what, act in (
        ("join of alerts and assets", lambda: alerts_by_asset(alerts, AssetIndex(assets), spoken)),
        ("names, groups and variables", lambda: hosts_of(assets, counts)),
    ):
        yield f"{dialect}: {what}: {fastest(act).processor:.2f} s"


def plain_hosts() -> None:
    """The hosts and one group, as the shortest program adds them."""
    inventory = InventoryData()
    inventory.add_group("assets")
    for number in range(SIZE):
        inventory.add_host(f"host-{number}", "assets")
    inventory.reconcile_inventory()


def files_of(simulator: SimulatorProcess, directory: Path) -> Iterator[str]:
    """Each case against a server."""
    settle_estate(Stage(simulator, "in_process", directory), SIZE)
    files = InventoryFiles(simulator, directory)
    cache = {"cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(directory / "cache")}
    before = 0.0
    for what, (expressions, options) in CASES.items():
        path = files.written(**options, **cache)
        files.read(path)
        took = fastest(functools.partial(files.read, path))
        if what == "hosts, counts and all groups of the plugin":
            before = took.processor
        line = f"{simulator.dialect}: {what}: {took.wall:.2f} s ({took.processor:.2f} s CPU)"
        line += f", {len(files.requests())} requests"
        if expressions:
            line += f", {(took.processor - before) / expressions / SIZE * 1000:.2f} ms per expression and host"
        yield line


def main() -> None:
    """Measure and print."""
    core = importlib.metadata.version("ansible-core")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{SIZE:,} assets and {SIZE:,} alerts, ansible-core {core}, load average {load} at the start")
    print(f"{SIZE:,} hosts in one group, without a server and without the plugin: {fastest(plain_hosts).wall:.2f} s")
    for dialect in ("v10", "v11"):
        for line in pure_parts(dialect):
            print(line, flush=True)
        with SimulatorProcess(dialect) as simulator, tempfile.TemporaryDirectory() as directory:
            for line in files_of(simulator, Path(directory)):
                print(line, flush=True)


if __name__ == "__main__":
    main()
