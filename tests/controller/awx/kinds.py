# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects of a controller: their fields with defaults, their links and what they have many of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .schedules import PROMPTS

TEMPLATES = ("job_templates", "workflow_job_templates", "projects", "workflow_approval_templates")
# What the list of all templates shows: not the approvals.
LISTED_TEMPLATES = TEMPLATES[:3]
NODES = "workflow_job_template_nodes"


@dataclass(frozen=True)
class Link:
    """A field with the ID of another object, and whether the object that has it is deleted with that one."""

    endpoints: tuple[str, ...]
    cascade: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of objects."""

    endpoint: str
    type: str
    label: str
    fields: Mapping[str, Any]
    links: Mapping[str, Link] = field(default_factory=dict)
    many: Mapping[str, str] = field(default_factory=dict)
    unique: tuple[str, ...] = ("name",)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ("name",)
    read_only: tuple[str, ...] = ()

    @property
    def class_name(self) -> str:
        """The name in messages about fields."""
        return "".join(part.title() for part in self.type.split("_"))


ORGANIZATION = Link(("organizations",))
OWNED = Link(("organizations",), cascade=True)
CREDENTIAL = Link(("credentials",))
ENVIRONMENT = Link(("execution_environments",))
NOTIFIED = {f"notification_templates_{when}": "notification_templates" for when in ("started", "success", "error")}
APPROVALS = {"notification_templates_approvals": "notification_templates"}
LAUNCHED = {"credentials": "credentials", "labels": "labels", "instance_groups": "instance_groups"}
ASKED = dict.fromkeys((*PROMPTS.values(), "ask_variables_on_launch", "ask_credential_on_launch"), False) | {
    "ask_labels_on_launch": False,
    "ask_instance_groups_on_launch": False,
}
WORKFLOW_ASKED = ("inventory", "limit", "scm_branch", "labels", "tags", "skip_tags", "variables")
SAVED = dict.fromkeys(PROMPTS) | {"extra_data": {}}
SAVED_LINKS = {"inventory": Link(("inventories",)), "execution_environment": ENVIRONMENT}

KINDS = {
    kind.endpoint: kind
    for kind in (
        Kind(
            "organizations",
            "organization",
            "Organization",
            {"description": "", "max_hosts": 0, "custom_virtualenv": None, "default_environment": None},
            {"default_environment": ENVIRONMENT},
            {"instance_groups": "instance_groups", "galaxy_credentials": "credentials", **NOTIFIED, **APPROVALS},
        ),
        Kind(
            "credential_types",
            "credential_type",
            "Credential type",
            {"description": "", "kind": "", "namespace": None, "managed": False, "inputs": {}, "injectors": {}},
            unique=("name", "kind"),
            choices={"kind": ("ssh", "vault", "net", "scm", "cloud", "registry", "token", "insights", "external")},
            required=("name", "kind"),
            read_only=("managed", "namespace"),
        ),
        Kind(
            "credentials",
            "credential",
            "Credential",
            {"description": "", "organization": None, "credential_type": None, "managed": False, "inputs": {}},
            {"organization": OWNED, "credential_type": Link(("credential_types",), cascade=True)},
            unique=("organization", "name", "credential_type"),
            required=("name", "credential_type"),
            read_only=("managed",),
        ),
        Kind(
            "projects",
            "project",
            "Project",
            {
                **dict.fromkeys(("description", "local_path", "scm_type", "scm_url", "scm_branch", "scm_refspec"), ""),
                **dict.fromkeys(("scm_clean", "scm_track_submodules", "scm_delete_on_update"), False),
                **dict.fromkeys(("credential", "organization", "default_environment", "custom_virtualenv"), None),
                **dict.fromkeys(("timeout", "scm_update_cache_timeout"), 0),
                **dict.fromkeys(("scm_update_on_launch", "allow_override"), False),
                "signature_validation_credential": None,
                "scm_revision": "",
                "status": "never updated",
            },
            {
                "credential": CREDENTIAL,
                "signature_validation_credential": CREDENTIAL,
                "organization": ORGANIZATION,
                "default_environment": ENVIRONMENT,
            },
            NOTIFIED,
            unique=("name", "organization"),
            choices={"scm_type": ("", "git", "svn", "insights", "archive")},
            read_only=("status", "scm_revision"),
        ),
        Kind(
            "inventories",
            "inventory",
            "Inventory",
            {
                **dict.fromkeys(("description", "kind", "variables"), ""),
                **dict.fromkeys(("organization", "host_filter"), None),
                "prevent_instance_group_fallback": False,
            },
            {"organization": ORGANIZATION},
            {"instance_groups": "instance_groups", "input_inventories": "inventories"},
            unique=("name", "organization"),
            choices={"kind": ("", "smart", "constructed")},
            required=("name", "organization"),
        ),
        Kind(
            "hosts",
            "host",
            "Host",
            {"description": "", "inventory": None, "enabled": True, "instance_id": "", "variables": ""},
            {"inventory": Link(("inventories",), cascade=True)},
            unique=("name", "inventory"),
            required=("name", "inventory"),
        ),
        Kind(
            "execution_environments",
            "execution_environment",
            "Execution environment",
            {
                **dict.fromkeys(("description", "image", "pull"), ""),
                **dict.fromkeys(("organization", "credential"), None),
                "managed": False,
            },
            {"organization": OWNED, "credential": CREDENTIAL},
            choices={"pull": ("", "always", "missing", "never")},
            required=("name", "image"),
            read_only=("managed",),
        ),
        Kind(
            "job_templates",
            "job_template",
            "Job template",
            {
                **dict.fromkeys(("description", "playbook", "scm_branch", "limit", "extra_vars", "job_tags"), ""),
                **dict.fromkeys(("start_at_task", "skip_tags", "host_config_key", "webhook_service"), ""),
                **dict.fromkeys(("inventory", "project", "organization", "execution_environment"), None),
                **dict.fromkeys(("webhook_credential", "custom_virtualenv"), None),
                **dict.fromkeys(("forks", "verbosity", "timeout"), 0),
                **dict.fromkeys(("force_handlers", "use_fact_cache", "survey_enabled", "become_enabled"), False),
                **dict.fromkeys(("diff_mode", "allow_simultaneous", "prevent_instance_group_fallback"), False),
                **ASKED,
                "job_type": "run",
                "job_slice_count": 1,
            },
            {
                "inventory": Link(("inventories",)),
                "project": Link(("projects",)),
                "organization": ORGANIZATION,
                "execution_environment": ENVIRONMENT,
                "webhook_credential": CREDENTIAL,
            },
            {**LAUNCHED, **NOTIFIED},
            unique=("name", "organization"),
            choices={"job_type": ("run", "check")},
            # The organization is that of the project, whatever was given.
            read_only=("organization",),
        ),
        Kind(
            "workflow_job_templates",
            "workflow_job_template",
            "Workflow job template",
            {
                **dict.fromkeys(("description", "extra_vars", "webhook_service"), ""),
                **dict.fromkeys(("organization", "inventory", "limit", "scm_branch", "webhook_credential"), None),
                **dict.fromkeys(("job_tags", "skip_tags"), None),
                **dict.fromkeys(("survey_enabled", "allow_simultaneous"), False),
                **{f"ask_{name}_on_launch": False for name in WORKFLOW_ASKED},
            },
            {"organization": ORGANIZATION, "inventory": Link(("inventories",)), "webhook_credential": CREDENTIAL},
            {"labels": "labels", **NOTIFIED, **APPROVALS},
            unique=("name", "organization"),
        ),
        Kind(
            NODES,
            "workflow_job_template_node",
            "Workflow job template node",
            {
                **SAVED,
                **dict.fromkeys(("workflow_job_template", "unified_job_template"), None),
                "all_parents_must_converge": False,
                "identifier": "",
            },
            {
                **SAVED_LINKS,
                "workflow_job_template": Link(("workflow_job_templates",), cascade=True),
                "unified_job_template": Link(TEMPLATES),
            },
            {**LAUNCHED, "success_nodes": NODES, "failure_nodes": NODES, "always_nodes": NODES},
            unique=("identifier", "workflow_job_template"),
            required=("workflow_job_template",),
        ),
        Kind(
            "workflow_approval_templates",
            "workflow_approval_template",
            "Workflow approval template",
            {"description": "", "timeout": 0},
            unique=(),
        ),
        Kind(
            "schedules",
            "schedule",
            "Schedule",
            {**SAVED, "description": "", "rrule": "", "enabled": True, "unified_job_template": None},
            {**SAVED_LINKS, "unified_job_template": Link(TEMPLATES, cascade=True)},
            LAUNCHED,
            unique=("unified_job_template", "name"),
            required=("name", "unified_job_template", "rrule"),
        ),
        Kind(
            "notification_templates",
            "notification_template",
            "Notification template",
            {
                "description": "",
                "organization": None,
                "notification_type": "",
                "notification_configuration": {},
                "messages": None,
            },
            {"organization": OWNED},
            unique=("organization", "name"),
            choices={
                "notification_type": (
                    *("awssns", "email", "grafana", "irc", "mattermost", "pagerduty", "rocketchat", "slack"),
                    *("twilio", "webhook"),
                )
            },
            required=("name", "organization", "notification_type"),
        ),
        Kind(
            "instance_groups",
            "instance_group",
            "Instance group",
            {
                **dict.fromkeys(("policy_instance_percentage", "policy_instance_minimum"), 0),
                **dict.fromkeys(("max_concurrent_jobs", "max_forks"), 0),
                "is_container_group": False,
                "credential": None,
                "policy_instance_list": [],
                "pod_spec_override": "",
            },
            {"credential": CREDENTIAL},
        ),
        Kind(
            "labels", "label", "Label", {"organization": None}, {"organization": OWNED}, unique=("name", "organization")
        ),
        Kind(
            "users",
            "user",
            "User",
            {"username": "", "first_name": "", "last_name": "", "email": "", "is_superuser": False},
            unique=("username",),
            required=("username",),
        ),
    )
}
