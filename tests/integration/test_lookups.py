# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lookups return what the modules return, with one login, and no text of an alert is ever a template."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import Played, Stage, alert

pytestmark = pytest.mark.cold

LOGIN = "/api/authenticate"
FIRST, SECOND, THIRD = (alert(number)["id"] for number in (1, 2, 3))
CONNECTION = {"UTMSTACK_USERNAME": "admin", "UTMSTACK_PASSWORD": "Adm1n-pass", "UTMSTACK_BYPASS_TWO_FACTOR": "true"}


def shown(name: str, expression: str, **keywords: Any) -> dict[str, Any]:
    """A task that shows the value of an expression."""
    return {
        "name": name,
        "ansible.builtin.debug": {"msg": f"{{{{ {expression} }}}}"},
        "ignore_errors": True,
        **keywords,
    }


def play(stage: Stage, *tasks: dict[str, Any], arguments: tuple[str, ...] = (), **environment: str) -> Played:
    """Run tasks with the connection in the environment, where lookups and modules find it."""
    variables = {"UTMSTACK_URL": stage.simulator.url, **CONNECTION, **environment}
    path = stage.written_play(tasks, {"url": None, "username": None, "password": None, "bypass_two_factor": None})
    return stage.run_playbook(str(path), *arguments, environment=variables)


def test_lookups_return_what_the_module_returns_with_its_login(local_stage: Stage) -> None:
    local_stage.seed(alert(1, severity=3, tags=["False positive"]), alert(2), alert(3, status=5), alert(4, status=1))
    query = "query={'status': ['open', 'in_review'], 'severity': ['high', 'medium']}"
    played = play(
        local_stage,
        shown("found", f"query('utmstack.siem.alerts', {query}, sort=['name', 'timestamp'])"),
        local_stage.task("utmstack_alert_info", "read", query={"status": ["open"]}, sort=["name", "timestamp"]),
        shown("first", f"query('utmstack.siem.alerts', {query}, limit=1, fields=['id', 'status'])"),
        shown("one", f"lookup('utmstack.siem.alert', '{THIRD}')"),
        shown("several", f"query('utmstack.siem.alert', ['{SECOND}', '{FIRST}'], '{SECOND}', fields=['severity'])"),
        shown("none", "query('utmstack.siem.alert', [])"),
        shown("gone", "lookup('utmstack.siem.alert', 'gone', errors='ignore') | default('none', true)"),
    )
    assert played.code == 0, played.output
    rows = played.result("read")["alerts"]
    assert [row["id"] for row in rows] == [FIRST, SECOND]
    assert played.result("found")["msg"] == rows
    assert played.result("first")["msg"] == [{"id": SECOND, "status": "open"}]
    third = played.result("one")["msg"]
    assert (set(third), third["id"], third["status"]) == (set(rows[0]), THIRD, "completed")
    assert played.result("several")["msg"] == [{"severity": "medium"}, {"severity": "high"}, {"severity": "medium"}]
    assert (played.result("none")["msg"], played.result("gone")["msg"]) == ([], "none")
    assert played.count(LOGIN) == 1


def test_workers_that_only_look_up_share_a_login(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    played = play(
        v11_stage,
        shown("one", f"lookup('utmstack.siem.alert', '{FIRST}').name"),
        shown("two", "query('utmstack.siem.alerts', query={}) | length"),
        arguments=("-i", "one,two,three,"),
    )
    assert (played.code, played.count(LOGIN)) == (0, 1), played.output
    assert "failed=0" in played.output


def test_a_connection_in_a_variable_is_passed_on(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    connection = {
        "url": v11_stage.simulator.url,
        "token": "{{ omit }}",
        "username": "admin",
        "password": "Adm1n-pass",
        "bypass_two_factor": "yes",
        "timeout": "{{ none_given | default(omit) }}",
    }
    played = play(
        v11_stage,
        shown("it", f"lookup('utmstack.siem.alert', '{FIRST}', **here).id", vars={"here": connection}),
        UTMSTACK_URL="",
        UTMSTACK_USERNAME="",
        UTMSTACK_PASSWORD="",
        UTMSTACK_TIMEOUT=" ",
    )
    assert played.result()["msg"] == FIRST, played.output


HOSTILE = "{{ lookup('pipe', 'touch canary') }}{% set x = lookup('pipe', 'touch canary') %}"


def test_no_text_of_an_alert_is_a_template(local_stage: Stage) -> None:
    side = {"host": HOSTILE, "user": HOSTILE, "ip": HOSTILE}
    names = ("source", "destination") if local_stage.dialect == "v10" else ("adversary", "target")
    local_stage.seed(
        alert(1, name=HOSTILE, tags=[HOSTILE], notes=HOSTILE, technique=HOSTILE, **dict.fromkeys(names, side))
    )
    found = "query('utmstack.siem.alerts', query={})"
    kept = {
        "found": f"{{{{ {found} }}}}",
        "one": f"{{{{ lookup('utmstack.siem.alert', '{FIRST}') }}}}",
        "likes": f"{{{{ {found} | utmstack.siem.group_like }}}}",
        "severe": f"{{{{ {found} | utmstack.siem.severity_at_least('low') }}}}",
        "cells": f"{{{{ {found} | map(attribute='name') | map('utmstack.siem.csv_safe') }}}}",
    }
    played = play(
        local_stage,
        {"name": "kept", "ansible.builtin.set_fact": kept},
        *(shown(f"again {name}", name) for name in kept),
        shown("joined", "found[0].name ~ ' ' ~ likes[0].asset ~ ' ' ~ likes[0].source"),
        arguments=("-e", "ansible_python_interpreter=auto_silent"),
    )
    assert played.code == 0, played.output
    assert played.result("again found")["msg"][0]["name"] == HOSTILE
    assert played.result("again likes")["msg"][0]["asset"] == HOSTILE
    assert played.result("joined")["msg"] == f"{HOSTILE} {HOSTILE} {HOSTILE}"
    assert not (local_stage.directory / "canary").exists()


def test_failures_are_one_sentence_without_secrets(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    played = play(
        v11_stage,
        shown("unknown", "query('utmstack.siem.alert', 'gone', 'lost')"),
        shown("mistyped", f"lookup('utmstack.siem.alert', '{FIRST}', pasword=secret)"),
        shown("wrong", f"lookup('utmstack.siem.alert', '{FIRST}', username='admin', password=secret)"),
        shown("again", f"lookup('utmstack.siem.alert', '{FIRST}', username='admin', password=secret)"),
        arguments=("-vvv", "-e", "secret=S3cret-of-analyst"),
    )
    said = {name: played.result(name)["msg"].partition("'utmstack.siem.alert' failed: ")[2] for name in played.results}
    unknown = "utmstack.siem.alert: no alert has the ID gone, lost. Check it, or set errors='ignore'."
    assert said["unknown"] == unknown, played.output
    assert said["mistyped"] == "utmstack.siem.alert: `pasword` is unknown. Did you mean password, proxy_password?"
    assert said["wrong"].startswith("UTMStack refused")
    assert said["again"].endswith("(Refused earlier in this run; no further login was sent.)")
    assert "S3cret" not in played.output
    assert played.count(LOGIN) == 2
