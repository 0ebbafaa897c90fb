# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only what a setup made is removed, and nothing that someone else uses."""

from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.existing import inventory_of
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.marks import setup_of
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.reading import read
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.removal import absent_plan
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.steps import Plan

from .held import HeldObjects
from .test_plan import SETUP, desired


def planned(held: HeldObjects, setup: str = SETUP) -> Plan:
    """What a run with state absent would do."""
    return absent_plan(inventory_of(read(held.get, desired(), "SOC", with_users=True).as_data()), setup)


def removed(plan: Plan) -> list[str]:
    """The kinds that are removed, in their order, without doubles."""
    return list(dict.fromkeys(step.kind for step in plan.steps))


def stays(plan: Plan) -> dict[tuple[str, str], str]:
    """The reason for each object that stays."""
    return {(stay.kind, stay.name): stay.reason for stay in plan.stays}


def test_everything_that_a_setup_made_is_removed_in_reverse_order() -> None:
    """A controller removes hosts with their inventory, and nodes with their workflow."""
    plan = planned(HeldObjects(desired(execution_environment_image="e/e:1")))

    assert removed(plan) == [
        "schedule",
        "workflow_job_template",
        "job_template",
        "inventory",
        "project",
        "notification_template",
        "execution_environment",
        "credential",
        "credential_type",
        "organization",
    ]
    assert (stays(plan), plan.problems) == ({}, ())
    assert not planned(HeldObjects()).steps


def test_another_setup_is_left_alone() -> None:
    """Its objects carry another mark, and the credential type is needed by both."""
    held = HeldObjects(desired())
    plan = planned(held, setup_of("SOC", "Other"))

    assert not plan.steps
    assert "credential 'UTMStack account'" in stays(plan)["credential_type", "UTMStack"]


def test_an_organization_that_was_there_before_stays() -> None:
    """It carries no mark."""
    held = HeldObjects(desired())
    held.find("organization", "SOC")["description"] = ""
    plan = planned(held)

    assert "organization" not in removed(plan)
    assert stays(plan) == {("organization", "SOC"): "This playbook did not make it."}


def test_a_host_that_somebody_added_keeps_its_inventory() -> None:
    """The hosts of the setup are removed one by one."""
    held = HeldObjects(desired())
    held.add("host", {"name": "by-hand", "inventory": "UTMStack instances", "variables": {}})
    plan = planned(held)

    assert {step.name for step in plan.steps if step.kind == "host"} == {"siem-1", "siem-2"}
    assert stays(plan)["inventory", "UTMStack instances"] == "It is still used by host 'by-hand'."
    assert "inventory 'UTMStack instances'" in stays(plan)["organization", "SOC"]


def test_what_a_template_of_someone_else_uses_stays() -> None:
    """Of the same organization or another one."""
    held = HeldObjects(desired())
    held.add("organization", {"name": "Other"})
    other = {"name": "Backup", "organization": "Other", "project": "UTMStack project", "credentials": []}
    held.add("job_template", other)
    held.add("job_template", {**other, "name": "Scan", "organization": "SOC", "credentials": ["UTMStack account"]})
    plan = planned(held)

    assert (
        stays(plan)["project", "UTMStack project"] == "It is still used by job template 'Backup', job template 'Scan'."
    )
    assert stays(plan)["credential", "UTMStack account"] == "It is still used by job template 'Scan'."
    assert "credential 'UTMStack account'" in stays(plan)["credential_type", "UTMStack"]


def test_a_template_with_a_schedule_of_someone_else_stays() -> None:
    """A controller would remove the schedule with it."""
    held = HeldObjects(desired())
    held.add("schedule", {"name": "mine", "unified_job_template": "UTMStack report"})
    plan = planned(held)

    assert stays(plan)["job_template", "UTMStack report"] == "It is still used by schedule 'mine'."
    assert "job template 'UTMStack report'" in stays(plan)["project", "UTMStack project"]


@pytest.mark.parametrize("organization", ["Other", "SOC"])
def test_a_template_in_a_workflow_of_someone_else_stays(organization: str) -> None:
    """The node would be left without its template."""
    held = HeldObjects(desired())
    held.add("organization", {"name": "Other"})
    held.add("workflow_job_template", {"name": "Theirs", "organization": organization})
    node = {"identifier": "n", "workflow_job_template": "Theirs", "unified_job_template": "UTMStack undo"}
    held.add("workflow_job_template_node", node)

    assert "workflow job template 'Theirs'" in stays(planned(held))["job_template", "UTMStack undo"]


@pytest.mark.parametrize(
    ("field", "label"), [("total_groups", "1 groups"), ("total_inventory_sources", "1 inventory sources")]
)
def test_an_inventory_with_contents_of_someone_else_stays(field: str, label: str) -> None:
    """No run makes groups or sources."""
    held = HeldObjects(desired())
    held.find("inventory", "UTMStack instances")[field] = 1

    assert label in stays(planned(held))["inventory", "UTMStack instances"]


def test_an_organization_with_people_stays() -> None:
    """Teams and users are gone with their organization."""
    held = HeldObjects(desired())
    held.find("organization", "SOC")["summary_fields"]["related_field_counts"] = {"teams": 2, "users": 0}

    assert stays(planned(held)) == {("organization", "SOC"): "It is still used by 2 teams."}


def test_a_credential_of_someone_else_keeps_the_organization() -> None:
    """Of any type: a controller removes it with the organization."""
    held = HeldObjects(desired())
    held.add("credential", {"name": "SSH", "organization": "SOC", "credential_type": "Machine", "inputs": {}})

    assert stays(planned(held)) == {("organization", "SOC"): "It is still used by credential 'SSH'."}


def test_removing_the_credential_type_needs_a_system_administrator() -> None:
    """Found before the first write."""
    held = HeldObjects(desired())
    held.is_superuser = False

    assert "who alone may remove the credential type 'UTMStack'" in planned(held).problems[0]
