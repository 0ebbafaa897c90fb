# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory: assets, asset groups and the data inputs that feed the server (API facts, 10)."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..engine.clock import instant_text
from ..engine.postgres import like
from .dialect import Dialect

# The fixed catalogue of types, numbered from 1 (API facts, 11.1).
_TYPE_NAMES = (
    "DATABASE",
    "FIREWALL",
    "CLOUD",
    "LAPTOP",
    "SERVER",
    "WORKSTATION",
    "PC",
    "OTHER",
    "BRIDGE",
    "BROADBAND ROUTER",
    "GAME CONSOLE",
    "GENERAL PURPOSE",
    "HUB",
    "LOAD BALANCER",
    "MEDIA DEVICE",
    "PBX",
    "PDA",
    "PHONE",
    "POWER-DEVICE",
    "PRINT SERVER",
    "PROXY SERVER",
    "REMOTE MANAGEMENT",
    "ROUTER",
    "SECURITY-MISC",
    "SPECIALIZED",
    "STORAGE-MISC",
    "SWITCH",
    "TELECOM-MISC",
    "TERMINAL",
    "TERMINAL SERVER",
    "VOIP ADAPTER",
    "VOIP PHONE",
    "WAP",
    "WEB SERVER",
    "WEBCAM",
    "PRINTER",
)
TYPES = dict(enumerate(_TYPE_NAMES, 1))
STATUSES = ("NEW", "CHECK", "MISSING")
MODES = ("CUSTOM", "DISCOVERED", "DYNAMIC")
PLAIN = (
    "assetIp",
    "assetAddresses",
    "assetMac",
    "assetOs",
    "assetOsArch",
    "assetOsMajorVersion",
    "assetOsMinorVersion",
    "assetOsPlatform",
    "assetOsVersion",
    "assetName",
    "assetAliases",
    "assetAlias",
    "serverName",
    "assetAlive",
    "registeredMode",
    "assetStatus",
    "assetSeverityMetric",
    "assetNotes",
    "discoveredAt",
    "modifiedAt",
)
# Members of the group that an asset shows, null if the group was created without them (API facts, 11.1).
GROUP = ("id", "groupName", "groupDescription", "createdDate", "type")
# The first five of the fifty data types of v11; the others were not recorded.
DATA_TYPES_SEEDED = 50
_FIRST_DATA_TYPES = (
    ("wineventlog", "Windows Events", "Used to process Windows Agent integration logs"),
    ("aws", "Amazon Web Services", "Used to process AWS Cloudwatch integration logs"),
    ("azure", "Azure Event Hubs", "Used to process Azure integration logs"),
    ("o365", "Office 365", "Used to filter logs and apply alerting rules related to o365 integration"),
    ("firewall-meraki", "CISCO Meraki", "Used to filter logs and apply alerting rules related to Meraki integration"),
)


class Assets:
    """The tables of the inventory."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Empty the inventory."""
        self.assets: dict[int, dict[str, Any]] = {}
        self.groups: dict[int, dict[str, Any]] = {}
        self.inputs: list[dict[str, Any]] = []

    def seed(self, rows: Mapping[str, Any]) -> None:
        """Add groups, assets and data inputs."""
        for group in rows.get("groups", []):
            self.groups[group["id"]] = {name: group.get(name) for name in GROUP}
        for asset in rows.get("assets", []):
            number = len(self.assets) + 1
            self.assets[number] = {**asset, "id": number}
        self.inputs += [dict(row) for row in rows.get("dataInputs", [])]

    def row(self, asset: dict[str, Any], dialect: Dialect, with_ports: bool) -> dict[str, Any]:
        """An asset as the API shows it; lists leave out ports, and an asset without ports has null.

        Ports come in another order each time.
        """
        is_v11 = dialect.is_v11
        type_id = asset.get("assetTypeId")
        shown = {"id": asset["id"], **{name: asset.get(name) for name in PLAIN}}
        shown["assetType"] = {"id": type_id, "typeName": TYPES.get(type_id)} if type_id is not None else None
        shown["metrics"] = asset.get("metrics") or {}
        ports = [{"port": port["port"], "tcp": port.get("tcp"), "udp": port.get("udp")} for port in _ports(asset)]
        random.shuffle(ports)
        shown["ports"] = ports if with_ports and ports else None
        shown["group"] = self.groups.get(asset.get("groupId") or 0)
        agent = asset.get("isAgent")
        shown["isAgent" if is_v11 else "agent"] = agent if is_v11 else bool(agent)
        shown["dataInputList"] = [input_row(row, dialect) for row in self.inputs_of(asset, is_v11)]
        return shown

    def inputs_of(self, asset: dict[str, Any], is_v11: bool) -> list[dict[str, Any]]:
        """Data inputs whose source is the asset's name or address, on v10 those by address first."""
        names = [asset.get("assetName"), asset.get("assetIp")]
        order = names if is_v11 else names[::-1]
        return [row for name in order if name for row in self.inputs if row["source"] == name]

    def group_of(self, name: str) -> dict[str, Any] | None:
        """The group of the asset with this name, None without one."""
        asset = next((asset for asset in self.assets.values() if asset.get("assetName") == name), {})
        return self.groups.get(asset.get("groupId") or 0)

    def value(self, asset: dict[str, Any], name: str) -> list[Any]:
        """The values of an asset that a list parameter is compared to."""
        if name == "openPorts":
            return [port["port"] for port in _ports(asset)]
        if name == "groups":
            group = self.groups.get(asset.get("groupId") or 0)
            return [group["groupName"]] if group else []
        if name == "type":
            return [TYPES.get(asset.get("assetTypeId") or 0)]
        if name == "dataTypes":
            return [row["dataType"] for row in self.inputs_of(asset, True)]
        return [asset.get(COLUMNS[name])]


COLUMNS = {
    "os": "assetOs",
    "alias": "assetAlias",
    "alive": "assetAlive",
    "status": "assetStatus",
    "probe": "serverName",
    "agent": "isAgent",
    "osPlatform": "assetOsPlatform",
}


def _ports(asset: dict[str, Any]) -> Sequence[dict[str, Any]]:
    ports: Sequence[dict[str, Any]] = asset.get("ports") or []
    return ports


def looks_like(asset: dict[str, Any], text: str) -> bool:
    """Whether address, MAC or name contain the text with wildcards ``%`` and ``_``; the latter two ignore case."""
    folded = like(text)
    exact = like(text, folded=False)
    return exact(asset.get("assetIp")) or folded(asset.get("assetMac")) or folded(asset.get("assetName"))


def input_row(row: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    """A data input as the API shows it, including whether it went silent."""
    is_v11, median = dialect.is_v11, row.get("median")
    down: bool | None = False if is_v11 else None
    if median is not None:
        down = time.time() - row["timestamp"] > median * (1.5 if is_v11 else 6)
    return {
        "id": f"{row['dataType']}-{row['source']}",
        "source": row["source"],
        "dataType": row["dataType"],
        "timestamp": row["timestamp"],
        "median": median,
        "down": down,
        **({"alias": row.get("alias")} if dialect.release.shows_input_alias else {}),
    }


def data_types() -> list[dict[str, Any]]:
    """The recorded rows of the catalogue of data types."""
    return [
        {
            "id": number,
            "dataType": name,
            "dataTypeName": title,
            "dataTypeDescription": about,
            "lastUpdate": instant_text(),
            "included": True,
            "systemOwner": True,
        }
        for number, (name, title, about) in enumerate(_FIRST_DATA_TYPES, 1)
    ]
