# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/writing.md says about options, results and limits is what the modules do."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.client.alert_search import IDS_PER_READ
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.shown import MAX_ROWS
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status
from ansible_collections.utmstack.siem.plugins.module_utils.writing.apply import LOOK_IS_VALID
from ansible_collections.utmstack.siem.plugins.module_utils.writing.guardrails import DEFAULT_HOLD_TAGS
from ansible_collections.utmstack.siem.plugins.module_utils.writing.run import DEFAULT_MAX_AFFECTED
from ansible_collections.utmstack.siem.plugins.module_utils.writing.script_budget import (
    MAX_SCRIPTS,
    MAX_SCRIPTS_SECONDS,
)

from tools.pages import examples

from .direct import run
from .operations import SPECS
from .playing import ROOT, Stage, alert
from .test_documentation import documentation

FILE = ROOT / "docs" / "writing.md"
PAGE = FILE.read_text(encoding="utf-8")
EXAMPLE = yaml.safe_load(examples(FILE)[0])
WORDS = " ".join(PAGE.split())
WRITERS = ("utmstack_alert_status", "utmstack_alert_tags", "utmstack_alert_notes")
# The members of a result that the page names outside of its example.
RESULTS = {"check_mode", "error", *EXAMPLE}


def code_spans() -> list[str]:
    """What stands in backticks in the running text."""
    running = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    return re.findall(r"`([^`]+)`", running)


SETTINGS = sorted({span for span in code_spans() if re.fullmatch(r"[a-z_]+: .+", span)})
NAMES = sorted({span for span in code_spans() if re.fullmatch(r"[a-z_]+", span)})


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_is_one_that_a_writer_takes(setting: str) -> None:
    name, value = next(iter(yaml.safe_load(setting).items()))
    types: dict[str, type] = {"bool": bool, "str": str, "dict": dict}
    takers = [spec[name] for spec in (SPECS[module] for module in WRITERS) if name in spec]
    assert any(
        isinstance(value, types[option["type"]]) and value in option.get("choices", [value]) for option in takers
    ), setting
    for option in takers:
        assert set(value if isinstance(value, dict) else ()) <= set(option.get("options", {}))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_an_option_of_a_writer_or_a_member_of_its_result(name: str) -> None:
    members = {"after", "before", *RESULTS}
    assert name in members or any(name in SPECS[module] for module in WRITERS), name


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("For a query, the default limit is {}.", DEFAULT_MAX_AFFECTED),
        ("Alerts are processed in blocks of {:,}.", IDS_PER_READ),
        ("At most {} seconds pass between the check and a write.", {2.0: "two"}[LOOK_IS_VALID]),
        ("compiles at most {} new scripts in five minutes", MAX_SCRIPTS),
        ("new scripts in {} minutes", {300: "five"}[MAX_SCRIPTS_SECONDS]),
        ("by default {} in parallel (`concurrency`)", SPECS["utmstack_alert_notes"]["concurrency"]["default"]),
        ("With a `query`, the tag `{}` holds alerts", *DEFAULT_HOLD_TAGS),
        ("up to {} of them and those that failed first", MAX_ROWS),
    ],
)
def test_a_limit_is_that_of_the_code(sentence: str, value: Any) -> None:
    assert sentence.format(value) in WORDS


def test_the_example_of_a_result_has_the_members_of_one(local_stage: Stage) -> None:
    local_stage.seed(alert(1, name="Port scan from an internal host"))
    given = {"alert_ids": [alert(1)["id"]], "status": "completed", "observation": "Planned scan"}
    result = run(local_stage.simulator, alert_status.OPERATION, **given)
    (shown,), (row,) = EXAMPLE["alerts"], result["alerts"]
    assert {**row, "id": shown["id"]} == shown
    assert {**result["summary"], "requests": 4} == EXAMPLE["summary"]
    assert set(EXAMPLE) <= set(result)
    for module in WRITERS:
        _text, _examples, returns = documentation(module)
        assert set(EXAMPLE) - set(returns) <= {"changed"}
        assert set(shown) == set(returns["alerts"]["contains"])
        assert set(EXAMPLE["summary"]) == set(returns["summary"]["sample"])


@pytest.mark.parametrize("reference", re.findall(r"\]\(([^)]+)\)", PAGE))
def test_a_link_leads_to_a_heading(reference: str) -> None:
    file, _mark, anchor = reference.partition("#")
    text = (ROOT / "docs" / file).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    assert not anchor or anchor in [
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings
    ]
