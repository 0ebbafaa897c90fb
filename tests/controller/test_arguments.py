# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of the role against the argument specifications of the modules of awx.awx."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.objects import desired_objects

from tests.unit.plugins.plugin_utils.controller.setups import named, settings, shipped_data
from tests.unit.plugins.plugin_utils.controller.ways import NIGHTLY, WAYS

# Asks each module of its arguments for what it would check them with.
READER = """
import importlib, json, sys
from ansible_collections.awx.awx.plugins.module_utils.controller_api import ControllerAPIModule

class Read(Exception):
    pass

def read(self, argument_spec, **relations):
    relations.pop("supports_check_mode", None)
    raise Read({"argument_spec": argument_spec, **relations})

ControllerAPIModule.__init__ = read
found = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(f"ansible_collections.awx.awx.plugins.modules.{name}").main()
    except Read as specification:
        found[name] = specification.args[0]
print(json.dumps(found))
"""
EVERYTHING: dict[str, Any] = {
    "schedules": [NIGHTLY],
    "execution_environment_image": "registry.example.com/soc/utmstack:1",
    "notification": {
        "type": "webhook",
        "configuration": {"url": "https://chat.example.com/hook", "http_method": "POST"},
    },
    "project_branch": "main",
    "project_credential": "Git of the SOC",
    "slices": 4,
    "forks": 20,
    "instance_groups": ["siem"],
}
Object = Mapping[str, Any]


@pytest.fixture(scope="session")
def specifications(controller_venv: Path) -> dict[str, dict[str, Any]]:
    """The argument specifications of the modules that the role uses, with their relations."""
    kinds = sorted({entry["kind"] for way in WAYS.values() for entry in objects(**way)})
    environment = {**os.environ, "PYTHONPATH": str(controller_venv / "community")}
    done = subprocess.run(
        [sys.executable, "-c", READER, *kinds], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    assert sorted(found) == kinds
    return found


def objects(**changes: Any) -> list[dict[str, Any]]:
    """The objects of a role that uses every variable."""
    return desired_objects(settings(**{**EVERYTHING, **changes}), shipped_data())


def refusals(specifications: Mapping[str, Any], made: Sequence[Object]) -> list[str]:
    """What the modules would say to these arguments; an argument that they would convert is one, too."""
    found = []
    for entry in made:
        result = ArgumentSpecValidator(**specifications[entry["kind"]]).validate(entry["arguments"])
        found += [f"{entry['kind']}: {message}" for message in result.error_messages]
        for name, value in entry["arguments"].items():
            taken = result.validated_parameters[name]
            if (type(taken), taken) != (type(value), value):
                found.append(f"{entry['kind']}: {name} is {value!r}, which is taken as {taken!r}")
    return found


@pytest.mark.parametrize("way", WAYS)
def test_the_modules_take_the_objects_as_they_are(specifications: dict[str, dict[str, Any]], way: str) -> None:
    assert refusals(specifications, objects(**WAYS[way])) == []


def test_every_module_is_used(specifications: dict[str, dict[str, Any]]) -> None:
    """What is checked is all that the role makes."""
    assert set(specifications) == {
        *("organization", "credential_type", "credential", "execution_environment", "notification_template"),
        *("project", "inventory", "host", "job_template", "schedule"),
        *("workflow_job_template", "workflow_job_template_node"),
    }


@pytest.mark.parametrize(
    ("kind", "name", "changes", "message"),
    [
        ("job_template", "UTMStack triage", {"cost": 1}, "cost. Supported parameters include: allow_simultaneous"),
        ("job_template", "UTMStack triage", {"job_type": "dry"}, "value of job_type must be one of: run, check"),
        ("job_template", "UTMStack triage", {"forks": "many"}, "'forks' is of type"),
        ("job_template", "UTMStack triage", {"forks": "20"}, "forks is '20', which is taken as 20"),
        ("schedule", "UTMStack nightly", {"name": None}, "missing required arguments: name"),
        (
            *("workflow_job_template_node", "approve"),
            {"unified_job_template": "UTMStack triage"},
            "parameters are mutually exclusive: unified_job_template|approval_node",
        ),
    ],
)
def test_a_wrong_argument_is_found(
    specifications: dict[str, dict[str, Any]], kind: str, name: str, changes: dict[str, Any], message: str
) -> None:
    arguments = {key: value for key, value in {**named(objects(), kind, name), **changes}.items() if value is not None}

    (found, *_rest) = refusals(specifications, [{"kind": kind, "arguments": arguments}])

    assert message in found
