# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller shows of an object, as the arguments of the module that would make it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.depth import parsed_json

# Where each kind is read.
ENDPOINTS = {
    "organization": "organizations",
    "credential_type": "credential_types",
    "credential": "credentials",
    "execution_environment": "execution_environments",
    "notification_template": "notification_templates",
    "project": "projects",
    "inventory": "inventories",
    "host": "hosts",
    "job_template": "job_templates",
    "workflow_job_template": "workflow_job_templates",
    "workflow_job_template_node": "workflow_job_template_nodes",
    "schedule": "schedules",
}
LINKS = ("success_nodes", "failure_nodes", "always_nodes")
# Arguments that are shown as the number of another object, whose name stands in the summary.
_NAMED = (
    "organization",
    "credential_type",
    "credential",
    "execution_environment",
    "project",
    "inventory",
    "unified_job_template",
    "workflow_job_template",
)
# Dictionaries that a controller keeps as text.
_TEXTS = ("extra_vars", "variables")


def fields_of(kind: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that the object was made with, as far as the controller shows them in lists."""
    summary = raw.get("summary_fields") or {}
    fields = {name: value for name, value in raw.items() if name not in ("related", "summary_fields", "url", "type")}
    for name in _NAMED:
        if name in raw:
            fields[name] = (summary.get(name) or {}).get("name") or ""
    for name in _TEXTS:
        if name in raw:
            fields[name] = _mapping(raw[name])
    if kind == "project":
        fields["scm_type"] = raw.get("scm_type") or "manual"
    if kind == "job_template":
        fields["credentials"] = [entry["name"] for entry in summary.get("credentials") or []]
    return fields


def node_fields(raw: Mapping[str, Any], identifiers: Mapping[int, str], approval: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a node of a workflow.

    :param identifiers: of all nodes of the workflow, by their numbers.
    :param approval: what the controller shows of its approval; empty for other nodes.
    """
    fields = fields_of("workflow_job_template_node", raw)
    fields.update({link: [identifiers.get(number, "") for number in raw.get(link) or []] for link in LINKS})
    if approval:
        fields["approval_node"] = {name: approval.get(name) for name in ("name", "description", "timeout")}
    return fields


def is_approval(raw: Mapping[str, Any]) -> bool:
    """Whether a node of a workflow waits for an approval."""
    template = (raw.get("summary_fields") or {}).get("unified_job_template") or {}
    return template.get("unified_job_type") == "workflow_approval"


def _mapping(value: Any) -> Any:
    """A dictionary that is kept as JSON or YAML; the text itself if it is neither."""
    if not isinstance(value, str):
        return value or {}
    try:
        return parsed_json(value) if value.strip() else {}
    except ValueError:
        pass
    try:
        return yaml.safe_load(value) or {}
    except yaml.YAMLError:
        return value
