# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a server answers, a task ends in an error of its own, and no secret is in it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.execution import execute
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_info

from ..matrices import SECRETS, Record
from .operations import OPERATIONS
from .playing import ROOT, Stage, alert
from .rogue import Asked, Said, rogue
from .test_completeness import OVERVIEW

KEY = 'AK/"7hQ2xK9mVbN4tRzY'
ODD_ROW = {"id": {}, "tagName": [], "name": 5, "status": "x", "severity": [], "tags": 7, "parentId": [], "events": "e"}


def rows(*found: object, **headers: str) -> Said:
    return Said(body=json.dumps(found).encode(), headers={"X-Total-Count": str(len(found)), **headers})


HOSTILE: dict[str, Said] = {
    "count: a word": rows(**{"X-Total-Count": "many"}),
    "count: 5,000 digits": rows(**{"X-Total-Count": "1" * 5000}),
    "count: superscript": rows(**{"X-Total-Count": "\xb2"}),
    "count: negative": rows(**{"X-Total-Count": "-5"}),
    "redirect: half an address": Said(302, b"", {"Location": "http://["}),
    "redirect: another scheme": Said(302, b"", {"Location": "gopher://x/"}),
    "redirect: nowhere": Said(302, b"", {"Location": ""}),
    "wait: 5,000 digits": Said(503, b"", {"Retry-After": "1" * 5000}),
    "wait: a date out of range": Said(429, b"", {"Retry-After": "Fri, 99 Dec 99999 99:99:99 GMT"}),
    "clock: a date out of range": rows(Date="Fri, 31 Dec 99999 99:99:99 GMT"),
    "JSON: nested deeply": Said(body=b"[" * 100_000 + b"]" * 100_000),
    "JSON: cut off": Said(body=b'[{"id": "a'),
    "JSON: NaN": Said(body=b"[NaN, Infinity]"),
    "JSON: a number of 5,000 digits": Said(body=b"[" + b"1" * 5000 + b"]"),
    "JSON: null": Said(body=b"null"),
    "JSON: a text": Said(body=b'"x"'),
    "JSON: a number": Said(body=b"5"),
    "JSON: rows that are lists": rows([], []),
    "JSON: rows that are null": rows(None),
    "JSON: empty rows": rows({}),
    "JSON: rows of wrong types": rows(ODD_ROW),
    "JSON: the same row for ever": rows({"id": 1}, {"id": 1}),
    "no JSON: bytes": Said(body=b"\xff\xfe\x00"),
    "no JSON: nothing": Said(body=b""),
    "no JSON: a web page": Said(body=b"<html></html>", headers={"Content-Type": "text/html"}),
    "error: a list": Said(400, b"[1]"),
    "error: members of wrong types": Said(400, b'{"fieldErrors": 5, "violations": {"a": 1}, "detail": [], "title": 7}'),
    "error: a teapot": Said(418, b""),
    "compressed: no gzip": Said(headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("heading", list(OVERVIEW))
def test_no_answer_of_a_server_ends_a_task_in_an_exception(tmp_path: Path, heading: str) -> None:
    module, options, _path = OVERVIEW[heading]
    operation = OPERATIONS[module]
    defaults = {name: option.get("default") for name, option in operation.options.items()}
    given = {
        name: value.format(folder=tmp_path) if isinstance(value, str) else value for name, value in options.items()
    }
    findings = []
    for name, said in HOSTILE.items():
        with rogue(lambda asked, said=said: said) as server:
            connection = {"url": server.url, "api_key": "a-key-of-the-test", "retry_budget": 0, "concurrency": 1}
            result = execute(operation, {**defaults, **connection, **given}, Task(), None)
        if result.get("error", {}).get("type") == "InternalError":
            findings.append(f"{name}: {result['msg']}")
        if result["changed"] and heading != "CSV Export":
            findings.append(f"{name}: changed")
    assert findings == []


def test_the_documentation_says_how_many_answers_were_tried() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert f"send {len(HOSTILE)} kinds of them to {len({row[0] for row in OVERVIEW.values()})} modules" in text


PLAYED = {
    "in_process": "API key, playbook with `-vvv`",
    "as_module": "API key, playbook with `-vvv`, as a module",
}
QUOTED: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in JSON": lambda text: json.dumps(text)[1:-1],
    "in a URL": lambda text: quote(text, safe=""),
    "in base64": lambda text: base64.b64encode(f"x{text}y".encode()).decode(),
    "as Latin-1": lambda text: text.encode().decode("latin-1"),
    "behind 490 characters": lambda text: "x" * 490 + text,
}


@pytest.mark.parametrize("spelling", QUOTED)
@pytest.mark.parametrize("place", ["detail", "header", "text", "rows"])
def test_a_server_that_quotes_the_key_does_not_get_it_shown(
    stage: Stage, spelling: str, place: str, record_cell: Record
) -> None:
    def answer(asked: Asked) -> Said:
        text = QUOTED[spelling](asked.headers.get("Utm-Api-Key", ""))
        if place == "detail":
            return Said(400, json.dumps({"detail": text}).encode())
        if place == "header":
            return Said(500, b"", {"X-UtmStack-error": text})
        if place == "text":
            return Said(200, text.encode())
        return rows({"id": 1, "tagName": text, "tagColor": text, "systemOwner": False})

    with rogue(answer) as server:
        options = {"url": server.url, "api_key": KEY, "username": None, "password": None, "bypass_two_factor": None}
        played = stage.play(stage.task("utmstack_tag_info"), options={**options, "retry_budget": 0}, arguments=["-vvv"])
        assert any(asked.headers.get("Utm-Api-Key") == KEY for asked in server.asked)
    shown = f"{played.output}{json.dumps(played.results)}"
    encoded = base64.b64encode(f"x{KEY}y".encode()).decode()
    found = [piece for piece in ("7hQ2xK9mVbN4", encoded[4:20]) if piece in shown]
    record_cell(SECRETS, PLAYED[stage.entry_point], place, not found)
    assert found == []


CREDENTIALS: dict[str, tuple[str, Callable[[str, str], dict[str, str]]]] = {
    "API key": (KEY, lambda secret, url: {"url": url, "api_key": secret}),
    "token": ("7hQ2x.K9mVbN4tRzY.+/=", lambda secret, url: {"url": url, "token": secret}),
    "password": ('Pass "wörd" 7hQ2xK9', lambda secret, url: {"url": url, "username": "admin", "password": secret}),
    "second factor": (
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        lambda secret, url: {"url": url, "username": "admin", "password": "Adm1n-pass", "totp_secret": secret},
    ),
    "password of a proxy": (
        "Pr0xy/p@ss:7hQ2x",
        lambda secret, url: {
            **{"url": "http://siem.example", "api_key": "a-key-of-the-test"},
            **{"proxy": url, "proxy_username": "robot", "proxy_password": secret},
        },
    ),
}
FAILURES: dict[str, Callable[[str], Said]] = {
    "detail": lambda text: Said(400, json.dumps({"detail": text}).encode()),
    "header": lambda text: Said(500, b"", {"X-UtmStack-error": text.encode().decode("latin-1")}),
    "text": lambda text: Said(200, text.encode()),
    "rows": lambda text: rows({"id": 1, "tagName": text, "tagColor": text, "systemOwner": False}),
    "web page": lambda text: Said(403, f"<html>{text}</html>".encode(), {"Content-Type": "text/html"}),
    "redirect": lambda text: Said(302, b"", {"Location": f"http://{text}.example/{text}".encode().decode("latin-1")}),
}


@pytest.mark.parametrize("credential", CREDENTIALS)
@pytest.mark.parametrize("failure", FAILURES)
def test_no_failure_shows_a_credential(credential: str, failure: str, record_cell: Record) -> None:
    secret, options = CREDENTIALS[credential]
    said = [Said()]
    findings = []
    defaults = {name: option.get("default") for name, option in tag_info.OPERATION.options.items()}
    with rogue(lambda asked: said[0]) as server:
        given = {**defaults, **options(secret, server.url), "retry_budget": 0}
        for spelling, spell in QUOTED.items():
            said[0] = FAILURES[failure](spell(secret))
            shown = json.dumps(execute(tag_info.OPERATION, given, Task(), None), ensure_ascii=False)
            encoded = base64.b64encode(f"x{secret}y".encode()).decode()
            is_hidden = not any(piece in shown for piece in (secret, secret[5:14], encoded[4:20]))
            record_cell(SECRETS, credential, failure, is_hidden)
            findings += [] if is_hidden else [f"{spelling}: {shown}"]
        assert server.asked
    assert findings == []


@pytest.mark.parametrize("option", ["api_keyy", "passwrd", "secret"])
def test_the_value_of_a_mistyped_option_is_not_shown(stage: Stage, option: str) -> None:
    task = stage.task("utmstack_tag_info", **{option: "7hQ2xK9mVbN4tRzY"})
    played = stage.play(task, arguments=["-vvv"])
    assert option in played.result()["msg"]
    assert "7hQ2xK9mVbN4tRzY" not in f"{played.output}{played.results}"


def test_a_secret_in_place_of_a_choice_is_not_shown(stage: Stage) -> None:
    task = stage.task("utmstack_alert_status", alert_ids=["a1"], status="7hQ2xK9mVbN4tRzY")
    options = {"password": "7hQ2xK9mVbN4tRzY"}
    played = stage.play(task, options=options)
    assert played.statuses["it"] == "failed"
    assert "7hQ2xK9mVbN4tRzY" not in f"{played.output}{played.results}"


IDENTITIES = {
    "key": {"api_key": "the-key-of-customer-b"},
    "token": {"token": "the.token.of-customer-b"},
    "password": {"username": "robot-of-b", "password": "Password-of-b-1234"},
}
OF_A = {
    "UTMSTACK_API_KEY": "the-key-of-customer-a",
    "UTMSTACK_TOKEN": "the.token.of-customer-a",
    "UTMSTACK_USERNAME": "robot-of-a",
    "UTMSTACK_PASSWORD": "Password-of-a-1234",
    "UTMSTACK_TOTP_SECRET": "GEZDGNBVGY3TQOJQ",
}
NOBODY = {"username": None, "password": None, "bypass_two_factor": None, "retry_budget": 0, "dialect": "v11"}


def play_in(stage: Stage, environment: dict[str, str], **options: object) -> tuple[bool, str, list[Asked]]:
    """Whether a task failed that asks for tags, what it said, and what the server was asked."""
    with rogue(lambda asked: Said(401, b"{}")) as server:
        home = {"UTMSTACK_URL": server.url} if environment.pop("home", "") == "here" else {}
        task = {**stage.task("utmstack_tag_info"), "environment": {**environment, **home}}
        played = stage.play(task, options={**NOBODY, "url": server.url, **options})
        return played.statuses["it"] == "failed", str(played.result().get("msg")), server.asked


@pytest.mark.parametrize("identity", IDENTITIES)
def test_an_identity_of_the_task_is_used_as_a_whole(local_stage: Stage, identity: str) -> None:
    given = IDENTITIES[identity]
    _failed, _said, asked = play_in(local_stage, {**OF_A, "home": "here"}, **given)
    heard = "".join(one.text for one in asked)
    assert list(given.values())[-1] in heard
    assert [value for value in OF_A.values() if value in heard] == []


def test_half_an_identity_of_the_task_is_not_completed_from_the_environment(local_stage: Stage) -> None:
    failed, said, asked = play_in(local_stage, {**OF_A, "home": "here"}, username="robot-of-b")
    assert (failed, asked) == (True, [])
    assert "No credentials" in said


@pytest.mark.parametrize(("home", "goes"), [("here", True), ("", True), ("https://siem.example.com", False)])
def test_the_identity_of_the_environment_goes_to_its_own_server(local_stage: Stage, home: str, goes: bool) -> None:
    environment = {"UTMSTACK_API_KEY": OF_A["UTMSTACK_API_KEY"], "home": home}
    if home.startswith("https"):
        environment = {**environment, "UTMSTACK_URL": home}
    failed, said, asked = play_in(local_stage, environment)
    assert failed is True
    assert any(OF_A["UTMSTACK_API_KEY"] in one.text for one in asked) is goes
    if not goes:
        assert asked == []
        assert "UTMSTACK_API_KEY" in said


@pytest.mark.parametrize("variable", [f"UTMSTACK_{name}" for name in ("TIMEOUT", "VALIDATE_CERTS", "PROXY", "CA_PATH")])
@pytest.mark.parametrize("blank", ["", " "])
def test_a_blank_variable_is_not_set(stage: Stage, variable: str, blank: str) -> None:
    stage.seed(alert(1))
    task = {**stage.task("utmstack_tag_info"), "environment": {variable: blank}}
    assert "failed" not in stage.play(task).result()
