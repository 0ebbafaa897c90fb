# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles compute: suppressions, aging policies, numbers and tables; and the clock of a server."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.filter.table import table
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.alert_changes import alert_changes
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.aging import aging_rules
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.suppressions import sort_out
from ansible_collections.utmstack.siem.plugins.module_utils.transport.transport import clock_skew

NOON = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
SCANS: dict[str, Any] = {"name": "Scans", "query": {"source_ip": ["10.0.0.5"], "since": "7d"}, "expires": "2026-11-25"}
STEPS: dict[str, Any] = {
    "remind": {"note": "Waits", "tags": ["Stale"]},
    "escalate": {"status": "in_review", "note": ""},
    "close": {"status": "completed", "observation": "By age"},
}


@pytest.mark.parametrize(
    "expires, holds",
    [
        ("2026-11-25", True),
        ("2026-11-24", False),
        (date(2026, 11, 25), True),
        ("2026-11-25T12:00:01Z", True),
        ("2026-11-25T12:00:00Z", False),
        ("2026-11-25T13:30:00+02:00", False),
        (datetime(2026, 11, 25, 11), False),
    ],
)
def test_a_suppression_holds_to_the_end_of_its_day_or_until_its_time(expires: Any, holds: bool) -> None:
    found = sort_out([{**SCANS, "expires": expires}], NOON, "S: ", "Harmless")
    assert found["active" if holds else "expired"] == ["Scans"]
    assert found["rules"] == (
        [
            {
                "name": "Scans",
                "when": SCANS["query"],
                "then": {"false_positive": True, "observation": "Harmless", "tags": []},
            }
        ]
        if holds
        else []
    )
    assert found["ended_tag_rules"] == ["S: Scans"]


def test_a_suppression_with_a_tag_rule_asks_for_what_alerts_share_and_not_when_they_came() -> None:
    given = {**SCANS, "tag_rule": True, "tags": ["Scan"], "reason": "Change 4711"}
    found = sort_out([given], NOON, "S: ", "Harmless")
    assert found["ended_tag_rules"] == []
    assert found["tag_rules"] == [
        {
            "name": "S: Scans",
            "query": {"source_ip": ["10.0.0.5"]},
            "tags": ["False positive", "Scan"],
            "description": "Change 4711 (until 2026-11-25)",
        }
    ]


@pytest.mark.parametrize(
    "given, reason",
    [
        ([{**SCANS, "expires": "7d"}], "last day, such as"),
        ([{**SCANS, "expires": "2026-02-31"}], "expires"),
        ([{**SCANS, "expires": None}], "`expires` is missing"),
        ([{**SCANS, "expire": "2026-11-25"}], "no key"),
        ([SCANS, SCANS], "Suppression 2 ('Scans'): another"),
        ([{**SCANS, "query": {"since": "7d"}, "tag_rule": True}], "only status and time"),
        ([{**SCANS, "query": {"user": ["root"]}, "tag_rule": True}], "`query.user` cannot stand in a tag rule"),
        ([{**SCANS, "query": {"name": "x", "user": "root"}, "tag_rule": True}], "`query.user` cannot stand"),
        ([{**SCANS, "query": {"nam": ["x"]}, "tag_rule": True}], "Did you mean name?"),
        ([{**SCANS, "query": {}}], "`query` is missing"),
        ([{**SCANS, "tags": [None]}], "`tags` contains None, which is not a string"),
        ([{**SCANS, "tags": ["Scan", 5, True]}], "`tags` contains 5"),
        ([{**SCANS, "tags": ["owner's"]}], "an apostrophe"),
        (["Scans"], "Suppression 1: must be a dictionary"),
    ],
)
def test_a_suppression_that_could_not_hold_is_explained(given: list[Any], reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        sort_out(given, NOON, "S: ", "Harmless")
    assert reason in refused.value.message


TWO_KEYS = {"target_host": ["dc-01"], "severity": ["high"]}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (TWO_KEYS, "it combines several conditions"),
        ({"target_ip": ["10.10.0.0/16"]}, "'10.10.0.0/16' is not a single address"),
        ({"hots": "dc-01"}, "no key"),
    ],
)
def test_a_tag_rule_that_cannot_spare_what_is_protected_is_refused_with_both(
    entry: dict[str, Any], reason: str
) -> None:
    given = [SCANS, {**SCANS, "name": "Backups", "tag_rule": True}]
    protect = [{"target_host": ["dc-02"]}, entry]
    with pytest.raises(InvalidInput) as refused:
        sort_out(given, NOON, "S: ", "Harmless", protect, ["Hold"])
    assert refused.value.message.startswith("Suppression 2 ('Backups'): ")
    assert reason in refused.value.message
    if "hots" not in entry:
        assert f"entry 2 of `protect` ({entry})" in refused.value.message
    # Without a tag rule, and after its end, the run itself keeps the guardrails.
    assert sort_out([SCANS], NOON, "S: ", "Harmless", protect[:1])["active"] == ["Scans"]
    ended = {**given[1], "expires": "2026-11-24"}
    assert sort_out([ended], NOON, "S: ", "Harmless", [TWO_KEYS])["ended_tag_rules"] == ["S: Backups"]


def test_a_hold_tag_that_a_tag_rule_cannot_spare_is_refused() -> None:
    with pytest.raises(InvalidInput, match="the hold tag 'a b c d e' holds back"):
        sort_out([{**SCANS, "tag_rule": True}], NOON, "S: ", "Harmless", [], ["a b c d e"])


def test_all_queries_are_checked_before_a_tag_rule_is_stored() -> None:
    stored = {**SCANS, "tag_rule": True}
    wrong = {**SCANS, "name": "Lab", "query": {"source_ip": "10.0.0.5/24"}}
    with pytest.raises(InvalidInput, match=r"Suppression 2 \('Lab'\): `query.source_ip` has '10.0.0.5/24'"):
        sort_out([stored, wrong], NOON, "S: ", "Harmless")
    with pytest.raises(InvalidInput, match=r"`protect.target_ip` has '10.0.0.\*'"):
        sort_out([SCANS], NOON, "S: ", "Harmless", [{"target_ip": ["10.0.0.*"]}])


def test_names_of_networks_stand_for_their_addresses_in_suppressions() -> None:
    networks = {"lab": ["10.0.0.0/24"], "scanner": ["10.0.0.5"]}
    given = {**SCANS, "query": {"source_ip": ["lab", "scanner"]}}
    found = sort_out([given], NOON, "S: ", "Harmless", networks=networks)
    assert found["rules"][0]["when"] == {"source_ip": ["10.0.0.0/24", "10.0.0.5"]}
    single = {**SCANS, "query": {"source_ip": "scanner"}, "tag_rule": True}
    stored = sort_out([single], NOON, "S: ", "Harmless", [{"target_ip": "scanner"}], networks=networks)
    assert stored["tag_rules"][0]["query"] == {"source_ip": ["10.0.0.5"]}
    for wrong, protect, reason in (
        ({**given, "tag_rule": True}, [], r"Suppression 1 \('Scans'\): .*'10.0.0.0/24' is not .* `tag_rule: false`"),
        (single, [{"target_ip": "lab"}], r"Suppression 1 \('Scans'\): .*'10.0.0.0/24' is not a single address"),
        ({**SCANS, "query": {"source_ip": "labs"}}, [], r"Suppression 1 \('Scans'\): .*\(lab, scanner\).*mean lab\?"),
    ):
        with pytest.raises(InvalidInput, match=reason):
            sort_out([wrong], NOON, "S: ", "Harmless", protect, networks=networks)


def test_the_last_step_that_is_due_comes_first() -> None:
    policy = {"low": {"remind": "90m", "close": "2d"}, "high": {"escalate": "1h"}}
    assert aging_rules(policy, STEPS) == [
        {
            "name": "Stale low, close",
            "when": {"severity": ["low"], "until": "2d", "status": ["open"]},
            "then": {"status": "completed", "observation": "By age (low, older than 2d)"},
        },
        {
            "name": "Stale low, remind",
            "when": {"severity": ["low"], "until": "90m"},
            "then": {"note": "Waits (low, older than 90m)", "tags": ["Stale"]},
        },
        {
            "name": "Stale high, escalate",
            "when": {"severity": ["high"], "until": "1h"},
            "then": {"status": "in_review"},
        },
    ]


def test_ages_can_count_from_a_time_that_is_given() -> None:
    (rule,) = aging_rules({"low": {"remind": "90m"}}, STEPS, now=NOON)
    assert rule["when"]["until"] == "2026-11-25T10:30:00.000Z"
    assert rule["then"]["note"] == "Waits (low, older than 90m)"


@pytest.mark.parametrize(
    "policy, reason",
    [
        ({"critical": {"remind": "1h"}}, "unknown severity 'critical'"),
        ({"low": {"reminder": "1h"}}, "no key 'reminder'"),
        ({"low": "1h"}, "must be a dictionary"),
        ({"low": {"remind": "0h"}}, "Use an age"),
        ({"low": {"remind": "24h", "close": "1d"}}, "must increase"),
        ({"low": {"escalate": "1h", "close": "1d"}}, "an escalated alert is in review"),
    ],
)
def test_a_policy_that_makes_no_sense_is_explained(policy: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        aging_rules(policy, STEPS)
    assert reason in refused.value.message


def test_escalated_alerts_can_be_closed_when_those_in_review_may_be() -> None:
    rules = aging_rules({"low": {"escalate": "1h", "close": "1d"}}, STEPS, ["open", "in_review"])
    assert [rule["name"] for rule in rules] == ["Stale low, close", "Stale low, escalate"]


def test_an_alert_counts_in_every_way_in_which_it_changed() -> None:
    before = {"status": "open", "tags": [], "notes": ""}
    rows = [
        {"changed": True, "before": before, "after": {**before, "status": "completed", "tags": ["False positive"]}},
        {"changed": True, "before": before, "after": {"status": "in_review", "tags": ["x"], "notes": "y"}},
        {"changed": False, "before": before, "after": {**before, "status": "completed"}},
        {"changed": True, "before": before, "after": None},
    ]
    assert alert_changes(rows) == {"closed": 1, "in_review": 1, "reopened": 0, "tagged": 1, "noted": 1}


def test_a_table_is_aligned_and_obeys_no_text() -> None:
    assert table([["a", 1], ["long\x1b[2J", 100], ["x"]]) == ["a              1", "long\\x1b[2J  100", "x"]
    assert table({"closed": 5, "by": "rule"}) == ["closed  5", "by      rule"]
    assert table([["seen", 100], ["closed", 7], ["receipt", "/var/lib/r.jsonl"]]) == [
        "seen     100",
        "closed     7",
        "receipt  /var/lib/r.jsonl",
    ]
    assert table([]) == []


@pytest.mark.parametrize(
    "date_header, skew",
    [
        ("Wed, 25 Nov 2026 12:00:00 GMT", 0),
        ("Wed, 25 Nov 2026 11:59:59 GMT", 0),
        ("Wed, 25 Nov 2026 12:01:02 GMT", 60),
        ("Wed, 25 Nov 2026 11:58:59 GMT", -60),
        ("yesterday", None),
        (None, None),
    ],
)
def test_the_clock_of_the_server_is_compared_with_both_ends_of_the_request(
    date_header: str | None, skew: int | None
) -> None:
    asked = NOON.timestamp()
    assert clock_skew(date_header, asked, asked + 2) == skew
