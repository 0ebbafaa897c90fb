# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users do with an installed archive works, with nothing of the repository."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from tests.controller.running import Runner
from tests.controller.test_wrappers import NEEDS, TITLES, failures, run
from tests.eda.rulebook_process import LOCAL, RulebookProcess, connection_environment
from tests.eda.test_rulebooks import VARIABLES, arrive
from tests.integration.playing import alert
from utmstack_simulator.process import SimulatorProcess

from .conftest import ROOT, VENV, Installed

Simulators = Callable[..., SimulatorProcess]


def test_it_is_installed_as_the_version_of_this_repository(installed: Installed) -> None:
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    listed = json.loads(installed.run("ansible-galaxy", "collection", "list", "--format", "json"))
    mine = {path: found["utmstack.siem"]["version"] for path, found in listed.items() if "utmstack.siem" in found}
    assert mine == {str(installed.path / "ansible_collections"): version}
    assert f"core {metadata.version('ansible-core')}" in installed.run("ansible", "--version")


@pytest.mark.parametrize("dialect", [pytest.param("v10", marks=pytest.mark.full), "v11"])
def test_the_demo_runs(installed: Installed, dialect: str) -> None:
    shown = installed.run(sys.executable, str(ROOT / "tools" / "demo.py"), dialect, UTMSTACK_PROXY="http://127.0.0.1:1")
    log = (installed.directory / "tests" / "output" / "demo" / "ansible-playbook.log").read_text(encoding="utf-8")
    assert "Triaging its open alerts" in shown
    assert "failed=0" in log
    assert str(ROOT) not in log.replace(str(VENV), "")


def test_the_inventory_makes_hosts_of_assets(installed: Installed, utmstack_simulator: Simulators) -> None:
    server = utmstack_simulator("v11")
    server.reset()
    rows = [{"assetName": "dns-1", "assetIp": "192.0.2.53", "assetTypeId": 5, "assetStatus": "CHECK"}]
    server.assets({"groups": [], "assets": rows, "dataInputs": []})
    source = installed.directory / "siem.utmstack.yml"
    source.write_text(yaml.safe_dump({"plugin": "utmstack.siem.assets", "url": server.url}), encoding="utf-8")
    listed = installed.run("ansible-inventory", "-i", str(source), "--list", UTMSTACK_API_KEY=server.api_key())
    assert list(json.loads(listed)["_meta"]["hostvars"]) == ["dns-1"]


def test_a_rulebook_closes_an_alert(
    installed: Installed, utmstack_simulator: Simulators, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = utmstack_simulator("v11")
    server.reset()
    covered, other = arrive(server, alert(1, name="Backup"), alert(2))
    known = {"name": "Backups", "query": {"name": ["Backup"]}, "expires": "2099-12-31"}
    variables = {**LOCAL, "ansible_python_interpreter": sys.executable, "false_positives_suppressions": [known]}
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": {"localhost": variables}}}), encoding="utf-8")
    directory = tmp_path / "rulebook"
    directory.mkdir()
    process = RulebookProcess(
        "utmstack.siem.close_known_false_positives",
        directory,
        VARIABLES,
        {**connection_environment(server), **installed.environment},
        arguments=["-i", str(inventory)],
    )
    request.addfinalizer(process.kill)
    process.wait_for(lambda: server.alerts()[covered]["status"] == 5)
    process.wait_for("active suppressions")
    assert server.alerts()[other]["status"] == 2


@pytest.mark.parametrize(
    "title", [title if title == "triage" else pytest.param(title, marks=pytest.mark.full) for title in TITLES]
)
def test_a_job_template_runs(installed: Installed, utmstack_simulator: Simulators, tmp_path: Path, title: str) -> None:
    server = utmstack_simulator("v11", "--scenario", "soc-day")
    project = installed.collection / "controller"
    runner = Runner(tmp_path / "job", installed.venv, str(installed.path), tmp_path, project)

    job = run(runner, server, title)

    assert NEEDS.get(title, "") in failures(job)
    assert job.code == (2 if title in NEEDS else 0), job.output
    assert re.search(r"^PLAY \[", job.output, re.MULTILINE)
