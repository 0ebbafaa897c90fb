# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page for an approver: what it counts, what it shows, and that it stays one page of literal texts."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.utmstack.siem.plugins.filter.plan_summary import plan_summary

HOSTILE = "<b>[x](http://evil)`|\x1b[31m\u202e\n# Approved\n" + "y" * 10_000


def planned(number: int, rule: str | None = "Backups", **more: Any) -> dict[str, Any]:
    """A planned closure."""
    return {
        "id": f"a{number}",
        "name": "Large transfer",
        "before": {"status": "open", "tags": ["Old"], "observation": "", "notes": ""},
        "after": {
            "status": "completed",
            "tags": ["False positive"],
            "observation": 'Nightly [utmstack.siem rule="Backups" rules=1a2b3c4d]',
            "notes": "",
        },
        "echoes": [],
        "incident": None,
        "cannot_be_undone": None,
        "why": {} if rule is None else {"rule": rule, "rules": [{"name": rule, "why": {"source_ip": "10.0.0.5"}}]},
        **more,
    }


def document(*alerts: dict[str, Any], left_out: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A plan document."""
    echoes = sum(len(row["echoes"]) for row in alerts)
    return {
        "plan_version": 1,
        "module": "utmstack_triage",
        "server": "https://siem.example.com",
        "dialect": "v11",
        "made": "2026-11-29T05:30:00.000Z",
        "rules_digest": "a" * 64,
        "plan_digest": "b" * 64,
        "counts": {"alerts": len(alerts), "echoes": echoes, "left_out": len(left_out or [])},
        "alerts": list(alerts),
        "left_out": left_out or [],
        "checksum": "c" * 64,
    }


def lines(text: str, title: str) -> list[str]:
    """The lines of a section of the text."""
    return text.split(f"\n\n{title}")[1].split("\n\n")[0].splitlines()[1:]


def test_an_approver_reads_counts_examples_and_what_the_plan_leaves_alone() -> None:
    echo = {"id": "e1", "before": {}, "after": {}}
    reviewed = planned(
        3,
        "Severe",
        after={"status": "in_review", "tags": ["Old"], "observation": "Seen", "notes": "Call the owner"},
        incident="INC-1",
        cannot_be_undone="UTMStack cannot remove an alert from an incident.",
    )
    left_out = [
        {"id": "h1", "name": "Beacon", "reason": "Its echo e7 carries a hold tag."},
        {"id": "p1", "name": "DC", "reason": "The alert is protected from automatic closure (`protect`)."},
        {"id": "c1", "name": "Done", "reason": "The alert is completed; rules do not reopen it."},
    ]
    text = plan_summary(
        document(planned(1, echoes=[echo]), planned(2), reviewed, left_out=left_out),
        "text",
        "siem-1",
        "alert_triage_plan",
        "alert_triage_plan_from_stats",
        "/plans/siem-1.plan.json",
        "48h",
        "Europe/Berlin",
        ["Tag rules are not part of it."],
    )
    assert text.splitlines()[:7] == [
        "Plan for siem-1",
        "  Server                         https://siem.example.com (v11)",
        "  Made                           2026-11-29 06:30:00 Europe/Berlin",
        "  Valid until                    2026-12-01 06:30:00 Europe/Berlin",
        "  Alerts to change               3",
        "  Echoes that follow             1",
        "  Alerts left out                3",
    ]
    assert text.splitlines()[7].split("  ")[-1].strip() == "1"
    assert [row.split() for row in lines(text, "Changes by rule")[1:]] == [
        ["Backups", "2", "2", "0", "2", "0", "0", "1"],
        ["Severe", "1", "0", "1", "0", "1", "1", "0"],
    ]
    examples = lines(text, "Examples")
    assert "open -> completed; tags +False positive -Old; observation: Nightly  " in examples[1]
    assert examples[1].endswith("  source_ip 10.0.0.5")
    assert "open -> in_review; incident: INC-1; observation: Seen; notes: Call the…" in examples[3]
    assert [row.split("  ")[1] for row in lines(text, "Left out")[1:]] == [
        "held by a tag",
        "kept open by `protect`",
        "The alert is completed; rules do not reopen it.",
    ]
    assert [row[-11:].split("  ")[-1] for row in lines(text, "Left out")[1:]] == ["Beacon (h1)", "DC (p1)", "Done (c1)"]
    assert lines(text, "Cannot be undone")[1].endswith("1       Large transfer (a3)")
    assert lines(text, "Not part of the plan") == ["  Tag rules are not part of it."]
    ways = lines(text, "How to apply it")[1:]
    assert [way.split("  ")[1] for way in ways] == [
        "alert_triage_plan: /plans/siem-1.plan.json",
        "alert_triage_plan_from_stats: true",
        f"alert_triage_plan: {'b' * 64}",
    ]


def test_a_plan_without_rules_is_counted_by_its_module_and_an_empty_one_says_so() -> None:
    text = plan_summary(document(planned(1, None)) | {"module": "utmstack_alert_status", "rules_digest": None}, "text")
    assert text.startswith("Plan for https://siem.example.com\n")
    assert lines(text, "Changes by rule")[1].split()[:2] == ["utmstack_alert_status", "1"]
    empty = plan_summary(document(), "text")
    assert "Changes by rule" not in empty
    assert "Alerts to change                0" in empty or "Alerts to change               0" in empty


def test_alerts_of_different_names_are_the_first_examples() -> None:
    rows = [planned(number) for number in range(20)] + [planned(99, name="Rare")]
    assert "Rare" in lines(plan_summary(document(*rows), "text"), "Examples")[2]


@pytest.mark.parametrize("rules", [1, 4, 40])
@pytest.mark.parametrize("format", ["markdown", "text"])
def test_a_large_plan_of_hostile_texts_stays_one_page_of_literal_texts(rules: int, format: str) -> None:
    rows = [
        planned(
            number,
            f"{number % rules} {HOSTILE}",
            id=HOSTILE,
            name=HOSTILE,
            after={"status": "completed", "tags": [HOSTILE], "observation": HOSTILE, "notes": HOSTILE},
            incident=HOSTILE,
            cannot_be_undone=HOSTILE,
        )
        for number in range(2_000)
    ]
    reasons = [f"{HOSTILE} carries a hold tag.", f"{HOSTILE} (`protect`).", HOSTILE]
    left_out = [{"id": HOSTILE, "name": HOSTILE, "reason": reason} for reason in reasons for _row in range(100)]
    page = plan_summary(
        document(*rows, left_out=left_out), format, HOSTILE, HOSTILE, HOSTILE, HOSTILE, remarks=[HOSTILE] * 50
    )
    assert page.count("\n") <= 120
    assert len(page) < 50_000
    assert all(line.isprintable() for line in page.splitlines())
    if format == "text":
        each = sum(line.startswith("  0 <b>") for line in lines(page, "Examples"))
        assert each == {1: 10, 4: 10, 40: 3}[rules]
    else:
        assert not any(line.startswith("# Approved") for line in page.splitlines())
        outside = [part for line in page.splitlines() for part in line.split("``")[::2]]
        assert not any("evil" in part or "<b>" in part for part in outside)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((document(), "pdf"), "Use markdown or text"),
        (({"alerts": 1},), "Pass the plan through utmstack.siem.plan_document"),
        (("H4sI",), "Pass the plan through utmstack.siem.plan_document"),
        ((document() | {"made": "soon"},), "`made` of the plan is not a time"),
    ],
)
def test_what_is_no_plan_or_format_is_named(given: tuple[Any, ...], said: str) -> None:
    with pytest.raises(AnsibleFilterError, match=said):
        plan_summary(*given)
