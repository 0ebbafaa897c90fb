# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For each rule, one change of the shipped objects that breaks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .setups import URL

Objects = list[dict[str, Any]]
Edit = Callable[[Objects], Any]
Path = Sequence[Any]

TEMPLATE = "UTMStack triage"
WORKFLOW = "UTMStack approved triage"
KEY = {"api_key": "not-a-real-key"}


def arguments_of(objects: Objects, kind: str, name: str = "") -> dict[str, Any]:
    """The arguments of the first object of a kind, or of the one with a name."""
    return next(
        entry["arguments"]
        for entry in objects
        if entry["kind"] == kind and name in ("", entry["arguments"].get("identifier", entry["arguments"].get("name")))
    )


def put(kind: str, path: Path, value: Any, name: str = "") -> Edit:
    """Set what is at the end of a path of keys and positions."""

    def edit(objects: Objects) -> None:
        place: Any = arguments_of(objects, kind, name)
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return edit


def add(kind: str, **arguments: Any) -> Edit:
    """Append an object."""
    return lambda objects: objects.append({"kind": kind, "arguments": arguments})


def again(kind: str, **changes: Any) -> Edit:
    """Append the first object of a kind once more, with changes."""
    return lambda objects: objects.append({"kind": kind, "arguments": {**arguments_of(objects, kind), **changes}})


def ask(kind: str = "job_template", name: str = TEMPLATE, /, **question: Any) -> Edit:
    """Append a question to the survey of a template."""
    item = {"question_name": "What?", "variable": "alert_triage_my_own", "required": False, "type": "text", **question}
    return lambda objects: arguments_of(objects, kind, name)["survey_spec"]["spec"].append(item)


def field(**properties: Any) -> Edit:
    """Append a field to the credential type."""
    item = {"id": "more", "label": "More", "type": "string", **properties}
    return lambda objects: arguments_of(objects, "credential_type")["inputs"]["fields"].append(item)


def inject(name: str, template: Any, section: str = "env") -> Edit:
    """Set an injector of the credential type."""
    return put("credential_type", ("injectors", section, name), template)


def schedule(**changes: Any) -> Edit:
    """Append a schedule of the triage."""
    rule = "DTSTART:20270101T020000Z RRULE:FREQ=DAILY;INTERVAL=1"
    return add("schedule", **{"name": "nightly", "unified_job_template": TEMPLATE, "rrule": rule, **changes})


def each(*edits: Edit) -> Edit:
    """Several changes, one after the other."""
    return lambda objects: [edit(objects) for edit in edits]


def node(name: str, **changes: Any) -> Edit:
    """Change a node of the workflow."""
    return lambda objects: arguments_of(objects, "workflow_job_template_node", name).update(changes)


NUMBER = {"type": "integer", "variable": "alert_triage_my_number"}
CHOICE = {"type": "multiplechoice", "variable": "alert_triage_my_choice", "choices": ["low", "high"]}
CHOICES = {**CHOICE, "type": "multiselect"}
FREE: dict[str, Any] = {"variables": {"utmstack_url": URL}, "inventory": "UTMStack instances"}

BROKEN: dict[str, Edit] = {
    "name-missing": put("organization", ["name"], " "),
    "name-with-slash": put("organization", ["name"], "SOC/EU"),
    "name-twice": again("organization"),
    "instance-twice": again("host"),
    "instance-variable-twice": add("host", name="siem.1", **FREE),
    "instance-name-is-pattern": add("host", name="siem:3", **FREE),
    "url-without-scheme": put("host", ("variables", "utmstack_url"), "siem-1.example.com"),
    "instance-without-url": put("host", ["variables"], {}),
    "instance-url-outside-credential": put("credential", ("inputs", "url"), "https://siem-1.example.com"),
    "secret-in-host-variables": put("host", ("variables", "utmstack_password"), "not-a-real-password"),
    "vault-credential-missing": put("host", ("variables", "utmstack_password"), {"__ansible_vault": "…"}),
    "credential-type-kind": put("credential_type", ["kind"], "vault"),
    "field-named-tower": field(id="tower"),
    "field-name": field(id="more fields"),
    "field-twice": each(field(), field()),
    "field-type": field(type="number"),
    "field-property": field(placeholder="https://"),
    "choices-on-boolean": field(type="boolean", choices=["yes", "no"]),
    "required-field-unknown": put("credential_type", ("inputs", "required"), ["address"]),
    "boolean-default-not-safe": field(type="boolean", default=True),
    "injector-kind": put("credential_type", ("injectors", "environment"), {}),
    "injector-not-text": inject("UTMSTACK_TIMEOUT", 60),
    "injector-syntax": inject("UTMSTACK_TIMEOUT", "{{ url"),
    "injector-undefined-field": inject("UTMSTACK_PROXY", "{{ proxy }}"),
    "ansible-variable-in-injector": inject("ANSIBLE_FORKS", "20"),
    "injector-unknown-variable": inject("UTMSTACK_USER", "{{ username }}"),
    "file-template-name": inject("ca", "{{ ca }}", "file"),
    "file-variable-always-set": inject("UTMSTACK_CA_PATH", "{{ tower.filename.ca }}"),
    "missing-boolean-not-safe": each(
        field(id="verify", type="boolean"), inject("UTMSTACK_VALIDATE_CERTS", "{{ verify }}")
    ),
    "missing-field-not-blank": inject("UTMSTACK_URL", "https://{{ url }}"),
    "secret-field-shown": inject("UTMSTACK_API_KEY", "{{ username }}"),
    "credential-without-secret": put("credential", ["inputs"], {"username": "analyst"}),
    "credential-unknown-field": put("credential", ["inputs"], {**KEY, "user": "analyst"}),
    "credential-field-type": put("credential", ["inputs"], {**KEY, "skip_tls_verification": "false"}),
    "credential-field-missing": put("credential_type", ("inputs", "required"), ["username"]),
    "second-credential-of-type": each(
        again("credential", name="another"),
        put("job_template", ["credentials"], ["UTMStack account", "another"]),
    ),
    "project-without-source": put("project", ["scm_url"], ""),
    "secret-in-project-url": put("project", ["scm_url"], "https://soc:not-a-real-password@git.example.com/triage.git"),
    "notification-type": add("notification_template", name="alarm", notification_type="webhok"),
    "template-incomplete": put("job_template", ["inventory"], ""),
    "playbook-by-collection-name": put("job_template", ["playbook"], "utmstack.siem.triage"),
    "playbook-not-in-project": put("job_template", ["playbook"], "missing.yml"),
    "plan-not-in-check-mode": put("job_template", ["job_type"], "run", "UTMStack triage plan"),
    "secret-in-extra-vars": put("job_template", ("extra_vars", "utmstack_token"), "not-a-real-token"),
    "survey-incomplete": put("job_template", ("survey_spec", "description"), None, TEMPLATE),
    "survey-empty": put("job_template", ("survey_spec", "spec"), [], TEMPLATE),
    "survey-not-enabled": put("job_template", ["survey_enabled"], False, TEMPLATE),
    "survey-question-without-name": ask(question_name=" "),
    "survey-doubled-variable": each(ask(), ask()),
    "survey-variable-blank": ask(variable="alert triage since"),
    "survey-type": ask(type="boolean"),
    "survey-without-choices": ask(type="multiplechoice"),
    "survey-default-type": ask(**NUMBER, default="7"),
    "survey-default-outside-choices": ask(**CHOICE, default="critical"),
    "survey-multiselect-default-not-applied": ask(**CHOICES, default="high"),
    "survey-limits": ask(**NUMBER, min=10, max=1),
    "survey-default-outside-limits": ask(**NUMBER, max=10, default=11),
    "secret-in-survey": ask(type="password"),
    "survey-overrides-template": ask(variable="utmstack_instances"),
    "survey-overrides-host": put("host", ("variables", "alert_triage_max_affected"), 50),
    "template-unknown": schedule(unified_job_template="UTMStack hunt"),
    "answer-outside-survey": schedule(extra_data={"alert_triage_my_own": "1"}),
    "answer-refused": each(ask(**NUMBER), schedule(extra_data={"alert_triage_my_number": "7"})),
    "prompt-not-asked": schedule(forks=50),
    "answer-with-template": each(ask(), schedule(extra_data={"alert_triage_my_own": "{{ since }}"})),
    "secret-in-answers": each(
        put("job_template", ["ask_variables_on_launch"], True, TEMPLATE),
        schedule(extra_data={"utmstack_api_key": "not-a-real-key"}),
    ),
    "schedule-rule": schedule(rrule="DTSTART:20270101T020000 RRULE:FREQ=DAILY;INTERVAL=1"),
    "schedule-without-answers": each(ask(required=True, default="7"), schedule()),
    "approval-text-template": node("approve", approval_node={"name": "Approve", "description": "{{ plan_digest }}"}),
    "workflow-nodes-not-idempotent": put("workflow_job_template", ["workflow_nodes"], [{"identifier": "plan"}]),
    "node-link-unknown": node("plan", always_nodes=["approve", "hunt"]),
    "workflow-unknown": add(
        "workflow_job_template_node",
        identifier="plan",
        workflow_job_template="UTMStack hunt",
        unified_job_template=TEMPLATE,
    ),
    "apply-without-approval": node("plan", success_nodes=["apply"]),
    "denial-unreported": node("approve", failure_nodes=[]),
    "plan-in-survey": ask("workflow_job_template", WORKFLOW, variable="alert_triage_plan"),
}
