# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example that gives a new controller its API key: made on the SIEM, stored as a credential."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring

from tests.integration.playing import COLLECTIONS, ROOT, ansible_environment, run_cold
from utmstack_simulator.process import SimulatorProcess

from .awx.modules import run_module
from .awx.server import Controller

pytest_plugins = ["tests.controller.awx.fixture"]

MAKE, STORE = "Create the API key of a new controller", "Store the key as a credential of the controller"
CREDENTIAL = "UTMStack account"
FIELDS = [{"id": "url", "label": "URL"}, {"id": "api_key", "label": "API key", "secret": True}]


@pytest.fixture
def siem() -> Iterator[SimulatorProcess]:
    """A UTMStack 11."""
    with SimulatorProcess("v11") as simulator:
        yield simulator


def play(directory: Path, siem: SimulatorProcess, awx: Controller, *arguments: str) -> str:
    """The output of a run of the two examples as they stand."""
    path = ROOT / "plugins" / "modules" / "utmstack_api_key.py"
    examples = yaml.safe_load(get_docstring(str(path), fragment_loader, "utmstack.siem", plugin_type="module")[1])
    tasks = [task for task in examples if task["name"] in (MAKE, STORE)]
    assert [task["name"] for task in tasks] == [MAKE, STORE]
    book: dict[str, Any] = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
    (directory / "play.yml").write_text(yaml.safe_dump([book]), encoding="utf-8")
    environment = ansible_environment(
        ANSIBLE_COLLECTIONS_PATH=f"{COLLECTIONS}:{ROOT / '.venv' / 'community'}",
        ANSIBLE_CALLBACK_PLUGINS=str(Path(__file__).parent / "awx" / "callback_plugins"),
        ANSIBLE_CALLBACKS_ENABLED="awx_in_process",
        CONTROLLER_HOST=awx.url,
        CONTROLLER_USERNAME=awx.user,
        CONTROLLER_PASSWORD=awx.password,
        UTMSTACK_URL=siem.url,
        UTMSTACK_USERNAME="admin",
        UTMSTACK_PASSWORD="Adm1n-pass",
        UTMSTACK_BYPASS_TWO_FACTOR="true",
    )
    (ran,) = run_cold([([str(directory / "play.yml"), "-vvv", *arguments], environment)], 120)
    assert ran.code == 0, ran.output
    return ran.output


def test_a_new_controller_gets_its_key(tmp_path: Path, siem: SimulatorProcess, awx: Controller) -> None:
    run_module(awx, "organization", {"name": "SOC"})
    kind = {"name": "UTMStack", "kind": "cloud", "inputs": {"fields": FIELDS, "required": ["url"]}}
    assert "failed" not in run_module(awx, "credential_type", kind)
    play(tmp_path, siem, awx, "--check")
    assert awx.store.names("credentials") == []
    output = play(tmp_path, siem, awx)
    inputs = awx.store.found("credentials", CREDENTIAL)["inputs"]
    assert inputs["url"] == siem.url
    headers = {"Utm-Api-Key": inputs["api_key"]}
    answer = requests.get(f"{siem.url}/api/authenticate", headers=headers, timeout=10)
    assert (answer.status_code, answer.text) == (200, "admin")
    assert inputs["api_key"] not in output
    # The key stays, and so does the credential.
    assert inputs["api_key"] not in play(tmp_path, siem, awx)
    assert json.dumps(awx.store.found("credentials", CREDENTIAL)["inputs"]) == json.dumps(inputs)
