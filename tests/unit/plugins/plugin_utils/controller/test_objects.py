# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects the variables of the role ask for."""

from __future__ import annotations

from typing import Any

from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.marks import split_description
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.objects import desired_objects

from .setups import named, of_kind, settings, shipped_data

VAULTED = "$ANSIBLE_VAULT;1.1;AES256\n          3132\n          3334\n"


def objects(**changes: Any) -> list[dict[str, Any]]:
    """The objects of the defaults with changes."""
    return desired_objects(settings(**changes), shipped_data())


def test_objects_come_after_what_they_refer_to() -> None:
    """So that a run can make them in this order."""
    kinds = list(dict.fromkeys(entry["kind"] for entry in objects(schedules=[{"name": "n", "template": "triage"}])))

    assert kinds == [
        "organization",
        "credential_type",
        "credential",
        "project",
        "inventory",
        "host",
        "job_template",
        "workflow_job_template",
        "workflow_job_template_node",
        "schedule",
    ]


def test_every_template_runs_a_wrapper_of_the_project() -> None:
    """A controller finds files only, never utmstack.siem.triage."""
    templates = of_kind(objects(), "job_template")

    assert len(templates) == len(shipped_data()["job_templates"])
    assert {template["playbook"] for template in templates} == {
        f"{playbook}.yml" for playbook in settings()["playbooks"]
    }
    assert all(template["extra_vars"]["utmstack_instances"] == "all" for template in templates)


def test_a_shared_credential_leaves_the_addresses_to_the_hosts() -> None:
    """One credential for all, and each host names its server."""
    made = objects()

    assert named(made, "credential", "UTMStack account")["inputs"] == {"api_key": "not-a-real-key"}
    assert named(made, "host", "siem-1")["variables"] == {"utmstack_url": "https://siem-1.example.com"}
    assert named(made, "job_template", "UTMStack triage")["credentials"] == ["UTMStack account"]
    assert named(made, "job_template", "UTMStack triage")["limit"] == ""


def test_a_credential_per_instance_has_templates_of_its_own() -> None:
    """A job template takes one credential of a custom type only."""
    instances = [{"name": "a", "url": "https://a.example.com"}, {"name": "b", "credential": "account of b"}]
    made = objects(
        credentials="per_instance",
        instances=instances,
        instance_credentials={"a": {"token": "t"}},
        playbooks=["triage"],
    )

    assert [credential["name"] for credential in of_kind(made, "credential")] == ["UTMStack account a"]
    assert of_kind(made, "credential")[0]["inputs"] == {"url": "https://a.example.com", "token": "t"}
    template = named(made, "job_template", "UTMStack triage plan b")
    assert (template["limit"], template["credentials"], template["ask_limit_on_launch"]) == (
        "b",
        ["account of b"],
        False,
    )
    workflows = [workflow["name"] for workflow in of_kind(made, "workflow_job_template")]
    assert workflows == ["UTMStack approved triage a", "UTMStack approved triage b"]
    nodes = [
        node for node in of_kind(made, "workflow_job_template_node") if node["workflow_job_template"] == workflows[1]
    ]
    assert {node["unified_job_template"] for node in nodes if "unified_job_template" in node} == {
        "UTMStack triage plan b",
        "UTMStack triage apply b",
    } | {f"UTMStack report{title} b" for title in ("", " of a denied plan")}


def test_vaulted_host_variables_need_no_credential_type() -> None:
    """A text of Ansible Vault reaches the host as inventories of a controller carry it."""
    instances = [{"name": "a", "url": "https://a.example.com", "variables": {"utmstack_api_key": VAULTED}}]
    made = objects(credentials="vault", vault_credential="vault of the SOC", instances=instances)

    assert not of_kind(made, "credential") + of_kind(made, "credential_type")
    assert named(made, "host", "a")["variables"]["utmstack_api_key"] == {
        "__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n3132\n3334\n"
    }
    assert named(made, "job_template", "UTMStack triage")["credentials"] == ["vault of the SOC"]


def test_the_workflow_plans_asks_applies_and_reports() -> None:
    """Plan in check mode, a person decides, and both outcomes are reported."""
    made = objects()
    nodes = {node["identifier"]: node for node in of_kind(made, "workflow_job_template_node")}

    assert named(made, "job_template", nodes["plan"]["unified_job_template"])["job_type"] == "check"
    assert nodes["plan"]["always_nodes"] == ["approve"]
    assert nodes["approve"]["approval_node"]["timeout"] == 3600
    assert (nodes["approve"]["success_nodes"], nodes["approve"]["failure_nodes"]) == (["apply"], ["report_denied"])
    assert nodes["apply"]["always_nodes"] == ["report"]
    denied = named(made, "job_template", nodes["report_denied"]["unified_job_template"])
    assert denied["extra_vars"]["triage_report_approval"] == "denied"
    apply = named(made, "job_template", nodes["apply"]["unified_job_template"])
    assert apply["extra_vars"]["alert_triage_plan_from_stats"] is True
    assert not any("{{" in str(node.get("approval_node")) for node in nodes.values())


def test_slices_divide_the_work_and_never_a_report() -> None:
    """Each slice of a report would know its own instances only."""
    made = objects(slices=4)
    slices = {template["name"]: template["job_slice_count"] for template in of_kind(made, "job_template")}

    assert slices["UTMStack triage plan"] == slices["UTMStack triage apply"] == 4
    assert slices["UTMStack report"] == 1


def test_a_schedule_names_a_template_by_its_title_or_its_name() -> None:
    """And a template of somebody else by its own name."""
    given = [
        {"name": "nightly", "template": "approved triage", "rrule": "R", "answers": {"a": 1}},
        {"name": "weekly", "template": "UTMStack report", "enabled": "false"},
        {"name": "other", "template": "Backup"},
    ]
    made = of_kind(objects(schedules=given), "schedule")

    templates = [schedule["unified_job_template"] for schedule in made]
    assert templates == ["UTMStack approved triage", "UTMStack report", "Backup"]
    assert (made[0]["name"], made[0]["extra_data"], made[0]["enabled"]) == ("UTMStack nightly", {"a": 1}, True)
    assert made[1]["enabled"] is False


def test_notifications_go_to_errors_and_approvals() -> None:
    """Someone has to know that an approval waits."""
    made = objects(notification={"type": "slack", "configuration": {"token": "t", "channels": ["#soc"]}})
    workflow = named(made, "workflow_job_template", "UTMStack approved triage")

    assert workflow["notification_templates_approvals"] == ["UTMStack notification"]
    assert named(made, "job_template", "UTMStack undo")["notification_templates_error"] == ["UTMStack notification"]


def test_descriptions_carry_a_mark_that_knows_no_secret() -> None:
    """The mark changes with the fields, and never with what a controller hides."""

    def marks(**changes: Any) -> dict[str, Any]:
        return {
            entry["arguments"]["name"]: split_description(entry["arguments"]["description"])[1]
            for entry in objects(**changes)
            if "description" in entry["arguments"]
        }

    before, other_secret, other_branch = marks(), marks(credential={"api_key": "x"}), marks(project_branch="prod")
    assert None not in before.values()
    assert before == other_secret
    assert {name for name in before if before[name] != other_branch[name]} == {"UTMStack project"}
    assert not {str(mark) for mark in before.values()} & {str(mark) for mark in marks(organization="B").values()} - {
        str(before["UTMStack"])
    }


def test_what_the_inventory_sets_is_not_asked() -> None:
    """Neither by the templates nor by the workflow; a survey without any question is switched off."""
    every = {question["variable"] for question in shipped_data()["surveys"]["report"]["spec"]}
    made = objects(unasked=["alert_triage_max_affected", *every])

    for kind, name in (("job_template", "UTMStack triage"), ("workflow_job_template", "UTMStack approved triage")):
        asked = [question["variable"] for question in named(made, kind, name)["survey_spec"]["spec"]]
        assert "alert_triage_since" in asked
        assert "alert_triage_max_affected" not in asked
    assert named(made, "job_template", "UTMStack report")["survey_enabled"] is False
    assert "survey_spec" not in named(made, "job_template", "UTMStack report")


def test_no_launch_sets_variables_of_its_own() -> None:
    """A prompt for variables that somebody switched on by hand is drift: it would take a plan that nobody approved."""
    made = objects()

    for kind in ("job_template", "workflow_job_template"):
        assert {entry["ask_variables_on_launch"] for entry in of_kind(made, kind)} == {False}
