# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of a report, from alerts as utmstack_alert_info returns them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import MARK
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.figures import (
    figures,
    report_options_from,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.rows import BY_TAG_RULE, closer

NOW = "2026-11-20T12:00:00Z"
MARKED = f'Planned scan {MARK}"Own scanners" rules=0f1e2d3c]'


def row(alert_id: str = "a1", hour: str = "10:00", **fields: Any) -> dict[str, Any]:
    """An open alert of medium severity on the day of the report."""
    return {
        "id": alert_id,
        "name": "Repeated failed logins",
        "timestamp": f"2026-11-20T{hour}:00.000Z",
        "status": "open",
        "severity": "medium",
        "category": "Credential access",
        "technique": "T1110.003 - Password Spraying",
        "data_source": "dc-01",
        "adversary": {"ip": "203.0.113.9", "user": "b.okafor"},
        "target": {"host": "dc-01"},
        "tags": [],
        "observation": "",
        "incident": None,
        **fields,
    }


def made(
    *rows: dict[str, Any],
    previous: dict[str, Any] | None = None,
    history: list[dict[str, Any]] | None = None,
    **given: Any,
) -> dict[str, Any]:
    return figures(rows, report_options_from({"now": NOW, **given}), previous, history)


def test_open_alerts_by_severity_and_age() -> None:
    found = made(
        row("a1", "11:30"),
        row("a2", "08:00", severity="high"),
        row("a3", timestamp="2026-01-01T00:00:00Z"),
        row("a4", timestamp=None),
        row("a5", status="in_review"),
        row("a6", status="completed"),
    )
    cells = {line["age"]: line["counts"] for line in found["severity_by_age"] if line["total"]}
    nothing = {"high": 0, "medium": 0, "low": 0}
    assert cells == {
        "under 1 h": {**nothing, "medium": 1},
        "4 to 24 h": {**nothing, "high": 1},
        "over 7 days": {**nothing, "medium": 1},
        "unknown age": {**nothing, "medium": 1},
    }
    assert (found["counts"]["open"], found["counts"]["in_review"], found["counts"]["completed"]) == (4, 1, 1)
    assert found["oldest_open"] == "323 d 12 h"


def test_an_alert_of_the_future_counts_as_new() -> None:
    found = made(row(timestamp="2026-11-20T12:05:00Z"))
    assert found["severity_by_age"][0]["total"] == 1
    assert found["oldest_open"] == "0 min"


def test_an_alert_that_was_read_twice_counts_once() -> None:
    assert made(row("a1"), row("a1", status="completed"))["counts"]["alerts"] == 1


@pytest.mark.parametrize(
    "observation, who",
    [
        (MARKED, "automation"),
        (BY_TAG_RULE, "tag_rules"),
        ("Handled by the day shift", "people"),
        ("", "people"),
        ("Set off by playbook 7", "people"),
    ],
)
def test_who_completed_an_alert(observation: str, who: str) -> None:
    assert closer(observation, (MARK,)) == who


def test_who_completed_alerts_and_by_which_rule() -> None:
    found = made(
        row("a1", status="completed", observation=MARKED),
        row("a2", status="completed", observation=BY_TAG_RULE),
        row("a3", status="completed", observation="Ours", severity="high"),
        row("a4", observation=MARKED),
    )["closed"]
    assert found["total"] == 3
    assert {who: part["total"] for who, part in found["by"].items()} == {"automation": 1, "tag_rules": 1, "people": 1}
    assert found["by"]["people"]["counts"]["high"] == 1
    assert found["rules"] == [{"rule": "Own scanners", "count": 1}]
    own = made(row("a3", status="completed", observation="Ours"), marks=["Ours"])["closed"]
    assert own["by"]["automation"]["total"] == 1


def test_groups_say_what_they_leave_out() -> None:
    rows = [row(f"a{number}", name=f"Name {number % 3}", adversary={}) for number in range(7)]
    found = made(*rows, row("b1", name="", adversary={"user": "svc"}), top=2)["groups"]
    assert [(line["value"], line["open"]) for line in found["name"]["rows"]] == [("Name 0", 3), ("Name 1", 2)]
    assert (found["name"]["left_out"], found["name"]["without"]) == (1, 1)
    assert found["source"]["rows"][0]["value"] == "svc"
    assert found["source"]["without"] == 7


def test_techniques_with_a_number_lead_to_their_page() -> None:
    found = made(row("a1"), row("a2", technique="Brute Force"), row("a3", technique=None, category=None))["techniques"]
    links = {line["technique"]: line["link"] for line in found["rows"]}
    assert links == {
        "T1110.003 - Password Spraying": "https://attack.mitre.org/techniques/T1110/003/",
        "Brute Force": "",
    }
    assert found["without"] == 1


def test_incidents_are_those_of_the_alerts() -> None:
    incident = {"id": "7", "name": "INC-1", "created_by": "admin", "created_at": "2026-11-20T11:00:00.000Z"}
    found = made(
        row("a1", incident=incident), row("a2", incident=incident, severity="high", status="in_review"), row("a3")
    )
    [line] = found["incidents"]["rows"]
    assert line["name"] == "INC-1"
    assert line["created_at"] == "2026-11-20 11:00"
    assert (line["alerts"], line["open"], line["in_review"], line["severity"]) == (2, 1, 1, "high")


def test_the_server_tells_which_incidents_wait_and_for_whom() -> None:
    said = {"id": "7", "name": "INC-1", "created_by": "admin", "created_at": "2026-11-20T11:00:00.000Z"}
    listed = [
        {"id": 7, "name": "INC-1", "status": "completed", "assigned_to": "3", "severity": "low"},
        {"id": 8, "name": "INC-2\x1b", "status": "in_review", "assigned_to": None, "severity": "high"},
        {"id": 9, "name": "INC-3", "status": "merged", "assigned_to": None, "severity": "high"},
    ]
    found = figures([row("a1", incident=said)], report_options_from({"now": NOW}), incidents=listed)["incidents"]
    assert (found["total"], found["waiting"]) == (2, 1)
    assert [(line["name"], line["status"], line["assigned_to"], line["alerts"]) for line in found["rows"]] == [
        ("INC-2\\x1b", "in review", "unassigned", 0),
        ("INC-1", "completed", "user 3", 1),
    ]
    assert found["rows"][0]["severity"] == "high"
    unread = figures([row("a1", incident=said)], report_options_from({"now": NOW}))["incidents"]
    assert (unread["waiting"], unread["rows"][0]["status"]) == (None, "")


def test_hostile_texts_are_one_short_printable_line() -> None:
    hostile = "evil\u202e\x1b[31m\ud800\nname" + "A" * 20_000
    sides = {"adversary": {"ip": hostile}, "technique": hostile, "tags": [hostile] * 50}
    found = made(row("x" * 300 + "\x07", name=hostile, **sides))
    [line] = found["alerts"]
    texts = [text for value in line.values() for text in (value if isinstance(value, list) else [value])]
    texts += [found["groups"]["name"]["rows"][0]["value"], found["techniques"]["rows"][0]["technique"]]
    for text in texts:
        assert not isinstance(text, str) or (text.isprintable() and len(text) <= 170)
    assert line["name_cut"] == len(hostile)
    assert len(line["tags"]) == 10


def test_values_of_the_wrong_kind_do_no_harm() -> None:
    odd = row(name=7, adversary="x", target=None, tags=None, severity="unknown (9)", incident="x")
    found = made(odd)
    assert found["counts"]["alerts"] == 1
    assert found["alerts"][0]["name"] == "7"


def test_links() -> None:
    assert made(row())["alerts"][0]["link"] == ""
    assert made(row(), console="https://siem.example")["alerts"][0]["link"] == "https://siem.example"
    link = "https://siem.example/alerts?id={id}"
    assert made(row('a"/&1'), alert_link=link)["alerts"][0]["link"] == "https://siem.example/alerts?id=a%22%2F%261"


@pytest.mark.parametrize(
    "given, text",
    [
        ({"console": "javascript:alert(1)"}, "`console`"),
        ({"console": "siem.example"}, "`console`"),
        ({"alert_link": "https://siem.example/"}, "{id}"),
        ({"since": "last week"}, "`since`"),
        ({"now": "soon"}, "`now`"),
        ({"top": -1}, "`top`"),
    ],
)
def test_settings_that_cannot_be(given: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidInput, match=text.replace("{", r"\{")):
        made(row(), **given)


@pytest.mark.parametrize("since, unit, columns", [("24h", "hour", 25), ("7d", "day", 8), ("30w", "week", 31)])
def test_what_was_raised_over_time(since: str, unit: str, columns: int) -> None:
    found = made(row("a1"), row("a2", status="completed"), row("a3", timestamp="2001-01-01"), since=since)["raised"]
    assert (found["unit"], len(found["columns"]), found["total"]) == (unit, columns, 2)


def test_the_table_begins_with_what_is_most_urgent_and_ends_somewhere() -> None:
    rows = [row("done", status="completed", severity="high"), row("new", "11:00"), row("old", "09:00")]
    found = made(*rows, row("high", severity="high"), rows=3)
    assert [line["id"] for line in found["alerts"]] == ["high", "old", "new"]
    assert found["alerts_left_out"] == 1
    assert found["counts"]["completed"] == 1


def test_what_changed_since_the_last_report() -> None:
    first = made(
        row("a1"),
        row("a2"),
        row("a3"),
        row("a4", status="in_review"),
        row("a5", status="completed"),
        row("a6"),
        now="2026-11-20T11:00:00Z",
    )
    assert first["changes"] is None
    second = made(
        row("a1", status="completed", observation=MARKED),
        row("a2", status="in_review"),
        row("a3"),
        row("a4", status="completed"),
        row("a5"),
        row("a7", "11:30", name="New"),
        row("a8", "10:30", incident={"id": "7"}),
        previous=first["state"],
    )
    assert second["changes"] == {
        "at": "2026-11-20 11:00",
        "raised": 1,
        "came_late": 1,
        "taken_in_review": 1,
        "completed": 2,
        "completed_by": {"automation": 1, "tag_rules": 0, "people": 1},
        "reopened": 1,
        "gone": 1,
        "open_before": 4,
        "open_now": 4,
        "new_names": 1,
        "new_incidents": 1,
    }
    assert second["unchanged"] is False


def test_time_alone_is_no_change_until_an_alert_is_of_another_age() -> None:
    first = made(row("a1", "09:00"), now="2026-11-20T10:10:00Z", since="2026-11-01")
    later = made(row("a1", "09:00"), now="2026-11-20T11:10:00Z", since="2026-11-01", previous=first["state"])
    assert later["unchanged"] is True
    older = made(row("a1", "09:00"), now="2026-11-20T13:10:00Z", since="2026-11-01", previous=first["state"])
    assert older["unchanged"] is False
    tagged = row("a1", "09:00", tags=["Tier 1"])
    assert made(tagged, now="2026-11-20T10:10:00Z", since="2026-11-01", previous=first["state"])["unchanged"] is False


@pytest.mark.parametrize("broken", [{"format": 99}, {"format": 1, "digest": "x"}, {"x": 1}])
def test_a_state_that_is_none(broken: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="Delete its file"):
        made(row(), previous=broken)


def test_the_state_holds_no_text_of_alerts() -> None:
    state = made(row("secret-id", name="secret-name", incident={"id": "secret"}))["state"]
    assert "secret" not in str(state)


def test_time_to_triage() -> None:
    history = [
        {"alert_id": "a1", "at": "2026-11-20T10:30:00.000Z", "status": "in_review"},
        {"alert_id": "a1", "at": "2026-11-20T11:00:00.000Z", "status": "completed"},
        {"alert_id": "a2", "at": "2026-11-20T10:10:00.000Z", "status": "completed"},
        {"alert_id": "a2", "at": "2026-11-20T10:20:00.000Z", "status": "open"},
        {"alert_id": "a3", "at": "2026-11-20T09:00:00.000Z", "status": "completed"},
        {"alert_id": "a4", "at": "no time", "status": "completed"},
        {"alert_id": "a4", "at": None, "status": None},
    ]
    rows = [row(f"a{number}", status="completed") for number in range(1, 6)]
    times = made(*rows, history=history)["times"]
    assert times["completed"] == {"covered": 2, "of": 5, "median": "35 min", "p90": "1 h 0 min"}
    assert times["touched"] == {"covered": 2, "of": 5, "median": "20 min", "p90": "30 min"}
    assert (times["skewed"], times["missing"]) == (1, 2)
    assert times["by_severity"]["high"] == {"covered": 0, "of": 0, "median": None, "p90": None}
    assert made(*rows)["times"] == {"available": False}
