# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a controller that the variables of the role ask for, in order of dependency. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.conversion import is_blank

from .marks import SHARED, described, setup_of
from .setup import ACCOUNT, PER_INSTANCE, VAULT, Setup
from .templates import job_templates, schedules, workflows
from .vault import carried


def desired_objects(settings: Mapping[str, Any], data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The objects as `kind` and `arguments` of the module of awx.awx, in the order in which they are made.

    :param settings: the variables of the role, without its prefix.
    :param data: the files of controller/objects by name, and in `surveys` those of its folder by playbook.
    """
    setup = Setup(settings, data)
    mark = setup_of(setup.organization, str(settings["name_prefix"]))
    return [_marked(kind, arguments, mark) for kind, arguments in _objects(setup)]


def _objects(setup: Setup) -> Iterator[tuple[str, dict[str, Any]]]:
    organization = {"organization": setup.organization}
    if setup.settings.get("create_organization", True):
        yield "organization", {"name": setup.organization, "description": "Security operations"}
    # It may be left from an earlier setup with credentials.
    if setup.ways_in != VAULT or setup.settings.get("state") == "absent":
        yield "credential_type", {**setup.data["credential_type"]}
    yield from (("credential", {**credential, **organization}) for credential in _credentials(setup))
    if setup.given("execution_environment_image"):
        image = {"image": setup.settings["execution_environment_image"], "pull": "missing"}
        description = "Runs the playbooks of utmstack.siem"
        yield (
            "execution_environment",
            {"name": setup.execution_environment, "description": description, **organization, **image},
        )
    if setup.given("notification"):
        yield "notification_template", {**_notification(setup), **organization}
    yield "project", {**_project(setup), **organization}
    inventory = setup.name("instances")
    yield "inventory", {"name": inventory, "description": "One host for each UTMStack server", **organization}
    for instance in setup.instances:
        yield "host", {"inventory": inventory, **_host(instance)}
    yield from (("job_template", {**template, **organization}) for template in job_templates(setup, inventory))
    yield from workflows(setup)
    yield from (("schedule", {**schedule, **organization}) for schedule in schedules(setup))


def _credentials(setup: Setup) -> Iterator[dict[str, Any]]:
    fields = {"description": "Account of UTMStack", "credential_type": setup.credential_type}
    if setup.ways_in == PER_INSTANCE:
        given = setup.settings.get("instance_credentials") or {}
        for instance in setup.instances:
            if is_blank(instance.get("credential")):
                inputs = {"url": instance.get("url"), **(given.get(instance["name"]) or {})}
                yield {"name": setup.account_of(instance), **fields, "inputs": _inputs(inputs)}
    elif setup.ways_in != VAULT:
        yield {"name": setup.name(ACCOUNT), **fields, "inputs": _inputs(setup.settings.get("credential") or {})}


def _inputs(given: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a credential; what is blank is left out."""
    return {name: value for name, value in given.items() if not is_blank(value)}


def _notification(setup: Setup) -> dict[str, Any]:
    given = setup.settings["notification"]
    return {
        "name": setup.name("notification"),
        "description": "Approvals that wait and jobs that failed",
        "notification_type": given.get("type"),
        "notification_configuration": given.get("configuration") or {},
    }


def _project(setup: Setup) -> dict[str, Any]:
    settings = setup.settings
    project = {"name": setup.name("project"), "description": "Playbooks of utmstack.siem and rules"}
    if setup.given("project_path"):
        return {**project, "scm_type": "manual", "local_path": settings["project_path"]}
    branch = settings["project_branch"] if setup.given("project_branch") else ""
    project.update({"scm_type": "git", "scm_url": settings.get("project_url") or "", "scm_branch": branch})
    if setup.given("project_credential"):
        project["credential"] = settings["project_credential"]
    return project


def _host(instance: Mapping[str, Any]) -> dict[str, Any]:
    variables = {} if is_blank(instance.get("url")) else {"utmstack_url": instance["url"]}
    variables.update({name: carried(value) for name, value in (instance.get("variables") or {}).items()})
    return {"name": str(instance["name"]), "description": "UTMStack server", "enabled": True, "variables": variables}


def _marked(kind: str, arguments: Mapping[str, Any], mark: str) -> dict[str, Any]:
    if kind == "workflow_job_template_node":
        # Nodes have no description: they belong to their workflow.
        return {"kind": kind, "arguments": dict(arguments)}
    return {"kind": kind, "arguments": described(kind, arguments, SHARED if kind == "credential_type" else mark)}
