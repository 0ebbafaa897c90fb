# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alert documents as either major version stores them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..backend.alerts import LABELS, RELEASED
from .soc_day_stories import Story

SEVERITIES = {1: "Low", 2: "Medium", 3: "High"}


@dataclass(frozen=True)
class Sides:
    """Who did it to which host.

    :param address: address of the adversary.
    :param user: user of the adversary, empty for none.
    :param host: the target, which is also the data source.
    """

    address: str
    port: int
    user: str
    host: str
    host_address: str = "10.10.0.10"


def stored(dialect: str, source: dict[str, Any], moment: datetime) -> dict[str, Any]:
    """A document with the index of its day: `{"index", "id", "source"}`."""
    index = moment.strftime("v11-alert-%Y-%m-%d" if dialect == "v11" else "alert-%Y.%m.%d")
    return {"index": index, "id": source["id"], "source": source}


def open_alert(dialect: str, story: Story, alert_id: str, moment: datetime, sides: Sides) -> dict[str, Any]:
    """The source of an open alert that nobody has worked on."""
    instant = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    common = {
        "@timestamp": instant,
        "id": alert_id,
        "status": 2,
        "statusLabel": LABELS[2],
        "statusObservation": RELEASED,
        "isIncident": False,
        "incidentDetail": {"createdBy": "", "observation": "", "creationDate": "", "source": ""},
        "name": story.name,
        "category": story.category,
        "severity": story.severity,
        "severityLabel": SEVERITIES[story.severity],
        "description": story.description,
        "solution": "",
        "reference": ["https://attack.mitre.org/"],
        "dataType": story.data_type,
        "dataSource": sides.host,
        "tags": None,
        "notes": "",
    }
    if dialect == "v11":
        return {**common, **_v11_fields(story, instant, sides)}
    return {**common, **_v10_fields(story, alert_id, sides)}


def _v10_fields(story: Story, alert_id: str, sides: Sides) -> dict[str, Any]:
    country, code = story.country

    def side(**known: Any) -> dict[str, Any]:
        empty = {
            "user": "",
            "host": "",
            "ip": "",
            "port": 0,
            "country": "",
            "countryCode": "",
            "city": "",
            "coordinates": [0.0, 0.0],
            "accuracyRadius": 0,
            "asn": 0,
            "aso": "",
            "isSatelliteProvider": False,
            "isAnonymousProxy": False,
        }
        return {**empty, **known}

    return {
        "protocol": "TCP",
        "tactic": story.technique,
        "source": side(user=sides.user, ip=sides.address, port=sides.port, country=country, countryCode=code),
        "destination": side(host=sides.host, ip=sides.host_address, port=story.port),
        "logs": [f"log-{alert_id[:8]}"],
        "TagRulesApplied": None,
    }


def _v11_fields(story: Story, instant: str, sides: Sides) -> dict[str, Any]:
    country, code = story.country
    adversary: dict[str, Any] = {"ip": sides.address, "port": sides.port}
    if sides.user:
        adversary["user"] = sides.user
    if country:
        adversary["geolocation"] = {"country": country, "countryCode": code}
    event = {"id": f"log-{sides.port}", "@timestamp": instant, "dataType": story.data_type, "dataSource": sides.host}
    return {
        "lastUpdate": instant,
        "technique": story.technique,
        "impact": {"confidentiality": story.severity, "integrity": story.severity, "availability": 1},
        "impactScore": story.severity,
        "adversary": adversary,
        "target": {"ip": sides.host_address, "host": sides.host, "port": story.port},
        "events": [event],
        "lastEvent": dict(event),
        "tagRulesApplied": None,
        "deduplicatedBy": [],
    }
