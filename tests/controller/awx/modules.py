# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules of awx.awx and tasks with them, run in the process of the tests: in a tenth of the time of Ansible."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2.nativetypes
import yaml

from .in_process import result_of
from .server import Controller

RESERVED = ("name", "loop", "register")


def run_module(controller: Controller, name: str, arguments: Mapping[str, Any], check: bool = False) -> dict[str, Any]:
    """The result of a module of awx.awx."""
    access = {"controller_host": controller.url, "controller_oauthtoken": controller.token()}
    given = {**access, **arguments, "_ansible_check_mode": check, "_ansible_remote_tmp": "/tmp"}
    return result_of(name, given)


def run_tasks(controller: Controller, playbook: Path) -> list[tuple[str, dict[str, Any]]]:
    """The results of a play with nothing but modules of awx.awx, in order, until one fails."""

    def lookup(kind: str, name: str) -> str:
        return (playbook.parent / name).read_text() if kind == "file" else "key"

    environment = jinja2.nativetypes.NativeEnvironment()
    environment.filters["from_json"] = json.loads
    environment.globals["lookup"] = lookup
    results = []
    for task in yaml.safe_load(playbook.read_text())[0]["tasks"]:
        [(action, arguments)] = [(key, value) for key, value in task.items() if key not in RESERVED]
        for item in task.get("loop", [None]):
            filled = _templated(environment, arguments, item)
            result = run_module(controller, action.rpartition(".")[2], filled)
            results.append((f"{action.rpartition('.')[2]} {filled.get('name') or filled.get('identifier')}", result))
            if result.get("failed"):
                return results
    return results


def _templated(environment: jinja2.nativetypes.NativeEnvironment, value: Any, item: Any) -> Any:
    if isinstance(value, dict):
        return {key: _templated(environment, one, item) for key, one in value.items()}
    if isinstance(value, list):
        return [_templated(environment, one, item) for one in value]
    return environment.from_string(value).render(item=item) if isinstance(value, str) and "{{" in value else value
