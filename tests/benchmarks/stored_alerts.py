# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts as v11 stores them, about one kilobyte each."""

from __future__ import annotations

from typing import Any

_TEXT = "The source host connected to many ports of the target within a short time, which is typical of a port scan. "


def alert_id(number: int) -> str:
    """The ID of an alert."""
    return f"a{number:07d}-0000-4000-8000-000000000001"


def alerts(count: int, kinds: int = 1) -> list[dict[str, Any]]:
    """Open alerts of ten days, under so many names."""
    rows = []
    for number in range(count):
        day = f"2026-11-{number % 10 + 11}"
        moment = f"{day}T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}.{number % 1000:03d}Z"
        source = {
            "@timestamp": moment,
            "lastUpdate": moment,
            "id": alert_id(number),
            "name": f"Kind {number % kinds}",
            "description": _TEXT * 2,
            "solution": _TEXT,
            "reference": ["https://attack.mitre.org/techniques/T1046/"],
            "category": f"Category {number % 8}",
            "technique": "Network Service Discovery",
            "status": 2,
            "statusLabel": "Open",
            "statusObservation": "",
            "severity": number % 3 + 1,
            "severityLabel": ("Low", "Medium", "High")[number % 3],
            "isIncident": False,
            "dataType": "wineventlog",
            "dataSource": f"host-{number % 200}",
            "adversary": {
                "ip": f"10.0.{number % 250}.{number % 199}",
                "user": f"user-{number % 500}",
                "geolocation": {"country": "Germany", "countryCode": "DE", "asn": 64496, "aso": "Example"},
            },
            "target": {"ip": "10.1.0.10", "host": f"host-{number % 200}", "port": 443},
            "tags": None,
            "notes": "",
        }
        rows.append({"index": f"v11-alert-{day}", "id": source["id"], "source": source})
    return rows
