# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of Event-Driven Ansible, made with modules that check their arguments and write them down.

No EDA controller takes part. ARGUMENTS is what the modules of ansible.eda 2.12 document.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.events import event_objects

from tests.unit.plugins.plugin_utils.controller.setups import settings, shipped_data

from .conftest import ROOT

TEXT, DICT, BOOL = {"type": "str"}, {"type": "dict"}, {"type": "bool"}
CONNECTION: dict[str, Any] = {
    "controller_host": TEXT,
    "controller_username": TEXT,
    "controller_password": {"type": "str", "no_log": True},
    "request_timeout": {"type": "float"},
    "validate_certs": BOOL,
    "state": {"type": "str", "choices": ["present", "absent"]},
    "name": {"type": "str", "required": True},
    "description": TEXT,
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "decision_environment": {"image_url": TEXT, "credential": TEXT, "organization_name": TEXT},
    "project": {"url": TEXT, "credential": TEXT, "organization_name": TEXT},
    "credential_type": {"inputs": DICT, "injectors": DICT},
    "credential": {"inputs": {"type": "dict", "no_log": True}, "credential_type_name": TEXT, "organization_name": TEXT},
    "rulebook_activation": {
        "project_name": TEXT,
        "rulebook_name": TEXT,
        "decision_environment_name": TEXT,
        "eda_credentials": {"type": "list", "elements": "str"},
        "extra_vars": TEXT,
        "restart_policy": {"type": "str", "choices": ["on-failure", "always", "never"]},
        "log_level": {"type": "str", "choices": ["debug", "info", "error"]},
        "organization_name": TEXT,
    },
}
MODULE = """#!/usr/bin/python
import json
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(json.loads({specification!r}))
with open({log!r}, "a") as log:
    log.write(json.dumps([{name!r}, module.params]) + "\\n")
module.exit_json(changed=True)
"""
RULEBOOKS = ROOT / "extensions" / "eda" / "rulebooks"


def made(tmp_path: Path, **given: Any) -> list[tuple[str, dict[str, Any]]]:
    """The modules that the tasks ran, with the arguments that were given."""
    modules = tmp_path / "ansible_collections" / "ansible" / "eda" / "plugins" / "modules"
    modules.mkdir(parents=True, exist_ok=True)
    log = tmp_path / "made.jsonl"
    log.unlink(missing_ok=True)
    for name, own in ARGUMENTS.items():
        text = MODULE.format(specification=json.dumps({**CONNECTION, **own}), name=name, log=str(log))
        (modules / f"{name}.py").write_text(text, encoding="utf-8")
    variables = {
        **settings(host="https://controller.example.com", username="admin", password="Contr0ller", validate_certs=None),
        "state": "present",
        "events": True,
        "events_host": "",
        "events_image": "registry.example.com/soc/de:1",
        "events_credential": {},
        "rulebooks": ["triage_job"],
        "rulebook_variables": {"utmstack_interval": 30},
        **given,
    }
    include = {"name": "utmstack.siem.controller_objects", "tasks_from": "events.yml"}
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"_controller_objects": variables},
        "tasks": [{"name": "events", "ansible.builtin.include_role": include}],
    }
    book = tmp_path / "events.yml"
    book.write_text(yaml.safe_dump([play]), encoding="utf-8")
    collections = f"{tmp_path}:{ROOT / os.environ.get('VENV', '.venv') / 'collections'}"
    done = subprocess.run(
        ["ansible-playbook", str(book)],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": collections},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not-a-real-key" not in done.stdout + done.stderr
    assert "Contr0ller" not in done.stdout + done.stderr
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [(name, {key: value for key, value in row.items() if value is not None}) for name, row in rows]


def test_each_instance_has_an_account_and_an_activation(tmp_path: Path) -> None:
    done = made(tmp_path)
    kinds = [kind for kind, _arguments in done]
    assert kinds == [
        "decision_environment",
        "project",
        "credential",
        "credential_type",
        "credential",
        "credential",
        "rulebook_activation",
        "rulebook_activation",
    ]
    (activation, _other) = [arguments for kind, arguments in done if kind == "rulebook_activation"]
    assert activation["name"] == "UTMStack triage of siem-1"
    assert activation["rulebook_name"] == "triage_job.yml"
    assert (activation["restart_policy"], activation["organization_name"]) == ("on-failure", "SOC")
    names = {arguments["name"] for _kind, arguments in done}
    assert {activation["project_name"], activation["decision_environment_name"]} <= names
    assert set(activation["eda_credentials"]) == {"UTMStack launcher", "UTMStack events of siem-1"} <= names
    assert yaml.safe_load(activation["extra_vars"]) == {
        "utmstack_instance": "siem-1",
        "utmstack_interval": 30,
        "utmstack_job_template": "UTMStack triage",
        "utmstack_organization": "SOC",
    }
    (kind,) = [arguments for kind, arguments in done if kind == "credential_type"]
    # The controller renders it later.
    assert kind["injectors"]["env"]["UTMSTACK_URL"] == "{{ url | default('') }}"


def test_what_refers_to_others_is_removed_first(tmp_path: Path) -> None:
    done = made(tmp_path, state="absent", rulebooks=[])
    assert {arguments["state"] for _kind, arguments in done} == {"absent"}
    kinds = [kind for kind, _arguments in done]
    assert kinds[: kinds.index("decision_environment")] == ["rulebook_activation"] * 6
    assert kinds[-1] == "credential_type"


def test_without_rulebooks_nothing_reads_alerts(tmp_path: Path) -> None:
    kinds = [kind for kind, _arguments in made(tmp_path, rulebooks=[])]
    assert kinds == ["decision_environment", "project", "credential"]


def test_an_activation_launches_the_template_of_its_instance() -> None:
    given = settings(
        credentials="per_instance",
        instance_credentials={"siem-1": {"api_key": "k1", "ca": "PEM"}, "siem-2": {"api_key": "k2"}},
        events_credential={"ca_path": "/etc/ca.pem"},
    )
    found = event_objects(given, shipped_data()["events"])
    assert found["sources"][0]["inputs"] == {
        "api_key": "k1",
        "url": "https://siem-1.example.com",
        "ca_path": "/etc/ca.pem",
    }
    templates = {row["name"]: row["variables"]["utmstack_job_template"] for row in found["activations"]}
    assert templates["UTMStack triage of siem-2"] == "UTMStack triage siem-2"


def test_the_rulebooks_of_activations_exist_and_name_the_right_templates() -> None:
    data = shipped_data()
    titles = {entry["title"] for entry in data["job_templates"]}
    for name, entry in data["events"]["rulebooks"].items():
        assert f"default('UTMStack {entry['template']}')" in (RULEBOOKS / f"{name}.yml").read_text(encoding="utf-8")
        assert entry["template"] in titles
    specification = ROOT / "roles" / "controller_objects" / "meta" / "argument_specs.yml"
    options = yaml.safe_load(specification.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    assert options["controller_objects_rulebooks"]["choices"] == sorted(data["events"]["rulebooks"])


def test_the_inputs_of_the_credential_type_reach_the_event_source() -> None:
    kind = shipped_data()["events"]["credential_type"]
    for field in kind["inputs"]["fields"]:
        assert any(f" {field['id']} |" in f" {text}" for text in kind["injectors"]["env"].values()), field["id"]


@pytest.mark.parametrize("kind", ARGUMENTS)
def test_the_table_is_a_specification(kind: str) -> None:
    given = {"name": "x", "state": "present"}
    assert ArgumentSpecValidator({**CONNECTION, **ARGUMENTS[kind]}).validate(given).error_messages == []
