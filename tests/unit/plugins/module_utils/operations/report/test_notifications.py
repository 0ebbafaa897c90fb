# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of hostile names, problems before a run, reasons of failures, and tickets in responses."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.utmstack.siem.plugins.filter.notification_message import notification_message
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.notice import correlation_of, notice_of
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.notifiers import (
    TITLES,
    failure_of,
    notifier_problems,
    summary_of,
    ticket_in,
)
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

HOSTILE = (
    "<!here>",
    "<!channel|x>",
    "<@U012345>",
    "@channel @here @all @everyone",
    "*b* _i_ ~s~ `c` ```",
    "<https://evil.example|pay>",
    "[pay](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<script>alert(1)</script>",
    "<at>everyone</at>",
    "a\r\nBcc: all@example.com\r\n\r\nbody",
    "[code]<img src=x onerror=alert(1)>[/CODE]",
    "{{ lookup('env', 'HOME') }} {% raw %} ${x} #{y}",
    "{{DATE(2026-11-29T00:00:00Z, SHORT)}}",
    "{panel}[~accountid:1] !x.png! |h|",
    "\x1b[31m\u202e\u2028x\u0000",
    "&lt;!here&gt; & &amp;",
    "x" * 5000,
    "<" * 5000,
    "",
)
MEDIA = ("slack", "teams", "mattermost", "mail", "servicenow", "servicenow_update", "jira", "jira_update")


def subject_of(name: str, incident: bool = True) -> dict[str, Any]:
    """An escalation whose texts are all the same, with what no message may contain."""
    return {
        "role": "alert_escalation",
        "result": {
            "headline": f"2 alerts added to {name}",
            "incident": {"id": 7, "name": name, "status": "open", "description": "SECRET"} if incident else {},
            "alert_ids": ["a", "b"],
            "added_ids": ["b"],
            "failure": name,
            "receipt": "/SECRET",
            "observation": "SECRET",
        },
        "alerts": [
            {"name": name, "changed": True, "logs": ["SECRET"], "after": {"observation": "SECRET"}},
            {"name": "untouched", "changed": False},
        ],
    }


def texts_in(content: Any) -> list[str]:
    """All texts of a message."""
    if isinstance(content, dict):
        return [text for value in content.values() for text in texts_in(value)]
    if isinstance(content, list):
        return [text for value in content for text in texts_in(value)]
    return [content] if isinstance(content, str) else []


def check(medium: str, name: str) -> dict[str, Any]:
    """Check what holds in every medium; the message."""
    message = notification_message(subject_of(name), medium, "siem-1", {})
    whole = json.dumps(message)
    assert len(whole) < 20_000
    assert "SECRET" not in whole
    assert "untouched" not in whole
    for text in texts_in(message):
        assert all(line.isprintable() for line in text.split("\n"))
    return message


def check_slack(name: str) -> None:
    message = check("slack", name)
    kinds = [block["text"]["type"] for block in message["blocks"]]
    assert set(kinds) == {"plain_text"}
    for text in (message["text"], *(block["text"]["text"] for block in message["blocks"])):
        assert not re.search(r"[<>]", text)
        assert re.sub(r"&(amp|lt|gt);", "", text).count("&") == 0
    assert len(message["blocks"][0]["text"]["text"]) <= 150
    assert len(message["blocks"][1]["text"]["text"]) <= 3000
    assert (message["mrkdwn"], message["link_names"]) == (False, False)


def check_teams(name: str) -> None:
    (attachment,) = check("teams", name)["attachments"]
    for block in attachment["content"]["body"]:
        (run,) = block["inlines"]
        assert (block["type"], run["type"]) == ("RichTextBlock", "TextRun")
        assert not re.search(r"\{\{(DATE|TIME)\(", run["text"])
    assert "msteams" not in attachment["content"]


def check_mattermost(name: str) -> None:
    """Of foreign text, nothing stands outside of code."""
    allowed = {"text", "strong_open", "strong_close", "code_inline", "softbreak"}
    blocks = MarkdownIt("gfm-like", {"linkify": False}).parse(check("mattermost", name)["text"])
    spans = [span for block in blocks if block.type == "inline" for span in block.children or []]
    assert {span.type for span in spans} <= allowed
    assert {block.type for block in blocks} <= {
        *("paragraph_open", "inline", "paragraph_close"),
        *("bullet_list_open", "list_item_open", "list_item_close", "bullet_list_close"),
    }
    outside = "".join(span.content for span in spans if span.type == "text")
    assert not re.search(r"[@<>\[\]{}`]", outside)


def check_mail(name: str) -> None:
    message = check("mail", name)
    assert "\n" not in message["subject"]
    assert len(message["subject"]) <= 150


def check_servicenow(name: str) -> None:
    for medium in ("servicenow", "servicenow_update"):
        message = check(medium, name)
        assert not re.search(r"\[/?code\]", json.dumps(message), re.IGNORECASE)
        assert (message["correlation_id"], len(message["correlation_display"]) <= 100) == ("utmstack-siem-1-7", True)
    assert len(check("servicenow", name)["short_description"]) <= 160


def check_jira(name: str) -> None:
    created, updated = check("jira", name), check("jira_update", name)
    assert len(created["fields"]["summary"]) <= 255
    assert created["fields"]["labels"] == ["utmstack-siem-1-7"]
    for document in (created["fields"]["description"], updated["update"]["comment"][0]["add"]["body"]):
        nodes = [node for paragraph in document["content"] for node in paragraph["content"]]
        assert {tuple(sorted(node)) for node in nodes} == {("text", "type")}
        assert all(node["type"] == "text" and node["text"] for node in nodes)


CHECKS = (check_slack, check_teams, check_mattermost, check_mail, check_servicenow, check_jira)


@pytest.mark.parametrize("checked", CHECKS, ids=lambda function: function.__name__.removeprefix("check_"))
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_names_are_text(checked: Any, number: int) -> None:
    checked(HOSTILE[number])


@given(st.text(st.sampled_from("<>&@!`*_[]()|#{}%$\\\r\n \u202eab:/.'\""), max_size=60))
def test_names_of_any_signs_are_text(name: str) -> None:
    for checked in CHECKS:
        checked(name)


def test_what_people_read_is_the_name_itself() -> None:
    name = "<!here> [pay](x) {{ 1 }} *b* & @all"
    line = f"- 1 x {name}"
    assert line in html.unescape(notification_message(subject_of(name), "slack")["blocks"][1]["text"]["text"])
    assert line in texts_in(notification_message(subject_of(name), "teams"))
    assert f"- alerts: 1 x `{name}`" in notification_message(subject_of(name), "mattermost")["text"]
    assert line in notification_message(subject_of(name), "mail")["body"]
    assert line in texts_in(notification_message(subject_of(name), "jira"))


def test_a_message_names_the_most_frequent_alerts() -> None:
    alerts = [{"name": f"n{number}"} for number in range(8) for _alert in range(number + 1)]
    body = notification_message({"role": "alert_triage", "result": {"headline": "h"}, "alerts": alerts}, "mail")["body"]
    assert re.findall(r"^- (.*)$", body, re.MULTILINE) == [
        *("8 x n7", "7 x n6", "6 x n5", "5 x n4", "4 x n3", "3 more names")
    ]


@pytest.mark.parametrize("subject", [{}, {"result": "x"}, {"result": {}, "alerts": "x"}, {"result": {}, "alerts": 7}])
def test_a_subject_of_another_form_is_refused(subject: dict[str, Any]) -> None:
    with pytest.raises(AnsibleFilterError, match="needs the dictionary `result`"):
        notification_message(subject, "mail")
    with pytest.raises(AnsibleFilterError, match="pigeon is no medium"):
        notification_message({"result": {}}, "pigeon")


def test_a_correlation_names_one_incident_of_one_server() -> None:
    pairs = [("a", "1"), ("a-1", "1"), ("a", "11"), ("A b", "1"), ("A_b", "1"), ("ü" * 300, "1"), ("x" * 99, "1")]
    found = [correlation_of(*pair) for pair in pairs]
    assert len(set(found)) == len(pairs)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,100}", one) for one in found)
    assert notice_of(subject_of("x", incident=False), "a").correlation == ""


def test_the_state_is_that_of_the_incident_and_not_of_the_run() -> None:
    subject = subject_of("x")
    state = notice_of(subject, "a").state
    subject["result"] |= {"headline": "nothing to add", "added_ids": [], "alert_ids": ["b", "a"]}
    assert notice_of(subject, "a").state == state
    subject["result"]["incident"]["status"] = "completed"
    assert notice_of(subject, "a").state != state


def test_own_fields_of_a_ticket_do_not_hide_it_from_later_runs() -> None:
    fields = {"correlation_id": "mine", "correlation_display": "x", "urgency": "1", "labels": ["own"]}
    record = notification_message(subject_of("x"), "servicenow", "siem-1", fields)
    assert (record["correlation_id"], record["urgency"]) == ("utmstack-siem-1-7", "1")
    issue = notification_message(subject_of("x"), "jira", "siem-1", fields)
    assert issue["fields"]["labels"] == ["own", "utmstack-siem-1-7"]


def problems(*names: str, role: str = "alert_escalation", **settings: Any) -> list[str]:
    """The problems of notifiers where one file and no mail module exist."""
    subject = {"role": role, "variable": f"{role}_notification_tasks"}
    return notifier_problems(names, settings, subject, lambda path: path == "/own.yml", lambda: False)


def test_what_is_missing_is_named_before_a_run() -> None:
    assert problems("/own.yml") == []
    assert problems("slack", slack_url="https://hooks.example/x") == []
    assert problems("servicenow", servicenow_url="https://s.example", servicenow_token="t") == []
    (message,) = problems("servicenow", servicenow_url="https://s.example", servicenow_username="u")
    assert "notification_servicenow_token (or " in message
    (message,) = problems("slak")
    assert message.endswith("Did you mean slack?")
    (message,) = problems("jira", role="stale_alerts", jira_url="https://j.example", jira_token="t", jira_project="SOC")
    assert "stale_alerts is not about an incident" in message
    (message,) = problems("mail", mail_host="m", mail_from="a@b", mail_to=["c@d"])
    assert "community.general" in message
    (message, _missing) = problems("mail", mail_host="m", mail_from="a@b\nBcc: x@y", mail_to=["c@d"])
    assert r"a@b\nBcc: x@y is not a mail address" in message


@pytest.mark.parametrize(
    "url",
    [
        *("http://chat.example/s3cret", "https://u:s3cret@chat.example", "ftp://chat.example/s3cret", "s3cret"),
        *("https:///s3cret", "https://chat.example:99999/s3cret", "https://chat.example/s3cret\nx", "https://[s3cret"),
    ],
)
def test_an_address_that_would_give_secrets_away_is_refused_without_quoting_it(url: str) -> None:
    (message,) = problems("slack", slack_url=url)
    assert message.startswith("notification_slack_url is not a valid address.")
    assert "s3cret" not in message


def test_a_query_of_a_ticket_server_cannot_be_bent() -> None:
    (message,) = problems("jira", jira_url="https://j.example", jira_token="t", jira_project='SOC" OR project = "X')
    assert "notification_jira_project is" in message
    (message,) = problems(
        "servicenow", servicenow_url="https://s.example", servicenow_token="t", servicenow_table="../x"
    )
    assert "notification_servicenow_table is ../x." in message


LEAK = "https://hooks.example/s3cret"


@pytest.mark.parametrize(
    ("response", "told"),
    [
        ({"status": 500, "msg": LEAK, "content": LEAK}, "answered 500 Internal Server Error"),
        ({"status": 302, "location": LEAK}, "redirects elsewhere (302)"),
        ({"status": 401, "msg": LEAK}, "refused the credentials (401)"),
        ({"status": 404, "msg": LEAK}, "does not know the address (404)"),
        ({"status": 799, "msg": LEAK}, "answered 799."),
        ({"status": -1, "msg": f"Request failed: <urlopen error timed out> {LEAK}"}, "did not answer in time"),
        ({"timedout": {"period": 30}, "msg": LEAK}, "did not answer in time"),
        ({"status": -1, "msg": f"[Errno 111] Connection refused {LEAK}"}, "refused the connection"),
        ({"status": -1, "msg": f"certificate verify failed {LEAK}"}, "notification_ca_path"),
        ({"status": -1, "msg": "Name or service not known"}, "cannot be resolved"),
        ({"status": "x", "msg": LEAK}, "could not be reached"),
        ({}, "could not be reached"),
    ],
    ids=str,
)
def test_a_reason_has_a_next_step_and_no_word_of_the_server(response: dict[str, Any], told: str) -> None:
    for name in TITLES:
        reason = failure_of(response, name)
        assert told in reason
        assert "s3cret" not in reason
        assert "notification_" in reason or "Check the server" in reason


def test_success_has_no_reason() -> None:
    assert failure_of({"status": 202}, "teams") == ""
    assert failure_of({"result": {}, "msg": "Mail sent successfully"}, "mail") == ""
    assert "refused a recipient" in failure_of({"result": {"a@b": [550, "no"]}}, "mail")
    assert "Check notification_mail_password" in failure_of({"msg": "Authentication to h:25 failed"}, "mail")


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("servicenow", {"result": []}, ("", "", "", "")),
        (
            "servicenow",
            {"result": [{"sys_id": "a1", "number": "INC1", "correlation_display": "UTMStack 9f"}]},
            ("a1", "INC1", "9f", ""),
        ),
        ("servicenow", {"result": {"sys_id": "a1", "number": "INC1"}}, ("a1", "INC1", "", "")),
        ("jira", {"issues": []}, ("", "", "", "")),
        (
            "jira",
            {"issues": [{"key": "SOC-1", "properties": {"utmstack.notification": {"state": "9f"}}}]},
            ("SOC-1", "SOC-1", "9f", ""),
        ),
        ("jira", {"key": "SOC-2"}, ("SOC-2", "SOC-2", "", "")),
    ],
)
def test_tickets_are_read(name: str, content: Any, found: tuple[str, ...]) -> None:
    ticket = ticket_in({"status": 200, "json": content}, name)
    assert (ticket.id, ticket.number, ticket.state, ticket.error) == found


@pytest.mark.parametrize("content", [None, "x", [], {}, {"result": "x", "issues": "x"}, {"result": [1], "issues": [1]}])
def test_another_response_is_no_ticket(content: Any) -> None:
    for name in ("servicenow", "jira"):
        assert "answered without a ticket" in ticket_in({"status": 200, "json": content}, name).error
        assert ticket_in({"status": 503, "json": content}, name).error.startswith(f"{TITLES[name]} answered 503")


def test_an_id_that_would_be_another_address_is_refused() -> None:
    for name, key in (("servicenow", "sys_id"), ("jira", "key")):
        row = {"status": 200, "json": {"result": [{key: "../x"}], "issues": [{key: "../x"}]}}
        assert "a ticket without an ID" in ticket_in(row, name).error


def test_failures_of_task_files_are_fatal_and_those_of_notifiers_only_on_demand() -> None:
    outcomes = [
        {"name": "slack", "did": "failed", "error": "S."},
        {"name": "/own.yml", "did": "failed", "error": "O."},
        {"name": "jira", "did": "unchanged", "ticket": "SOC-1"},
    ]
    summary = summary_of(outcomes, None)
    assert (summary["error"], summary["fatal"]) == ("slack: S. /own.yml: O.", "/own.yml: O.")
    assert summary["tickets"] == {"jira": "SOC-1"}
    assert summary_of(outcomes, True)["fatal"] == summary["error"]
    assert summary_of(outcomes, False)["fatal"] == ""
    unchanged = summary_of(outcomes[2:], None)
    assert (unchanged["notified"], unchanged["complete"], unchanged["error"]) == (False, True, None)
