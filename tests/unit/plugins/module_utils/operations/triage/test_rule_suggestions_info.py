# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exactly is read for suggestions, what is refused, and what is said about a period that gives none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import rule_suggestions_info
from ansible_collections.utmstack.siem.plugins.module_utils.times import LAST_INSTANT

from ...exchanges import SEARCH, Exchange, exchanged, params

NOW = datetime.fromisoformat("2026-11-21T00:00:00+00:00")
SINCE = "2026-11-01T00:00:00.000Z"
OPERATION = rule_suggestions_info.OPERATION
LARGE = {"name": ["Large transfer"], "source_ip": ["10.0.0.5"]}


def document(number: int, **fields: Any) -> dict[str, Any]:
    """An alert of the `number`-th of November, closed by an analyst."""
    closed = {"status": 5, "tags": ["False positive"], "statusObservation": "Backup", "isIncident": False}
    at = f"2026-11-{1 + number % 20:02}T23:30:00.000Z"
    what = {"name": "Large transfer", "adversary": {"ip": "10.0.0.5"}}
    return {"id": f"a{number:03}", "@timestamp": at, **what, **closed, **fields}


def row(number: int, day: int, user: str = "ana", status: int = 5) -> dict[str, Any]:
    at = f"2026-11-{day:02}T23:30:00.000Z"
    values = json.dumps({"status": status})
    return {"id": number, "alertId": f"a{number:03}", "logUser": user, "logDate": at, "logNewValue": values}


def history(*rows: dict[str, Any], page: int = 0, size: int = 2000) -> Exchange:
    query = [
        ("logAction.equals", "UPDATE_STATUS"),
        ("logDate.greaterThanOrEqual", SINCE),
        ("logDate.lessThanOrEqual", "2026-11-21T00:00:00.000Z"),
        ("page", str(page)),
        ("size", str(size)),
        ("sort", "id,asc"),
    ]
    return Exchange("GET", "/api/utm-alert-logs", query, answer=list(rows))


def alerts(*documents: dict[str, Any], size: int = 2000, more: tuple[dict[str, Any], ...] = ()) -> Exchange:
    filters = [
        {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["2", "3", "5"]},
        *more[:1],
        {"field": "@timestamp", "operator": "IS_BETWEEN", "value": [SINCE, LAST_INSTANT]},
        {"field": "parentId", "operator": "DOES_NOT_EXIST", "value": None},
        *more[1:],
    ]
    query = [("indexPattern", "v11-alert-*"), ("top", "10000"), ("page", "1"), ("sort", "id.keyword,asc")]
    total = {"X-Total-Count": str(len(documents))}
    return Exchange(
        "POST", SEARCH, [*query, ("size", str(size))], filters, answer=list(documents), answer_headers=total
    )


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    def now_in(zone: str) -> datetime:
        return NOW if zone == "UTC" else NOW.astimezone(ZoneInfo(zone))

    monkeypatch.setattr(rule_suggestions_info, "now_in", now_in)


def run(monkeypatch: pytest.MonkeyPatch, *exchanges: Exchange, **options: Any) -> dict[str, Any]:
    given = params(OPERATION, **{"since": SINCE, "minimum_alerts": 5, **options})
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = OPERATION.run(client, given, Task())
    assert result["requests"] == len(exchanges)
    assert result["changed"] is False
    return result


def test_one_page_of_each_is_two_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(number, 20, "ana" if number % 2 else "ben") for number in range(5)]
    result = run(monkeypatch, history(*rows), alerts(*map(document, range(7)), document(7, status=2, tags=None)))
    [one] = result["suggestions"]
    assert one["rule"]["when"] == LARGE
    # Five were closed on one day; two are without history and count on their own days.
    shown = {name: one["evidence"][name] for name in ("alerts", "agreed", "open", "days", "closers", "without_history")}
    assert shown == {"alerts": 8, "agreed": 7, "open": 1, "days": 3, "closers": 2, "without_history": 2}
    assert result["rules_yaml"].startswith('- name: "Large transfer from 10.0.0.5"\n')
    reason = result["summary"]["history"].pop("reason")
    assert "first ten alerts of a bulk action" in reason
    assert result["summary"] == {
        "alerts": 8,
        "open": 1,
        "decided_by_analysts": 7,
        "closed_as_false_positives": 7,
        "closed_by_collection": 0,
        "closed_by_tag_rules": 0,
        "covered_by_rules": 0,
        "since": SINCE,
        "first_alert": "2026-11-01T23:30:00.000Z",
        "days": 3,
        "not_expressible": 0,
        "history": {"closures": 7, "recorded": 5, "missing": 2, "share_missing": 0.2857},
    }
    assert result["warnings"] == []


def test_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DIALECTS, "v11", replace(V11, page_size=4))  # type: ignore[arg-type]
    rows, documents = [row(number, 1 + number) for number in range(6)], [document(number) for number in range(6)]
    after = {"field": "id.keyword", "operator": "IS_GREATER_THAN", "value": "a002"}
    first = alerts(*documents[:4], size=4)
    first.answer_headers["X-Total-Count"] = "6"
    second = alerts(*documents[3:], size=4)
    second.sent = [*second.sent, after]
    pages = (history(*rows[:4], size=4), history(*rows[4:], page=1, size=4))
    result = run(monkeypatch, *pages, first, second)
    assert result["suggestions"][0]["evidence"]["agreed"] == 6
    assert result["summary"]["history"] == {
        "closures": 6,
        "recorded": 6,
        "missing": 0,
        "share_missing": 0.0,
        "reason": None,
    }


def test_a_query_narrows_what_is_read_and_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    narrowed = ({"field": "dataSource.keyword", "operator": "IS_ONE_OF_TERMS", "value": ["fw-01"]},)
    read = alerts(*map(document, range(7)), more=narrowed)
    result = run(monkeypatch, history(), read, query={"data_source": ["fw-01"], "all": True})
    assert result["suggestions"][0]["rule"]["when"] == {"data_source": ["fw-01"], **LARGE}


def test_days_are_those_of_the_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(number, 3 if number else 4, "ana") for number in range(5)]
    rows[0]["logDate"] = "2026-11-04T02:00:00.000Z"
    read = (history(*rows), alerts(*map(document, range(5))))
    assert run(monkeypatch, *read, minimum_days=2)["summary"]["days"] == 2
    assert run(monkeypatch, *read, minimum_days=1, time_zone="Europe/Berlin")["summary"]["days"] == 1


@pytest.mark.parametrize(
    ("rule", "covered"),
    [
        ({"when": LARGE, "then": {"false_positive": True}}, True),
        ({"when": {"status": ["open"], **LARGE}, "then": {"status": "completed"}, "mode": "shadow"}, True),
        ({"when": LARGE, "then": {"tags": ["Backup"]}}, False),
        ({"when": {"name": ["Other"]}, "then": {"false_positive": True}}, False),
        # It never meets an alert with the tag of a closure.
        ({"when": {"tags": ["False positive"]}, "then": {"false_positive": True}}, False),
    ],
)
def test_what_given_rules_close_is_left_out(
    monkeypatch: pytest.MonkeyPatch, rule: dict[str, Any], covered: bool
) -> None:
    rules = [{"name": "Large transfer from 10.0.0.5", **rule}]
    result = run(monkeypatch, history(), alerts(*map(document, range(7))), rules=rules)
    assert (result["summary"]["covered_by_rules"], len(result["suggestions"])) == ((7, 0) if covered else (0, 1))
    if not covered:
        # The name is taken.
        assert result["suggestions"][0]["rule"]["name"].startswith("Large transfer from 10.0.0.5 #")


def test_what_is_no_decision_of_an_analyst_is_no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    marked = {"statusObservation": 'Backup [utmstack.siem rule="Backup" rules=0a1b2c3d]'}
    documents = [document(number, **marked) for number in range(9)]
    documents += [document(number, TagRulesApplied=[7]) for number in range(9, 20)]
    result = run(monkeypatch, history(row(9, 10, "system")), alerts(*documents))
    assert result["suggestions"] == []
    summary = result["summary"]
    assert (summary["closed_by_collection"], summary["closed_by_tag_rules"]) == (9, 11)
    [warning] = result["warnings"]
    assert "Analysts closed none of the 20 alerts" in warning


@pytest.mark.parametrize(
    ("documents", "warning"),
    [
        ([], "No alert since 2026-11-01T00:00:00.000Z matches `query`. Set an earlier `since`, or widen the query."),
        (
            [document(1, status=2), document(2, status=3)],
            "Analysts closed none of the 2 alerts since 2026-11-01T00:00:00.000Z. Set an earlier `since`, or wait "
            "until they closed some.",
        ),
        (
            [document(1, tags=None), document(2, tags=["Tier 1"])],
            "Analysts closed 2 alerts since 2026-11-01T00:00:00.000Z, none with the tag `False positive`. Suggestions "
            "need this tag: add it to false positives when they are closed.",
        ),
        (
            [document(5), document(6), document(7)],
            "The oldest alert is from 2026-11-06T23:30:00.000Z, 5 days after `since`. The suggestions rest on a "
            "shorter period.",
        ),
        (
            [document(0), document(1)],
            "Analysts closed false positives on 2 days, and `minimum_days` is 3. Set an earlier `since`, or wait for "
            "more closures.",
        ),
    ],
)
def test_a_period_that_gives_little_says_why(
    monkeypatch: pytest.MonkeyPatch, documents: list[dict[str, Any]], warning: str
) -> None:
    result = run(monkeypatch, history(), alerts(*documents))
    assert result["warnings"] == [warning]
    assert (result["suggestions"], result["rules_yaml"]) == ([], "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"minimum_alerts": 0}, "`minimum_alerts` is 0. Set it to 1 or more."),
        ({"minimum_days": -1}, "`minimum_days` is -1. Set it to 1 or more."),
        ({"minimum_agreement": 0.4}, "`minimum_agreement` is 0.4. Set a share from 0.5 to 1, such as 0.99."),
        ({"minimum_agreement": 99.0}, "`minimum_agreement` is 99.0. Set a share from 0.5 to 1, such as 0.99."),
        ({"minimum_agreement": float("nan")}, "`minimum_agreement` is nan. Set a share from 0.5 to 1, such as 0.99."),
        ({"since": "soon"}, "`since` is 'soon'; write an age"),
        (
            {"query": {"status": ["completed"]}},
            "`query` has status, which hides alerts that analysts decided otherwise.",
        ),
        ({"query": {"tags": ["False positive"]}}, "`query` has tags, which hides"),
        ({"query": {"incident": False}}, "`query` has incident, which hides"),
        (
            {"query": {"where": [{"field": "statusObservation", "operator": "exist"}]}},
            "`query` has where (statusObservation), which hides",
        ),
        ({"query": {"since": "7d"}}, "`query.since` is not supported. Set the option `since`."),
        ({"rules": [{"name": "x"}]}, "Rule 1 ('x'): `when` is missing or empty."),
    ],
)
def test_options_that_are_refused_before_the_first_request(options: dict[str, Any], message: str) -> None:
    assert OPERATION.check is not None
    with pytest.raises(InvalidInput) as caught:
        OPERATION.check(params(OPERATION, **options), V11)
    assert caught.value.message.startswith(message)


def test_a_day_as_the_end_of_the_query_is_a_period(monkeypatch: pytest.MonkeyPatch) -> None:
    read = alerts(*map(document, range(7)))
    read.sent[1]["value"] = [SINCE, "2026-11-10T23:59:59.999Z"]
    result = run(monkeypatch, history(), read, query={"until": "2026-11-10"})
    assert result["suggestions"][0]["rule"]["when"] == LARGE
