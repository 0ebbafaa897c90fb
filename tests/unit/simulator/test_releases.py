# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What 11.2 does differently from the recorded 11.0.1."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.state.accounts import _code
from utmstack_simulator.state.dialect import OWN_FIRST, dialect
from utmstack_simulator.state.tokens import DAY, MONTH, PRELIMINARY

from .simulated import Server, document

LOGIN, CODE, CREDENTIALS = "/api/authenticate", "/api/tfa/verify-code", "/api/check-credentials"
ADMIN = {"username": "admin", "password": "Adm1n-pass", "rememberMe": False}
BYPASS = {"X-Bypass-TFA": "true"}
ANALYST = {"login": "analyst", "password": "An4lyst-pass", "tfaMethod": "TOTP", "tfaSecret": "JBSWY3DPEHPK3PXP"}
CSV = "/api/elasticsearch/search/csv"
PATTERN = "v11-alert-*"


@pytest.fixture
def newest(utmstack_simulator: Callable[..., SimulatorProcess]) -> Server:
    """An 11.2 server without alerts."""
    simulator = utmstack_simulator("v11", "--release", "11.2")
    simulator.reset()
    return Server(simulator)


def log_in(server: Server, forwarded: str = "", **changed: Any) -> requests.Response:
    body = {name: value for name, value in {**ADMIN, **changed}.items() if value is not None}
    headers = {**BYPASS, **({"X-Forwarded-For": forwarded} if forwarded else {})}
    return requests.post(server.simulator.url + LOGIN, json=body, headers=headers, timeout=10)


def lifetime(token: str) -> int:
    claims = token.split(".")[1]
    return round(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"] - time.time())


def test_each_major_version_has_its_releases() -> None:
    assert [dialect("v10").release.version, dialect("v11").release.version] == ["10.8.0", "11.0.1"]
    assert dialect("v11", "11.2", OWN_FIRST).own_handler_first
    for wrong in (("v10", "11.2", None), ("v10", None, OWN_FIRST), ("v12", None, None)):
        with pytest.raises(ValueError, match=r"v10|v12"):
            dialect(*wrong)


def test_remember_me_is_required_and_obeyed(newest: Server) -> None:
    missing = log_in(newest, rememberMe=None)
    assert missing.status_code == 500
    assert "LoginVM.isRememberMe()" in missing.json()["detail"]
    assert log_in(newest, rememberMe=None, password="wrong-pass").json()["detail"] == "Bad credentials"
    tokens = [log_in(newest, rememberMe=remembered).json()["token"] for remembered in (False, True, "true")]
    assert [lifetime(token) for token in tokens] == pytest.approx([DAY, MONTH, MONTH], abs=2)
    waiting = requests.post(newest.simulator.url + LOGIN, json={**ADMIN, "rememberMe": True}, timeout=10).json()
    assert lifetime(waiting["token"]) == pytest.approx(PRELIMINARY, abs=2)


def test_a_first_login_is_shown_until_the_mail_address_changes(newest: Server) -> None:
    newest.simulator.users([ANALYST])
    assert log_in(newest).json()["firstLogin"] is True
    answer = log_in(newest, username="analyst", password=ANALYST["password"])
    assert answer.json()["firstLogin"] is False


def test_clients_with_private_addresses_are_locked_as_one(newest: Server) -> None:
    for number in range(10):
        assert log_in(newest, f"10.0.0.{number}", password="wrong-pass").json()["detail"] == "Bad credentials"
    assert "exceeded login attempt threshold" in log_in(newest, "192.168.7.7").json()["detail"]
    assert log_in(newest, "198.51.100.7").status_code == 200
    # The first address is what the client says, the last one what the proxy saw.
    assert log_in(newest, "198.51.100.7, 203.0.113.9").status_code == 200
    for _try in range(10):
        log_in(newest, "198.51.100.7, 203.0.113.9", password="wrong-pass")
    assert log_in(newest, "198.51.100.7").status_code == 200
    assert log_in(newest, "203.0.113.9").status_code == 500


def send_code(server: Server, code: str) -> requests.Response:
    body = {"username": "analyst", "password": ANALYST["password"], "rememberMe": False}
    token = requests.post(server.simulator.url + LOGIN, json=body, timeout=10).json()["token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/plain"}
    return requests.post(server.simulator.url + CODE, data=code, headers=headers, timeout=10)


def right_code() -> str:
    return _code(ANALYST["tfaSecret"], int(time.time()) // 30)


def test_five_wrong_codes_lock_the_second_factor_but_not_the_bypass(newest: Server) -> None:
    newest.simulator.users([ANALYST])
    newest.simulator.settings({"utmstack.tfa.enable": "true"})
    wrong = f"{(int(right_code()) + 500_000) % 1_000_000:06d}"
    for _try in range(4):
        assert "Code verification failed" in send_code(newest, wrong).json()["detail"]
    assert send_code(newest, right_code()).status_code == 200
    for _try in range(5):
        assert "Code verification failed" in send_code(newest, wrong).json()["detail"]
    locked = send_code(newest, right_code())
    assert locked.status_code == 500
    assert locked.json()["detail"] == "Too many second-factor attempts for user 'analyst', try again later"
    assert log_in(newest, username="analyst", password=ANALYST["password"]).status_code == 200


def test_credentials_are_checked_by_a_post_that_does_not_count(newest: Server) -> None:
    answers = {
        password: newest.post(CREDENTIALS, {"password": password, "checkUUID": "u-1"})
        for password in ("Adm1n-pass", "wrong-pass")
    }
    assert {password: (answer.status_code, answer.text) for password, answer in answers.items()} == {
        "Adm1n-pass": (200, "u-1"),
        "wrong-pass": (400, "u-1"),
    }
    assert newest.post(CREDENTIALS, {"password": "Adm1n-pass"}).status_code == 400
    assert newest.get(CREDENTIALS, params={"password": "x", "checkUUID": "u"}).status_code == 405
    assert requests.post(newest.simulator.url + CREDENTIALS, json={}, timeout=10).status_code == 401


def test_the_version_is_public_in_11_2_only(newest: Server, server: Server) -> None:
    answer = requests.get(newest.simulator.url + "/api/info/version", timeout=10)
    assert (answer.status_code, answer.json()["version"]) == (200, "11.2.10")
    path = "/api/info/version"
    assert requests.get(server.simulator.url + path, timeout=10).status_code == 401
    assert server.get(path).status_code == 404


def test_a_search_with_children_shows_the_newest_echo(newest: Server) -> None:
    moments = {"e1": "2026-11-20T10:00:01.000Z", "e2": "2026-11-20T10:00:09.000Z", "e3": "2026-11-20T10:00:05.000Z"}
    echoes = [document(name, parentId="a1", **{"@timestamp": moment}) for name, moment in moments.items()]
    newest.simulator.documents([document("a1"), *echoes])
    query = {"indexPattern": PATTERN, "top": 10, "includeChildren": "true", "sort": "id.keyword,asc"}
    rows = newest.post("/api/elasticsearch/search", [], params=query).json()
    assert (rows[0]["echoes"], rows[0]["last_echo"]["id"]) == (3, "e2")
    assert "last_echo" not in rows[1]


def test_the_fields_of_no_index_are_an_empty_list(newest: Server) -> None:
    for pattern in (PATTERN, ""):
        answer = newest.get("/api/elasticsearch/index/properties", params={"indexPattern": pattern})
        assert (answer.status_code, answer.json()) == (200, [])


def test_the_rule_engine_keeps_alerts_with_the_words_false_positive(newest: Server) -> None:
    tags = {"fp": ["False positive"], "near": ["Not false, but positive"], "other": ["False"], "none": None}
    newest.simulator.documents([document(name, status=1, tags=given) for name, given in tags.items()])
    newest.simulator.tick()
    found = {name: source["status"] for name, source in newest.simulator.alerts().items()}
    assert found == {"fp": 1, "near": 1, "other": 2, "none": 2}


def test_the_rule_engine_writes_the_asset_group(newest: Server) -> None:
    assets = [{"assetName": "web-01", "groupId": 3}, {"assetName": "web-02"}]
    newest.simulator.assets({"groups": [{"id": 3, "groupName": "Datacenter"}], "assets": assets})
    newest.simulator.documents([document(f"a{n}", status=1, dataSource=f"web-0{n}") for n in (1, 2)])
    newest.simulator.tick()
    stored = newest.simulator.alerts()
    assert (stored["a1"]["assetGroupId"], stored["a1"]["assetGroupName"]) == (3, "Datacenter")
    assert "assetGroupId" not in stored["a2"]


def test_the_history_has_no_row_for_an_event_without_log(newest: Server) -> None:
    events: dict[str, Any] = {"a1": [{"id": "x", "log": {}}], "a2": [{"id": "x", "log": {}}, {"id": "y"}], "a3": None}
    newest.simulator.documents([document(name, events=given) for name, given in events.items()])
    newest.close()
    rows = newest.get("/api/utm-alert-logs").json()
    assert sorted(row["alertId"] for row in rows) == ["a1", "a3"]
    assert newest.statuses() == [5, 5, 5]
    body = {"alertIds": ["a2"], "status": 2, "statusObservation": "nul \0"}
    assert newest.post("/api/utm-alerts/status", body).status_code == 200


def test_data_inputs_have_an_alias(newest: Server) -> None:
    given = [{"dataType": "syslog", "source": "web-01", "timestamp": 1, "alias": "front"}]
    newest.simulator.assets({"assets": [{"assetName": "web-01"}], "dataInputs": given})
    assert newest.get("/api/utm-data-input-statuses").json()[0]["alias"] == "front"
    assets = newest.get("/api/utm-network-scans/search-by-filters").json()
    assert assets[0]["dataInputList"][0]["alias"] == "front"


def export(server: Server, *columns: dict[str, Any], **changed: Any) -> requests.Response:
    body = {"columns": list(columns), "top": 10, "indexPattern": PATTERN, "filters": [], **changed}
    return server.post(CSV, body)


def test_the_export_streams_newest_first_and_without_a_limit(newest: Server) -> None:
    newest.simulator.documents([document(f"a{n}", **{"@timestamp": f"2026-11-20T10:00:0{n}.000Z"}) for n in range(4)])
    lines = export(newest, {"field": "id"}, top=3).text.split("\r\n")
    assert lines == ['"id"', '"a3"', '"a2"', '"a1"', ""]
    assert len(export(newest, {"field": "id"}, top=0).text.split("\r\n")) == 6
    assert export(newest, {"field": "id"}, top=20_000).status_code == 200


def test_the_cells_of_the_export(newest: Server) -> None:
    values = {"n": 2, "f": 1.5, "b": True, "o": {"a": 1}, "l": [{"q": 1}], "minus": "-5", "when": None}
    newest.simulator.documents(
        [document("a1", **values), document("e1", parentId="a1", **{"@timestamp": "2026-11-19"})]
    )
    fields = [{"field": name} for name in (*values, "tags[", "echoes")]
    row = export(newest, {"field": "@timestamp", "type": "date"}, *fields).text.split("\r\n")[1]
    assert row == '"2026-11-20 10:00:00 UTC","2","1.5",,"{""a"":1}","{q=1}","\'-5",,,"1"'


def test_what_fails_after_the_heading_is_a_short_file(newest: Server) -> None:
    moments = {"a1": "2026-11-20T10:00:00.000Z", "a2": "soon", "a3": "2026-11-18T10:00:00.000Z"}
    for day, (name, when) in enumerate(moments.items()):
        row = document(name, when=when, **{"@timestamp": f"2026-11-{20 - day}T10:00:00.000Z"})
        newest.simulator.documents([{**row, "index": f"v11-alert-2026-11-{20 - day}"}])
    dated = {"field": "when", "type": "date"}
    assert export(newest, dated).text == '"when"\r\n"2026-11-20 10:00:00 UTC"\r\n'
    refused = [{"field": "name", "operator": "IS_BETWEEN", "value": []}]
    for answer in (export(newest, dated, filters=refused), export(newest, dated, indexPattern="v11-alert-2020-01-01")):
        assert (answer.status_code, answer.text) == (200, '"when"\r\n')
    assert export(newest).status_code == 500
