# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects as a controller answers them."""

from __future__ import annotations

from typing import Any

from . import notification_rules
from .credential_rules import shown_inputs
from .kinds import KINDS, NODES
from .store import Fields, Store

ROOT = "/api/v2"
SURVEYED = ("job_templates", "workflow_job_templates")
JOB_TYPES = {
    "job_templates": "job",
    "workflow_job_templates": "workflow_job",
    "projects": "project_update",
    "workflow_approval_templates": "workflow_approval",
}


def url_of(endpoint: str, wanted: int) -> str:
    """The address of an object."""
    return f"{ROOT}/{endpoint}/{wanted}/"


def shown(store: Store, endpoint: str, one: Fields, may_change: bool = True) -> dict[str, Any]:
    """An object with its address, what is related, and a summary of what it links to; secrets are hidden."""
    kind, url = KINDS[endpoint], url_of(endpoint, one["id"])
    related = {name: f"{url}{name}/" for name in kind.many}
    summary: dict[str, Any] = {"user_capabilities": {"edit": may_change, "delete": may_change}}
    for name in kind.links:
        linked = store.by_id(one[name])
        if linked:
            related[name] = url_of(linked[0], linked[1]["id"])
            described = linked[1].get("description", "")
            summary[name] = {"id": one[name], "name": store.name_of(linked[1]), "description": described}
            if name == "unified_job_template":
                summary[name]["unified_job_type"] = JOB_TYPES[linked[0]]
    answer = {"id": one["id"], "type": kind.type, "url": url, **one}
    if endpoint in SURVEYED:
        related |= {"survey_spec": f"{url}survey_spec/", "launch": f"{url}launch/", "schedules": f"{url}schedules/"}
        survey = store.surveys.get(one["id"])
        if survey:
            summary["survey"] = {"title": survey["name"], "description": survey["description"]}
    if endpoint == "job_templates":
        credentials = (store.tables["credentials"][wanted] for wanted in store.related(one["id"], "credentials"))
        summary["credentials"] = [{"id": credential["id"], "name": credential["name"]} for credential in credentials]
    if endpoint == "workflow_job_templates":
        related["workflow_nodes"] = f"{url}workflow_nodes/"
    if endpoint == "projects":
        related |= {"update": f"{url}update/", "playbooks": f"{url}playbooks/"}
    if endpoint == "organizations":
        counts = {
            other: sum(owned["organization"] == one["id"] for owned in store.tables[other].values())
            for other in ("inventories", "job_templates", "projects")
        }
        summary["related_field_counts"] = {**counts, "teams": 0, "users": 0, "admins": 0, "hosts": 0}
    if endpoint == "inventories":
        related["hosts"] = f"{url}hosts/"
        answer["total_hosts"] = sum(host["inventory"] == one["id"] for host in store.tables["hosts"].values())
    if endpoint == "credentials":
        credential_type = store.tables["credential_types"][one["credential_type"]]
        answer["inputs"] = shown_inputs(credential_type, one["inputs"])
        answer["kind"] = credential_type["kind"]
    if endpoint == "notification_templates":
        answer["notification_configuration"] = notification_rules.shown(
            one["notification_type"], one["notification_configuration"]
        )
    if endpoint == NODES:
        related["create_approval_template"] = f"{url}create_approval_template/"
        for name in ("success_nodes", "failure_nodes", "always_nodes"):
            answer[name] = list(store.related(one["id"], name))
    return {**answer, "related": related, "summary_fields": summary}
