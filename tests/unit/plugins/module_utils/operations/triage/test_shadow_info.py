# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shadow rules are compared with what analysts decided, over several runs, and get an advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert
from ansible_collections.utmstack.siem.plugins.module_utils.model.history import HistoryEntry
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.analyst_decisions import decisions_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.precision import Precision
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.promoting import (
    CurrentRules,
    Thresholds,
    advise,
    thresholds_from,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import (
    content_digest,
    read_rules,
    rules_digest,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.shadow_comparison import (
    joined,
    summary_of,
    without_own_changes,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.receipts import WATCHED, Entry, Receipt

from ...builders import alert

CLOSE: dict[str, Any] = {"name": "A", "when": {"name": ["x"]}, "then": {"status": "completed"}, "mode": "shadow"}
MARK = 'Closed [utmstack.siem rule="C" rules=1]'
THRESHOLDS = Thresholds(0.9, 4, 0.6)


def entry(alert_id: str, *rules: str, status: str | None = "completed", false_positive: bool | None = False) -> Entry:
    flag = {} if false_positive is None else {"false_positive": false_positive}
    watched = [{"name": rule, "status": status, **flag} for rule in rules]
    return Entry(alert_id, "x", {}, {}, WATCHED, more={"rule": None, "shadow_rules": watched})


def receipt(*entries: Entry, content: Mapping[str, str] | None = None, digest: str = "0", **head: Any) -> Receipt:
    names = sorted({rule["name"] for one in entries for rule in one.more["shadow_rules"]})
    own = {} if content is None else {"shadow_content": content}
    candidates = [one.alert_id for one in entries]
    return Receipt({"shadow_rules": names, "candidates": candidates, "rules_digest": digest, **own, **head}, entries)


def closed(*numbers: int, **fields: Any) -> list[Alert]:
    return [alert(f"a{number}", status="completed", **fields) for number in numbers]


def result(
    receipts: Sequence[Receipt],
    now: Sequence[Alert],
    current: CurrentRules | None = None,
    history: Sequence[HistoryEntry] = (),
    thresholds: Thresholds = THRESHOLDS,
) -> list[dict[str, Any]]:
    alerts = {one.id: one for one in now}
    return advise(joined(receipts), decisions_from(now, history), alerts, current, thresholds)


def rules_now(*rows: dict[str, Any]) -> CurrentRules:
    read = read_rules(rows, DIALECTS["v11"], datetime(2026, 11, 29, tzinfo=timezone.utc))
    return CurrentRules({rule.name: rule for rule in read}, rules_digest(rows))


def test_precision_and_recall() -> None:
    run = receipt(
        *(entry(f"a{number}", "A") for number in (1, 2, 3)),
        entry("a4", "B", status="in_review"),
        entry("a6", "A"),
        candidates=["a1", "a2", "a3", "a4", "a5", "a6", "a7"],
    )
    now = [
        *closed(1, observation="by hand"),
        alert("a2"),
        *closed(3, observation=MARK),
        *closed(4, 5),
        alert("a6", status="in_review", name="Login"),
    ]
    history = [HistoryEntry("a6", "2026-11-20T10:00:00Z", "ann", "in_review")]
    first, second = result([run], now, history=history)
    assert (first["runs"], first["matched"], first["would_close"], first["automated"]) == (1, 4, 4, 1)
    assert (first["agreed"], first["decided"], first["undecided"]) == (1, 2, 1)
    assert first["otherwise"] == [
        {"id": "a6", "name": "Login", "decision": "in review", "by": "ann", "at": "2026-11-20T10:00:00.000Z"}
    ]
    assert (first["precision"], first["precision_lower_bound"], first["recall"]) == (0.5, 0.1209, 0.3333)
    assert (second["matched"], second["would_close"], second["precision"], second["recall"]) == (1, 0, None, 0.0)
    assert (second["advice"], second["reason"][:27]) == ("watch", "The rule closes no alert, s")
    assert summary_of(run.head["candidates"], decisions_from(now, history)) == {
        "candidates": 7,
        "decided_by_analysts": 4,
        "closed_by_analysts": 3,
        "closed_by_automation": 1,
        "without_history": 3,
        "gone": 1,
    }


REVIEWED = {"status": "in_review", "observation": "Acknowledged", "tags": [], "notes": ""}
OPEN = {**REVIEWED, "status": "open", "observation": ""}


@pytest.mark.parametrize(
    ("now", "before", "after", "became", "source"),
    [
        ({}, OPEN, REVIEWED, "changed", "collection"),
        # The run was killed before it knew.
        ({}, OPEN, REVIEWED, None, "collection"),
        ({"incident": True}, {**OPEN, "incident": None}, {**REVIEWED, "incident": 3}, "changed", "collection"),
        # An analyst has worked on the alert since then.
        ({"observation": "Looks bad"}, OPEN, REVIEWED, "changed", "analyst"),
        ({"status": "completed"}, OPEN, REVIEWED, "changed", "analyst"),
        ({"incident": True}, OPEN, REVIEWED, "changed", "analyst"),
        # The run did not decide.
        ({}, OPEN, REVIEWED, "skipped", "analyst"),
        ({}, {**REVIEWED, "notes": "x"}, REVIEWED, "changed", "analyst"),
        ({"status": "open"}, OPEN, {**OPEN, "tags": ["x"]}, "changed", "undecided"),
    ],
)
def test_what_a_run_decided_itself_is_no_decision_of_an_analyst(
    now: dict[str, Any], before: dict[str, Any], after: dict[str, Any], became: str | None, source: str
) -> None:
    fields = {"status": "in_review", "observation": "Acknowledged", **now}
    if fields.pop("incident", False):
        fields["is_incident"] = True
    one = alert("a1", **fields)
    run = Receipt({}, [Entry("a1", "x", before, after, became), Entry("gone", "x", before, after, became)])
    decisions = decisions_from([one], [])
    assert without_own_changes(decisions, {"a1": one}, [run])["a1"].source == source


def test_an_alert_counts_once_over_several_runs() -> None:
    runs = [receipt(entry("a1", "A"), entry("a2", "A")), receipt(entry("a2", "A"), entry("a3", "A"))]
    (found,) = result(runs, [*closed(1, 2), alert("a3", status="in_review")])
    assert (found["runs"], found["would_close"], found["agreed"], found["otherwise_total"]) == (2, 3, 2, 1)
    assert found["recall"] == 1.0


@pytest.mark.parametrize(
    ("closes_as_false_positive", "tags", "agreed"),
    [(True, (), 0), (True, ("False positive",), 1), (False, (), 1), (None, (), 1)],
)
def test_a_false_positive_must_be_one_for_the_analyst(
    closes_as_false_positive: bool | None, tags: tuple[str, ...], agreed: int
) -> None:
    run = receipt(entry("a1", "A", false_positive=closes_as_false_positive))
    (found,) = result([run], closed(1, tags=tags))
    assert (found["agreed"], found["decided"]) == (agreed, 1)


@pytest.mark.parametrize(
    ("agreeing", "otherwise", "advice", "missing"),
    [
        (30, 0, "promote", None),
        (3, 0, "watch", 22),
        # A bound that is reached does not replace the minimum number of decisions.
        (0, 3, "watch", 69),
        (1, 9, "withdraw", None),
        (8, 2, "watch", 48),
        (0, 0, "watch", 25),
    ],
)
def test_advice(agreeing: int, otherwise: int, advice: str, missing: int | None) -> None:
    total = agreeing + otherwise
    run = receipt(*(entry(f"a{number}", "A") for number in range(total + 1)))
    now = [
        *closed(*range(agreeing)),
        *(alert(f"a{number}", status="in_review") for number in range(agreeing, total)),
        alert(f"a{total}"),
    ]
    (found,) = result([run], now)
    assert (found["advice"], found["missing_decisions"]) == (advice, missing)
    assert ("decided none of its alerts" in found["reason"]) is (total == 0)
    if missing is not None:
        more = Precision(agreeing + missing, total + missing)
        fewer = Precision(agreeing + missing - 1, total + missing - 1)
        assert (more.lower_bound or 0) >= 0.9 > (fewer.lower_bound or 0)


def test_the_minimum_number_of_decisions_holds_for_both() -> None:
    run = receipt(*(entry(f"a{number}", "A") for number in range(4)))
    now = [alert(f"a{number}", status="in_review") for number in range(4)]
    assert result([run], now)[0]["advice"] == "withdraw"
    assert result([run], now, thresholds=Thresholds(0.9, 5, 0.6))[0]["advice"] == "watch"
    (found,) = result([run], closed(*range(4)), thresholds=Thresholds(0.1, 6, 0.05))
    assert (found["advice"], found["missing_decisions"]) == ("watch", 2)


def test_a_rule_that_changed_since_its_shadow_run_is_watched() -> None:
    now = closed(*range(30))
    entries = [entry(f"a{number}", "A") for number in range(30)]
    run = receipt(*entries, content={"A": content_digest(CLOSE)})
    for row in (CLOSE, {**CLOSE, "description": "Other words", "owner": "SOC", "stop": False}):
        (found,) = result([run], now, rules_now(row))
        assert (found["advice"], found["rule_changed"]) == ("promote", False)
    for change in ({"when": {"name": ["y"]}}, {"unless": {"name": ["y"]}}, {"then": {"false_positive": True}}):
        (found,) = result([run], now, rules_now({**CLOSE, **change}))
        assert (found["advice"], found["rule_changed"], found["missing_decisions"]) == ("watch", True, 25)
        assert "Run it in shadow mode again" in found["reason"]
    (found,) = result([run], now, rules_now({**CLOSE, "mode": "apply"}))
    assert (found["advice"], found["rule_changed"], found["reason"]) == (
        "watch",
        False,
        "The rule is no longer in shadow mode.",
    )
    (found,) = result([run], now, rules_now({**CLOSE, "expires": "2026-11-01"}))
    assert (found["advice"], "expired" in found["reason"]) == ("watch", True)
    (found,) = result([run], now, rules_now({**CLOSE, "name": "B"}))
    assert (found["advice"], found["rule_changed"], found["missing_decisions"]) == ("watch", None, None)
    assert "no longer contain" in found["reason"]
    assert result([run], now)[0]["rule_changed"] is None


def test_only_runs_of_the_rule_as_it_is_now_count() -> None:
    old = receipt(*(entry(f"a{number}", "A") for number in range(10)), content={"A": "old"})
    new = receipt(*(entry(f"a{number}", "A") for number in range(10, 40)), content={"A": content_digest(CLOSE)})
    now = [*(alert(f"a{number}", status="in_review") for number in range(10)), *closed(*range(10, 40))]
    for current in (rules_now(CLOSE), None):
        (found,) = result([old, new], now, current)
        assert (found["advice"], found["runs"], found["other_runs"], found["decided"]) == ("promote", 1, 1, 30)
    # The rule was changed and changed back.
    (found,) = result([new, old], now, rules_now(CLOSE))
    assert (found["advice"], found["rule_changed"], found["other_runs"]) == ("promote", False, 1)
    (found,) = result([new, old], now)
    assert (found["advice"], found["decided"]) == ("withdraw", 10)


def test_receipts_of_earlier_versions_hold_only_the_digest_of_all_rules() -> None:
    entries = [entry(f"a{number}", "A", false_positive=None) for number in range(30)]
    same = receipt(*entries, digest=rules_digest([CLOSE]))
    (found,) = result([same], closed(*range(30)), rules_now(CLOSE))
    assert (found["advice"], found["rule_changed"]) == ("promote", False)
    (found,) = result([receipt(*entries, digest="1")], closed(*range(30)), rules_now(CLOSE))
    assert (found["advice"], found["rule_changed"]) == ("watch", None)
    assert "do not show whether" in found["reason"]
    later = receipt(entry("a30", "A"), content={"A": content_digest(CLOSE)})
    (found,) = result([same, later], closed(*range(31)), rules_now(CLOSE))
    assert (found["runs"], found["agreed"]) == (2, 31)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"minimum_precision": 1.0}, "`minimum_precision` is 1.0"),
        ({"minimum_precision": 0.0}, "`minimum_precision` is 0.0"),
        ({"minimum_decisions": 0}, "`minimum_decisions` is 0"),
        ({"withdraw_below": -0.1}, "`withdraw_below` is -0.1"),
        ({"withdraw_below": 0.99}, "`withdraw_below` is 0.99"),
    ],
)
def test_thresholds_out_of_range_are_refused(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        thresholds_from({"minimum_precision": 0.98, "minimum_decisions": 20, "withdraw_below": 0.9, **changed})
