# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/controller.md tells users to write is accepted, and what it names exists."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.checks import problems
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.objects import desired_objects

from tools.pages import ROOT, examples

from .plugins.plugin_utils.controller.setups import settings, shipped_data

FILE = ROOT / "docs" / "controller.md"
PAGE = FILE.read_text(encoding="utf-8")
PREFIX = "controller_objects_"
EXAMPLES = [yaml.safe_load(block) for block in examples(FILE)]
OURS = [block for block in EXAMPLES if all(name.startswith(PREFIX) for name in block)]


def desired(example: dict[str, Any]) -> list[dict[str, Any]]:
    return desired_objects(settings(**{name.removeprefix(PREFIX): example[name] for name in example}), shipped_data())


def test_the_page_has_examples() -> None:
    assert len(OURS) >= 4


@pytest.mark.parametrize("example", OURS, ids=lambda block: next(iter(block)))
def test_examples_break_no_rule(example: dict[str, Any]) -> None:
    assert [problem.message for problem in problems(desired(example), {"playbooks": None})] == []


def test_variables_exist() -> None:
    specs = yaml.safe_load((ROOT / "roles/controller_objects/meta/argument_specs.yml").read_text(encoding="utf-8"))
    named = set(re.findall(rf"{PREFIX}\w+", PAGE))
    assert named
    assert named <= set(specs["argument_specs"]["main"]["options"])


def test_objects_exist() -> None:
    """The names in code that begin with the prefix of all objects."""
    every = {entry["arguments"].get("name") for entry in desired({})} | {
        entry["arguments"].get("name") for entry in desired(OURS[1])
    }
    named = set(re.findall(r"`(UTMStack[^`]*)`", PAGE)) | set(re.findall(r"'(UTMStack[^']*)'", PAGE))
    assert len(named) > 5
    assert named <= every
