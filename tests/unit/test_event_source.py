# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source says of its arguments what its table says: documentation, schema and examples."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.event_source import ARGUMENTS
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.plugin_options import connection_settings
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.source_options import source_options

from tools import event_source

from ..event_source import loaded

FILE = event_source.SOURCE
ENVIRONMENT = {"UTMSTACK_URL": "https://siem.example.com", "UTMSTACK_API_KEY": "key-of-soar"}
NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def plugin() -> Mapping[str, Any]:
    """What the file holds."""
    return loaded()


def sources(plugin: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The arguments of the source in each example."""
    rulesets = yaml.safe_load(plugin["EXAMPLES"])
    return [source["utmstack.siem.alerts"] for ruleset in rulesets for source in ruleset["sources"]]


def test_documentation_and_schema_are_those_of_the_table(plugin: Mapping[str, Any]) -> None:
    assert FILE.read_text(encoding="utf-8") == event_source.source(), "Run `make docs`."
    assert event_source.SCHEMA.read_text(encoding="utf-8") == event_source.schema_text(), "Run `make docs`."
    documented = yaml.safe_load(plugin["DOCUMENTATION"])
    assert documented == event_source.documentation()
    schema = json.loads(event_source.schema_text())
    assert set(documented["options"]) == set(schema["properties"]) == set(ARGUMENTS)


def test_every_argument_of_an_example_is_accepted(plugin: Mapping[str, Any]) -> None:
    found = sources(plugin)
    assert len(found) == 3
    for arguments in found:
        assert set(arguments) <= set(ARGUMENTS)
        source_options(arguments, NOW)
        connection_settings(arguments, {} if "api_key" in arguments else ENVIRONMENT)


def test_the_schema_takes_the_examples(plugin: Mapping[str, Any]) -> None:
    schema = event_source.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for arguments in sources(plugin):
        assert [error.message for error in validator.iter_errors(arguments)] == []
    for wrong in ({"intervall": 5}, {"interval": 0}, {"query": {}}, {"query": {"severity": "hihg"}}, {"fields": ["x"]}):
        assert list(validator.iter_errors(wrong)), wrong


def started_by_path(path: Path, program: str = "") -> subprocess.CompletedProcess[str]:
    """Load the file as ansible-rulebook does, in a Python that knows no collection."""
    program = f"""
import runpy, sys
sys.modules["ansible"] = None
{program}
try:
    main = runpy.run_path({str(path)!r})["main"]
    print(main.__name__)
except ImportError as error:
    print(f"ImportError: {{error}}")
"""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment, cwd="/"
    )


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The file in a collections folder that links to the checkout."""
    folder = tmp_path / "ansible_collections" / "utmstack"
    folder.mkdir(parents=True)
    (folder / "siem").symlink_to(Path(__file__).parents[2], target_is_directory=True)
    return folder / "siem" / FILE.relative_to(Path(__file__).parents[2])


def test_it_is_started_by_its_path_without_ansible(installed: Path) -> None:
    done = started_by_path(installed)
    assert (done.stdout, done.stderr) == ("main\n", "")


def test_other_collections_on_the_path_do_not_hide_it(installed: Path, tmp_path: Path) -> None:
    other = tmp_path / "site-packages" / "ansible_collections"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("", encoding="utf-8")
    done = started_by_path(
        installed,
        f"sys.path.insert(0, {str(other.parent)!r}); import ansible_collections as other; assert other.__file__",
    )
    assert (done.stdout, done.stderr) == ("main\n", "")


def test_a_file_outside_of_a_collections_folder_says_what_to_do(tmp_path: Path) -> None:
    shutil.copy(FILE, tmp_path / "alerts.py")
    done = started_by_path(tmp_path / "alerts.py")
    assert done.stdout.startswith("ImportError: utmstack.siem.alerts must be started from a folder called")


def test_missing_requests_are_named_in_one_sentence(installed: Path) -> None:
    done = started_by_path(
        installed,
        f"""
import asyncio
sys.modules["requests"] = None
main = runpy.run_path({str(installed)!r})["main"]
try:
    asyncio.run(main(None, {{"url": "https://siem.example.com", "api_key": "key"}}))
except RuntimeError as error:
    print(error)
""",
    )
    assert done.stdout.splitlines()[0] == (
        f"utmstack.siem.alerts: The Python package requests is missing. Install it for {sys.executable}."
    ), done.stderr
