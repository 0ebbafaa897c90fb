# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in: one login for a run, a clear reason for every refusal, and nothing secret in what is shown."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import requests

from utmstack_simulator.process import SimulatorProcess

from .playing import Stage, alert, both_entry_points, on_11_2_too, on_every_v11

pytestmark = pytest.mark.cold

LOGIN = "/api/authenticate"
ANALYST = {"login": "analyst", "password": "An4lyst-pass", "tfaMethod": "TOTP", "tfaSecret": "JBSWY3DPEHPK3PXP"}
NOBODY: dict[str, Any] = {"username": None, "password": None, "bypass_two_factor": None}


@on_11_2_too
def reported_version(stage: Stage) -> str:
    """What the server itself says."""
    return str(requests.get(f"{stage.simulator.url}/management/info", timeout=10).json()["build"]["version"])


@both_entry_points
def test_a_password_tells_who_and_what(stage: Stage) -> None:
    result = stage.play(stage.task("utmstack_auth")).result()
    assert result["login"] == "admin"
    assert result["roles"] == ["ROLE_ADMIN", "ROLE_USER"]
    assert result["dialect"] == stage.dialect
    assert result["version"] == reported_version(stage)
    hours = (datetime.fromisoformat(result["expires_at"]) - datetime.now(timezone.utc)).total_seconds() / 3600
    assert hours == pytest.approx(24, abs=0.1)
    assert result["two_factor"] == {"v10": "not_asked", "v11": "bypassed"}[stage.dialect]
    assert "token" not in result


def test_all_tasks_of_a_run_share_one_login(local_stage: Stage) -> None:
    tasks = [local_stage.task("utmstack_alert_info", str(number), query={}) for number in range(3)]
    assert local_stage.play(*tasks).count(LOGIN) == 1


def test_a_forgotten_session_is_logged_in_anew(local_stage: Stage) -> None:
    played = local_stage.play(
        local_stage.task("utmstack_auth", "in"),
        local_stage.task("utmstack_auth", "out", state="absent"),
        local_stage.task("utmstack_auth", "out again", state="absent"),
        local_stage.task("utmstack_alert_info", query={}),
    )
    assert played.result("out")["changed"] is True
    assert played.result("out again")["changed"] is False
    assert played.count(LOGIN) == 2


@on_every_v11
def test_an_api_key_needs_no_login(v11_stage: Stage) -> None:
    key = v11_stage.simulator.api_key()
    played = v11_stage.play(v11_stage.task("utmstack_auth"), options={**NOBODY, "api_key": key})
    assert played.result()["login"] == "admin"
    assert played.result()["two_factor"] == "not_applicable"
    assert played.result()["version"] == reported_version(v11_stage)
    assert played.count(LOGIN) == 0
    assert key not in played.output


@on_every_v11
def test_a_bad_api_key_is_told_apart(v11_stage: Stage) -> None:
    played = v11_stage.play(v11_stage.task("utmstack_auth"), options={**NOBODY, "api_key": "x" * 43})
    assert played.result()["error"]["type"] == "ApiKeyRefused"


def test_v10_knows_no_api_keys(v10_stage: Stage) -> None:
    for task in ("utmstack_auth", "utmstack_tag_info"):
        played = v10_stage.play(v10_stage.task(task), options={**NOBODY, "api_key": "x" * 43})
        assert "v10 servers have no API keys" in played.result()["msg"]


@pytest.mark.parametrize("release", ["11.0.1", "11.2"])
@pytest.mark.parametrize("handlers", ["translator-first", "own-first"])
def test_refusals_have_their_own_reasons_in_all_builds_of_v11(
    utmstack_simulator: Callable[..., SimulatorProcess], tmp_path: Path, release: str, handlers: str
) -> None:
    simulator = utmstack_simulator("v11", "--release", release, "--handlers", handlers)
    simulator.reset()
    _refusals(Stage(simulator, "local", tmp_path))


def test_refusals_have_their_own_reasons_on_v10(v10_stage: Stage) -> None:
    _refusals(v10_stage)


def _refusals(stage: Stage) -> None:
    stage.simulator.users([{"login": "sleeper", "password": "Sl33per-pass", "activated": False}])
    tasks = [stage.task("utmstack_auth", "inactive", username="sleeper", password="Sl33per-pass")]
    tasks += [
        stage.task("utmstack_auth", f"wrong {number}", password=f"not-the-password-{number}") for number in range(10)
    ]
    tasks.append(stage.task("utmstack_auth", "locked"))
    played = stage.play(*tasks)
    assert played.result("inactive")["error"]["type"] == "AccountInactive"
    assert played.result("wrong 0")["error"]["type"] == "WrongCredentials"
    assert "not repeated" in played.result("wrong 0")["msg"]
    assert played.result("locked")["error"]["type"] == "AddressLocked"
    assert "ten minutes" in played.result("locked")["msg"]
    assert "private addresses as one" in played.result("locked")["msg"]
    # The locked address belongs to every test: a restart ends the lock.
    stage.simulator.faults({"kind": "restart"})


@on_11_2_too
def test_a_wrong_password_is_sent_once_in_a_run(local_stage: Stage) -> None:
    tasks = [local_stage.task("utmstack_alert_info", str(number), query={}) for number in range(4)]
    played = local_stage.play(*tasks, options={"password": "not-the-password"})
    assert played.count(LOGIN) == 1
    assert "no further login was sent" in played.result("3")["msg"]
    local_stage.simulator.faults({"kind": "restart"})


@on_every_v11
def test_without_bypass_a_v11_password_is_not_enough_and_the_ways_out_are_named(v11_stage: Stage) -> None:
    played = v11_stage.play(v11_stage.task("utmstack_auth"), options={"bypass_two_factor": False})
    result = played.result()
    assert result["error"]["type"] == "SecondFactorRequired"
    for way in ("api_key", "totp_secret", "bypass_two_factor"):
        assert way in result["msg"]


def test_the_bypass_is_never_silent(v11_stage: Stage) -> None:
    result = v11_stage.play(v11_stage.task("utmstack_alert_info", query={})).result()
    assert "bypass" in result["warnings"][0]


@on_every_v11
def test_a_totp_secret_completes_the_login(v11_stage: Stage) -> None:
    v11_stage.simulator.users([ANALYST])
    v11_stage.simulator.settings({"utmstack.tfa.enable": "true"})
    options = {
        "username": "analyst",
        "password": ANALYST["password"],
        "bypass_two_factor": False,
        "totp_secret": ANALYST["tfaSecret"],
    }
    played = v11_stage.play(v11_stage.task("utmstack_auth"), options=options)
    assert played.result()["two_factor"] == "completed"
    wrong = v11_stage.play(v11_stage.task("utmstack_auth"), options={**options, "totp_secret": "GEZDGNBVGY3TQOJQ"})
    assert wrong.result()["error"]["type"] == "SecondFactorRefused"
    assert "GEZDGNBVGY3TQOJQ" not in wrong.output


CODE = "/api/tfa/verify-code"


def second_factor_of(secret: str) -> dict[str, Any]:
    """Connection options of the analyst with this secret."""
    return {"username": "analyst", "password": ANALYST["password"], "bypass_two_factor": False, "totp_secret": secret}


@on_every_v11
def test_a_wrong_code_is_sent_once_in_a_run(v11_stage: Stage) -> None:
    v11_stage.simulator.users([ANALYST])
    v11_stage.simulator.settings({"utmstack.tfa.enable": "true"})
    tasks = [v11_stage.task("utmstack_alert_info", str(number), query={}) for number in range(3)]
    played = v11_stage.play(*tasks, options=second_factor_of("GEZDGNBVGY3TQOJQ"))
    assert (played.count(LOGIN), played.count(CODE)) == (1, 1)
    assert "no further login was sent" in played.result("2")["msg"]


@pytest.mark.parametrize("server", ["v11.2", "v11.2 own-first"])
def test_a_locked_second_factor_is_told_apart_and_the_run_stops(
    open_stage: Callable[[str, str], Stage], server: str
) -> None:
    stage = open_stage(server, "in_process")
    stage.simulator.users([ANALYST])
    stage.simulator.settings({"utmstack.tfa.enable": "true"})
    for _try in range(5):
        wrong = stage.play(stage.task("utmstack_auth"), options=second_factor_of("GEZDGNBVGY3TQOJQ"))
        assert wrong.result()["error"]["type"] == "SecondFactorRefused"
    tasks = [stage.task("utmstack_auth", "right"), stage.task("utmstack_alert_info", "later", query={})]
    played = stage.play(*tasks, options=second_factor_of(str(ANALYST["tfaSecret"])))
    assert played.result("right")["error"]["type"] == "SecondFactorLocked"
    assert "ten minutes" in played.result("right")["msg"]
    assert "no further login was sent" in played.result("later")["msg"]
    assert (played.count(LOGIN), played.count(CODE)) == (1, 1)


@on_every_v11
def test_a_user_without_authenticator_is_told(v11_stage: Stage) -> None:
    options = {"bypass_two_factor": False, "totp_secret": "JBSWY3DPEHPK3PXP"}
    played = v11_stage.play(v11_stage.task("utmstack_auth"), options=options)
    assert "no authenticator app enrolled" in played.result()["msg"]


@on_every_v11
def test_a_second_factor_that_is_off_in_the_settings_is_told_apart(v11_stage: Stage) -> None:
    v11_stage.simulator.users([ANALYST])
    played = v11_stage.play(v11_stage.task("utmstack_auth"), options=second_factor_of(str(ANALYST["tfaSecret"])))
    assert played.result()["error"]["type"] == "SecondFactorRequired"
    assert "the second factor is off in UTMStack's settings" in played.result()["msg"]


def test_a_module_returns_no_token(stage: Stage) -> None:
    """Its result passes through files and pipes that `no_log` does not hide."""
    hidden = {**stage.task("utmstack_auth", "hidden"), "no_log": True, "register": "session"}
    shown = {"name": "shown", "ansible.builtin.debug": {"msg": "{{ session.token is defined }}"}}
    played = stage.play(hidden, shown)
    assert played.result("shown")["msg"] is (stage.entry_point != "as_module")


def test_a_token_is_returned_to_hidden_tasks_only_and_works_elsewhere(local_stage: Stage) -> None:
    stage = local_stage
    stage.seed(alert(1))
    hidden = {**stage.task("utmstack_auth", "hidden"), "no_log": True, "register": "session"}
    options = {"token": "{{ session.token }}", "username": None, "password": None}
    use = {
        "name": "use",
        "utmstack.siem.utmstack_alert_info": {"query": {}, "token": "{{ session.token }}"},
        "vars": {"shown": options},
    }
    played = stage.play(hidden, use)
    assert played.code == 0, played.output
    assert played.result("use")["total"] == 1
    assert "eyJ" not in played.output


def test_a_preliminary_token_is_recognised(v11_stage: Stage) -> None:
    token = v11_stage.simulator._session.post(
        v11_stage.simulator.url + LOGIN, json={"username": "admin", "password": "Adm1n-pass"}, timeout=10
    ).json()["token"]
    played = v11_stage.play(v11_stage.task("utmstack_auth"), options={**NOBODY, "token": token})
    assert played.result()["error"]["type"] == "PreliminaryToken"
    assert token not in played.output


def test_what_is_no_utmstack_is_told(v11_stage: Stage) -> None:
    v11_stage.simulator.faults({"kind": "not-json"})
    assert v11_stage.play(v11_stage.task("utmstack_auth")).result()["error"]["type"] == "NotUtmstack"
    v11_stage.simulator.faults({"kind": "status", "status": 404, "body": "nothing here"})
    assert v11_stage.play(v11_stage.task("utmstack_auth")).result()["error"]["type"] == "NotUtmstack"


def test_nobody_there_is_told_quickly(v11_stage: Stage) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    played = v11_stage.play(v11_stage.task("utmstack_auth"), options={"url": url, "retry_budget": 0})
    assert "Connection refused" in played.result()["msg"]


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        pytest.param({}, "TlsFailed", id="unknown authority"),
        pytest.param({"validate_certs": False}, None, id="unchecked"),
        pytest.param({"ca_path": "{ca}"}, None, id="known authority"),
        pytest.param({"ca_path": "/nowhere.pem"}, "ConnectionFailed", id="missing file"),
    ],
)
def test_certificates_are_checked(
    utmstack_simulator: Callable[..., SimulatorProcess], tmp_path: Path, options: dict[str, Any], kind: str | None
) -> None:
    simulator = utmstack_simulator("v11", "--tls")
    simulator.reset()
    stage = Stage(simulator, "local", tmp_path)
    given = {name: str(simulator.ca_file) if value == "{ca}" else value for name, value in options.items()}
    result = stage.play(stage.task("utmstack_auth"), options=given).result()
    assert result.get("error", {}).get("type") == kind, result


def test_a_redirect_to_another_host_is_refused(v11_stage: Stage) -> None:
    location = {"Location": "https://elsewhere.example/api/authenticate"}
    v11_stage.simulator.faults({"kind": "status", "status": 307, "headers": location})
    result = v11_stage.play(v11_stage.task("utmstack_auth")).result()
    assert result["error"]["type"] == "RedirectRefused"
    assert "https://elsewhere.example" in result["msg"]


def test_credentials_come_from_the_environment_and_the_netrc_is_not_asked(v11_stage: Stage, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login intruder password nothing\n")
    book = tmp_path / "environment.yml"
    book.write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n    - name: it\n      utmstack.siem.utmstack_auth:\n"
    )
    environment = {
        "UTMSTACK_URL": v11_stage.simulator.url,
        "UTMSTACK_API_KEY": v11_stage.simulator.api_key(),
        "NETRC": str(tmp_path / ".netrc"),
    }
    played = v11_stage.run_playbook(str(book), environment=environment)
    assert played.result()["login"] == "admin", played.output


def test_no_credentials_at_all_are_asked_for(v11_stage: Stage) -> None:
    assert "set `api_key`" in v11_stage.play(v11_stage.task("utmstack_auth"), options=NOBODY).result()["msg"]


@pytest.mark.parametrize(
    "fault", [None, {"kind": "drop-before"}, {"kind": "status", "status": 500}, {"kind": "not-json"}]
)
def test_no_secret_is_shown_at_the_highest_verbosity(stage: Stage, fault: dict[str, Any] | None) -> None:
    stage.seed(alert(1))
    if fault:
        stage.simulator.faults({**fault, "path": "/api/(account|utm-alert.*|elasticsearch/search)"})
    one = alert(1)["id"]
    options = {"totp_secret": "JBSWY3DPEHPK3PXP", "proxy": None, "retry_budget": 0}
    played = stage.play(
        stage.task("utmstack_auth", "auth"),
        stage.task("utmstack_alert_info", "info", query={}),
        stage.task("utmstack_alert_status", "status", alert_ids=[one], status="completed"),
        stage.task("utmstack_alert_tags", "tags", alert_ids=[one], tags=["x"]),
        stage.task("utmstack_alert_notes", "notes", alert_ids=[one], note="x"),
        options=options,
        arguments=["-vvvv"],
    )
    shown = played.output + str(played.results)
    for secret in ("Adm1n-pass", "JBSWY3DPEHPK3PXP", "eyJhbGciOiJIUzUxMiJ9"):
        assert secret not in shown
