# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that writes: the rows of the kill matrix and the fault matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.aging import aging_rules
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.suppressions import sort_out

from .playing import DAY, alert
from .server_state import KEYS, RULES, TAGS, Observer
from .tasks import Step

SCAN, FRESH, TAKEN, URGENT, DONE = (alert(number)["id"] for number in (1, 2, 3, 4, 5))
ALL = [SCAN, FRESH, TAKEN, URGENT, DONE]
NOW = datetime(2026, 11, 28, tzinfo=timezone.utc)
NAME = "Port scans of November"
OPEN_QUERY = {"status": ["open", "in_review"]}
Prepare = Callable[[Observer], None]


@dataclass(frozen=True)
class Writer:
    """What one writer does to the alerts of `put_alerts`.

    :ivar prepare: what else the server holds before.
    :ivar in_sample: whether the fast set tests it, too.
    :ivar has_undo: whether it changes what utmstack_undo restores.
    :ivar dialects: the major versions that have what it writes.
    """

    name: str
    steps: Sequence[Step]
    prepare: Prepare = field(default=lambda observer: None)
    in_sample: bool = False
    has_undo: bool = True
    dialects: tuple[str, ...] = ("v10", "v11")

    @property
    def has_receipt(self) -> bool:
        """Whether a run can be undone."""
        return self.has_undo and any(step.takes_receipt for step in self.steps)


def full_or_sample(writers: Sequence[Writer]) -> pytest.MarkDecorator:
    """A test of each writer on each major version, of which the fast set runs those of the sample on v11."""
    return pytest.mark.parametrize(
        ("dialect", "writer"),
        [
            pytest.param(
                dialect,
                writer,
                marks=() if writer.in_sample and dialect == "v11" else pytest.mark.full,
                id=f"{writer.name}-{dialect}",
            )
            for writer in writers
            for dialect in writer.dialects
        ],
        indirect=["dialect"],
    )


def put_alerts(observer: Observer) -> None:
    """Five alerts as analysts left them; on v11 two of them have echoes with words of their own."""
    scan = {"name": "Port scan", "tags": ["Old"], "notes": "seen", "statusObservation": "evaluated"}
    sources = [
        alert(1, **scan),
        alert(2),
        alert(3, status=3, statusObservation="analyst: evidence", tags=["Old", "Keep"]),
        alert(4, severity=3, severityLabel="High", name="Ransomware"),
        alert(5, status=5, statusObservation="known", notes="done"),
    ]
    if observer.simulator.dialect == "v11":
        sources += [
            alert(11, parentId=SCAN, status=3, statusObservation="looking", tags=["Mine"]),
            alert(12, parentId=SCAN, status=5, statusObservation="an older scan"),
            alert(13, parentId=TAKEN, statusObservation="sensor"),
        ]
    day = DAY[observer.simulator.dialect]
    observer.simulator.documents([{"index": day, "id": source["id"], "source": source} for source in sources])


def open_incident(observer: Observer) -> None:
    """An incident of two alerts, opened by somebody else."""
    observer.open_incident(NAME, SCAN, TAKEN)


def store_tag(observer: Observer) -> None:
    """A tag of the catalog and a rule that adds it."""
    tag = observer.post(TAGS, {"tagName": "Scan", "tagColor": "#ff0000"})
    condition = {"field": "dataSource.keyword", "operator": "IS", "value": "web-01"}
    tags = [{"id": tag["id"], "tagName": "Scan"}]
    observer.post(RULES, {"name": "By hand", "description": "by hand", "conditions": [condition], "tags": tags})


def store_key(observer: Observer) -> None:
    """An API key."""
    observer.post(KEYS, {"name": "robot", "allowedIp": [], "expiresAt": "2031-01-01T00:00:00Z"})


def store_expired_key(observer: Observer) -> None:
    """An API key that has expired."""
    observer.post(KEYS, {"name": "robot", "allowedIp": [], "expiresAt": "2020-01-01T00:00:00Z"})


TRIAGE_RULES: list[dict[str, Any]] = [
    {
        "name": "Scan",
        "when": {"name": ["Port scan"]},
        "then": {"false_positive": True, "tags": ["Scan"], "remove_tags": ["Old"], "note": "Closed by rule"},
    },
    {
        "name": "Urgent",
        "when": {"severity": ["high"]},
        "then": {"status": "in_review", "tags": ["Tier 1"], "note": "Call the owner"},
    },
    {"name": "Rest", "when": {"severity": ["medium"]}, "then": {"status": "in_review"}},
]
INCIDENT_RULES: list[dict[str, Any]] = [
    {"name": "Urgent", "when": {"severity": ["high"]}, "then": {"status": "in_review", "incident": "Night"}},
    {"name": "Scan", "when": {"name": ["Port scan"]}, "then": {"tags": ["Scan"], "incident": "Scans"}},
]


def _suppressing() -> list[Step]:
    """What the role false_positives does with one suppression."""
    query = {"name": ["Port scan"]}
    suppression = {"name": "Scanner", "query": query, "expires": "2026-12-31", "tag_rule": True, "tags": ["Scan"]}
    sorted_out = sort_out([suppression], NOW, "FP ", "Suppressed")
    rules = [Step("tag_rule", {**rule, "create_tags": True}) for rule in sorted_out["tag_rules"]]
    return [*rules, Step("triage", {"query": OPEN_QUERY, "rules": sorted_out["rules"]})]


def _aging() -> list[Step]:
    """What the role stale_alerts does with a policy of three steps."""
    policy = {"medium": {"remind": "1d"}, "high": {"escalate": "2d"}}
    steps = {
        "remind": {"note": "Still open", "tags": ["Stale"]},
        "escalate": {"note": "Escalated", "tags": ["Escalated"], "status": "in_review"},
        "close": {"status": "completed"},
    }
    return [Step("triage", {"query": OPEN_QUERY, "rules": aging_rules(policy, steps, now=NOW)})]


def _status(**options: Any) -> list[Step]:
    return [Step("alert_status", {"alert_ids": ALL[:4], **options})]


def _tags(**options: Any) -> list[Step]:
    return [Step("alert_tags", {"alert_ids": ALL, **options})]


def _incident(**options: Any) -> list[Step]:
    return [Step("incident", {"name": NAME, **options})]


def _key(
    name: str, options: dict[str, Any], prepare: Prepare = lambda observer: None, in_sample: bool = False
) -> Writer:
    """:param options: the lab names the file of `key_file`."""
    steps = [Step("api_key", {"name": "robot", **options})]
    return Writer(name, steps, prepare, in_sample, dialects=("v11",))


RULE_OPTIONS = {"create_rule": True, "rule_on": ["name"], "rule_since": "2026-11-01", "tags": ["Scan"]}
NEW_RULE = {"name": "Web", "description": "Web servers", "query": {"data_source": ["web-01"]}, "tags": ["Web"]}
COMPLETED = {"status": "completed", "solution": "Blocked"}

WRITERS = [
    Writer("utmstack_alert_status", _status(status="completed")),
    Writer(
        "utmstack_alert_status with an observation",
        _status(status="in_review", observation="Checked", update_observation=True),
    ),
    Writer(
        "utmstack_alert_status, false positives", _status(false_positive=True, observation="harmless"), in_sample=True
    ),
    Writer(
        "utmstack_alert_status with tags and a note",
        _status(status="completed", observation="Checked", tags=["New", "Keep"], note="Checked"),
    ),
    Writer("utmstack_alert_tags, add", _tags(tags=["New", "Keep"])),
    Writer("utmstack_alert_tags, remove", _tags(tags=["Old"], state="absent")),
    Writer("utmstack_alert_tags, set", _tags(tags=["Only"], state="set")),
    Writer("utmstack_alert_tags, rename", _tags(tags=["New"], replaces=["Old"])),
    Writer("utmstack_alert_tags with a tag rule", [Step("alert_tags", {"alert_ids": [SCAN], **RULE_OPTIONS})]),
    Writer("utmstack_alert_notes", [Step("alert_notes", {"alert_ids": ALL[:3], "note": "Checked"})]),
    Writer(
        "utmstack_alert_notes, append, 4 at a time",
        [Step("alert_notes", {"alert_ids": ALL, "note": "Checked", "mode": "append", "concurrency": 4})],
    ),
    Writer("utmstack_alert_notes, remove", [Step("alert_notes", {"alert_ids": ALL, "state": "absent"})]),
    Writer("utmstack_triage", [Step("triage", {"query": OPEN_QUERY, "rules": TRIAGE_RULES})], in_sample=True),
    Writer("utmstack_triage with incidents", [Step("triage", {"query": OPEN_QUERY, "rules": INCIDENT_RULES})]),
    Writer("utmstack_incident, open", _incident(alert_ids=[SCAN, TAKEN], description="d", status="in_review")),
    Writer("utmstack_incident, add alerts", _incident(alert_ids=[SCAN, FRESH, URGENT]), open_incident, has_undo=False),
    Writer("utmstack_incident, change", _incident(description="Scans", status="in_review"), open_incident),
    Writer("utmstack_incident, complete", _incident(**COMPLETED), open_incident, in_sample=True),
    Writer("utmstack_incident, complete and close", _incident(**COMPLETED, close_alerts=True), open_incident),
    Writer(
        "utmstack_incident_note", [Step("incident_note", {"incident": NAME, "note": "Called"})], open_incident, True
    ),
    Writer("utmstack_tag, create", [Step("tag", {"name": "Tier 1", "color": "#00ff00"})]),
    Writer("utmstack_tag, change", [Step("tag", {"name": "Scan", "color": "#00ff00"})], store_tag),
    Writer("utmstack_tag, remove", [Step("tag", {"name": "Scan", "state": "absent", "force": True})], store_tag),
    Writer("utmstack_tag_rule, create", [Step("tag_rule", {**NEW_RULE, "create_tags": True})]),
    Writer(
        "utmstack_tag_rule, change", [Step("tag_rule", {**NEW_RULE, "name": "By hand", "tags": ["Scan"]})], store_tag
    ),
    Writer("utmstack_tag_rule, remove", [Step("tag_rule", {"name": "By hand", "state": "absent"})], store_tag),
    _key("utmstack_api_key, create", {"expires": "2031-01-01T00:00:00Z", "key_file": ""}, in_sample=True),
    _key("utmstack_api_key, change", {"expires": "never", "allowed_addresses": ["10.0.0.0/8"]}, store_key),
    _key("utmstack_api_key, rotate", {"expires": "90d", "rotate": "14d", "key_file": ""}, store_expired_key),
    _key("utmstack_api_key, remove", {"state": "absent"}, store_key),
    Writer("role false_positives", _suppressing()),
    Writer("role stale_alerts", _aging()),
]
