# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job templates, workflows and schedules of a setup. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .setup import Setup, Target

# How a text of YAML or of the command line says that a schedule is disabled.
_OFF = ("false", "no", "off", "0")
_LINKS = ("success_nodes", "failure_nodes", "always_nodes")


def job_templates(setup: Setup, inventory: str) -> Iterator[dict[str, Any]]:
    """One job template for each entry of the data and each target."""
    for target in setup.targets:
        for entry in setup.data["job_templates"]:
            if entry["playbook"] in setup.settings["playbooks"]:
                yield {**_job_template(setup, entry, target), "inventory": inventory}


def _job_template(setup: Setup, entry: Mapping[str, Any], target: Target) -> dict[str, Any]:
    is_divided = entry["writes"] or entry["job_type"] == "check"
    template = {
        "name": setup.name(entry["title"], target.instance),
        "description": f"utmstack.siem.{entry['playbook']}{f' for {target.instance}' if target.instance else ''}",
        "job_type": entry["job_type"],
        "project": setup.name("project"),
        "playbook": f"{entry['playbook']}.yml",
        "credentials": list(target.credentials),
        "extra_vars": {"utmstack_instances": "all", **entry["extra_vars"]},
        "limit": target.instance,
        "ask_limit_on_launch": not target.instance,
        "ask_job_type_on_launch": entry["writes"] and entry["survey"] is not None,
        "ask_diff_mode_on_launch": True,
        # Whoever launches could set any variable of a role, a plan included.
        "ask_variables_on_launch": False,
        # What a report says about all instances would be torn apart by slices.
        "job_slice_count": setup.settings.get("slices") or 1 if is_divided and not target.instance else 1,
        **_survey(setup, entry["survey"]),
    }
    if setup.given("forks"):
        template["forks"] = setup.settings["forks"]
    if setup.given("instance_groups"):
        template["instance_groups"] = list(setup.settings["instance_groups"])
    if setup.execution_environment:
        template["execution_environment"] = setup.execution_environment
    if setup.given("notification"):
        template["notification_templates_error"] = [setup.name("notification")]
    return template


def _survey(setup: Setup, name: Any) -> dict[str, Any]:
    survey = (setup.data["surveys"].get(name) if name is not None else None) or {}
    unasked = setup.settings.get("unasked") or []
    spec = [question for question in survey.get("spec", []) if question["variable"] not in unasked]
    return {"survey_enabled": True, "survey_spec": {**survey, "spec": spec}} if spec else {"survey_enabled": False}


def workflows(setup: Setup) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each workflow and its nodes, for each target."""
    if not setup.settings.get("workflow"):
        return
    for target in setup.targets:
        for entry in setup.data["workflows"]:
            name = setup.name(entry["title"], target.instance)
            yield "workflow_job_template", _workflow(setup, entry, target, name)
            for node in entry["nodes"]:
                yield "workflow_job_template_node", _node(setup, node, target, name)


def _workflow(setup: Setup, entry: Mapping[str, Any], target: Target, name: str) -> dict[str, Any]:
    workflow = {
        "name": name,
        "description": entry["description"],
        "organization": setup.organization,
        "ask_limit_on_launch": not target.instance,
        "ask_variables_on_launch": False,
        "allow_simultaneous": False,
        **_survey(setup, entry["survey"]),
    }
    if setup.given("notification"):
        notified = [setup.name("notification")]
        workflow.update({"notification_templates_error": notified, "notification_templates_approvals": notified})
    return workflow


def _node(setup: Setup, entry: Mapping[str, Any], target: Target, workflow: str) -> dict[str, Any]:
    node: dict[str, Any] = {
        "identifier": entry["identifier"],
        "workflow_job_template": workflow,
        "organization": setup.organization,
        # Each kind of link, since one that was added by hand may lead around the approval.
        **{link: list(entry.get(link) or []) for link in _LINKS},
    }
    if "approval" in entry:
        node["approval_node"] = {**entry["approval"], "timeout": setup.settings.get("approval_timeout") or 0}
    else:
        node["unified_job_template"] = setup.name(entry["template"], target.instance)
        node["lookup_organization"] = setup.organization
    return node


def schedules(setup: Setup) -> Iterator[dict[str, Any]]:
    """Each schedule, for each target."""
    entries = [*setup.data["job_templates"], *setup.data["workflows"]]
    titles = {entry["title"] for entry in entries}
    for target in setup.targets:
        for given in setup.settings.get("schedules") or []:
            template = str(given.get("template") or "").removeprefix(f"{setup.settings['name_prefix']} ")
            yield {
                "name": setup.name(str(given.get("name") or ""), target.instance),
                "description": f"Launches {template}",
                "unified_job_template": setup.name(template, target.instance) if template in titles else template,
                "rrule": given.get("rrule") or "",
                "extra_data": dict(given.get("answers") or {}),
                "enabled": str(given.get("enabled", True)).strip().lower() not in _OFF,
            }
