# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every role: its example works as printed, once, and documentation, specification and defaults agree."""

from __future__ import annotations

import json
import re
import shlex
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.pages import blocks_of
from tools.surveys import options_of, plan, prefix_of
from utmstack_simulator.scenarios import load

from .documented import commands_in, how_it_is_run
from .playing import ROOT, Stage, v10_in_full

ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
_CHANGED = re.compile(r"changed=(\d+)")


def specification(role: str) -> dict[str, Any]:
    """The variables as the argument specification has them."""
    text = (ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    options: dict[str, Any] = yaml.safe_load(text)["argument_specs"]["main"]["options"]
    return options


def example(role: str, directory: Path) -> Path:
    """The playbook of the role's README, with the files beside it."""
    page = ROOT / "roles" / role / "README.md"
    section = page.read_text(encoding="utf-8").split("\n## Example\n")[1].split("\n## ")[0]
    playbook = None
    for block in (block for block in blocks_of(page, section) if block.kind == "yaml"):
        path = directory / (block.file or "example.yml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        if "hosts" in yaml.safe_load(block.text)[0]:
            playbook = path
    assert playbook is not None
    return playbook


def further_runs(role: str) -> list[list[str]]:
    """The arguments of the role's commands that do more than run its example, in check mode and for real."""
    page = ROOT / "roles" / role / "README.md"
    found = []
    for command in (command for block in blocks_of(page) if block.kind == "console" for command in commands_in(block)):
        row = how_it_is_run(f"roles/{role}/README.md", command.text)
        if row is not None and row.test is not None and Path(__file__).name in row.test:
            found.append(shlex.split(command.text)[2:])
    return [arguments for arguments in found if arguments not in ([], ["--check", "--diff"])]


def test_further_runs_are_found() -> None:
    assert [arguments[0] for arguments in further_runs("incident_runbook")] == ["-e"]


@v10_in_full
# A controller is no part of the simulator: tests/controller has one.
@pytest.mark.parametrize("role", [role for role in ROLES if role != "controller_objects"])
def test_the_example_works_as_printed_and_once(local_stage: Stage, role: str) -> None:
    local_stage.simulator.fill(load("soc-day", local_stage.dialect))
    playbook = str(example(role, local_stage.directory))
    environment = {
        "UTMSTACK_URL": local_stage.simulator.url,
        "UTMSTACK_USERNAME": "admin",
        "UTMSTACK_PASSWORD": "Adm1n-pass",
        "UTMSTACK_BYPASS_TWO_FACTOR": "true",
    }
    # Otherwise an alert could come of age between two runs.
    moment = datetime.now(timezone.utc)
    times = {
        "stale_alerts_now": moment.isoformat(),
        "triage_report_now": moment.isoformat(),
        "triage_report_since": (moment - timedelta(hours=24)).isoformat(),
    }
    now = ("-e", json.dumps(times))
    checked = local_stage.run_playbook(playbook, "--check", *now, check=True, environment=environment)
    assert checked.code == 0, checked.output
    played = local_stage.run_playbook(playbook, *now, environment=environment)
    assert played.code == 0, played.output
    again = local_stage.run_playbook(playbook, *now, environment=environment)
    assert again.code == 0, again.output
    assert again.writes() == []
    assert _CHANGED.findall(again.output) == ["0"]
    for arguments in further_runs(role):
        further = local_stage.run_playbook(playbook, *arguments, *now, environment=environment)
        assert further.code == 0, further.output


@pytest.mark.parametrize("role", ROLES)
def test_defaults_and_specification_agree(role: str) -> None:
    defaults = yaml.safe_load((ROOT / "roles" / role / "defaults" / "main.yml").read_text(encoding="utf-8"))
    options = specification(role)
    assert {name: option["default"] for name, option in options.items() if "default" in option} == defaults
    assert [name for name in options if not name.startswith(f"{role}_")] == []


@pytest.mark.parametrize("role", ROLES)
def test_the_readme_names_the_page_with_the_variables(role: str) -> None:
    readme = (ROOT / "roles" / role / "README.md").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "reference" / f"{role}_role.rst").read_text(encoding="utf-8")
    assert f"(../../docs/reference/{role}_role.rst)" in readme
    assert [name for name in specification(role) if f'id="parameter-main--{name}"' not in page] == []


def test_the_survey_questions_are_about_variables_that_exist() -> None:
    known = {
        f"{prefix_of(playbook, entry)}{name}": option
        for playbook, entry in plan()["playbooks"].items()
        for name, option in options_of(playbook, entry).items()
    }
    text = (ROOT / "docs" / "playbooks.md").read_text(encoding="utf-8")
    asked = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \| ([^|]*)\|$", text, re.MULTILINE)
    assert asked
    for name, kind, default in asked:
        wanted = known[name].get("default", "")
        shown = ", ".join(wanted) if isinstance(wanted, (list, dict)) else str(wanted)
        assert default.strip() == (shown.lower() if isinstance(wanted, bool) else shown), name
        if kind.strip() in ("Integer", "Float"):
            assert known[name]["type"] == {"Integer": "int", "Float": "float"}[kind.strip()], name
