# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans as documents, and their way to the run that applies them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.compressed import compressed
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan import digest_of
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan_document import (
    PlanDocument,
    PlannedAlert,
    Source,
    document_of,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan_reading import (
    is_digest,
    is_path,
    plan_document,
)

OPEN = {"status": "open", "observation": "", "tags": [], "notes": ""}
CLOSED = {**OPEN, "status": "completed", "observation": 'Scan [utmstack.siem rule="Scan" rules=0a1b run=101]'}
WHY = {"rule": "Scan", "rules": [{"name": "Scan", "why": {"source.ip": "10.0.0.5", "score": 0.1}}]}
ALERT = PlannedAlert("a1", "Zugriff über {{ 7 * 7 }}", OPEN, CLOSED, {"e1": (OPEN, CLOSED)}, "Night", why=WHY)


def document(*alerts: PlannedAlert, dialect: str = "v11", rules: str = "0a1b") -> PlanDocument:
    source = Source("utmstack_triage", rules)
    return document_of("https://siem.example.com", dialect, source, alerts, {"a2": ("Held", "Because")})


# At a fixed time, because its text names a test.
PLAN = replace(
    document(ALERT, PlannedAlert("a3", "Other", OPEN, {**OPEN, "tags": ["Seen"]})),
    made="2026-11-29T05:30:00.000Z",
)
CONTENT = PLAN.content()


def forms(directory: Path) -> list[Any]:
    """Every form in which a plan reaches a task."""
    text, result = PLAN.text(), {"check_mode": True, "plan": compressed(PLAN.text()), "alerts": []}
    whole = {"failed": True, "plan": "H4sIcut", "diff": {"plan": compressed(text), "prepared": ""}}
    files = []
    for number, content in enumerate((text, compressed(text), json.dumps(result), json.dumps(CONTENT, indent=4))):
        files.append(directory / f"{number}.json")
        files[-1].write_text(content + "\n", encoding="utf-8")
    return [CONTENT, text, compressed(text), result, json.dumps(result), whole, *map(str, files)]


def test_every_form_holds_the_same_plan(tmp_path: Path) -> None:
    for form in forms(tmp_path):
        assert plan_document(form) == PLAN


def test_what_a_file_is_and_what_is_content(tmp_path: Path) -> None:
    assert [is_path(form) for form in forms(tmp_path)] == [False] * 6 + [True] * 4
    assert is_digest(PLAN.digest)
    assert not is_path(PLAN.digest)
    assert not is_path("")


def test_a_document_says_what_it_holds() -> None:
    assert CONTENT["counts"] == {"alerts": 2, "echoes": 1, "left_out": 1}
    assert CONTENT["left_out"] == [{"id": "a2", "name": "Held", "reason": "Because"}]
    assert CONTENT["plan_digest"] == PLAN.digest
    assert CONTENT["alerts"][0]["why"] == WHY


def run_of(number: int) -> PlannedAlert:
    closed = {**CLOSED, "observation": f'Scan [utmstack.siem rule="Scan" rules=0a1b run={number}]'}
    return replace(ALERT, after=closed, echoes={"e1": (OPEN, closed)})


def test_the_digest_is_the_same_in_every_job_on_any_day() -> None:
    one = replace(document(run_of(101)), made="2026-11-01T00:00:00.000Z", server="https://alias.example.com")
    assert one.digest == document(run_of(102)).digest


@pytest.mark.parametrize(
    "other",
    [
        document(replace(ALERT, alert_id="a9")),
        document(replace(ALERT, before={**OPEN, "tags": ["Seen"]})),
        document(replace(ALERT, after=OPEN)),
        document(replace(ALERT, echoes={})),
        document(replace(ALERT, incident=None)),
        document(ALERT, ALERT),
        document(ALERT, dialect="v10"),
        document(ALERT, rules="ffff"),
    ],
)
def test_the_digest_covers_version_rules_and_changes(other: PlanDocument) -> None:
    assert other.digest != document(ALERT).digest


def test_reasons_are_no_part_of_the_digest() -> None:
    assert document(replace(ALERT, why={}, name="Other")).digest == document(ALERT).digest


@pytest.mark.parametrize(
    ("alert", "reason"),
    [
        (ALERT, "out of an incident"),
        (replace(ALERT, incident=None), None),
        (replace(ALERT, incident=None, before={**OPEN, "observation": "Two\nlines"}), "observation"),
        (replace(ALERT, incident=None, before={**OPEN, "notes": "Größe"}, after={**OPEN, "notes": "x"}), "note"),
        (replace(ALERT, incident=None, before={**OPEN, "notes": "Größe"}, after={**OPEN, "notes": "Größe"}), None),
    ],
)
def test_what_cannot_be_undone_is_named(alert: PlannedAlert, reason: str | None) -> None:
    found = document(alert).alerts[0].cannot_be_undone
    assert found is None if reason is None else reason in str(found)


@pytest.mark.parametrize("key", ["server", "made", "rules_digest", "alerts", "left_out", "module", "counts"])
def test_a_plan_that_was_changed_is_refused(key: str) -> None:
    other = "x" if isinstance(CONTENT[key], str) else []
    with pytest.raises(InvalidInput, match="was changed after the check run"):
        plan_document({**CONTENT, key: other})


def test_a_new_checksum_does_not_change_what_was_approved() -> None:
    forged = {**CONTENT, "alerts": CONTENT["alerts"][:1]}
    forged["checksum"] = digest_of({name: value for name, value in forged.items() if name != "checksum"})
    with pytest.raises(InvalidInput, match="was changed"):
        plan_document(forged)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("no/such/plan.json", "no/such/plan.json is neither a digest"),
        ("{", "cut off or not JSON"),
        ("[]", "is not a plan"),
        (5, "is not a plan"),
        (compressed(PLAN.text())[:-12], "cut off"),
        (f"{compressed(PLAN.text())[:90]}…", "`plan` was changed or cut off. Pass the whole text."),
        ({"results": []}, "the result of a loop"),
        ({"changed": True, "check_mode": False}, "a real run, not of a check run"),
        ({"changed": True, "plan": None}, "holds no plan"),
        ({"plan_version": 2}, "has version 2"),
        ({"plan_version": 1}, "is not a plan"),
        ({**CONTENT, "alerts": [{}]}, "is not a plan"),
    ],
)
def test_what_is_no_plan_is_refused(given: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        plan_document(given)


@pytest.mark.parametrize("content", ["", "another/file.json", "0" * 64])
def test_a_file_without_a_plan_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"plan\.json holds no plan"):
        plan_document(str(path))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.gz"
    path.write_bytes(b"\x1f\x8b\xff")
    with pytest.raises(InvalidInput, match="it is not text"):
        plan_document(str(path))
