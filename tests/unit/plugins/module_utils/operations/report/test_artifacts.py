# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Artifacts of a workflow: a missing plan approves nothing, and the report tells what became of each plan."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.utmstack.siem.plugins.filter.approval_rows import approval_rows
from ansible_collections.utmstack.siem.plugins.filter.approval_section import approval_section
from ansible_collections.utmstack.siem.plugins.filter.plan_artifact import plan_artifact
from ansible_collections.utmstack.siem.plugins.module_utils.compressed import compressed, decompressed
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.approvals import OUTCOMES
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.artifacts import applied_artifact
from ansible_collections.utmstack.siem.plugins.module_utils.printing import aligned
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan_document import PlanDocument

PLAN = PlanDocument("utmstack_triage", "https://siem", "v11", "2026-11-29T05:30:00.000Z", "a" * 64, [], {})
DIGEST = PLAN.digest
KEY = "utmstack_plan_alert_triage_siem_1"
APPLIED_KEY = "utmstack_applied_alert_triage_siem_1"
WHOLE = compressed(json.dumps(PLAN.content()))
PLANNED: dict[str, Any] = {
    "module": "utmstack_triage",
    "instance": "siem-1",
    "plan": WHOLE,
    "file": None,
    "plan_digest": DIGEST,
    "counts": {"alerts": 3, "echoes": 0, "left_out": 1},
    "made": "2026-11-29T05:30:00.000Z",
}
HOSTILE = "{{ 6 * 7 }}<b>\x1b[31m|" + "y" * 10_000
FIGURES = {"approved": 3, "applied": 1, "unchanged": 0, "skipped": 2, "failed": 0, "left": 4}


def done(*reasons: str, **more: Any) -> dict[str, Any]:
    """The result of a module that applied a plan."""
    rows = [{"id": "a", "skipped": None}, *({"id": "b", "skipped": reason} for reason in reasons)]
    return {"approval": {"plan_digest": DIGEST, "policy": "approved", **FIGURES}, "alerts": rows, **more}


def applied(*reasons: str, **more: Any) -> dict[str, Any]:
    return applied_artifact(
        "alert_triage", "siem-1", done(*reasons, **more), datetime(2026, 11, 29, 6, 0, tzinfo=timezone.utc)
    )


def section(*artifacts: tuple[str, Any], denied: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = approval_section(dict(artifacts), "siem-1", denied)
    return found


def test_a_whole_plan_of_the_instance_is_found_in_its_artifact_or_file(tmp_path: Any) -> None:
    assert plan_artifact(PLANNED, KEY, "siem-1") == {"plan": WHOLE, "problem": ""}
    file = tmp_path / "siem-1.plan.json"
    file.write_text(json.dumps(PLAN.content()), encoding="utf-8")
    assert plan_artifact({**PLANNED, "plan": None, "file": str(file)}, KEY, "siem-1")["plan"] == str(file)


@pytest.mark.parametrize(
    ("artifact", "said"),
    [
        ("", "There is no plan for siem-1: utmstack_plan_alert_triage_siem_1 is empty. Nothing was written."),
        (" \n", "is empty"),
        (None, "is empty"),
        ({}, "is empty"),
        ("{{ plan }}", "is the text '{{ plan }}' and not the artifact of a plan job"),
        (WHOLE, "and not the artifact of a plan job"),
        ([PLANNED], "is a list"),
        (True, "is a number, true or false"),
        ({**PLANNED, "instance": "siem.1"}, "holds the plan of siem.1."),
        ({**PLANNED, "instance": HOSTILE}, "holds the plan of {{ 6 * 7 }}<b>\\x1b[31m|yy"),
        ({**PLANNED, "instance": None}, "holds the plan of an unknown instance"),
        ({"plan": WHOLE}, "holds the plan of an unknown instance"),
        ({**PLANNED, "plan": None}, "it was too large for"),
        ({**PLANNED, "plan": " ", "file": ""}, "it was too large for"),
        ({**PLANNED, "plan": {}}, "`plan` in utmstack_plan_alert_triage_siem_1 is a dictionary"),
        ({**PLANNED, "plan": "{{ plan }}"}, "is the text '{{ plan }}' and not a compressed plan"),
        ({**PLANNED, "plan": DIGEST}, "and not a compressed plan"),
        ({**PLANNED, "plan": "/etc/passwd"}, "and not a compressed plan"),
        ({**PLANNED, "plan": 7}, "is a number, true or false"),
        ({**PLANNED, "plan": None, "file": ["x"]}, "is a list"),
        ({**PLANNED, "plan": None, "file": "/nowhere.plan.json"}, "readable file"),
        ({**PLANNED, "plan": WHOLE[:-8]}, "cut off"),
        ({**PLANNED, "plan": "H4sI"}, "cut off"),
        ({**PLANNED, "plan": compressed("{}")}, "holds no plan"),
        ({**PLANNED, "plan_digest": "b" * 64}, "names another plan than it holds"),
        ({**PLANNED, "plan_digest": None}, "names another plan than it holds"),
    ],
)
def test_an_artifact_without_the_plan_of_the_instance_is_a_problem_and_no_plan(artifact: Any, said: str) -> None:
    found = plan_artifact(artifact, KEY, "siem-1")
    assert found["plan"] is None
    assert said in found["problem"]
    assert len(found["problem"]) < 600


def test_an_applied_plan_is_passed_on_without_a_text_in_clear() -> None:
    artifact = applied(HOSTILE, HOSTILE)
    assert "6 * 7" not in json.dumps(artifact)
    assert {name: artifact[name] for name in FIGURES} == FIGURES
    assert (artifact["finished"], artifact["ended"]) == (True, "2026-11-29T06:00:00.000Z")
    ((reason, count),) = json.loads(decompressed(artifact["reasons"], "reasons")).items()
    assert (reason[:12], len(reason) <= 210, count) == ("{{ 6 * 7 }}<", True, 2)
    many = applied(*(f"reason {number}" for number in range(100)))
    assert len(json.loads(decompressed(many["reasons"], "reasons"))) == 20
    assert applied(failed=True)["finished"] is False


def test_the_report_tells_what_became_of_a_plan() -> None:
    found = section((KEY, PLANNED), (APPLIED_KEY, applied("Gone", "Gone")), ("other", 7))
    (row,) = found["rows"]
    assert (row["role"], row["outcome"], row["text"]) == ("alert_triage", "applied", OUTCOMES["applied"])
    assert (row["planned"], row["left_out"], row["made"]) == (3, 1, "2026-11-29 05:30")
    assert (row["approved"], row["applied"], row["skipped"], row["left"]) == (3, 1, 2, 4)
    assert (row["reasons"], row["further"]) == ([{"reason": "Gone", "alerts": 2}], 0)
    assert found["headline"] == "1 of 3 approved changes applied, 2 skipped"
    assert found["denied"] == ""
    # The failed result of a module shows a part of its alerts only.
    (part,) = section((APPLIED_KEY, applied("Gone", failed=True)))["rows"]
    assert (part["outcome"], part["planned"], part["further"]) == ("incomplete", None, 1)


@pytest.mark.parametrize(
    ("artifacts", "denied", "outcomes", "headline"),
    [
        ([], False, [], ""),
        ([], True, [], "approval denied or timed out"),
        ([(KEY, PLANNED)], True, ["denied"], "approval denied or timed out"),
        ([(KEY, PLANNED)], False, ["no_result"], "no result of the apply job"),
        ([(KEY, {**PLANNED, "instance": "siem.1"})], False, ["no_plan"], "no plan"),
        ([("utmstack_plan_alert_triage_siem_2", PLANNED)], False, ["no_plan"], "no plan"),
        ([(KEY, {**PLANNED, "plan_digest": "b" * 64}), (APPLIED_KEY, applied())], False, ["other_plan"], "1 of 3"),
        # What was applied was not denied.
        ([(KEY, PLANNED), (APPLIED_KEY, applied())], True, ["applied"], "1 of 3"),
        (
            [(KEY, PLANNED), (APPLIED_KEY.replace("alert_triage", "stale_alerts"), applied())],
            False,
            ["no_result", "applied"],
            "no result of the apply job; 1 of 3",
        ),
    ],
)
def test_the_report_tells_what_was_not_applied(
    artifacts: list[tuple[str, Any]], denied: bool, outcomes: list[str], headline: str
) -> None:
    found = section(*artifacts, denied=denied)
    assert [row["outcome"] for row in found["rows"]] == outcomes
    assert found["headline"].startswith(headline)
    assert bool(found["digest"]) == bool(outcomes or denied)
    if {*outcomes} <= {"denied", "no_plan"}:
        assert {row["applied"] for row in found["rows"]} <= {0}


@pytest.mark.parametrize(
    ("key", "artifact", "said"),
    [
        (KEY, "{{ plan }}", f"{KEY} is the text '{{{{ plan }}}}' and not an artifact"),
        (KEY, [], f"{KEY} is a list"),
        (KEY, {"instance": "siem-1"}, f"`counts` of {KEY} is null"),
        (KEY, {**PLANNED, "counts": 3}, f"`counts` of {KEY} is a number"),
        (KEY, {**PLANNED, "counts": {"alerts": "3", "left_out": 0}}, "`alerts` of `counts` of"),
        (KEY, {**PLANNED, "counts": {"alerts": True, "left_out": 0}}, "is not a number"),
        (KEY, {**PLANNED, "plan_digest": "<b>"}, "is not 64 hex digits"),
        (KEY, {**PLANNED, "made": "<b>"}, "is not a time"),
        (APPLIED_KEY, {**applied(), "applied": -1}, f"`applied` of {APPLIED_KEY} is not a number"),
        (APPLIED_KEY, {**applied(), "finished": "no"}, "is not true or false"),
        (APPLIED_KEY, {**applied(), "reasons": {"Gone": 1}}, "is not a string"),
        (APPLIED_KEY, {**applied(), "reasons": "Gone"}, "was changed or cut off"),
        (APPLIED_KEY, {**applied(), "reasons": compressed("[" * 100_000)}, "is not compressed JSON"),
        (APPLIED_KEY, {**applied(), "reasons": compressed('{"Gone": "1"}')}, "`Gone` of `reasons` of"),
        (APPLIED_KEY, {**applied(), "reasons": compressed("[1]")}, "is a list"),
    ],
)
def test_an_artifact_of_a_wrong_type_is_refused_by_name(key: str, artifact: Any, said: str) -> None:
    with pytest.raises(AnsibleFilterError, match=re.escape(said)):
        section((key, artifact))


def test_texts_that_a_controller_marked_unsafe_may_have_become_times_and_numbers() -> None:
    made = datetime(2026, 11, 29, 5, 30, tzinfo=timezone.utc)
    (row,) = section((KEY, {**PLANNED, "made": made}))["rows"]
    assert row["made"] == "2026-11-29 05:30"
    assert plan_artifact({**PLANNED, "instance": 7}, KEY, "7")["problem"] == ""


def test_the_last_lines_have_a_row_for_each_instance() -> None:
    plan = {"kind": "plan", "digest": "6" * 64, "alerts": 12, "left_out": 1, "place": "artifact x"}
    assert aligned(approval_rows([["siem-1", plan], ["siem-22", {}]])) == [
        f"instance  {'plan digest':64}  to change  left out  plan",
        f"siem-1    {'6' * 64}  12         1         artifact x",
        "siem-22   no plan",
    ]
    counts = {"digest": "6" * 64, "approved": None, "applied": 2, "skipped": 1, "left": 0}
    rows = approval_rows([["siem-1", {"kind": "applied", **counts}], ["siem-2", {}]])
    assert rows == [
        ["instance", "plan digest", "approved", "applied", "skipped", "left"],
        ["siem-1", "6" * 64, "unknown", 2, 1, 0],
        ["siem-2", "no result", "", "", "", ""],
    ]
    assert approval_rows([["siem-1", {"kind": "check", **counts}]])[0][3] == "would be applied"
    assert approval_rows([["siem-1", {}]]) == []
