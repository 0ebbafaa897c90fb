# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules are asked from top to bottom; what they add up to, and what is wrong with a rule."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import jsonschema
import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert, alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.decision_table import (
    RuleIndex,
    Table,
    Wish,
    combined,
    decide,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.judging import (
    CHANGE,
    Verdicts,
    decide_all,
    judge,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rehearsal import rehearse
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import read_rules, rules_digest
from ansible_collections.utmstack.siem.plugins.module_utils.query.written import compile_written_query
from ansible_collections.utmstack.siem.plugins.module_utils.writing.guardrails import Guardrails
from ansible_collections.utmstack.siem.plugins.module_utils.writing.selected import Selection

from tools import rules_schema

from ...builders import selection

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
SCAN = {"id": "a1", "name": "Port scan", "status": 2, "severity": 1, "adversary": {"ip": "10.0.0.5"}, "tags": ["x"]}
RULE: dict[str, Any] = {"name": "One", "when": {"name": "Port scan"}, "then": {"status": "completed"}}


def scan(**fields: Any) -> Alert:
    return alert_from({**SCAN, **fields}, V11)


def decided(*rules: dict[str, Any], **fields: Any) -> Any:
    return decide(scan(**fields), RuleIndex(read_rules(rules, V11, NOW)))


def judged(chosen: Selection, table: Table, elsewhere: dict[str, str] | None = None) -> Verdicts:
    return judge(chosen, table, decide_all([(chosen, table.rules)]), elsewhere or {})


def test_the_first_rule_that_matches_decides_and_says_why() -> None:
    second = {**RULE, "name": "Two", "then": {"status": "open"}}
    decision = decided(RULE, second)
    assert decision.decided_by.name == "One"
    assert [(hit.rule.name, hit.why) for hit in decision.acting] == [("One", {"name": "Port scan"})]


def test_an_alert_in_two_parts_is_left_to_the_first_rules_that_match() -> None:
    both, other = scan(), scan(id="a2", name="Other")
    shadow = {**RULE, "name": "Shadow", "when": {"severity": ["low"]}, "mode": "shadow"}
    first = read_rules([shadow, RULE], V11, NOW)
    second = read_rules([{**RULE, "when": {"severity": ["low"]}, "then": {"status": "open"}}], V11, NOW)
    decisions = decide_all([(selection(both, other), first), (selection(other, both), second)])
    assert {key: found.wish.status for key, found in decisions.items()} == {"a1": "completed", "a2": "open"}
    # A shadow rule of the first part saw both.
    assert [len(found.shadowed) for found in decisions.values()] == [1, 1]


def test_unless_takes_alerts_out_again() -> None:
    rule = {**RULE, "unless": {"source_ip": ["10.0.0.5"]}}
    assert decided(rule).acting == []
    assert len(decided(rule, adversary={"ip": "10.0.0.6"}).acting) == 1


def test_rules_that_do_not_stop_add_up_and_the_upper_one_wins() -> None:
    above = {**RULE, "stop": False, "then": {"tags": ["a"], "remove_tags": ["b"], "note": "n1"}}
    below = {**RULE, "name": "Two", "then": {"status": "in_review", "tags": ["b", "c"], "note": "n2"}}
    assert decided(above, below).wish == Wish("in_review", None, ("a", "c"), ("b",), ("n1", "n2"), None)


def test_the_observation_is_that_of_the_rule_that_gives_the_status() -> None:
    wishes = [Wish(tags=("a",)), Wish("completed", None), Wish("open", "other")]
    assert combined(wishes).observation is None


def test_the_tag_of_a_false_positive_goes_with_its_closure_only() -> None:
    above, closes = Wish("in_review"), Wish("completed", tags=("False positive", "scan"))
    assert combined([above, closes]).tags == ("scan",)
    assert combined([Wish(tags=("a",)), closes]).tags == ("a", "False positive", "scan")


def test_a_watched_rule_changes_nothing_and_stops_nobody() -> None:
    decision = decided({**RULE, "mode": "shadow"}, {**RULE, "name": "Two"})
    assert [hit.rule.name for hit in decision.shadowed] == ["One"]
    assert decision.decided_by.name == "Two"


def test_a_rule_without_a_wish_keeps_alerts_from_the_rules_below() -> None:
    assert decided({**RULE, "then": {}}, {**RULE, "name": "Two"}).wish == Wish()


def test_ages_count_from_now() -> None:
    rule = {**RULE, "when": {"since": "1h"}}
    assert decided(rule, **{"@timestamp": "2026-11-20T11:30:00.000Z"}).acting
    assert not decided(rule, **{"@timestamp": "2026-11-20T10:30:00.000Z"}).acting


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, ["Rule 2", "`name`"]),
        ({"name": 'a"b'}, ["`name`"]),
        ({"name": "a\\u0041"}, ["`name`"]),
        ({"when": None}, ["'One'", "`when`"]),
        ({"when": {"sevrity": ["high"]}}, ["`when`", "'sevrity'", "severity"]),
        ({"when": {"severity": ["urgent"]}}, ["`when.severity`", "urgent"]),
        ({"when": {"name": []}}, ["`when.name`", "empty"]),
        ({"when": {"name": [{"a": 1}]}}, ["`when.name`"]),
        ({"when": {"since": "last week"}}, ["`when.since`"]),
        ({"when": {"where": [{"field": "adversary.ipp", "operator": "is", "value": "x"}]}}, ["adversary.ip"]),
        ({"when": {"where": [{"field": "name"}]}}, ["`when.where[0]`", "`operator`"]),
        ({"when": {"incident": "maybe"}}, ["`when.incident`", "true or false"]),
        ({"when": {"user": [True]}}, ["`when.user`", "in quotes"]),
        ({"when": {"user": 7}}, ["`when.user`", "in quotes"]),
        ({"when": {"name": None}}, ["`when.name` is null"]),
        ({"when": {"all": False}}, ["`when.all` is false"]),
        ({"name": True}, ["`name`", "in quotes"]),
        ({"then": {"status": "open", "observation": False}}, ["`then.observation`", "in quotes"]),
        ({"then": {"note": 7}}, ["`then.note`", "in quotes"]),
        ({"unless": {}}, ["`unless` is empty", "Leave it out"]),
        ({"unless": None}, ["`unless` is empty"]),
        ({"unless": {"tgas": ["x"]}}, ["`unless`", "tags"]),
        ({"then": None}, ["`then`"]),
        ({"then": {"staus": "open"}}, ["`then`", "mean status"]),
        ({"then": {"status": "closed"}}, ["`then.status`", "completed"]),
        ({"then": {"status": "open", "false_positive": True}}, ["`then.false_positive`"]),
        ({"then": {"observation": "text"}}, ["`then.observation`", "`then.status`"]),
        ({"then": {"status": "open", "observation": "two\nlines"}}, ["observation", "line break"]),
        ({"then": {"tags": ["O'Brien"]}}, ["apostrophe"]),
        ({"then": {"tags": ["a"], "remove_tags": ["a"]}}, ["'a'", "`then.remove_tags`"]),
        ({"then": {"incident": 'a "b"'}}, ["name"]),
        ({"then": {"note": "naïve"}}, ["note", "non-ASCII"]),
        ({"stop": "no"}, ["`stop`"]),
        ({"mode": "dry"}, ["`mode`", "shadow"]),
        ({"priority": 1}, ["'priority'"]),
    ],
)
def test_what_is_wrong_with_a_rule_names_rule_and_key(change: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_rules([{**RULE, **change, "origin": "rules/scan.yml, line 3: Rule 2"}], V11, NOW)
    assert refused.value.message.startswith("rules/scan.yml, line 3: Rule 2")
    for word in words:
        assert word in refused.value.message, refused.value.message


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ({"tags": [None]}, "`then.tags` contains None, which is not a string"),
        ({"tags": ["Scan", 5]}, "`then.tags` contains 5, which is not a string"),
        ({"tags": True}, "`then.tags` contains True, which is not a string"),
        ({"remove_tags": [{"a": 1}]}, "`then.remove_tags` contains {'a': 1}, which is not a string"),
        ({"incident": " "}, "`then.incident` is blank"),
        ({"note": ""}, "`then.note` is empty. Leave it out"),
        ({"note": "Größe"}, "this could be stored: Gro"),
        ({"status": "open", "observation": "a\nb"}, "`then.observation` holds"),
    ],
)
def test_a_wish_that_cannot_be_stored_names_its_key(then: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        decided({**RULE, "then": then})
    assert said in caught.value.message
    assert "unsupported_text" not in caught.value.message


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidInput, match="Rule 2"):
        read_rules([RULE, RULE], V11, NOW)


def test_the_digest_is_of_the_rules_and_not_of_their_file() -> None:
    assert rules_digest([RULE]) == rules_digest([{**RULE, "origin": "a.yml"}])
    assert rules_digest([RULE]) != rules_digest([{**RULE, "stop": False}])


def test_a_closure_is_marked_and_nothing_else_is() -> None:
    table = Table(read_rules([RULE], V11, NOW), "0123456789", run_id="7")
    (edit,) = judged(selection(scan()), table).plan.edits
    assert edit.after["observation"] == 'Closed by rule One [utmstack.siem rule="One" rules=01234567 run=7]'
    review = [{**RULE, "then": {"status": "in_review", "observation": "Looking"}}]
    (edit,) = judged(selection(scan()), Table(read_rules(review, V11, NOW))).plan.edits
    assert edit.after["observation"] == "Looking"


@pytest.mark.parametrize(
    ("then", "held"),
    [({"note": "x"}, {"notes": "zwei\nZeilen"}), ({"status": "in_review"}, {"statusObservation": "zwei\nZeilen"})],
    ids=["note", "observation"],
)
def test_an_alert_whose_own_text_would_be_lost_is_an_error(then: dict[str, Any], held: dict[str, Any]) -> None:
    plan = judged(selection(scan(**held)), Table(read_rules([{**RULE, "then": then}], V11, NOW))).plan
    assert plan.edits == []
    assert "would lose a text or tag" in plan.errors["a1"]
    # What is advised is possible: the module has no such option.
    assert "unsupported_text" not in plan.errors["a1"]
    assert "Change it in UTMStack" in plan.errors["a1"]


ECHO = {**SCAN, "id": "e1", "parentId": "a1"}
PROTECT_CORE = compile_written_query({"name": "Core"}, "protect", V11, NOW, True)
FALSE = {**RULE, "then": {"status": "completed", "tags": ["False positive"]}}


def with_echo(rule: dict[str, Any], echo: dict[str, Any], held: dict[str, Any], **guards: Any) -> Verdicts:
    """The verdicts on an alert with an echo."""
    found = selection(scan(**held), echoes={"a1": [alert_from({**ECHO, **echo}, V11)]})
    return judged(found, Table(read_rules([rule], V11, NOW), guardrails=Guardrails(**guards)))


def test_an_alert_whose_echo_would_lose_a_tag_is_an_error_and_enters_no_incident() -> None:
    rule = {**FALSE, "then": {**FALSE["then"], "incident": "Night"}}
    verdicts = with_echo(rule, {"tags": ["owner's"]}, {})
    assert (verdicts.plan.edits, verdicts.plan.affected) == ([], 0)
    assert verdicts.plan.errors["a1"].startswith("Its echo e1 would lose a tag.")
    assert list(verdicts.incidents["Night"]) == []


def test_an_echo_whose_tags_are_not_written_may_hold_any() -> None:
    assert len(with_echo(RULE, {"tags": ["owner's"]}, {}).plan.edits) == 1


@pytest.mark.parametrize(
    ("echo", "guards", "said"),
    [
        ({"tags": ["Hold"]}, {"hold_tags": ["Hold"]}, "Its echo e1 carries a hold tag."),
        ({"name": "Core"}, {"protect": PROTECT_CORE}, "Its echo e1 is protected"),
    ],
    ids=["hold tag", "protect"],
)
def test_guardrails_cover_echoes_that_would_get_the_tag_of_false_positives(
    echo: dict[str, Any], guards: dict[str, Any], said: str
) -> None:
    """Here the alert itself is completed already: it gets a tag only, and so does its echo."""
    held = {"status": 5, "statusObservation": "Done"}
    plan = with_echo(FALSE, {**held, **echo}, held, **guards).plan
    assert plan.edits == []
    assert plan.skipped["a1"].startswith(said)


def test_a_tag_that_stands_twice_is_not_written_again_with_a_status() -> None:
    (edit,) = judged(selection(scan(tags=["x", "x"])), Table(read_rules([RULE], V11, NOW))).plan.edits
    kinds = [write.kind for _id, write in CHANGE.writes(edit, edit.alert, ())]
    assert kinds == ["status"]


def test_an_alert_of_another_incident_is_left_alone_as_a_whole() -> None:
    rules = read_rules([{**RULE, "then": {"status": "in_review", "incident": "Night"}}], V11, NOW)
    verdicts = judged(selection(scan()), Table(rules), {"a1": "It belongs to Day."})
    assert (verdicts.plan.edits, verdicts.plan.skipped) == ([], {"a1": "It belongs to Day."})
    assert (verdicts.incidents, verdicts.plan.affected) == ({}, 0)


def test_a_rehearsal_tells_verdicts_coverage_and_differences() -> None:
    other = {**SCAN, "id": "a2", "name": "Other"}
    never = {**RULE, "name": "Never", "when": {"severity": ["high"]}}
    expected = {"a1": {"rule": "One", "status": "completed", "tags": ["x"]}, "a2": "One", "a3": None}
    rehearsal = rehearse([{"raw": SCAN}, other], [RULE, never], expected)
    assert rehearsal["verdicts"]["a1"]["status"] == "completed"
    assert rehearsal["coverage"] == {
        "hits": {"One": 1, "Never": 0},
        "never_hit": ["Never"],
        "uncovered": ["a2"],
        "decided": 1,
        "share": 0.5,
    }
    assert rehearsal["differences"] == [
        "a2 (Other): rule is None, expected One",
        "a3: expected, but not among the alerts",
    ]


def test_a_rehearsal_takes_named_networks() -> None:
    document = {**SCAN, "adversary": {"ip": "10.0.0.7"}}
    rule = {**RULE, "when": {"source_ip": "lab"}}
    tested = rehearse([document], [rule], {"a1": "One"}, networks={"lab": ["10.0.0.0/29"]})
    assert (tested["differences"], tested["verdicts"]["a1"]["rules"][0]["why"]) == ([], {"adversary.ip": "10.0.0.7"})
    assert rehearse([document], [rule], {"a1": None}, networks={"lab": ["10.0.0.8/29"]})["differences"] == []
    with pytest.raises(InvalidInput, match="'lab', which is neither"):
        rehearse([document], [rule])


@pytest.mark.parametrize(("documents", "dialect"), [([{"name": "x"}], "v11"), ([], "v12")])
def test_a_rehearsal_refuses_what_is_no_alert(documents: list[Any], dialect: str) -> None:
    with pytest.raises(InvalidInput):
        rehearse(documents, [RULE], dialect=dialect)


@pytest.mark.parametrize("tags", [None, "Tier 1", [1]])
def test_expected_tags_are_a_list_of_texts(tags: Any) -> None:
    with pytest.raises(InvalidInput, match=r"a1.*`tags`"):
        rehearse([SCAN], [RULE], {"a1": {"tags": tags}})


def test_a_rehearsal_takes_times_that_yaml_has_read() -> None:
    rule = {**RULE, "when": {"since": "2h"}}
    for now in (NOW, "2026-11-20T12:00:00Z"):
        for moment in ("2026-11-20T11:00:00.000Z", NOW):
            alerts = [{**SCAN, "@timestamp": moment}]
            assert rehearse(alerts, [rule], {"a1": "One"}, now=now)["differences"] == []


def test_the_schema_is_current_and_takes_what_the_reader_takes() -> None:
    assert rules_schema.TARGET.read_text(encoding="utf-8") == rules_schema.text(), "run make docs"
    validator = jsonschema.Draft202012Validator(json.loads(rules_schema.text()))
    full = {
        **RULE,
        "unless": {"severity": ["high"], "where": [{"field": "name", "operator": "is", "value": "x"}]},
        "then": {
            "false_positive": True,
            "tags": ["a"],
            "remove_tags": "b",
            "note": "n",
            "observation": "o",
            "incident": "i",
        },
        "asset": {"group": ["Lab"], "type": "WEB SERVER", "severity": {"at_least": 7}, "side": "target"},
        "group": {"by": ["source_ip", "name"], "at_least": 5, "within": "1h"},
        "stop": False,
        "mode": "shadow",
    }
    validator.validate([{**full, "when": {"name": [{"list": "scans"}, "x"]}, "asset": {"group": {"list": "labs"}}}])
    read_rules([full], V11, NOW)
    validator.validate([full])
    validator.validate({"rules": [full]})
    wrong = (
        {"when": {"sevrity": ["high"]}},
        {"unless": {}},
        {"then": {"status": "closed"}},
        {"mode": "dry"},
        {"asset": {"side": "target"}},
        {"asset": {"severity": "high"}},
        {"group": {"within": "1h", "at_least": 5}},
        {"group": {"by": ["user"], "at_least": 5}},
        {"group": {"by": "name", "at_least": 1}},
        {"name": ""},
    )
    for change in wrong:
        assert list(validator.iter_errors([{**RULE, **change}])), change


@pytest.mark.parametrize(
    ("documents", "rules", "said"),
    [
        ([], [RULE], "holds no alert"),
        ([SCAN], [], "no rule to test"),
        ([{"id": "a1", "name": "Scan", "status": "open", "severity": "low"}], [RULE], "`raw: true`"),
        ([{"id": "a1", "name": "Scan"}], [RULE], "is not the stored document"),
        ([{"id": "a1", "status": True}], [RULE], "is not the stored document"),
        ([{"name": "Scan"}], [RULE], "has no `id`"),
    ],
)
def test_a_rehearsal_that_would_test_nothing_is_refused(
    documents: list[dict[str, Any]], rules: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        rehearse(documents, rules)


def test_a_shadow_rule_decides_no_alert_and_a_template_is_warned_of() -> None:
    shadow = {**RULE, "mode": "shadow", "description": "{{ x }}", "origin": "r.yml, line 1: Rule 1"}
    rehearsal = rehearse([SCAN], [shadow])
    assert (rehearsal["coverage"]["decided"], rehearsal["coverage"]["share"]) == (0, 0.0)
    assert ["r.yml, line 1: Rule 1" in line for line in rehearsal["warnings"]] == [True]
