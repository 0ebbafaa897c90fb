# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventory files for tests, read in this process as Ansible reads them."""

from __future__ import annotations

import functools
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible import constants
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader, inventory_loader
from ansible.utils.display import Display

from utmstack_simulator.process import SimulatorProcess

from .playing import DAY, Stage, ansible_environment

PLUGIN = "utmstack.siem.assets"
ASSETS = "/api/utm-network-scans/search-by-filters"


@functools.cache
def load_collections() -> None:
    """Make collections importable by name, once in this process."""
    init_plugin_loader()


@dataclass
class InventoryFiles:
    """Files of one server, and what was warned of when they were read.

    :param directory: where the files are.
    """

    simulator: SimulatorProcess
    directory: Path
    warnings: list[str] = field(default_factory=list)

    def written(self, name: str = "siem.utmstack.yml", **options: Any) -> Path:
        """The path of a file with these options and the administrator's password; None leaves an option out."""
        identity = {"username": "admin", "password": "Adm1n-pass", "bypass_two_factor": True, "retry_budget": 0}
        given = {"plugin": PLUGIN, "url": self.simulator.url, **identity, **options}
        path = self.directory / name
        content = {name: value for name, value in given.items() if value is not None}
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path

    def read(self, path: Path, cache: bool = True, inventory: InventoryData | None = None) -> InventoryData:
        """The inventory in a file, added to another one. The journal of the server begins anew."""
        load_collections()
        self.simulator.forget_requests()
        found = inventory or InventoryData()
        plugin = inventory_loader.get(PLUGIN)
        assert plugin.verify_file(str(path))
        plugin.parse(found, DataLoader(), str(path), cache)
        if plugin.get_option("cache"):
            plugin.update_cache_if_changed()
        found.reconcile_inventory()
        return found

    def parsed(self, **options: Any) -> InventoryData:
        """The inventory of a file with these options."""
        return self.read(self.written(**options))

    def requests(self) -> list[str]:
        """The paths of the requests since the last file began to be read."""
        return [row["path"] for row in self.simulator.requests()]


def inventory_files(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> InventoryFiles:
    """Files for the server of a stage."""
    files = InventoryFiles(stage.simulator, stage.directory)
    # No login of an earlier test, which the server may have forgotten.
    sessions = stage.directory / "sessions"
    sessions.mkdir()
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(sessions))
    monkeypatch.setattr(Display, "warning", lambda _self, message, *_args, **_more: files.warnings.append(str(message)))
    return files


def groups_of(inventory: InventoryData) -> dict[str, list[str]]:
    """The hosts of each group that has some, without those that Ansible makes."""
    found = {name: sorted(host.name for host in group.hosts) for name, group in inventory.groups.items()}
    return {name: hosts for name, hosts in found.items() if hosts and name not in ("all", "ungrouped")}


# Both are lists of fields that Ansible's users see, made without the code of the plugin.
_PLATFORMS = (("Ubuntu", "ubuntu"), ("Windows Server 2022", "windows"), ("CentOS", None), (None, None))
_GROUPS = ("Datacenter", "Office Berlin", "Lab")
_TYPES = ("database", "firewall", "cloud", "laptop", "server", "workstation", "pc", "other")


@dataclass
class Estate:
    """As many assets as alerts to count, and what an inventory must make of them.

    :param groups: the hosts of each group.
    :param counts: the counts of each host.
    """

    assets: dict[str, Any]
    alerts: list[dict[str, Any]]
    groups: dict[str, list[str]]
    counts: dict[str, dict[str, int]]


def estate(dialect: str, size: int) -> Estate:
    """Assets of all kinds. Alert number n names the assets n (in three ways) and 7 * n."""
    adversary, target = {"v10": ("source", "destination"), "v11": ("adversary", "target")}[dialect]
    rows, alerts = [], []
    groups: dict[str, list[str]] = {}
    counts = {
        f"host-{n}": dict.fromkeys(("total", "open", "in_review", "low", "medium", "high"), 0) for n in range(size)
    }
    for n in range(size):
        system, platform = _PLATFORMS[n % 4]
        name, address = f"host-{n}", f"10.{n // 62_500}.{n // 250 % 250}.{n % 250}"
        alive, agent = n % 3 > 0, n % 5 == 0
        rows.append(
            {
                **{"assetName": name, "assetIp": address, "assetOs": system, "assetOsPlatform": platform},
                **{"assetTypeId": 1 + n % 8, "groupId": n % 4, "assetAlive": alive, "isAgent": agent},
                **{"assetStatus": "CHECK", "registeredMode": "DISCOVERED", "assetAddresses": f"{address},172.17.0.1"},
            }
        )
        word = platform or system
        made = [
            *([f"os_{word.lower()}"] if word else []),
            f"type_{_TYPES[n % 8]}",
            *([f"group_{_GROUPS[n % 4 - 1].lower().replace(' ', '_')}"] if n % 4 else []),
            "alive" if alive else "not_alive",
            "agent" if agent else "no_agent",
        ]
        for group in made:
            groups.setdefault(group, []).append(name)
    for n in range(size + size // 4):
        first, second, severity = n % size, 7 * n % size, n % 3
        # The last ones are completed or in automatic review, and do not count.
        status = (2, 3)[n // 3 % 2] if n < size else (5, 1)[n % 2]
        time = f"{n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d}"
        alerts.append(
            {
                **{"id": f"a{n:07d}", "@timestamp": f"2026-11-20T{time}.000Z", "name": "Scan"},
                **{"status": status, "severity": severity + 1, "tags": None, "notes": ""},
                "dataSource": f"host-{first}",
                adversary: {"host": f"host-{first}", "ip": rows[first]["assetIp"]},
                target: {"ip": rows[second]["assetIp"]},
            }
        )
        for name in {f"host-{first}", f"host-{second}"} if n < size else ():
            for key in ("total", {2: "open", 3: "in_review"}[status], ("low", "medium", "high")[severity]):
                counts[name][key] += 1
    for key in ("total", "open", "in_review", "low", "medium", "high"):
        group = f"alert_{'open_in_review' if key == 'total' else key}"
        groups[group] = [name for name, row in counts.items() if row[key]]
    asset_groups = [{"id": number, "groupName": name} for number, name in enumerate(_GROUPS, 1)]
    named = {name: sorted(hosts) for name, hosts in groups.items() if hosts}
    return Estate({"groups": asset_groups, "assets": rows}, alerts, named, counts)


def settle_estate(stage: Stage, size: int) -> Estate:
    """Put an estate on the server of a stage."""
    made = estate(stage.dialect, size)
    stage.simulator.assets(made.assets)
    stage.simulator.documents([{"index": DAY[stage.dialect], "id": row["id"], "source": row} for row in made.alerts])
    return made


def listed(command: str, path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A run of ansible-inventory from the command line."""
    run = ["ansible-inventory", "-i", str(path), command, *arguments]
    return subprocess.run(run, capture_output=True, text=True, timeout=120, env=ansible_environment(**environment))
