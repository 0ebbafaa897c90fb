# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random alerts, assets and rules that compare them, small enough for groups and joins to happen often."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import Any

from .playing import Stage, alert

Options = dict[str, Any]
HOSTS = ("web-01", "dc-01", "lab-07", "WEB-01", "localhost")
ADDRESSES = ("10.0.0.5", "10.0.0.6", "10.1.0.7", "172.17.0.1", "127.0.0.1", "fe80::5")
GROUPS = ("Lab", "Domain controllers", "Datacenter")
USERS = ("alice", "svc-backup")
NAMES = ("Port scan", "Phishing", "Failed logins")
EVERY = {"status": ["open", "in_review", "completed"]}
LISTS = {"scans": ["Port scan"], "mail": ["Phishing", "Failed logins"], "crown_jewels": ["Domain controllers"]}
NETWORKS = {"office": ["10.0.0.0/24"]}
_FIRST = datetime(2026, 11, 20, 10, tzinfo=timezone.utc)


def seed(stage: Stage, draw: random.Random) -> list[str]:
    """Put alerts, echoes among them, and assets on the server; the IDs of the alerts."""
    sides = ("source", "destination") if stage.dialect == "v10" else ("adversary", "target")
    sources: list[Options] = []
    for number in range(1, draw.randint(4, 16) + 1):
        made = _alert(draw, number, sides)
        if stage.dialect == "v11" and sources and draw.random() < 0.2:
            made["parentId"] = draw.choice([one["id"] for one in sources if "parentId" not in one])
        sources.append(made)
    stage.seed(*sources)
    stage.simulator.assets(
        {
            "groups": [{"id": number, "groupName": name} for number, name in enumerate(GROUPS, 1)],
            # Each group has an asset.
            "assets": [_asset(draw, number) for number in range(1, draw.randint(3, 7) + 1)],
        }
    )
    return [one["id"] for one in sources]


def _alert(draw: random.Random, number: int, sides: tuple[str, str]) -> Options:
    moment = _FIRST + timedelta(minutes=draw.choice([0, 0, 1, 5, 30, 59, 60, 61, 300]), milliseconds=number)
    made = alert(
        number,
        name=draw.choice(NAMES),
        severity=draw.choice([1, 2, 3]),
        status=draw.choice([1, 2, 2, 2, 3, 5]),
        dataSource=draw.choice([*HOSTS, *ADDRESSES]),
        tags=draw.choice([None, [], ["Scan"]]),
    )
    made["@timestamp"] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for side in sides:
        members = (("host", HOSTS), ("ip", ADDRESSES), ("user", USERS))
        made[side] = {name: draw.choice(values) for name, values in members if draw.random() < 0.7}
    return made


def _asset(draw: random.Random, number: int) -> Options:
    addresses = [one for one in ADDRESSES if draw.random() < 0.3]
    return {
        # Names are unique.
        "assetName": HOSTS[number - 1] if number <= len(HOSTS) else f"host-{number}",
        "assetIp": draw.choice([None, *ADDRESSES]),
        "assetAddresses": ",".join(addresses) or None,
        "assetAliases": draw.choice([None, "web-01", "old-07"]),
        "assetTypeId": draw.choice([2, 5, 6]),
        "assetOsPlatform": draw.choice([None, "ubuntu", "windows"]),
        "assetSeverityMetric": draw.choice([None, 1.5, 7, 9.25]),
        "groupId": number if number <= len(GROUPS) else draw.choice([None, 1, 2]),
    }


def rules(draw: random.Random) -> list[Options]:
    """Rules of every kind, most of them with `asset` or `group`."""
    return [_rule(draw, number) for number in range(1, draw.randint(1, 6) + 1)]


def _rule(draw: random.Random, number: int) -> Options:
    rule = {"name": f"Rule {number}", "when": _when(draw), "then": _then(draw), "stop": draw.random() < 0.6}
    if draw.random() < 0.2:
        rule["unless"] = draw.choice([{"severity": ["high"]}, {"source_ip": ["office"]}, {"name": {"list": "scans"}}])
    if draw.random() < 0.2:
        rule["during"] = {"hours": "10:30-12:00"}
    if draw.random() < 0.5:
        rule["asset"] = _asset_condition(draw)
    if draw.random() < 0.5:
        rule["group"] = _group(draw)
    return {**rule, "mode": draw.choice(["apply", "apply", "apply", "shadow"])}


def _when(draw: random.Random) -> Options:
    return dict(
        draw.choice(
            [
                {"all": True},
                {"all": True},
                {"name": [{"list": "mail"}]},
                {"name": ["Port scan", {"list": "mail"}], "severity": ["low", "medium"]},
                {"status": ["open"]},
                {"source_ip": ["office"]},
                {"user": ["alice"]},
                {"where": [{"field": "name", "operator": "is_one_of", "value": [{"list": "scans"}]}]},
            ]
        )
    )


def _then(draw: random.Random) -> Options:
    then: Options = dict(draw.choice([{}, {"status": "in_review"}, {"status": "completed"}, {"false_positive": True}]))
    if draw.random() < 0.3:
        then["tags"] = ["Tier 1"]
    if draw.random() < 0.2:
        then["note"] = "By rule"
    if draw.random() < 0.2:
        then["incident"] = "Burst"
    return then


def _asset_condition(draw: random.Random) -> Options:
    asked: Options = dict(
        draw.choice(
            [
                {"group": ["Lab"]},
                {"group": [{"list": "crown_jewels"}, "Datacenter"]},
                {"type": ["FIREWALL", "SERVER"]},
                {"name": "web-01"},
                {"os_platform": ["ubuntu"]},
                {"severity": {"at_least": 7}},
                {"severity": [1.5], "type": "SERVER"},
            ]
        )
    )
    return {**asked, **draw.choice([{}, {}, {"side": "source"}, {"side": "target"}, {"side": "data_source"}])}


def _group(draw: random.Random) -> Options:
    by = draw.choice([["name"], ["source_ip"], ["source_ip", "name"], "target_host", ["source_user", "severity"]])
    return {"by": by, "at_least": draw.randint(2, 4), **draw.choice([{}, {"within": "1h"}, {"within": "5m"}])}
