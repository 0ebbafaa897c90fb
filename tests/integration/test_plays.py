# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plays of the playbooks depend on, whatever an inventory or ansible.cfg says, and their summary."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from .playing import ROOT, Stage

PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))
PINS = "vars/{{ 'local' if inventory_hostname | default('') in ansible_play_hosts_all else 'delegated' }}.yml"
# What an administrator may set for all playbooks of a company.
CONFIGURED = {
    "ANSIBLE_STRATEGY": "free",
    "ANSIBLE_ANY_ERRORS_FATAL": "true",
    "ANSIBLE_BECOME": "true",
    "ANSIBLE_BECOME_METHOD": "su",
    "ANSIBLE_BECOME_USER": "no-such-user",
    "UTMSTACK_RETRY_BUDGET": "0",
}
SUMMARY = "Show the outcome of all instances"


def inventory(stage: Stage, **groups: dict[str, dict[str, Any]]) -> tuple[str, str]:
    """The arguments that name an inventory of these groups."""
    path = stage.directory / "inventory.json"
    path.write_text(json.dumps({name: {"hosts": hosts} for name, hosts in groups.items()}), encoding="utf-8")
    return ("-i", str(path))


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_each_playbook_pins_what_it_depends_on(path: Any) -> None:
    play, *others = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert (play["any_errors_fatal"], play["gather_facts"]) == (False, False)
    if play["hosts"] == "localhost":
        assert "vars/local.yml" in play["vars_files"]
        assert others == []
    else:
        assert play["hosts"] == "{{ utmstack_hosts }}"
        assert play["vars_files"][:3] == ["vars/hosts.yml", PINS, "vars/connection.yml"]
        assert play["module_defaults"] == {"group/utmstack.siem.utmstack": "{{ utmstack_connection }}"}
        assert [other["ansible.builtin.import_playbook"] for other in others] == ["plays/summary.yml"]


def test_inventory_and_configuration_change_nothing_and_one_summary_is_right(v11_stage: Stage) -> None:
    reach = {"utmstack_url": v11_stage.simulator.url, "utmstack_api_key": v11_stage.simulator.api_key()}
    away = {"ansible_host": "127.0.0.1", "ansible_port": 9}
    hosts: dict[str, dict[str, Any]] = {
        "by-ssh": {**reach, **away, "ansible_connection": "ssh"},
        "by-winrm": {**reach, **away, "ansible_connection": "winrm", "ansible_shell_type": "powershell"},
        "2001:db8::7": {**reach, "ansible_become": True, "ansible_become_exe": "/nowhere/sudo"},
        "down": {"utmstack_url": "http://127.0.0.1:9", "utmstack_api_key": "of-another-server"},
    }
    given = {"utmstack_instances": "siems", "triage_report_directory": "reports"}
    arguments = (*inventory(v11_stage, siems=hosts), "utmstack.siem.report", "-e", json.dumps(given))
    played = v11_stage.run_playbook(*arguments, environment=CONFIGURED)
    assert played.code == 2
    assert played.output.count(f"TASK [{SUMMARY}]") == 1
    *rows, total = played.result(SUMMARY)["msg"]
    assert {row.split()[0]: row.split()[1] for row in rows} == {
        **dict.fromkeys(hosts, "ok"),
        "down": "FAILED",
    }
    assert total.split() == ["4", "instances", "1", "failed"]
    made = sorted(path.name.split("-")[0] for path in (v11_stage.directory / "reports").glob("*.html"))
    assert made == ["2001_db8_7", "by", "by"]
    assert str(v11_stage.directory / "reports" / "by-ssh.html") in played.output


def test_hosts_outside_of_the_play_are_reached_as_the_inventory_says(v11_stage: Stage) -> None:
    ssh = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}
    own = {"name": "own", "ansible.builtin.stat": {"path": "/"}}
    firewall = {**own, "name": "firewall", "delegate_to": "firewall", "ignore_unreachable": True}
    files = [str(ROOT / "playbooks" / name) for name in ("vars/hosts.yml", PINS)]
    played = v11_stage.play(
        own,
        firewall,
        arguments=(
            *inventory(v11_stage, siems={"siem": ssh}, others={"firewall": ssh}),
            "-e",
            "utmstack_instances=siem",
        ),
        play={"hosts": "{{ utmstack_hosts }}", "vars_files": files},
    )
    assert played.result("own")["stat"]["exists"] is True
    assert played.statuses["firewall"] == "unreachable" or played.result("firewall")["unreachable"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("-e", "utmstack_instances=siem"),
            "No host matches utmstack_instances (siem). Set utmstack_instances to hosts",
        ),
        (
            ("-e", "utmstack_instances=siems", "--limit", "other"),
            "No host matches utmstack_instances (siems) within --limit (other).",
        ),
        (("--limit", "other"), "No host matches utmstack_instances (localhost) within --limit (other)."),
    ],
)
def test_a_run_without_hosts_fails(v11_stage: Stage, arguments: tuple[str, ...], said: str) -> None:
    where = inventory(v11_stage, siems={"one": {}}, others={"other": {}})
    played = v11_stage.run_playbook(*where, "utmstack.siem.undo", *arguments)
    assert played.code != 0
    assert said in " ".join(played.output.split())
