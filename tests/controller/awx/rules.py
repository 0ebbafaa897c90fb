# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller refuses when an object of a kind is saved, beyond the shape of its fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from .credential_rules import completed, credential_errors, kept_inputs, type_errors
from .notification_rules import filled_in
from .refusal import Refused, not_allowed
from .schedules import rrule_errors, saved_launch_errors
from .store import Fields, Store

NO_BRANCH = "Project does not allow overriding branch."


@dataclass
class Projects:
    """The playbooks that a controller found in projects."""

    playbooks: list[str] = field(default_factory=list)
    """Of each project with a source control."""
    manual: dict[str, list[str]] = field(default_factory=dict)
    """Of manual projects, by their local path."""

    def found(self, project: Mapping[str, Any]) -> list[str]:
        """The playbooks of a project."""
        return list(self.playbooks if project["scm_type"] else self.manual.get(project["local_path"], []))


@dataclass
class Saving:
    """An object that is about to be saved."""

    store: Store
    projects: Projects
    new: Fields
    old: Fields | None
    given: Mapping[str, Any]

    def linked(self, name: str) -> Fields | None:
        """The object that a field links to."""
        found = self.store.by_id(self.new.get(name))
        return found[1] if found else None

    def survey(self, template: Mapping[str, Any]) -> Fields | None:
        """The survey of a template, if it is enabled."""
        return self.store.surveys.get(template["id"]) if template.get("survey_enabled") else None


def check_credential_type(saving: Saving) -> None:
    """Refuse a broken type, and new fields for a type that is in use."""
    if saving.old and saving.old["managed"]:
        raise not_allowed("Modifications not allowed for managed credential types")
    saving.new["inputs"] = completed(saving.new["inputs"])
    used = next(saving.store.referring("credential_types", saving.new["id"]), None) is not None
    if saving.old and used and saving.old["inputs"] != saving.new["inputs"]:
        raise not_allowed("Modifications to inputs are not allowed for credential types that are in use")
    _refuse(type_errors(saving.new["kind"], saving.new["inputs"], saving.new["injectors"]))


def check_credential(saving: Saving) -> None:
    """Refuse a credential without an owner, and fields that its type does not have."""
    owners = [saving.given[name] for name in ("user", "team", "organization") if saving.given.get(name)]
    if not saving.old and not owners:
        raise Refused(400, {"detail": "Missing 'user', 'team', or 'organization'."})
    credential_type = saving.linked("credential_type")
    assert credential_type is not None
    saving.new["inputs"] = kept_inputs(saving.new["inputs"], saving.old["inputs"] if saving.old else {})
    _refuse(credential_errors(credential_type, saving.new["inputs"]))


def check_project(saving: Saving) -> None:
    """Refuse a project without an address; find its playbooks; hand its organization on to its job templates."""
    new = saving.new
    if new["scm_type"] and not new["scm_url"]:
        raise Refused(400, {"scm_url": ["SCM URL is required."]})
    if new["scm_type"]:
        new["local_path"] = f"_{new['id']}__{new['name'].lower().replace(' ', '_')}"
    new["status"] = "successful" if new["scm_type"] else "ok"
    new["scm_revision"] = "0" * 40 if new["scm_type"] else ""
    for template in saving.store.tables["job_templates"].values():
        if template["project"] == new["id"]:
            template["organization"] = new["organization"]


def check_job_template(saving: Saving) -> None:
    """Refuse a playbook that the project does not have."""
    new, project = saving.new, saving.linked("project")
    _check_variables(new, "extra_vars")
    if project is None:
        raise Refused(400, {"project": ["Job Templates must have a project assigned."]})
    if new["inventory"] is None and not new["ask_inventory_on_launch"]:
        raise Refused(400, {"inventory": ["You must either set a default value or ask to prompt on launch."]})
    checked = not (project["scm_type"] and project["allow_override"])
    if checked and new["playbook"] and new["playbook"] not in saving.projects.found(project):
        raise Refused(400, {"playbook": ["Playbook not found for project."]})
    if not new["playbook"]:
        raise Refused(400, {"playbook": ["Must select playbook for project."]})
    for name in ("scm_branch", "ask_scm_branch_on_launch"):
        if new[name] and not project["allow_override"]:
            raise Refused(400, {name: [NO_BRANCH]})
    new["organization"] = project["organization"]


def check_workflow(saving: Saving) -> None:
    """Refuse variables that cannot be read."""
    _check_variables(saving.new, "extra_vars")


def check_variables(saving: Saving) -> None:
    """Refuse variables that cannot be read."""
    _check_variables(saving.new, "variables")


def check_node(saving: Saving) -> None:
    """Refuse answers and prompts that the template does not ask for."""
    template = saving.linked("unified_job_template")
    if template is not None and "ask_variables_on_launch" in template:
        _refuse(saved_launch_errors(_typed(saving, template), saving.survey(template), saving.new, required=False))


def check_schedule(saving: Saving) -> None:
    """Refuse a rule that a controller does not run, missing answers, and prompts that the template does not ask for."""
    if saving.old and dict(saving.given) == {"enabled": False}:
        return
    errors = rrule_errors(saving.new["rrule"])
    if errors:
        raise Refused(400, {"rrule": errors})
    template = saving.linked("unified_job_template")
    assert template is not None
    if template.get("scm_type") == "":
        raise Refused(400, {"unified_job_template": ["Manual Project cannot have a schedule set."]})
    if "ask_variables_on_launch" in template:
        _refuse(saved_launch_errors(_typed(saving, template), saving.survey(template), saving.new))


def check_notification(saving: Saving) -> None:
    """Refuse a notification that lacks what its kind needs, and fill in what it need not have."""
    saving.new["notification_configuration"] = filled_in(
        saving.new["notification_type"],
        saving.new["notification_configuration"],
        saving.old["notification_configuration"] if saving.old else {},
    )


CHECKS: Mapping[str, Callable[[Saving], None]] = {
    "credential_types": check_credential_type,
    "credentials": check_credential,
    "projects": check_project,
    "inventories": check_variables,
    "hosts": check_variables,
    "job_templates": check_job_template,
    "workflow_job_templates": check_workflow,
    "workflow_job_template_nodes": check_node,
    "schedules": check_schedule,
    "notification_templates": check_notification,
}


def check_association(store: Store, relation: str, owner: Fields, target: Fields) -> None:
    """Refuse a second credential of a type: there may be one, and of Vault one for each ID."""
    if relation != "credentials":
        return
    kind = store.tables["credential_types"][target["credential_type"]]
    if kind["kind"] not in ("ssh", "vault", "cloud", "net", "kubernetes"):
        raise Refused(400, {"error": f"Cannot assign a Credential of kind `{kind['kind']}`."})
    for one in (store.tables["credentials"][other] for other in store.related(owner["id"], relation)):
        alike = one["inputs"].get("vault_id", "") == target["inputs"].get("vault_id", "")
        if one["credential_type"] == target["credential_type"] and alike:
            raise Refused(400, {"error": f"Cannot assign multiple {kind['name']} credentials."})


def check_deletion(store: Store, endpoint: str, fields: Fields) -> None:
    """Refuse to delete what the controller brought itself, and a credential type that is in use."""
    if fields.get("managed"):
        raise not_allowed("Deletion not allowed for managed credential types")
    if endpoint == "credential_types" and next(store.referring(endpoint, fields["id"]), None) is not None:
        raise not_allowed("Credential types that are in use cannot be deleted")


def _typed(saving: Saving, template: Fields) -> Fields:
    found = saving.store.by_id(template["id"])
    assert found is not None
    return {**template, "type": found[0].removesuffix("s")}


def _check_variables(new: Fields, name: str) -> None:
    """Variables are kept as the text that was given, if it can be read as YAML."""
    value = new[name]
    if isinstance(value, dict):
        new[name] = json.dumps(value)
        return
    try:
        read = yaml.safe_load(value) if isinstance(value, str) else value
    except yaml.YAMLError as exc:
        raise Refused(400, {name: [f"Cannot parse as JSON (error: not JSON) or YAML (error: {exc})."]}) from exc
    if read is not None and not isinstance(read, dict):
        raise Refused(400, {name: [f"Input type `{type(read).__name__}` is not a dictionary"]})


def _refuse(errors: Mapping[str, Any]) -> None:
    if errors:
        raise Refused(400, errors)
