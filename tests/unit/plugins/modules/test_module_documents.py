# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tools and playbooks read of a module without running it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils import basic

PLUGINS = "ansible_collections.utmstack.siem.plugins"
MODULES = sorted(path.stem for path in Path(__file__).parents[4].glob("plugins/modules/utmstack_*.py"))


def keys(returned: Mapping[str, Any]) -> Iterator[str]:
    """The names of results, at any depth."""
    for name, value in returned.items():
        yield name
        yield from keys(value.get("contains") or {})


@pytest.mark.parametrize("name", MODULES)
def test_a_dot_finds_each_result_and_no_method_of_a_dictionary(name: str) -> None:
    module = importlib.import_module(f"{PLUGINS}.modules.{name}")
    returned = yaml.safe_load(module.RETURN)
    assert [key for key in keys(returned) if hasattr(dict, key)] == []


@pytest.mark.parametrize("name", MODULES)
def test_an_action_plugin_declares_its_options_to_tools_and_does_nothing_else(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """ansible-lint replaces AnsibleModule and reads what a plugin of the module's name passes to it."""
    declared: list[dict[str, Any]] = []
    monkeypatch.setattr(basic, "AnsibleModule", lambda **options: declared.append(options))
    action = importlib.import_module(f"{PLUGINS}.action.{name}")
    assert action.main() is None
    (options,) = declared
    assert options["argument_spec"].keys() >= {"url", *action.ActionModule.operation.options}
    assert options["supports_check_mode"] is True
    # A missing one would hide all else that a tool could report.
    assert options["argument_spec"]["url"]["required"] is False
    documented = yaml.safe_load(importlib.import_module(f"{PLUGINS}.modules.{name}").DOCUMENTATION)
    assert documented["module"] == action.ActionModule.operation.name == name
