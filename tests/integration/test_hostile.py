# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No playbook runs what an attacker wrote into an alert or an asset, in whatever way it uses the text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .hostile import KINDS, RUN_BY_ANSIBLE, Canaries
from .playing import Stage


@pytest.fixture
def canaries(tmp_path: Path) -> Canaries:
    """Files that show what was run."""
    return Canaries(tmp_path / "canaries")


def seed(stage: Stage, canaries: Canaries) -> None:
    """Alerts and assets with texts of every kind."""
    stage.seed(*(canaries.alert(kind, stage.dialect, number) for number, kind in enumerate(KINDS, 1)))
    groups = [{"id": n, "groupName": canaries.text(kind, "asset group")[:255]} for n, kind in enumerate(KINDS, 1)]
    assets = [
        {
            "assetName": canaries.text(kind, "asset name"),
            "assetIp": f"10.0.0.{number}",
            "assetOs": canaries.text(kind, "asset os"),
            "assetAlias": canaries.text(kind, "asset alias"),
            "groupId": number,
            "assetStatus": "NEW",
        }
        for number, kind in enumerate(KINDS, 1)
    ]
    stage.simulator.assets({"groups": groups, "assets": assets, "dataInputs": []})


def use(rows: str, directory: Path) -> list[dict[str, Any]]:
    """Tasks that use the texts of these rows in the ways that playbooks do."""
    names = f"{{{{ {rows} | map(attribute='name') }}}}"
    (directory / "names.j2").write_text("{{ kept }}\n{% for row in kept %}{{ row.name }}\n{% endfor %}", "utf-8")
    template = {"src": str(directory / "names.j2"), "dest": str(directory / "names")}
    tasks: list[dict[str, Any]] = [
        {"ansible.builtin.debug": {"var": rows}},
        {"ansible.builtin.set_fact": {"kept": f"{{{{ {rows} }}}}"}},
        {"ansible.builtin.debug": {"msg": "{{ named }}"}, "vars": {"named": "{{ kept | map(attribute='name') }}"}},
        {"ansible.builtin.debug": {"msg": "{{ kept | to_nice_yaml | from_yaml | to_json | from_json }}"}},
        {"ansible.builtin.template": template},
        {"ansible.builtin.group_by": {"key": "group_{{ item }}"}, "loop": names},
        {"ansible.builtin.add_host": {"name": "{{ item }}", "groups": "hosts_{{ item }}"}, "loop": names},
        {"ansible.builtin.assert": {"that": ["item == item"], "fail_msg": "{{ item }}"}, "loop": names},
        {"ansible.builtin.debug": {"msg": "{{ groups }} {{ hostvars.keys() }}"}},
    ]
    return [{"name": f"use {number}", **task, "ignore_errors": True} for number, task in enumerate(tasks)]


def test_results_of_modules(local_stage: Stage, canaries: Canaries, tmp_path: Path) -> None:
    seed(local_stage, canaries)
    read = [
        {**local_stage.task("utmstack_alert_info", "alerts", query={"all": True}, limit=100), "register": "alerts"},
        {**local_stage.task("utmstack_asset_info", "assets"), "register": "assets"},
        {**local_stage.task("utmstack_alert_tags", "tag", query={"all": True}, tags=["x"]), "register": "tagged"},
    ]
    played = local_stage.play(*read, *use("alerts.alerts + assets.assets + tagged.alerts", tmp_path))
    for name, rows in (("alerts", "alerts"), ("assets", "assets"), ("tag", "alerts")):
        assert len(played.result(name)[rows]) == len(KINDS)
    assert canaries.made() == set(), played.output


def test_results_of_lookups_and_filters(local_stage: Stage, canaries: Canaries, tmp_path: Path) -> None:
    seed(local_stage, canaries)
    connection = f"url='{local_stage.simulator.url}', username='admin', password='Adm1n-pass', bypass_two_factor=true"
    found = f"query('utmstack.siem.alerts', query={{'all': true}}, {connection})"
    one = f"query('utmstack.siem.alert', found[0].id, {connection})"
    groups = "found | utmstack.siem.group_like"
    cells = "found | map(attribute='name') | map('utmstack.siem.csv_safe') | list"
    shown = [{"name": text, "ansible.builtin.debug": {"msg": f"{{{{ {text} }}}}"}} for text in (groups, cells)]
    read = {"name": "found", "ansible.builtin.set_fact": {"found": f"{{{{ {found} }}}}"}}
    played = local_stage.play(read, *shown, *use(f"{one} + ({groups}) + found", tmp_path))
    assert len(played.result("found")["ansible_facts"]["found"]) == len(KINDS)
    assert len(played.result(groups)["msg"]) == len(KINDS), played.output
    assert played.statuses[cells] == "ok", played.output
    assert canaries.made() == set(), played.output


def test_the_same_texts_are_run_where_they_are_trusted(v11_stage: Stage, canaries: Canaries, tmp_path: Path) -> None:
    """The tasks above would show it: variables from the command line are templates."""
    rows = [{"name": canaries.text(kind, "name")} for kind in RUN_BY_ANSIBLE]
    (tmp_path / "trusted.json").write_text(json.dumps({"rows": rows}), encoding="utf-8")
    v11_stage.play(*use("rows", tmp_path), arguments=["-e", f"@{tmp_path}/trusted.json"])
    assert canaries.made() == {(kind, "name") for kind in RUN_BY_ANSIBLE}
