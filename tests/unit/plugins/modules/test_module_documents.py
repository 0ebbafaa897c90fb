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
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring

ROOT = Path(__file__).parents[4]
PLUGINS = "ansible_collections.utmstack.siem.plugins"
MODULES = sorted(path.stem for path in ROOT.glob("plugins/modules/utmstack_*.py"))
# Plugins that users call.
LINKED = sorted(
    path for kind in ("modules", "lookup", "inventory", "test") for path in ROOT.glob(f"plugins/{kind}/*.py")
)
FILTERS = sorted(ROOT.glob("plugins/filter/*.py"))


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


def targets(path: Path) -> list[Path]:
    """The files that the `seealso` of a plugin leads to."""
    plugin = importlib.import_module(f"{PLUGINS}.{path.parent.name}.{path.stem}")
    return [
        ROOT / "plugins" / entry.get("plugin_type", "modules") / f"{one.removeprefix('utmstack.siem.')}.py"
        for entry in yaml.safe_load(plugin.DOCUMENTATION).get("seealso", [])
        for one in [entry.get("module") or entry["plugin"]]
    ]


@pytest.mark.parametrize("path", [*LINKED, *FILTERS], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_see_also_leads_to_other_plugins_of_the_collection(path: Path) -> None:
    related = targets(path)
    assert related or path in FILTERS, f"plugins/{path.parent.name}/{path.name} has no seealso"
    assert [str(target) for target in related if target == path or not target.is_file()] == []


@pytest.mark.parametrize("name", MODULES)
def test_a_module_states_how_it_behaves(name: str) -> None:
    text, _examples, _returned, _metadata = get_docstring(
        str(ROOT / "plugins" / "modules" / f"{name}.py"),
        fragment_loader,
        collection_name="utmstack.siem",
        plugin_type="module",
    )
    attributes = text["attributes"]
    assert sorted(attributes) == ["action_group", "check_mode", "diff_mode", "idempotent", "platform"]
    assert attributes["check_mode"]["support"] == "full"
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    for group in attributes["action_group"]["membership"]:
        assert name in groups[group.removeprefix("utmstack.siem.")]
