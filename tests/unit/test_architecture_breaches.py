# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the architecture report every breach that is planted in a small tree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .architecture import (
    Purity,
    Tree,
    distribution_breaches,
    imports_of,
    layer_breaches,
    layer_of,
    purity_breaches,
    reached,
    stands_in,
    unused_parts,
)
from .test_architecture import CLIENT, COLLECTION, MODEL, SIMULATOR, TRANSPORT, Architecture

PACKAGE = "ansible_collections.utmstack.siem.plugins"
PURE, WITHOUT_ANSIBLE = COLLECTION.purities[:2]
Plant = Callable[..., Tree]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Write files by their names and return their tree."""

    def planted(package: str, sources: dict[str, str]) -> Tree:
        for name, source in sources.items():
            file = tmp_path / f"{name}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source, encoding="utf-8")
        return Tree(tmp_path, package)

    return planted


@pytest.mark.parametrize(
    "source",
    [
        "from ..client import alerts",
        "from ..client.alerts import search",
        "from .. import client",
        "from ..client import *",
        f"from {PACKAGE}.module_utils.client import alerts",
        f"from {PACKAGE}.module_utils.client.alerts import search",
        f"from {PACKAGE}.module_utils import client",
        f"import {PACKAGE}.module_utils.client.alerts",
        f"import {PACKAGE}.module_utils.client.alerts as endpoint",
        "def late():\n    from ..client import alerts",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..client import alerts",
        "try:\n    from ..client import alerts\nexcept ImportError:\n    pass",
        f"import importlib\nimportlib.import_module('{PACKAGE}.module_utils.client.alerts')",
        "from importlib import import_module\nimport_module('..client.alerts', __package__)",
        f"__import__('{PACKAGE}.module_utils.client.alerts')",
    ],
)
def test_every_way_to_import_is_seen(plant: Plant, source: str) -> None:
    tree = plant(PACKAGE, {"module_utils/model/alert": source, "module_utils/client/alerts": ""})
    (breach,) = layer_breaches(tree, "module_utils/model/alert", COLLECTION.may_import)
    assert breach.startswith("module_utils/model/alert imports module_utils/client")


@pytest.mark.parametrize(
    "name, other",
    [
        ("module_utils/errors", "module_utils/model/alert"),
        ("module_utils/model/alert", "module_utils/query/keys"),
        ("module_utils/model/alert", "module_utils/client/alerts"),
        ("module_utils/transport/transport", "module_utils/model/alert"),
        ("module_utils/transport/transport", "module_utils/client/login"),
        ("module_utils/client/alerts", "module_utils/query/keys"),
        ("module_utils/query/keys", "module_utils/client/alerts"),
        ("module_utils/writing/run", "module_utils/operations/operation"),
        ("module_utils/writing/run", "module_utils/transport/transport"),
        ("module_utils/operations/operation", "module_utils/operations/tags/tag"),
        ("module_utils/operations/operation", "module_utils/entrypoints/module"),
        ("module_utils/operations/alerts/alert_status", "module_utils/transport/transport"),
        ("module_utils/operations/alerts/alert_status", "module_utils/operations/triage/triage"),
        ("module_utils/operations/tags/tag", "module_utils/operations/alerts/alert_status"),
        ("module_utils/operations/assets/asset_info", "module_utils/operations/tags/tag"),
        ("module_utils/entrypoints/module", "module_utils/model/alert"),
        ("filter/table", "module_utils/client/alerts"),
        ("modules/utmstack_tag", "module_utils/client/alerts"),
        ("module_utils/model/alert", "module_utils/helpers/text"),
    ],
)
def test_an_import_into_a_wrong_layer_of_the_collection_is_a_breach(plant: Plant, name: str, other: str) -> None:
    tree = plant(PACKAGE, {name: f"import {PACKAGE}.{other.replace('/', '.')}", other: ""})
    assert layer_breaches(tree, name, COLLECTION.may_import) == {f"{name} imports {other}"}


@pytest.mark.parametrize(
    "name, other",
    [
        ("engine/query", "state/world"),
        ("engine/query", "background"),
        ("state/world", "backend/alerts"),
        ("state/world", "spring/answers"),
        ("state/world", "routes/alert"),
        ("backend/alerts", "spring/answers"),
        ("backend/alerts", "routes/alert"),
        ("spring/answers", "backend/alerts"),
        ("spring/answers", "server/app"),
        ("routes/alert", "server/app"),
        ("scenarios/soc_day", "state/world"),
        ("server/app", "cli"),
    ],
)
def test_an_import_into_a_wrong_layer_of_the_simulator_is_a_breach(plant: Plant, name: str, other: str) -> None:
    tree = plant("utmstack_simulator", {name: f"from ..{other.replace('/', '.')} import any_name", other: ""})
    assert layer_breaches(tree, name, SIMULATOR.may_import) == {f"{name} imports {other}"}


@pytest.mark.parametrize(
    "package, name, architecture",
    [(PACKAGE, "module_utils/helpers/text", COLLECTION), ("utmstack_simulator", "helpers/text", SIMULATOR)],
)
def test_a_file_in_a_folder_without_a_row_is_a_breach(
    plant: Plant, package: str, name: str, architecture: Architecture
) -> None:
    assert layer_breaches(plant(package, {name: ""}), name, architecture.may_import) == {f"{name} has no layer"}


def test_what_a_layer_may_import_is_no_breach(plant: Plant) -> None:
    source = "from ..engine.query import match\nfrom .accounts import Account\nimport json"
    tree = plant("utmstack_simulator", {"state/world": source, "state/accounts": "", "engine/query": ""})
    assert layer_breaches(tree, "state/world", SIMULATOR.may_import) == set()
    assert distribution_breaches(tree, "state/world", SIMULATOR.importers) == set()


@pytest.mark.parametrize(
    "source", ["import ansible", "import ansible.errors", "from ansible.errors import AnsibleError", "import requests"]
)
def test_a_distribution_of_another_layer_is_a_breach(plant: Plant, source: str) -> None:
    tree = plant(PACKAGE, {"module_utils/operations/alerts/alert_status": source})
    found = distribution_breaches(tree, "module_utils/operations/alerts/alert_status", COLLECTION.importers)
    assert found == {f"module_utils/operations/alerts/alert_status imports {source.split()[1]}"}


@pytest.mark.parametrize("name", ["engine/query", "state/world", "backend/alerts", "scenarios/soc_day", "background"])
def test_aiohttp_below_the_routes_is_a_breach(plant: Plant, name: str) -> None:
    tree = plant("utmstack_simulator", {name: "from aiohttp import web"})
    assert distribution_breaches(tree, name, SIMULATOR.importers) == {f"{name} imports aiohttp"}


def test_a_module_that_is_named_at_run_time_is_a_breach(plant: Plant) -> None:
    tree = plant(PACKAGE, {"modules/utmstack_tag": "import importlib\nimportlib.import_module('a' + 'b')"})
    assert distribution_breaches(tree, "modules/utmstack_tag", COLLECTION.importers) == {
        "modules/utmstack_tag imports <computed>"
    }


def test_a_pure_file_that_reaches_the_client_through_others_is_a_breach(plant: Plant) -> None:
    sources = {
        "module_utils/model/alert": "from ..times import instant",
        "module_utils/times": "def late():\n    from .client import alerts",
        "module_utils/client/alerts": "from ..transport import transport",
        "module_utils/transport/transport": "import requests",
    }
    tree = plant(PACKAGE, sources)
    assert purity_breaches(tree, "module_utils/model/alert", PURE) == {
        "module_utils/model/alert reaches module_utils/client/alerts",
        "module_utils/model/alert reaches module_utils/transport/transport",
        "module_utils/model/alert reaches requests",
    }


@pytest.mark.parametrize("part", sorted(PURE.parts))
def test_each_pure_part_is_watched(plant: Plant, part: str) -> None:
    name = part.replace("*", "any")
    source = f"import {PACKAGE}.module_utils.client.alerts"
    tree = plant(PACKAGE, {name: source, f"{name}/below": source, "module_utils/client/alerts": ""})
    assert purity_breaches(tree, name, PURE) == {f"{name} reaches module_utils/client/alerts"}


@pytest.mark.parametrize("part", sorted(WITHOUT_ANSIBLE.parts))
def test_what_an_event_source_loads_and_that_reaches_ansible_is_a_breach(plant: Plant, part: str) -> None:
    sources = {
        f"{part}/alerts": "from ansible_collections.utmstack.siem.plugins.module_utils import times",
        "module_utils/times": "from .entrypoints import connection",
        "module_utils/entrypoints/connection": "from ansible.module_utils.basic import env_fallback",
    }
    assert purity_breaches(plant(PACKAGE, sources), f"{part}/alerts", WITHOUT_ANSIBLE) == {
        f"{part}/alerts reaches module_utils/entrypoints/connection",
        f"{part}/alerts reaches ansible.module_utils.basic",
    }


def test_a_package_on_the_way_is_reached(plant: Plant) -> None:
    sources = {"model/alert": "", "model/__init__": "from ..client import alerts", "client/alerts": ""}
    tree = plant("pure", sources)
    assert reached(tree, "model/alert").inside == {"model/__init__", "client/alerts"}


def test_a_pure_file_that_reaches_nothing_else_is_no_breach(plant: Plant) -> None:
    tree = plant(PACKAGE, {"module_utils/model/alert": "from ..times import instant", "module_utils/times": ""})
    assert purity_breaches(tree, "module_utils/model/alert", Purity((MODEL,), (CLIENT, TRANSPORT))) == set()


def test_a_package_stands_for_its_init_file(plant: Plant) -> None:
    tree = plant("tool", {"main": "from . import scenarios\nfrom .scenarios import load", "scenarios/__init__": ""})
    assert imports_of(tree, "main").inside == {"scenarios/__init__"}


def test_a_member_of_a_package_is_its_file(plant: Plant) -> None:
    tree = plant("tool", {"main": "from .engine import query", "engine/__init__": "", "engine/query": ""})
    assert imports_of(tree, "main").inside == {"engine/query"}


def test_an_import_that_leaves_the_tree_is_outside(plant: Plant) -> None:
    tree = plant("tool.inner", {"main": "from ..other import thing\nimport tool.inner_beside"})
    assert imports_of(tree, "main").outside == {"tool.other", "tool.inner_beside"}


@pytest.mark.parametrize(
    "name, part, expected",
    [
        ("engine/query", "engine", True),
        ("engine/deep/query", "engine", True),
        ("engine/query", "engine/query", True),
        ("engine_room/query", "engine", False),
        ("engine/query_string", "engine/query", False),
        ("engine/query", "engine/*", True),
        ("engine/deep/query", "engine/*", False),
        ("cli", "*", True),
        ("engine/query", "*", False),
        ("operations/alerts/tags_plan", "operations/*/*_plan", True),
        ("operations/alerts/tags", "operations/*/*_plan", False),
    ],
)
def test_parts(name: str, part: str, expected: bool) -> None:
    assert stands_in(name, part) is expected


def test_the_most_specific_row_counts() -> None:
    assert layer_of("operations/tags/tag", {"operations": (), "operations/tags": ()}) == "operations/tags"


def test_a_part_without_files_is_reported(plant: Plant) -> None:
    assert unused_parts(plant("tool", {"engine/query": ""}), ["engine", "engine/*", "state"]) == {"state"}
