# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exactly is sent for tags and tag rules, request by request."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import urllib3
from ansible_collections.utmstack.siem.plugins.module_utils.client.client import Client
from ansible_collections.utmstack.siem.plugins.module_utils.errors import (
    AccessDenied,
    IncompleteAnswer,
    InvalidInput,
    NotStored,
    RulesUnreadable,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_tags
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation, Task
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag, tag_rule

from ...exchanges import OPEN, Exchange, by_id, exchanged, params

TAGS, RULES = "/api/utm-alert-tags", "/api/alert-tag-rules"
PAGE = [("page", "0"), ("size", "2000"), ("sort", "id,asc")]
PRODUCT = {"id": 1, "tagName": "False positive", "tagColor": "#f44336", "systemOwner": True}
TIER = {"id": 2, "tagName": "Tier 1", "tagColor": "#00ff00", "systemOwner": False}


def listed(path: str, *rows: dict[str, Any], **fields: Any) -> Exchange:
    """The first page of a list."""
    return Exchange("GET", path, PAGE, answer=list(rows), **fields)


def broken() -> Exception:
    return requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted."))


def run(operation: Operation, client: Client, check: bool = False, **given: Any) -> dict[str, Any]:
    return operation.run(client, params(operation, **given), Task(check_mode=check))


def test_creating_a_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    write = Exchange("POST", TAGS, sent={"tagName": "Tier 1", "tagColor": "#00ff00"}, status=201, answer=TIER)
    with exchanged(monkeypatch, listed(TAGS, PRODUCT), write, listed(TAGS, PRODUCT, TIER)) as (client, _waits):
        result = run(tag.OPERATION, client, name="Tier 1", color="#0f0")
    assert (result["changed"], result["requests"]) == (True, 3)
    assert result["tag"] == {"id": 2, "name": "Tier 1", "color": "#00ff00", "system": False}


def test_changing_a_color_sends_every_column(monkeypatch: pytest.MonkeyPatch) -> None:
    after = {**TIER, "tagColor": "#0000ff"}
    write = Exchange("PUT", TAGS, sent=after, answer=after)
    with exchanged(monkeypatch, listed(TAGS, TIER), write, listed(TAGS, after)) as (client, _waits):
        assert run(tag.OPERATION, client, name="Tier 1", color="#00f")["changed"] is True


def test_a_row_that_the_server_made_under_another_id_is_not_taken_for_the_changed_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    after = {**TIER, "tagColor": "#0000ff"}
    write = Exchange("PUT", TAGS, sent=after, answer={**after, "id": 9})
    exchanges = (listed(TAGS, TIER), write, listed(TAGS, {**after, "id": 9}))
    with exchanged(monkeypatch, *exchanges) as (client, _waits), pytest.raises(NotStored, match="Changing the tag"):
        run(tag.OPERATION, client, name="Tier 1", color="#00f")


def test_removing_looks_for_rules_first(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges = (listed(TAGS, TIER), listed(RULES), Exchange("DELETE", f"{TAGS}/2"), listed(TAGS))
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        assert run(tag.OPERATION, client, name="Tier 1", state="absent")["changed"] is True


def test_check_mode_reads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, listed(TAGS)) as (client, _waits):
        assert run(tag.OPERATION, client, check=True, name="x")["changed"] is True


def test_a_lost_answer_is_read_back_and_the_missing_write_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = {"tagName": "Tier 1", "tagColor": None}
    lost = Exchange("POST", TAGS, sent=sent, failure=broken())
    again = (listed(TAGS), Exchange("POST", TAGS, sent=sent))
    exchanges = (listed(TAGS), lost, listed(TAGS), *again, listed(TAGS, TIER))
    with exchanged(monkeypatch, *exchanges) as (client, waits), pytest.raises(NotStored):
        # The color that it was given meanwhile is not what was asked for.
        run(tag.OPERATION, client, name="Tier 1")
    assert waits == [0.5]


def test_a_denied_write_is_not_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = {"tagName": "Tier 1", "tagColor": None}
    with (
        exchanged(monkeypatch, listed(TAGS), Exchange("POST", TAGS, sent=sent, status=403)) as (client, _waits),
        pytest.raises(AccessDenied),
    ):
        run(tag.OPERATION, client, name="Tier 1")


def test_rows_that_vanish_between_two_pages_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    total = {"X-Total-Count": "2"}
    with (
        exchanged(monkeypatch, listed(TAGS, PRODUCT, answer_headers=total)) as (client, _waits),
        pytest.raises(IncompleteAnswer, match="1 of 2 rows"),
    ):
        run(tag.OPERATION, client, name="x")


@pytest.mark.parametrize(
    "shape",
    [
        {"answer_headers": {"X-UtmStack-error": 'UtmTagRuleResource.x: For input string: "null"'}},
        {"answer": {"title": "Internal Server Error", "detail": 'For input string: "null"'}},
    ],
    ids=["header", "problem"],
)
def test_a_poisoned_list_is_explained_in_both_shapes(monkeypatch: pytest.MonkeyPatch, shape: dict[str, Any]) -> None:
    poisoned = Exchange("GET", RULES, PAGE, status=500, **shape)
    with (
        exchanged(monkeypatch, listed(TAGS, TIER), poisoned) as (client, _waits),
        pytest.raises(RulesUnreadable, match="a tag without ID"),
    ):
        run(tag.OPERATION, client, name="Tier 1", state="absent")


BOUNDS = ["2026-11-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]
SINCE = {"field": "@timestamp", "operator": "IS_BETWEEN", "value": BOUNDS}
CONDITION = {"field": "dataSource.keyword", "operator": "IS", "value": "web-01"}
STORED = {
    "id": 7,
    "name": "Scanner",
    "description": "Scanner",
    "conditions": [CONDITION],
    "tags": [PRODUCT],
    "active": True,
    "deleted": False,
}
BODY = {"name": "Scanner", "description": "Scanner", "conditions": [CONDITION], "tags": [PRODUCT]}
WANTED = {
    "name": "Scanner",
    "query": {"data_source": ["web-01"]},
    "tags": ["False positive"],
    "active": True,
    "preview_since": "2026-11-01",
}


def preview(**answer: int) -> Exchange:
    """The count of the alerts that the rule would have met."""
    return Exchange(
        "POST",
        "/api/elasticsearch/property/values-with-count",
        sent={
            "field": "status",
            "index": "v11-alert-*",
            "filters": [CONDITION, SINCE],
            "top": 16,
            "orderByCount": True,
            "sortAsc": False,
        },
        answer=answer or {"2": 3, "5": 4},
    )


def test_creating_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    write = Exchange("POST", RULES, sent=BODY, answer={**STORED, "id": 7})
    exchanges = (listed(RULES), listed(TAGS, PRODUCT), preview(), write, listed(RULES, STORED))
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(tag_rule.OPERATION, client, **WANTED)
    assert (result["changed"], result["would_match"], result["requests"]) == (True, 7, 5)
    assert result["rule"]["id"] == 7


def test_a_rule_as_it_is_costs_three_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, listed(RULES, STORED), listed(TAGS, PRODUCT), preview()) as (client, _waits):
        assert run(tag_rule.OPERATION, client, **WANTED)["changed"] is False


def test_changing_a_rule_sends_what_the_server_saves(monkeypatch: pytest.MonkeyPatch) -> None:
    old = {**STORED, "description": "old", "conditions": [{**CONDITION, "value": "web-02"}]}
    write = Exchange("PUT", RULES, sent={"id": 7, **BODY, "description": "old"})
    done = listed(RULES, {**STORED, "description": "old"})
    exchanges = (listed(RULES, old), listed(TAGS, PRODUCT), preview(), write, done)
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        assert run(tag_rule.OPERATION, client, **WANTED)["changed"] is True


def test_a_rule_that_came_back_with_other_conditions_is_not_as_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    other = {**STORED, "conditions": [{**CONDITION, "value": "web-02"}]}
    write = Exchange("POST", RULES, sent=BODY, answer=STORED)
    exchanges = (listed(RULES), listed(TAGS, PRODUCT), preview(), write, listed(RULES, other))
    with exchanged(monkeypatch, *exchanges) as (client, _waits), pytest.raises(NotStored, match="did not"):
        run(tag_rule.OPERATION, client, **WANTED)


def test_a_rule_that_is_stored_switched_off_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    off = {**STORED, "active": False}
    with (
        exchanged(monkeypatch, listed(RULES, off), listed(TAGS, PRODUCT)) as (client, _waits),
        pytest.raises(InvalidInput, match="state: absent"),
    ):
        run(tag_rule.OPERATION, client, **WANTED)


def test_the_tags_of_a_rule_are_read_in_all_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    full = [{**TIER, "id": number, "tagName": f"tag {number}"} for number in range(2, 2002)]
    second = Exchange("GET", TAGS, [("page", "1"), *PAGE[1:]], answer=[PRODUCT])
    exchanges = (listed(RULES, STORED), listed(TAGS, *full), second, preview())
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        assert run(tag_rule.OPERATION, client, **WANTED)["changed"] is False


def test_removing_by_id_asks_for_that_rule_only(monkeypatch: pytest.MonkeyPatch) -> None:
    poison = {"answer_headers": {"X-UtmStack-error": 'UtmTagRuleResource.getAlertTagRule: For input string: "null"'}}
    one = f"{RULES}/7"
    exchanges = (Exchange("GET", one, status=500, **poison), Exchange("DELETE", one), Exchange("GET", one))
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        assert run(tag_rule.OPERATION, client, rule_id=7, state="absent")["changed"] is True


def test_a_rule_for_a_selected_alert_costs_four_reads_more_and_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    document = {**OPEN, "dataSource": "web-01", "tags": ["False positive"]}
    name = "False positive: data_source 'web-01'"
    description = "Alerts with the same data_source; created by utmstack_alert_tags"
    body = {**BODY, "name": name, "description": description}
    everything = preview(**{"2": 900, "5": 100})
    everything.sent["filters"] = [SINCE]
    exchanges = (
        listed(TAGS, PRODUCT),
        by_id(document),
        listed(RULES),
        everything,
        preview(**{"2": 7}),
        Exchange("POST", RULES, sent=body),
        listed(RULES, {**STORED, "name": name, "description": description}),
    )
    options = {"create_rule": True, "rule_on": ["data_source"], "rule_since": "2026-11-01", "tags": ["False positive"]}
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(alert_tags.OPERATION, client, alert_ids=["a1"], **options)
    (row,) = result["rules"]
    assert (row["id"], row["would_match"], row["recent"], row["share"]) == (7, 7, 1000, 0.007)
    assert (result["changed"], result["summary"]["changed"], result["summary"]["requests"]) == (True, 0, 7)
