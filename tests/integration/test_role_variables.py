# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of variables: misspelled ones of a role are refused, and each connection option has one."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.filter.mistyped_variables import FREE, mistyped_variables
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION

from .playing import ROOT, Played, Stage, alert
from .test_roles import ROLES, specification

CHECK = "Check the names of the variables"
# Variables that tasks of the user find within incident_runbook.
PHASE_FACTS = ["incident_runbook_phase", "incident_runbook_incident", "incident_runbook_alerts"]


def triage(stage: Stage, *arguments: str, **variables: Any) -> Played:
    """Run the triage playbook with a rule that would close the alert."""
    given = {"alert_triage_benign_names": ["Repeated failed logins"], "alert_triage_since": "all", **variables}
    environment = {"UTMSTACK_URL": stage.simulator.url, "UTMSTACK_API_KEY": stage.simulator.api_key()}
    return stage.run_playbook("utmstack.siem.triage", "-e", json.dumps(given), *arguments, environment=environment)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_checks_the_names_of_its_variables_first(role: str) -> None:
    tasks = yaml.safe_load((ROOT / "roles" / role / "tasks" / "main.yml").read_text(encoding="utf-8"))
    assert tasks[0]["name"] == CHECK
    assert tasks[0]["ansible.builtin.assert"]["that"] == f"_{role}_mistyped | length == 0"
    variables = yaml.safe_load((ROOT / "roles" / role / "vars" / "main.yml").read_text(encoding="utf-8"))
    assert f"'^{role}_'" in variables[f"_{role}_mistyped"]
    assert f"from_yaml, '{role}'" in variables[f"_{role}_mistyped"]


def test_no_role_has_the_prefix_of_another() -> None:
    assert [pair for pair in permutations(ROLES, 2) if pair[0].startswith(f"{pair[1]}_")] == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_knows_its_own_variables(role: str) -> None:
    facts = PHASE_FACTS if role == "incident_runbook" else []
    names = [*specification(role), f"{role}_result", *facts, f"{role}_{FREE}ticket", f"_{role}_internal", "other"]
    specs = {"argument_specs": {"main": {"options": specification(role)}}}
    assert mistyped_variables(names, specs, role, facts) == []
    for name in specification(role):
        # A letter twice is close to the right name, however short that is.
        twisted = f"{name}{name[-1]}"
        (message,) = mistyped_variables([twisted], specs, role, facts)
        assert message.startswith(f"{role} has no variable {twisted}. Did you mean ")
        assert name in message


@pytest.mark.parametrize("role", ROLES)
def test_the_free_prefix_is_documented(role: str) -> None:
    for page in (ROOT / "roles" / role / "README.md", ROOT / "docs" / "playbooks.md"):
        text = page.read_text(encoding="utf-8")
        assert f"`{role}_{FREE}" in text or f"the name of the role and `_{FREE}`" in text


def test_a_misspelled_guardrail_is_refused_before_anything_is_written(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    played = triage(v11_stage, alert_triage_max_affekted=1)
    assert played.code != 0
    assert (
        "alert_triage has no variable alert_triage_max_affekted. Did you mean alert_triage_max_affected?"
        in played.result(CHECK)["msg"]
    )
    assert played.journal == []


def test_other_unknown_variables_are_one_warning_and_the_free_prefix_none(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    # Both reach the same alert, so neither may change it.
    hosts = ("-i", "one,two,", "-e", "utmstack_instances=one:two", "--check")
    played = triage(v11_stage, *hosts, alert_triage_zzz=1, alert_triage_my_ticket="SOC-1", alert_triage_my_max="2")
    assert played.code == 0, played.output
    assert " ".join(played.output.split()).count("no variable alert_triage_zzz and ignores it") == 1
    assert "alert_triage_my_ticket" not in played.output
    assert "alert_triage_my_max" not in played.output


def test_a_role_may_run_twice_in_a_play(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2))
    role = {"name": "utmstack.siem.incident_runbook"}
    first = {"incident_runbook_name": "INC-1", "incident_runbook_alert_ids": [alert(1)["id"]]}
    second = {**first, "incident_runbook_phases": ["contain"], "incident_runbook_alert_ids": []}
    tasks = [{"name": "role", "ansible.builtin.include_role": role, "vars": given} for given in (first, second)]
    played = v11_stage.play(*tasks)
    assert played.code == 0, played.output
    result = played.role_result("incident_runbook")
    # Nothing of the first run is counted again.
    assert (result["added"], result["plan_digest"], result["phases"]) == (0, None, {"contain": "done"})
    assert result["incident"]["status"] == "in_review"


def test_the_connection_file_has_every_connection_option_and_no_other() -> None:
    content = yaml.safe_load((ROOT / "playbooks" / "vars" / "connection.yml").read_text(encoding="utf-8"))
    names = [option.name for option in CONNECTION]
    assert content == {"utmstack_connection": {name: f"{{{{ utmstack_{name} | default(omit) }}}}" for name in names}}


def test_options_of_an_instance_come_from_its_inventory_variables(v11_stage: Stage) -> None:
    given = {
        "utmstack_url": v11_stage.simulator.url,
        "utmstack_api_key": v11_stage.simulator.api_key(),
        "utmstack_timeout": "soon",
    }
    played = v11_stage.run_playbook("utmstack.siem.bootstrap", "-e", json.dumps(given))
    assert played.code != 0
    assert "timeout" in played.result("Fail if the instance failed")["msg"]
    assert played.journal == []
    played = v11_stage.run_playbook("utmstack.siem.bootstrap", "-e", json.dumps({**given, "utmstack_timeout": "7"}))
    assert played.code == 0, played.output
