# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the project that a controller syncs: its playbooks, collections and rules."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V11
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import read_rules
from ansible_collections.utmstack.siem.plugins.plugin_utils.rules_files import rules_in

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "controller"
WRAPPERS = sorted(PROJECT.glob("*.yml"))
# It runs on the simulator.
WITHOUT_WRAPPER = {"demo"}


def test_each_playbook_has_a_wrapper() -> None:
    playbooks = {file.stem for file in (ROOT / "playbooks").glob("*.yml")} | {"controller"}
    assert {file.stem for file in WRAPPERS} == playbooks - WITHOUT_WRAPPER


@pytest.mark.parametrize("wrapper", WRAPPERS, ids=lambda file: file.stem)
def test_a_wrapper_imports_the_playbook_of_its_name_and_nothing_else(wrapper: Path) -> None:
    (play,) = yaml.safe_load(wrapper.read_text(encoding="utf-8"))
    # A controller knows playbooks by the short name of the keyword alone.
    assert play.keys() == {"name", "import_playbook"}
    assert play["import_playbook"] == f"utmstack.siem.{wrapper.stem}"


def test_the_project_installs_this_version_of_the_collection() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    wanted = yaml.safe_load((PROJECT / "collections" / "requirements.yml").read_text(encoding="utf-8"))
    versions = {collection["name"]: collection["version"] for collection in wanted["collections"]}
    assert versions.pop(f"{galaxy['namespace']}.{galaxy['name']}") == galaxy["version"]
    assert set(versions) == {"awx.awx"}


def test_the_rules_of_the_project_change_nothing() -> None:
    rows = rules_in(DataLoader(), str(PROJECT / "files" / "rules.yml"), "files/rules.yml")
    rules = read_rules(rows, V11, datetime(2026, 11, 29, tzinfo=timezone.utc))
    assert [rule.shadow for rule in rules] == [True]
