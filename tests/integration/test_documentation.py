# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every documented example runs, in check mode first; documentation, specs, routing and pages agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.connection import argument_spec
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.looked_up import ALERT, ALERTS
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION

from .api import Api
from .operations import OPERATIONS, SPECS
from .playing import ROOT, Played, Stage, alert
from .test_completeness import SINCE_V11

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
FILTERS = sorted((ROOT / "plugins" / "filter").glob("*.py"))
TESTS = sorted((ROOT / "plugins" / "test").glob("*.py"))
LOOKUPS = {ROOT / "plugins" / "lookup" / f"{operation.name}.py": operation for operation in (ALERT, ALERTS)}
FIRST = "a0000001-0000-4000-8000-000000000001"
INCIDENT = "INC-2026-001 brute force on web-01"


def documentation(module: str) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    """Documentation with its fragments, examples and return values of a module."""
    path = ROOT / "plugins" / "modules" / f"{module}.py"
    text, examples, returns, _metadata = get_docstring(
        str(path), fragment_loader, collection_name="utmstack.siem", plugin_type="module"
    )
    # Those of a controller run in tests/controller.
    tasks = [task for task in yaml.safe_load(examples) if not any(name.startswith("awx.awx.") for name in task)]
    return text, tasks, returns


def seed_for_examples(stage: Stage) -> None:
    """Alerts, and an asset, that the examples speak of."""
    scanner = {"ip": "10.0.0.5", "host": "web-01"}
    sides = {"v10": {"source": scanner}, "v11": {"adversary": scanner}}
    stage.seed(
        {**alert(1, status=5, tags=["Campaign 42"], notes="old"), "id": FIRST},
        alert(2, severity=3, **sides[stage.dialect]),
        {**alert(3), "@timestamp": "2999-01-01T00:00:00.000Z"},
        alert(4),
    )
    stage.simulator.assets({"assets": [{"assetName": "web-01", "assetIp": "10.0.0.5", "assetTypeId": 5}]})
    Api(stage).open(INCIDENT, alert(4)["id"])


def run_examples(stage: Stage, examples: list[dict[str, Any]], *arguments: str) -> Played:
    """Play the tasks of an EXAMPLES block as they stand, with the connection in the environment."""
    environment = {
        "UTMSTACK_URL": stage.simulator.url,
        "UTMSTACK_USERNAME": "admin",
        "UTMSTACK_PASSWORD": "Adm1n-pass",
        "UTMSTACK_BYPASS_TWO_FACTOR": "true",
    }
    book: dict[str, Any] = {"hosts": "all", "gather_facts": False, "tasks": examples}
    if stage.entry_point == "as_module":
        book["environment"] = {"SIEM_TEST_ENTRY_POINT": "module"}
    for options in (task.get("utmstack.siem.utmstack_alert_wait") for task in examples):
        # The end of a wait of minutes is that of a second.
        if options is not None:
            options["wait_timeout"] = 1
    path = stage.directory / "examples.yml"
    path.write_text(yaml.safe_dump([book]), encoding="utf-8")
    return stage.run_playbook(str(path), *arguments, check="--check" in arguments, environment=environment)


# Modules whose examples run as modules in the fast set, too: one that reads, one that writes, one of incidents.
SAMPLE = {"utmstack_alert_info", "utmstack_alert_notes", "utmstack_incident_note"}
ENTRY_POINTS = [
    pytest.param(module, entry_point, marks=[] if module in SAMPLE or entry_point == "in_process" else pytest.mark.full)
    for module in MODULES
    for entry_point in ("in_process", "as_module")
]


@pytest.mark.parametrize(("module", "entry_point"), ENTRY_POINTS, indirect=["entry_point"])
def test_the_examples_run_in_check_mode_and_in_earnest(stage: Stage, module: str) -> None:
    seed_for_examples(stage)
    _text, examples, _returns = documentation(module)
    checked = run_examples(stage, examples, "--check")
    if module in SINCE_V11 and stage.dialect == "v10":
        assert "exist since UTMStack 11" in checked.output
        return
    assert checked.code == 0, checked.output
    played = run_examples(stage, examples)
    assert played.code == 0, played.output


@pytest.mark.parametrize("path", FILTERS, ids=lambda path: path.stem)
def test_the_examples_of_filters_run(v11_stage: Stage, path: Path) -> None:
    seed_for_examples(v11_stage)
    _text, examples, _returns, _metadata = get_docstring(
        str(path), fragment_loader, collection_name="utmstack.siem", plugin_type="filter"
    )
    tasks = yaml.safe_load(examples)
    played = run_examples(v11_stage, tasks)
    assert played.code == 0, played.output
    assert set(played.statuses) == {task["name"] for task in tasks}


def test_the_examples_of_lookups_and_tests_run(v11_stage: Stage) -> None:
    seed_for_examples(v11_stage)
    plugins = [*((path, "lookup") for path in LOOKUPS), *((path, "test") for path in TESTS)]
    examples: list[dict[str, Any]] = []
    for path, kind in plugins:
        text = get_docstring(str(path), fragment_loader, collection_name="utmstack.siem", plugin_type=kind)[1]
        examples += yaml.safe_load(text)
    played = run_examples(v11_stage, examples)
    assert played.code == 0, played.output
    assert played.result("Show the status of an alert")["msg"] == "completed"
    assert played.result("List the alerts that are not completed")["msg"] != []


@pytest.mark.parametrize(("path", "operation"), LOOKUPS.items(), ids=lambda one: getattr(one, "stem", ""))
def test_documentation_of_lookups_and_their_options_agree(path: Path, operation: Operation) -> None:
    text = get_docstring(str(path), fragment_loader, collection_name="utmstack.siem", plugin_type="lookup")[0]
    options, named = text["options"], argument_spec(operation)
    # The terms of one are the IDs, and the other is nothing without a query.
    if "alert_ids" in named:
        named["_terms"] = named.pop("alert_ids")
    required = "_terms" if "_terms" in named else "query"
    named[required] = {**named[required], "required": True}
    assert set(options) == set(named)
    for name, option in named.items():
        for key in ("type", "elements", "default", "choices", "required"):
            assert options[name].get(key) == option.get(key), (name, key)
    for connection in CONNECTION:
        assert options[connection.name]["env"] == [{"name": connection.variable}]


TYPES: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "list": list,
    "dict": dict,
    "raw": object,
}
# What Ansible itself adds to a result.
ADDED = {"changed", "failed", "msg", "warnings", "invocation", "exception", "deprecations", "item", "ansible_loop_var"}
# Returned by failures only, or by one dialect only.
ELSEWHERE = {"error"}


def unlike(value: Any, documented: dict[str, Any], path: str) -> list[str]:
    """Where a returned value is not what the documentation says; null may stand anywhere."""
    if value is None:
        return []
    if not isinstance(value, TYPES[documented.get("type", "raw")]):
        return [f"{path} is {type(value).__name__}, documented is {documented['type']}"]
    contains = documented.get("contains")
    found = []
    if isinstance(value, list) and "elements" in documented:
        of_each = {"type": documented["elements"]}
        found += [fault for place, row in enumerate(value) for fault in unlike(row, of_each, f"{path}[{place}]")]
    for row in value if isinstance(value, list) else [value]:
        if contains is None or not isinstance(row, dict):
            continue
        always = {name for name, member in contains.items() if "returned" not in member}
        if not always <= set(row) <= set(contains):
            found.append(f"{path} has {sorted(set(row))}, documented is {sorted(contains)}")
        for name in set(row) & set(contains):
            found += unlike(row[name], contains[name], f"{path}.{name}")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_what_is_returned_is_what_is_documented(local_stage: Stage, module: str) -> None:
    seed_for_examples(local_stage)
    _text, examples, returns = documentation(module)
    for task in examples:
        if task.pop("no_log", False) and module == "utmstack_api_key":
            task[f"utmstack.siem.{module}"]["show_key"] = True
    played = run_examples(local_stage, examples, "--diff")
    if module in SINCE_V11 and local_stage.dialect == "v10":
        assert "exist since UTMStack 11" in played.output
        return
    assert played.code == 0, played.output
    names = [task["name"] for task in examples if f"utmstack.siem.{module}" in task]
    seen: set[str] = set()
    for name in names:
        result = played.result(name)
        for item in result.get("results", [result]):
            if item.get("skipped") is True:
                continue
            kept = {key for key in item if not key.startswith("_")} - ADDED
            assert kept <= set(returns), f"{name}: {kept - set(returns)}"
            for key in kept:
                assert unlike(item[key], returns[key], f"{name}: {key}") == []
            seen |= kept
    missing = {name for name, value in returns.items() if "no_log" not in str(value["returned"])} - seen - ELSEWHERE
    assert not missing, f"documented and returned by no example: {missing}"


@pytest.mark.parametrize("module", MODULES)
def test_each_returned_value_has_a_sample_of_its_type_and_members(module: str) -> None:
    _text, _examples, returns = documentation(module)
    file = f"plugins/modules/{module}.py: RETURN: "
    assert [f"{file}{name} has no sample" for name, value in returns.items() if value.get("sample") is None] == []
    assert [fault for name, value in returns.items() for fault in unlike(value["sample"], value, file + name)] == []


def test_a_sample_that_differs_from_its_documentation_is_named() -> None:
    documented = {"type": "list", "contains": {"id": {"type": "int"}, "name": {"type": "str"}}}
    assert unlike([{"id": 1, "name": None}], documented, "tags") == []
    assert unlike([{"id": "1", "name": "x"}], documented, "tags") == ["tags.id is str, documented is int"]
    assert unlike([{"id": 1}], documented, "tags") == ["tags has ['id'], documented is ['id', 'name']"]
    assert unlike({"id": 1}, {"type": "list"}, "tags") == ["tags is dict, documented is list"]
    assert unlike(["1"], {"type": "list", "elements": "int"}, "ids") == ["ids[0] is str, documented is int"]


@pytest.mark.parametrize("module", MODULES)
def test_documentation_and_argument_spec_agree(module: str) -> None:
    text, _examples, _returns = documentation(module)
    assert module in SPECS, f"meta/runtime.yml: {module} is not in action_groups"
    spec = SPECS[module]
    assert set(text["options"]) == set(spec)
    for name, option in spec.items():
        documented = text["options"][name]
        for key in ("type", "elements", "default", "choices"):
            assert documented.get(key) == option.get(key) or (key == "type" and not option.get(key)), (name, key)
        assert bool(documented.get("required")) == bool(option.get("required")), name
        if "fallback" in option:
            assert f"E({option['fallback'][1][0]})" in str(documented["description"]), name


def test_every_operation_belongs_to_the_module_of_its_name() -> None:
    assert {operation.name for operation in OPERATIONS.values()} == set(OPERATIONS) == set(MODULES)


def test_every_secret_option_is_hidden() -> None:
    for module, spec in SPECS.items():
        for name in ("password", "token", "api_key", "totp_secret"):
            assert spec[name]["no_log"] is True, (module, name)


def test_the_page_of_the_query_language_is_that_of_the_code() -> None:
    from tools.query_page import page

    assert (ROOT / "docs" / "query.md").read_text(encoding="utf-8") == page(), "run make docs"
