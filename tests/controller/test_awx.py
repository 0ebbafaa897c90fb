# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in for AWX does with the real modules what a controller did: what it accepts, refuses and reports."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from .awx.access import User
from .awx.modules import run_module, run_tasks
from .awx.server import Controller, Fault

pytest_plugins = ["tests.controller.awx.fixture"]

ACCEPTED = Path(__file__).parent / "awx" / "accepted"


@pytest.fixture
def filled(awx: Controller) -> Controller:
    """A controller after the tasks that a real one accepted."""
    awx.projects.manual = {"utmstack": ["triage.yml", "report.yml"]}
    results = run_tasks(awx, ACCEPTED / "objects-accepted.yml")
    assert [name for name, result in results if result.get("failed") or not result["changed"]] == []
    return awx


def test_what_a_controller_accepted_is_accepted_and_a_second_run_changes_nothing_but_approvals(
    filled: Controller,
) -> None:
    """The workflow is reported changed on each run, because of its approval: as a controller was seen to do."""
    again = run_tasks(filled, ACCEPTED / "objects-accepted.yml")
    assert [name for name, result in again if result["changed"]] == ["workflow_job_template Approved triage"]
    assert filled.store.names("hosts") == ["siem-1", "siem-2", "siem-3"]
    assert filled.store.names("workflow_approval_templates") == ["Approve the plan"]
    node = filled.store.found("workflow_job_template_nodes", "approve")
    after = filled.store.found("workflow_job_template_nodes", "apply")
    assert filled.store.related(node["id"], "success_nodes") == [after["id"]]


def test_an_approval_with_links_in_one_task_fails_after_the_node_was_made(filled: Controller) -> None:
    """With links in a task of their own, both tasks change nothing in the next run."""
    results = run_tasks(filled, ACCEPTED / "workflow-nodes-accepted.yml")
    name, result = results[-1]
    assert (len(results), name) == (4, "workflow_job_template_node approve")
    assert "could not be found at /api/v2/workflow_approval_templates/" in result["msg"]
    node = {"identifier": "approve", "workflow_job_template": "wf two", "organization": "SOC"}
    approval = {"approval_node": {"name": "Approve", "description": "Look at the plan", "timeout": 3600}}
    for more in (approval, {"success_nodes": ["apply"]}):
        assert not run_module(filled, "workflow_job_template_node", {**node, **more})["changed"]


def test_deletion_takes_along_what_a_controller_deletes(filled: Controller) -> None:
    """A workflow goes with its nodes, approval and schedule, an organization with its credentials."""
    in_use = run_module(filled, "credential_type", {"name": "UTMStack", "state": "absent"})
    assert "You don't have permission to DELETE" in in_use["msg"]
    assert run_module(filled, "workflow_job_template", {"name": "Approved triage", "state": "absent"})["changed"]
    for endpoint in ("workflow_job_template_nodes", "workflow_approval_templates", "schedules"):
        assert filled.store.names(endpoint) == []
    assert run_module(filled, "inventory", {"name": "SIEMs", "organization": "SOC", "state": "absent"})["changed"]
    assert filled.store.names("hosts") == []
    assert filled.store.found("job_templates", "Report")["inventory"] is None
    assert run_module(filled, "organization", {"name": "SOC", "state": "absent"})["changed"]
    assert filled.store.names("credentials") == []
    assert run_module(filled, "credential_type", {"name": "UTMStack", "state": "absent"})["changed"]
    assert not run_module(filled, "credential_type", {"name": "UTMStack", "state": "absent"})["changed"]


def test_secrets_are_not_compared_unless_they_are_to_be_updated(filled: Controller) -> None:
    """A module that may update secrets reports a change on each run; one that may not keeps the old one."""
    same = {"name": "SIEM", "organization": "SOC", "credential_type": "UTMStack"}
    inputs = {**filled.store.found("credentials", "SIEM")["inputs"], "api_key": "another"}
    kept = run_module(filled, "credential", {**same, "inputs": inputs, "update_secrets": False})
    assert (kept["changed"], filled.store.found("credentials", "SIEM")["inputs"]["api_key"]) == (False, "key")
    for _run in range(2):
        assert run_module(filled, "credential", {**same, "inputs": inputs})["changed"]
    assert filled.store.found("credentials", "SIEM")["inputs"]["api_key"] == "another"


def test_a_field_edited_by_hand_is_a_change_also_in_check_mode(filled: Controller) -> None:
    """Check mode sends no request that writes."""
    filled.store.edit("job_templates", "Report", forks=7)
    wanted = {"name": "Report", "organization": "SOC", "forks": 20}
    before = len(filled.writes)
    assert run_module(filled, "job_template", wanted, check=True)["changed"]
    assert (len(filled.writes), filled.store.found("job_templates", "Report")["forks"]) == (before, 7)
    assert run_module(filled, "job_template", wanted)["changed"]
    assert not run_module(filled, "job_template", wanted)["changed"]


def test_a_write_that_was_dropped_answers_200(filled: Controller) -> None:
    """The module reports nothing: who wants to know reads back."""
    filled.faults.append(Fault("PATCH", r"/api/v2/job_templates/\d+/", drop="forks"))
    result = run_module(filled, "job_template", {"name": "Report", "organization": "SOC", "forks": 20})
    assert (result.get("failed"), result["changed"]) == (None, False)
    assert filled.store.found("job_templates", "Report")["forks"] == 0
    filled.faults.append(Fault("PATCH", r"/api/v2/job_templates/\d+/", status=500))
    failed = run_module(filled, "job_template", {"name": "Report", "organization": "SOC", "forks": 20})
    assert "The host sent back a server error" in failed["msg"]


def test_passwords_and_tokens(awx: Controller) -> None:
    """A module without a token makes one and removes it; a wrong password and a missing permission are refused."""
    awx.access.add_user("reader", User("S3cret-of-a-reader", superuser=False))
    reader = {"controller_oauthtoken": None, "controller_username": "reader"}
    refused = run_module(awx, "organization", {"name": "SOC", **reader, "controller_password": "wrong"})
    assert "Failed to get token" in refused["msg"]
    refused = run_module(awx, "organization", {"name": "SOC", **reader, "controller_password": "S3cret-of-a-reader"})
    assert refused["msg"] == "You don't have permission to POST to /api/v2/organizations/ (HTTP 403)."
    assert [(call.method, call.path, call.user, call.status) for call in awx.writes] == [
        ("POST", "/api/v2/organizations/", "reader", 403)
    ]
    assert [token["user"] for token in awx.access.tokens.values()] == ["admin"]
    made = run_module(awx, "token", {"description": "for a run", "scope": "write"})["ansible_facts"]["controller_token"]
    assert awx.access.tokens[made["id"]]["token"] == made["token"]
    assert run_module(awx, "token", {"existing_token": made, "state": "absent"})["changed"]
    assert made["id"] not in awx.access.tokens


def test_another_version_is_a_warning_of_the_modules(awx: Controller, capsys: pytest.CaptureFixture[str]) -> None:
    """The modules go on; who supports some versions only has to look."""
    awx.version = "21.14.0"
    result = run_module(awx, "organization", {"name": "SOC"})
    assert result["changed"]
    warnings = "".join([*result.get("warnings", []), capsys.readouterr().err])
    assert "You are running collection version 24.6.1 but connecting to AWX version 21.14.0" in warnings


def test_a_playbook_and_the_lookup(
    awx: Controller, awx_environment: dict[str, str], controller_venv: Path, tmp_path: Path
) -> None:
    """Check mode and module_defaults reach modules that run without a Python of their own."""
    for number in range(30):
        awx.store.add("labels", name=f"label-{number:02}")
    labels = "{{ query('awx.awx.controller_api', 'labels', return_all=true, return_objects=true) | length }}"
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/awx.awx.controller": {"controller_oauthtoken": awx.token()}},
        "tasks": [
            {"awx.awx.organization": {"name": "Never"}, "check_mode": True},
            {"awx.awx.organization": {"name": "SOC"}, "loop": [1, 2]},
            {"ansible.builtin.debug": {"msg": f"{labels} labels"}},
        ],
    }
    (tmp_path / "play.yml").write_text(json.dumps([play]))
    command = [str(controller_venv / "bin" / "ansible-playbook"), str(tmp_path / "play.yml")]
    ran = subprocess.run(command, env=awx_environment, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (ran.stdout.count("changed: [localhost]"), ran.stdout.count("ok: [localhost] => (item=2)")) == (2, 1)
    assert "30 labels" in ran.stdout
    assert awx.store.names("organizations") == ["Default", "SOC"]
    # The token of the play is used, and none is made by the modules; the lookup makes one for itself and keeps it.
    assert [call.token is not None for call in awx.writes] == [True]
