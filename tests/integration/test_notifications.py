# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifiers against small servers: what arrives, what happens if nothing answers, and that tickets are found again."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from .api import NOTES, Api
from .playing import COLLECTIONS, Played, Stage, alert
from .rogue import Asked, Said, rogue
from .sinks import HIDDEN, Jira, ServiceNow

HOSTILE = "<!here> @channel **b** [x](http://evil.example) {{ 7 * 7 }} </at>\r\nBcc: all@example.com"
READABLE = r"<!here> @channel **b** [x](http://evil.example) {{ 7 * 7 }} </at>\r\nBcc: all@example.com"
SECRET = "T0pS3cret-hook"
# The set-up puts it where no other test finds it.
COMMUNITY = Path(COLLECTIONS).with_name("community")


def role_task(role: str, given: dict[str, Any], **variables: Any) -> dict[str, Any]:
    """A task that includes a role with variables of its own."""
    own = {f"{role}_{name}": value for name, value in variables.items()}
    include = {"name": f"utmstack.siem.{role}"}
    return {"name": role, "ansible.builtin.include_role": include, "vars": {**given, **own}}


def send(stage: Stage, role: str, *arguments: str, notification: dict[str, Any], **variables: Any) -> Played:
    """Play a role with variables of its own and those of the notifiers."""
    given = {f"notification_{name}": value for name, value in notification.items()}
    task = role_task(role, given, **variables)
    played = stage.play(task, arguments=arguments, check="--check" in arguments)
    assert SECRET not in played.output
    assert HIDDEN not in played.output
    return played


def triage(stage: Stage, *arguments: str, tasks: Any, **notification: Any) -> Played:
    """Close every alert with the role alert_triage and notify."""
    rules = [{"name": "All", "when": {"all": True}, "then": {"status": "completed"}}]
    return send(
        stage, "alert_triage", *arguments, notification=notification, rules=rules, since="all", notification_tasks=tasks
    )


def escalate(stage: Stage, *arguments: str, tasks: Any, **notification: Any) -> Played:
    """Escalate the alerts of high severity and notify."""
    given = {"incident": "INC-1 <!channel>", "query": {"severity": ["high"]}}
    return send(stage, "alert_escalation", *arguments, notification=notification, notification_tasks=tasks, **given)


def result(played: Played, role: str) -> dict[str, Any]:
    """The result of a role that did not fail."""
    assert played.code == 0, played.output
    return played.role_result(role)


def urgent(number: int, **fields: Any) -> dict[str, Any]:
    return alert(number, severity=3, severityLabel="High", **fields)


def ticket_notes(stage: Stage) -> list[str]:
    return [row["noteText"] for row in Api(stage).get(NOTES) if row["noteText"].startswith("Ticket")]


def test_each_chat_gets_hostile_names_as_text_and_only_after_changes(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1, name=HOSTILE), alert(2, name=HOSTILE), alert(3, name="Port scan"))
    with rogue(lambda asked: Said(202 if "teams" in asked.path else 200, b"ok")) as chat:
        hooks = {f"{name}_url": f"{chat.url}/{name}/{SECRET}" for name in ("slack", "teams", "mattermost")}
        ready = ["slack", "teams", "mattermost"]
        foreseen = triage(v11_stage, "--check", tasks=ready, **hooks)
        assert result(foreseen, "alert_triage")["notified"]
        assert "would be notified" in foreseen.output
        assert chat.asked == []
        done = triage(v11_stage, "-vvv", tasks="slack, teams, mattermost", **hooks)
        again = triage(v11_stage, tasks=ready, **hooks)
    said = result(done, "alert_triage")
    assert (said["notified"], said["notification_error"]) == (True, None)
    assert not result(again, "alert_triage")["notified"]
    bodies = {asked.path.split("/")[1]: json.loads(asked.body) for asked in chat.asked}
    assert len(chat.asked) == len(bodies) == 3
    text = bodies["slack"]["blocks"][1]["text"]
    assert text["type"] == "plain_text"
    assert f"2 x {READABLE}".replace("<", "&lt;").replace(">", "&gt;") in text["text"]
    card = bodies["teams"]["attachments"][0]["content"]
    runs = [run for block in card["body"] for run in block["inlines"]]
    assert {run["type"] for run in runs} == {"TextRun"}
    assert f"- 2 x {READABLE}" in [run["text"] for run in runs]
    assert f"- alerts: 2 x `{READABLE}`" in bodies["mattermost"]["text"].splitlines()
    assert "3 closed" in bodies["mattermost"]["text"]


def test_a_notification_that_fails_is_said_loudly_and_fails_nothing_else(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    with rogue(lambda asked: Said()) as elsewhere:

        def answer(asked: Asked) -> Said:
            if "hanging" in asked.path:
                time.sleep(3)
            if "moved" in asked.path:
                return Said(307, b"", {"Location": f"{elsewhere.url}/{SECRET}"})
            return Said(500, asked.text.encode())

        with rogue(answer) as chat:
            hooks = {
                "slack_url": f"{chat.url}/broken/{SECRET}",
                "teams_url": f"{chat.url}/moved/{SECRET}",
                "mattermost_url": f"{chat.url}/hanging/{SECRET}",
                "timeout": 1,
            }
            ready = ["slack", "teams", "mattermost"]
            done = triage(v11_stage, "-vvv", tasks=ready, **hooks)
            v11_stage.seed(alert(2))
            required = triage(v11_stage, tasks=["slack"], required=True, **hooks)
        assert elsewhere.asked == []
    said = result(done, "alert_triage")
    assert (said["closed"], said["notified"]) == (1, False)
    for part in (
        "slack: Slack answered 500 Internal Server Error.",
        "teams: Teams redirects elsewhere (307), which is not followed.",
        "mattermost: Mattermost did not answer in time.",
    ):
        assert part in said["notification_error"]
    assert "The work is done, but the notification failed. slack: Slack answered 500" in " ".join(done.output.split())
    assert v11_stage.simulator.alerts()[alert(2)["id"]]["status"] == 5
    assert required.code != 0
    assert "Slack answered 500" in required.result("Fail if a required notification failed")["msg"]
    assert required.role_result("alert_triage")["closed"] == 1


def test_notifiers_that_cannot_work_are_refused_before_anything_is_written(v11_stage: Stage) -> None:
    tasks = ["slack", "mattermst", "jira", "teams", "mail"]
    refused = triage(v11_stage, tasks=tasks, teams_url=f"http://chat.example/{SECRET}", jira_url="https://x.example")
    assert refused.code != 0
    message = refused.result("Check that the notification can be sent")["msg"]
    for part in (
        "The notifier slack needs notification_slack_url.",
        "alert_triage_notification_tasks is mattermst, which is not a file on this host.",
        "Did you mean mattermost?",
        "notification_teams_url is not a valid address.",
        "needs notification_jira_token, notification_jira_project.",
        "alert_triage is not about an incident",
        "needs the module community.general.mail",
    ):
        assert part in message
    assert refused.journal == []


@pytest.fixture
def own_tasks(tmp_path: Path) -> str:
    """A task file of a user that takes the message of a ready notifier."""
    path = tmp_path / "own.yml"
    message = "{{ notification_subject | utmstack.siem.notification_message('mail', 'siem') }}"
    path.write_text(yaml.safe_dump([{"name": "Own", "ansible.builtin.debug": {"msg": message}}]), encoding="utf-8")
    return str(path)


@pytest.mark.full
def test_every_other_role_notifies_the_same_way(v11_stage: Stage, own_tasks: str) -> None:
    v11_stage.seed(alert(1), alert(2, name="Port scan"), alert(3, name=HOSTILE))
    with rogue(lambda _asked: Said()) as chat:
        variables: dict[str, dict[str, Any]] = {
            "false_positives": {"query": {"name": ["Port scan"]}, "notification_tasks": ["slack", own_tasks]},
            "stale_alerts": {"policy": {"medium": {"remind": "1h"}}, "notification_tasks": "slack"},
            "triage_report": {"directory": str(v11_stage.directory / "r"), "notification_tasks": "slack"},
        }
        tasks = [role_task(role, {}, **given) for role, given in variables.items()]
        played = v11_stage.play(*tasks, play={"vars": {"notification_slack_url": f"{chat.url}/{SECRET}"}})
    assert SECRET not in played.output
    for role in variables:
        assert result(played, role)["notified"], role
    own = played.result("Own")["msg"]
    assert own["subject"].startswith("[UTMStack siem] Known-benign alerts: 1 closed")
    assert "1 x Port scan" in own["body"]
    headlines = [json.loads(asked.body)["text"] for asked in chat.asked]
    assert [text.partition("] ")[2].split(":")[0] for text in headlines] == [
        "Known-benign alerts",
        "Stale alerts",
        "Triage report",
    ]


@pytest.mark.full
def test_one_ticket_of_servicenow_follows_the_incident(v10_stage: Stage) -> None:
    v10_stage.seed(urgent(1, name=f"[code]<b>x</b>[/code] {HOSTILE}"))
    table = ServiceNow()
    with rogue(table.answer) as server:
        login = {"servicenow_url": server.url, "servicenow_username": "automation", "servicenow_password": HIDDEN}
        fields = {"assignment_group": "SOC", "correlation_id": "mine"}
        given = {"tasks": "servicenow", "instance": "siem-1", **login}
        # Interrupted between the ticket and the note about it.
        v10_stage.simulator.faults({"kind": "status", "status": 400, "path": NOTES, "method": "POST"})
        cut = escalate(v10_stage, **given, servicenow_fields=fields)
        assert not result(cut, "alert_escalation")["notified"]
        v10_stage.simulator.faults()
        done = escalate(v10_stage, **given)
        assert result(done, "alert_escalation")["notification_error"] is None
        assert ticket_notes(v10_stage) == ["Ticket INC0000001 (ServiceNow)"]
        asked = len(server.asked)
        quiet = escalate(v10_stage, **given)
        assert (quiet.writes(), len(server.asked)) == ([], asked)
        v10_stage.seed(urgent(2))
        result(escalate(v10_stage, **given), "alert_escalation")
    (record,) = table.records
    incident = Api(v10_stage).get("/api/utm-incidents")[0]
    assert record["correlation_id"] == f"utmstack-siem-1-{incident['id']}"
    assert record["assignment_group"] == "SOC"
    assert f"Incident {incident['id']}: {incident['incidentName']}" in record["description"]
    assert "- 1 x [ code]<b>x</b>[ /code]" in record["description"]
    (work_note,) = record["journal"]
    assert "alerts in the incident: 2" in work_note
    assert ticket_notes(v10_stage) == ["Ticket INC0000001 (ServiceNow)"]


@pytest.mark.full
def test_one_issue_of_jira_follows_the_runbook(v11_stage: Stage) -> None:
    v11_stage.seed(urgent(1, name=HOSTILE))
    site = Jira()

    def work(*arguments: str, **variables: Any) -> Played:
        given = {"name": "INC-1", "query": {"severity": ["high"]}, "notification_tasks": ["jira"], **variables}
        return send(v11_stage, "incident_runbook", *arguments, notification=login, **given)

    with rogue(site.answer) as server:
        login = {
            "jira_url": f"{server.url}/",
            "jira_username": "automation@example.com",
            "jira_token": HIDDEN,
            "jira_project": "SOC",
            "jira_fields": {"labels": ["utmstack"]},
            "instance": "Customer A",
        }
        assert result(work(phases=["open"]), "incident_runbook")["notified"]
        writes = [asked.method for asked in server.asked if asked.method != "GET"]
        quiet = work(phases=["open"])
        assert (result(quiet, "incident_runbook")["notified"], quiet.writes()) == (False, [])
        assert [asked.method for asked in server.asked if asked.method != "GET"] == writes == ["POST"]
        assert result(work(phases=["close"], solution="Blocked"), "incident_runbook")["notified"]
    (issue,) = site.issues
    assert issue["fields"]["labels"][0] == "utmstack"
    texts = [node["text"] for part in issue["fields"]["description"]["content"] for node in part["content"]]
    assert f"- 1 x {READABLE}" in texts
    (comment,) = issue["comments"]
    assert any("(completed)" in part["content"][0]["text"] for part in comment["content"])
    assert ticket_notes(v11_stage) == ["Ticket SOC-1 (Jira)"]


class Inbox(Message):
    """Keeps the messages of an SMTP server."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Any] = []

    def handle_message(self, message: Any) -> None:
        """Keep one."""
        self.messages.append(message)


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    """An SMTP server on loopback and its port."""
    found = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield found, port
    finally:
        controller.stop()


@pytest.mark.full
def test_a_mail_has_one_subject_and_no_header_of_an_alert(v11_stage: Stage, inbox: tuple[Inbox, int]) -> None:
    v11_stage.seed(urgent(1, name=HOSTILE))
    messages, port = inbox
    mail = {
        "notification_mail_host": "127.0.0.1",
        "notification_mail_port": port,
        "notification_mail_secure": "never",
        "notification_mail_from": "SOC <soc@example.com>",
        "notification_mail_to": "a@example.com, b@example.com",
        "notification_instance": "siem-1",
    }
    given = {"incident": "INC-1 {x} <!channel>", "query": {"severity": ["high"]}, "notification_tasks": "mail"}
    book = v11_stage.written_play([role_task("alert_escalation", mail, **given)])
    # Ansible looks for collections once per process.
    played = replace(v11_stage, cold=True).run_playbook(
        str(book), environment={"ANSIBLE_COLLECTIONS_PATH": f"{COLLECTIONS}:{COMMUNITY}"}
    )
    assert result(played, "alert_escalation")["notification_error"] is None
    (message,) = messages.messages
    (incident,) = Api(v11_stage).get("/api/utm-incidents")
    subject = str(make_header(decode_header(message["Subject"])))
    assert subject == f"[UTMStack siem-1] Escalation: 1 alerts added to {incident['incidentName']}"
    assert (message["From"], message["To"], message["Bcc"]) == (
        "SOC <soc@example.com>",
        "a@example.com, b@example.com",
        None,
    )
    (part,) = message.get_payload()
    assert part.get_content_type() == "text/plain"
    lines = part.get_payload(decode=True).decode().splitlines()
    assert f"- 1 x {READABLE}" in lines
    assert f"Incident {incident['id']}: {incident['incidentName']} (open)" in lines
