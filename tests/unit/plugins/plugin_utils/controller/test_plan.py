# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run does on a controller in each state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.existing import inventory_of
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.marks import setup_of
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.objects import desired_objects
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.plan import Options, present_plan
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.reading import read
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.rows import plan_data
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.steps import Plan

from .held import HeldObjects
from .setups import settings, shipped_data

SETUP = setup_of("SOC", "UTMStack")
SCHEDULE = {
    "name": "nightly",
    "template": "approved triage",
    "rrule": "DTSTART:20270101T020000Z RRULE:FREQ=DAILY;INTERVAL=1",
}
NOTIFICATION = {"type": "slack", "configuration": {"token": "not-a-real-token", "channels": ["#soc"]}}


def desired(**changes: Any) -> list[dict[str, Any]]:
    """The objects of a setup with everything."""
    return desired_objects(
        settings(**{"schedules": [SCHEDULE], "notification": NOTIFICATION, **changes}), shipped_data()
    )


def planned(held: HeldObjects, objects: list[dict[str, Any]], **options: Any) -> Plan:
    """What a run would do, with the state passed on as variables carry it."""
    state = inventory_of(read(held.get, objects, "SOC").as_data())
    return present_plan(objects, state, Options(SETUP, **options))


def steps(plan: Plan) -> list[tuple[str, str, str, list[str]]]:
    """Action, kind, name and fields of each step."""
    return [(step.action, step.kind, step.name, [it.field for it in step.differences]) for step in plan.steps]


def test_an_empty_controller_gets_every_object() -> None:
    """Without any parent to look up, so check mode works, too."""
    objects = desired()
    plan = planned(HeldObjects(), objects)

    assert [(step.action, step.kind) for step in plan.steps] == [("create", entry["kind"]) for entry in objects]
    assert (plan.problems, plan.unchanged) == ((), 0)


@pytest.mark.parametrize("ways_in", ["shared", "per_instance", "vault"])
def test_a_second_run_has_nothing_to_do(ways_in: str) -> None:
    """What was made is shown as it was made."""
    accounts = {"siem-1": {"api_key": "a"}, "siem-2": {"password": "b", "username": "c"}}
    objects = desired(
        credentials=ways_in, instance_credentials=accounts, project_path="triage", execution_environment_image="e/e:1"
    )
    plan = planned(HeldObjects(objects), objects)

    assert (steps(plan), plan.problems, plan.unchanged) == ([], (), len(objects))


def changed(kind: str, name: str, **fields: Any) -> HeldObjects:
    """A controller with all objects, of which somebody edited one."""
    held = HeldObjects(desired())
    held.find(kind, name).update(fields)
    return held


@pytest.mark.parametrize(
    ("kind", "name", "fields", "expected"),
    [
        ("job_template", "UTMStack triage", {"forks": 50, "limit": "siem-2"}, ["limit"]),
        ("job_template", "UTMStack undo", {"extra_vars": "utmstack_instances: siem-1"}, ["extra_vars"]),
        ("job_template", "UTMStack triage", {"ask_limit_on_launch": False}, ["ask_limit_on_launch"]),
        ("host", "siem-1", {"variables": '{"utmstack_url": "https://evil.example.com"}'}, ["variables.utmstack_url"]),
        ("credential_type", "UTMStack", {"injectors": {}}, ["injectors"]),
        ("schedule", "UTMStack nightly", {"enabled": False}, ["enabled"]),
        (
            "workflow_job_template",
            "UTMStack approved triage",
            {"notification_templates_approvals": []},
            ["notification_templates_approvals"],
        ),
        ("project", "UTMStack project", {"scm_branch": "other"}, ["scm_branch"]),
        ("project", "UTMStack project", {"scm_clean": True}, []),
    ],
)
def test_what_was_edited_by_hand_is_named_and_restored(
    kind: str, name: str, fields: Mapping[str, Any], expected: list[str]
) -> None:
    """And what the setup does not set is left alone."""
    plan = planned(changed(kind, name, **fields), desired())

    assert [(step.name, [it.field for it in step.differences], step.by_hand) for step in plan.steps] == (
        [(name, expected, "yes")] if expected else []
    )


@pytest.mark.parametrize(
    ("inputs", "field"),
    [({}, "inputs.api_key"), ({"api_key": "$encrypted$", "url": "https://x"}, "inputs.url")],
)
def test_nobody_is_named_for_a_change_beside_secrets(inputs: Mapping[str, Any], field: str) -> None:
    """The mark does not cover them, so the variables may have changed as well."""
    (step,) = planned(changed("credential", "UTMStack account", inputs=inputs), desired()).steps

    assert ([it.field for it in step.differences], step.by_hand) == ([field], "perhaps")


def test_a_link_around_the_approval_is_removed() -> None:
    """Also one of a kind that the node does not have."""
    plan = planned(changed("workflow_job_template_node", "plan", success_nodes=["apply"]), desired())

    assert steps(plan) == [("update", "workflow_job_template_node", "plan", ["success_nodes"])]
    assert plan.steps[0].arguments["success_nodes"] == []


def test_an_organization_stays_with_other_variables() -> None:
    """A controller would remove everything in it."""
    assert steps(planned(HeldObjects(desired()), desired(create_organization=False))) == []


def test_an_account_goes_when_secrets_come_from_vault() -> None:
    """It would keep its secret for all who may use it."""
    plan = planned(HeldObjects(desired()), desired(credentials="vault"))

    assert ("remove", "credential", "UTMStack account", []) in steps(plan)


def test_each_value_that_differs_has_a_row() -> None:
    """Within surveys, too. Long texts begin where they differ, and URLs show no account."""
    held = changed("project", "UTMStack project", scm_url="https://soc:old-secret@git.example.com/triage.git")
    held.find("job_template", "UTMStack triage")["survey_spec"]["spec"][0]["question_name"] = "Edited"
    approval = held.find("workflow_job_template_node", "approve")["approval_node"]
    approval["description"] = f"{approval['description']} Hurry."
    rows = {tuple(row[:2]): row[2:] for row in plan_data(planned(held, desired()))["differences"]}

    assert rows["project 'UTMStack project'", "scm_url"][0] == "https://…@git.example.com/triage.git"
    (question,) = [name for title, name in rows if title == "job template 'UTMStack triage'"]
    assert question.startswith("survey_spec.spec.")
    assert question.endswith(".question_name")
    before, _, after = rows["workflow job template node 'approve'", "approval_node.description"]
    assert (before.endswith("without a plan. Hurry."), after.endswith("without a plan.")) == (True, True)


def test_nodes_that_were_linked_or_timed_otherwise_are_restored() -> None:
    """They carry no mark."""
    held = changed("workflow_job_template_node", "plan", always_nodes=["apply"])
    held.find("workflow_job_template_node", "approve")["approval_node"]["timeout"] = 0
    plan = planned(held, desired())

    assert steps(plan) == [
        ("update", "workflow_job_template_node", "plan", ["always_nodes"]),
        ("update", "workflow_job_template_node", "approve", ["approval_node"]),
    ]


def test_other_variables_are_no_edit_by_hand() -> None:
    """The mark still fits what the last run wrote."""
    plan = planned(HeldObjects(desired()), desired(slices=4))

    assert {(step.kind, step.by_hand) for step in plan.steps} == {("job_template", "no")}
    assert {tuple(it.field for it in step.differences) for step in plan.steps} == {("job_slice_count",)}


def test_an_instance_that_is_gone_from_the_variables_is_removed() -> None:
    """And one that somebody added stays, and is named."""
    held = HeldObjects(desired())
    held.add("host", {"name": "by-hand", "inventory": "UTMStack instances", "variables": {}})
    plan = planned(held, desired(instances=settings()["instances"][:1]))

    assert steps(plan) == [("remove", "host", "siem-2", [])]
    assert plan.steps[0].arguments == {"name": "siem-2", "inventory": "UTMStack instances"}
    assert [(stay.kind, stay.name) for stay in plan.stays] == [("host", "by-hand")]


def test_an_empty_list_of_instances_removes_none() -> None:
    """It is more likely a file that was not passed."""
    plan = planned(HeldObjects(desired()), desired(instances=[]))

    assert "controller_objects_instances is empty" in plan.problems[0]


def test_fields_of_a_credential_type_in_use_are_no_step() -> None:
    """A controller refuses to change them."""
    held = changed("credential_type", "UTMStack", inputs={"fields": []})

    (problem,) = planned(held, desired()).problems
    assert problem.startswith("The credential type 'UTMStack' has other fields, and a controller does not change them")
    held.raw["credentials"] = []
    assert planned(held, desired()).problems == ()


def test_objects_of_someone_else_are_not_overwritten() -> None:
    """Unless the user says so."""
    held = HeldObjects(desired())
    held.find("job_template", "UTMStack triage")["description"] = "Mine"

    plan = planned(held, desired())
    assert "job template 'UTMStack triage' exists without the mark of this playbook" in plan.problems[0]
    adopted = planned(held, desired(), adopt=True)
    assert adopted.problems == ()
    assert [(step.name, step.by_hand) for step in adopted.steps] == [("UTMStack triage", "perhaps")]


def test_an_organization_that_exists_is_left_alone() -> None:
    """Others work in it."""
    held = HeldObjects(desired())
    held.find("organization", "SOC")["description"] = "All of us"

    assert steps(planned(held, desired())) == []


def test_secrets_are_written_again_only_if_asked_for() -> None:
    """A controller does not show whether they are current."""
    held, other = HeldObjects(desired()), desired(credential={"api_key": "another"})

    assert steps(planned(held, other)) == []
    assert [step[1] for step in steps(planned(held, other, update_secrets=True))] == [
        "credential",
        "notification_template",
    ]


def test_no_secret_is_in_the_plan_that_is_shown() -> None:
    """Neither the old one nor the new one."""
    held = HeldObjects(desired())
    held.find("credential", "UTMStack account")["inputs"] = {"password": "old-secret"}
    held.find("host", "siem-1")["variables"] = '{"utmstack_password": "old-secret"}'
    held.find("notification_template", "UTMStack notification")["notification_configuration"] = {"token": "old-secret"}
    data = plan_data(planned(held, desired(credential={"token": "new-secret"})))

    shown = str([data["rows"], data["differences"], data["steps"], data["problems"]])
    assert "inputs.token" in shown
    assert "variables.utmstack_password" in shown
    assert not [secret for secret in ("old-secret", "new-secret", "not-a-real-token") if secret in shown]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": "23.9.0"}, "runs version 23.9.0, but controller_objects_minimum_version requires 24.0"),
        ({"version": ""}, "runs version unknown"),
        ({"is_superuser": False}, "is no system administrator, who alone may create the organization 'SOC'"),
    ],
)
def test_a_controller_that_cannot_be_written_to_gets_no_write(change: Mapping[str, Any], message: str) -> None:
    """One sentence with the next step."""
    held = HeldObjects()
    for name, value in change.items():
        setattr(held, name, value)

    assert message in planned(held, desired(), minimum_version="24.0").problems[0]


def test_an_administrator_of_the_organization_may_do_all_but_the_credential_type() -> None:
    """The credential type belongs to all organizations."""
    held = HeldObjects(desired())
    held.is_superuser = False

    assert planned(held, desired(slices=2)).problems == ()
    held.find("organization", "SOC")["summary_fields"]["user_capabilities"]["edit"] = False
    assert "may not change the organization" in planned(held, desired(slices=2)).problems[0]
    held.find("credential_type", "UTMStack")["injectors"] = {}
    assert "who alone may update the credential type 'UTMStack'" in planned(held, desired()).problems[0]


def test_names_that_no_object_has_are_found_before_the_first_write() -> None:
    """Modules would find out halfway."""
    problems = planned(
        HeldObjects(), desired(project_credential="git", execution_environment="ee", instance_groups=["gpu"])
    ).problems

    assert [problem.split(" on the")[0] for problem in problems] == [
        "There is no credential 'git'",
        "There is no execution environment 'ee'",
        "There is no instance group 'gpu'",
    ]
    (missing,) = planned(HeldObjects(), desired(create_organization=False)).problems
    assert missing.startswith("There is no organization 'SOC'. Create it")


def test_names_that_another_organization_has_are_found() -> None:
    """Modules look for inventories by their names in all organizations."""
    held = HeldObjects(desired())
    held.add("organization", {"name": "Other"})
    held.add("inventory", {"name": "UTMStack instances", "organization": "Other"})

    assert "More than one inventory 'UTMStack instances'" in planned(held, desired()).problems[0]


def test_reading_takes_few_requests() -> None:
    """One for each list, each survey, and each name that is looked up."""
    objects = desired()
    held = HeldObjects(objects)
    planned(held, objects)
    surveys = sum("survey_spec" in entry["arguments"] for entry in objects)
    associations = sum(name.startswith("notification_templates") for entry in objects for name in entry["arguments"])

    assert len(held.requests) == 20 + surveys + associations
