# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of the role pass on every argument of every object."""

from __future__ import annotations

from typing import Any

import yaml
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.plan import REMOVAL_ORDER

from .setups import CONTROLLER
from .test_plan import desired

TASKS = CONTROLLER.parent / "roles" / "controller_objects" / "tasks"


def arguments_of(file: str) -> dict[str, set[str]]:
    """By module, the arguments that the tasks of a file give it."""
    found: dict[str, set[str]] = {}
    for task in yaml.safe_load((TASKS / file).read_text(encoding="utf-8")):
        for name, given in task.items():
            if name.startswith("awx.awx."):
                found.setdefault(name.removeprefix("awx.awx."), set()).update(given)
    return found


def test_every_argument_of_every_object_reaches_its_module() -> None:
    """Otherwise the read-back would blame the controller."""
    everything: dict[str, Any] = {
        "forks": 20,
        "instance_groups": ["default"],
        "execution_environment_image": "e/e:1",
        "project_branch": "main",
        "project_credential": "git",
    }
    passed = arguments_of("write.yml")
    objects = [*desired(**everything), *desired(project_path="triage")]

    assert {entry["kind"] for entry in objects} == set(passed)
    for entry in objects:
        assert set(entry["arguments"]) <= passed[entry["kind"]], entry["kind"]


def test_every_kind_is_removed_in_the_order_of_the_plan() -> None:
    """What refers to others comes first."""
    assert tuple(arguments_of("remove.yml")) == REMOVAL_ORDER
