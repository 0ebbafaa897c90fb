# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rules would have closed, compared with what analysts decided."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.backtest import MAX_LISTED, backtest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.gates import Gates
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.recording import recording_from

from .recordings import SIDES, decision, recorded, stored

SCANS = {"name": "Scans", "when": {"name": ["Port scan"]}, "then": {"false_positive": True}}
UNDECIDED = decision(status="open", false_positive=False, source="undecided", by=None, at=None)


def tried(*pairs: Any, rules: Any = (SCANS,), dialect: str = "v11", **options: Any) -> dict[str, Any]:
    return backtest(recording_from(recorded(*pairs, dialect=dialect), "recorded.json"), list(rules), **options)


def row(result: dict[str, Any], name: str = "Scans") -> dict[str, Any]:
    (found,) = [one for one in result["rules"] if one["name"] == name]
    return found


@pytest.mark.parametrize("dialect", ["v10", "v11"])
def test_each_decision_is_counted_as_what_it_says_about_the_rule(dialect: str) -> None:
    source = SIDES[dialect][0]
    decisions = [
        decision(),
        decision(false_positive=False),
        decision(status="in_review"),
        decision(incident=True),
        UNDECIDED,
        decision(source="collection"),
        decision(source="tag_rule", by=None, at=None),
    ]
    pairs = [(stored(number, dialect), one) for number, one in enumerate(decisions)]
    pairs.append((stored(99, dialect, name="Other", **{source: {}}), decision(by=None, at=None)))
    result = tried(*pairs, dialect=dialect)
    assert row(result) == {
        "name": "Scans",
        "mode": "apply",
        "expired": False,
        "matched": 7,
        "would_close": 7,
        "agreed": 1,
        "decided": 4,
        "precision": 0.25,
        "precision_lower_bound": 0.0579,
        "undecided": 1,
        "automated": 2,
        "otherwise": [
            {"id": f"a{number}", "name": "Port scan", "decision": said, "by": "alice", "at": "2026-11-20T11:00:00Z"}
            for number, said in [
                (1, "closed, but not as a false positive"),
                (2, "in review"),
                (3, "escalated to an incident"),
            ]
        ],
        "otherwise_total": 3,
    }
    assert result["summary"] == {
        "alerts": 8,
        "decided_by_analysts": 5,
        "undecided": 1,
        "automated": 2,
        "without_history": 1,
        "would_close": 7,
        "agreed": 1,
        "decided": 4,
        "precision": 0.25,
        "precision_lower_bound": 0.0579,
        "server_history": True,
    }
    # The closure in an incident is none that a rule could have made.
    assert result["coverage"] == {
        "closed_by_analysts": 3,
        "covered": 1,
        "share": 0.3333,
        "matched": 7,
        "matched_share": 0.875,
    }


def test_alerts_are_decided_as_they_arrived() -> None:
    arrived_only = {
        "name": "Untouched",
        "when": {"status": ["open"], "without_tags": ["Reviewed", "False positive"]},
        "unless": {"where": [{"field": "statusObservation", "operator": "start_with", "value": "closed"}]},
        "then": {"false_positive": True},
    }
    alert = stored(1, tags=["Tier 1", "Reviewed", "False positive"])
    result = tried((alert, decision(tags_added=["Reviewed"])), rules=[arrived_only])
    assert row(result, "Untouched")["agreed"] == 1


def test_a_rule_that_closes_without_the_tag_agrees_with_any_closure() -> None:
    closes = {**SCANS, "then": {"status": "completed"}}
    result = tried((stored(1), decision()), (stored(2), decision(false_positive=False)), rules=[closes])
    assert row(result)["agreed"] == 2


def test_shadow_rules_are_compared_like_the_others_and_stop_nothing() -> None:
    shadow = {**SCANS, "name": "Shadow", "mode": "shadow"}
    result = tried((stored(1), decision()), (stored(2), decision(status="in_review")), rules=[shadow, SCANS])
    for name in ("Shadow", "Scans"):
        assert (row(result, name)["agreed"], row(result, name)["decided"]) == (1, 2)
    assert row(result, "Shadow")["mode"] == "shadow"
    assert result["summary"]["would_close"] == 2


def test_only_the_rule_that_closes_is_compared() -> None:
    review = {"name": "Review", "when": {"severity": ["medium"]}, "then": {"status": "in_review"}}
    tag = {"name": "Tag", "when": {"severity": ["medium"]}, "then": {"tags": ["Tier 1"]}, "stop": False}
    result = tried((stored(1), decision()), rules=[tag, SCANS, review])
    assert [(one["matched"], one["would_close"]) for one in result["rules"]] == [(1, 0), (1, 1), (0, 0)]
    assert result["never_hit"] == ["Review"]


def test_listed_closures_are_bounded_and_counted() -> None:
    result = tried(*((stored(number), decision(status="in_review")) for number in range(MAX_LISTED + 5)))
    assert len(row(result)["otherwise"]) == MAX_LISTED
    assert row(result)["otherwise_total"] == MAX_LISTED + 5


def test_an_alert_without_a_recorded_decision_is_undecided() -> None:
    result = tried((stored(1), None), (stored(2), decision()))
    assert row(result)["undecided"] == 1


def test_ages_count_from_the_recording_unless_a_time_is_given() -> None:
    recent = {**SCANS, "when": {"since": "2d"}}
    assert row(tried((stored(1), decision()), rules=[recent]))["matched"] == 1
    assert row(tried((stored(1), decision()), rules=[recent], now="2026-11-25T00:00:00Z"))["matched"] == 0


def test_named_networks_are_resolved() -> None:
    rule = {**SCANS, "when": {"source_ip": ["scanners"]}}
    result = tried((stored(1), decision()), rules=[rule], networks={"scanners": ["10.20.0.0/24"]})
    assert row(result)["matched"] == 1


def test_fields_of_log_lines_have_the_types_of_the_recording() -> None:
    rule = {
        **SCANS,
        "when": {"where": [{"field": "lastEvent.log.count", "operator": "is_greater_than", "value": 5}]},
    }
    pairs = [(stored(number, lastEvent={"log": {"count": number}}), decision()) for number in (5, 6)]
    assert row(tried(*pairs, rules=[rule]))["matched"] == 1


def test_an_expired_rule_decides_nothing() -> None:
    result = tried((stored(1), decision()), rules=[{**SCANS, "expires": "2026-11-01"}])
    assert (row(result)["expired"], row(result)["matched"]) == (True, 0)
    assert result["never_hit"] == []
    (message,) = Gates(0.9, 0.5).unmet(result)
    assert message.startswith("All rules have expired")


def test_no_rule_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no rule to test"):
        tried((stored(1), decision()), rules=[])


def unmet(*decisions: Any, precision: float | None = None, coverage: float | None = None) -> list[str]:
    result = tried(*((stored(number), one) for number, one in enumerate(decisions)))
    return Gates(precision, coverage).unmet(result)


def test_met_gates_are_silent() -> None:
    assert unmet(*[decision()] * 60, precision=0.95, coverage=1) == []


def test_a_rule_below_the_gate_is_named_with_figure_limit_and_next_step() -> None:
    (message,) = unmet(*[decision()] * 8, *[decision(status="in_review")] * 2, precision=0.9)
    assert message == (
        "Rule 'Scans': analysts agreed with 8 of 10 closures, which proves a precision of 54.08 %, and "
        "minimum_precision requires 90 %. Narrow the rule until the closures that an analyst decided otherwise no "
        "longer match."
    )


def test_too_few_decisions_are_counted() -> None:
    (message,) = unmet(*[decision()] * 10, precision=0.95)
    assert message.endswith("42 further agreeing decisions are missing; record a longer period.")
    (message,) = unmet(UNDECIDED, precision=0.95)
    assert "analysts decided none of the 1 alerts that it would close" in message
    assert "52 agreeing decisions are missing" in message


def test_coverage_is_the_share_of_the_analysts_closures() -> None:
    pairs = [(stored(1), decision()), (stored(2, name="Other"), decision())]
    (message,) = Gates(coverage=0.6).unmet(tried(*pairs))
    assert "made 1 of the 2 closures of analysts (50 %), and minimum_coverage requires 60 %" in message
    (message,) = unmet(UNDECIDED, coverage=0.6)
    assert "closed none of the recorded alerts" in message


def test_rules_that_close_nothing_are_no_pass() -> None:
    result = tried((stored(1, name="Other"), decision()))
    (message,) = Gates().unmet(result)
    assert message.startswith("No rule would close any of the 1 alerts")


@pytest.mark.parametrize(
    ("gates", "said"),
    [
        (Gates(precision=1.2), "minimum_precision is a share from 0 to 1"),
        (Gates(precision=-0.1), "minimum_precision is a share from 0 to 1"),
        (Gates(precision=float("nan")), "minimum_precision is a share from 0 to 1"),
        (Gates(precision=1), "minimum_precision is 1, which no number of decisions can prove"),
        (Gates(coverage=95), "minimum_coverage is a share from 0 to 1, such as 0.95 for 95 %, not 95"),
    ],
)
def test_gates_out_of_range_are_refused(gates: Gates, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        gates.check()
    assert refused.value.message.startswith(said)
