# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API keys as code: made once, shown to nobody else, never lost by a run that was interrupted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.execution import execute
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import api_key

from utmstack_simulator.process import SimulatorProcess

from .direct import run, writes
from .playing import COLLECTIONS, Stage
from .rogue import Asked, Said, rogue
from .tasks import Step, kill_during
from .test_secrets import QUOTED

KEYS = "/api/api-keys"
EACH_V11 = pytest.mark.parametrize("v11_stage", ["v11", "v11.2", "v11.2 own-first"], indirect=True)
BY_PASSWORD: dict[str, Any] = {"username": None, "password": None, "bypass_two_factor": None}
SECRET = "7hQ2xK9mVbN4tRzY-7hQ2xK9mVbN4tRzY_7hQ2xK9mVbN"


def login_of(simulator: SimulatorProcess, key: str) -> str | None:
    """The owner of a key; None if the server refuses it."""
    answer = requests.get(f"{simulator.url}/api/authenticate", headers={"Utm-Api-Key": key}, timeout=10)
    return answer.text if answer.ok else None


def keys_of(simulator: SimulatorProcess, key: str) -> list[dict[str, Any]]:
    """The keys of the owner of a key."""
    rows: list[dict[str, Any]] = requests.get(
        f"{simulator.url}{KEYS}", params={"sort": "id,asc"}, headers={"Utm-Api-Key": key}, timeout=10
    ).json()
    return rows


def api_keys(simulator: SimulatorProcess) -> list[dict[str, Any]]:
    """The keys of the administrator."""
    return keys_of(simulator, simulator.api_key())


def manage(stage: Stage, check: bool = False, **options: Any) -> dict[str, Any]:
    return run(stage.simulator, api_key.OPERATION, check, **{"name": "robot", **options})


@EACH_V11
def test_check_create_and_again(v11_stage: Stage) -> None:
    options = {"expires": "2031-01-01T00:00:00Z", "allowed_addresses": ["127.0.0.0/8"], "show_key": True}
    predicted = manage(v11_stage, check=True, **options)
    assert ("key" in predicted, api_keys(v11_stage.simulator)) == (False, [])
    made = manage(v11_stage, **options)
    assert [predicted[name] for name in ("changed", "new_key", "diff")] == [True, True, made["diff"]]
    assert made["verified"] is True
    assert login_of(v11_stage.simulator, made["key"]) == "admin"
    (row,) = api_keys(v11_stage.simulator)
    assert [row[name] for name in ("name", "allowedIp", "expiresAt")] == [
        *("robot", ["127.0.0.0/8"], "2031-01-01T00:00:00Z"),
    ]
    again = manage(v11_stage, **options)
    assert [again[name] for name in ("changed", "new_key", "verified")] == [False, False, None]
    assert ("key" in again, writes(v11_stage.simulator)) == (False, [])
    assert again["api_key"] == made["api_key"]


@EACH_V11
def test_a_key_without_end_has_none_although_the_server_gives_it_seven_days(v11_stage: Stage) -> None:
    assert manage(v11_stage, expires="never", show_key=True)["api_key"]["expires_at"] is None
    assert api_keys(v11_stage.simulator)[0]["expiresAt"] is None


def test_a_new_key_without_expires_has_that_of_the_server(v11_stage: Stage) -> None:
    made = manage(v11_stage, show_key=True)
    assert made["api_key"]["expires_at"] == api_keys(v11_stage.simulator)[0]["expiresAt"]
    assert manage(v11_stage)["changed"] is False


@EACH_V11
def test_a_change_keeps_the_key(v11_stage: Stage) -> None:
    key = manage(v11_stage, expires="90d", show_key=True)["key"]
    options = {"expires": "2031-01-01", "allowed_addresses": ["127.0.0.1", "10.0.0.0/8"]}
    changed = manage(v11_stage, **options)
    assert (changed["changed"], changed["new_key"], login_of(v11_stage.simulator, key)) == (True, False, "admin")
    assert manage(v11_stage, **options)["changed"] is False
    assert manage(v11_stage, allowed_addresses=["10.0.0.0/8"])["changed"] is True
    assert login_of(v11_stage.simulator, key) is None
    assert manage(v11_stage, allowed_addresses=[])["changed"] is True
    assert login_of(v11_stage.simulator, key) == "admin"


@EACH_V11
def test_rotation_replaces_the_key_in_its_file(v11_stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "robot.api_key"
    options: dict[str, Any] = {"expires": "90d", "rotate": "14d", "key_file": str(file)}
    made = manage(v11_stage, **options)
    assert (made["key_file"], "key" in made, oct(file.stat().st_mode)[-3:]) == (str(file), False, "600")
    old = file.read_text(encoding="utf-8").strip()
    assert login_of(v11_stage.simulator, old) == "admin"
    assert manage(v11_stage, **options)["changed"] is False
    manage(v11_stage, expires="13d")
    rotated = manage(v11_stage, **options)
    assert [rotated[name] for name in ("changed", "new_key", "verified")] == [True, True, True]
    assert rotated["api_key"]["id"] == made["api_key"]["id"]
    new = file.read_text(encoding="utf-8").strip()
    assert [login_of(v11_stage.simulator, key) for key in (old, new)] == [None, "admin"]
    assert manage(v11_stage, **options)["changed"] is False


def test_a_key_whose_file_is_missing_is_not_replaced_unasked(v11_stage: Stage, tmp_path: Path) -> None:
    manage(v11_stage, expires="never", show_key=True)
    result = manage(v11_stage, expires="never", key_file=str(tmp_path / "key"))
    assert "`rotate: always`" in result["msg"]
    assert (result["failed"], writes(v11_stage.simulator)) == (True, [])


def test_a_place_for_the_file_is_looked_for_before_the_login(v11_stage: Stage, tmp_path: Path) -> None:
    result = manage(v11_stage, key_file=str(tmp_path / "none" / "key"))
    assert "does not exist. Create it first." in result["msg"]
    assert v11_stage.simulator.requests() == []


def test_a_key_for_other_addresses_is_not_verified(v11_stage: Stage) -> None:
    made = manage(v11_stage, expires="never", allowed_addresses=["203.0.113.7"], show_key=True)
    assert (made["changed"], made["verified"]) == (True, False)
    assert any("`allowed_addresses`" in warning for warning in made["warnings"])


@EACH_V11
def test_removal(v11_stage: Stage) -> None:
    key = manage(v11_stage, expires="never", show_key=True)["key"]
    assert manage(v11_stage, check=True, state="absent")["changed"] is True
    assert login_of(v11_stage.simulator, key) == "admin"
    assert manage(v11_stage, state="absent")["changed"] is True
    assert (login_of(v11_stage.simulator, key), api_keys(v11_stage.simulator)) == (None, [])
    assert manage(v11_stage, state="absent")["changed"] is False


@EACH_V11
def test_two_keys_of_a_name_are_left_alone(v11_stage: Stage) -> None:
    headers = {"Utm-Api-Key": v11_stage.simulator.api_key()}
    for name in ("robot", "other"):
        body = {"name": name, "allowedIp": []}
        requests.post(v11_stage.simulator.url + KEYS, json=body, headers=headers, timeout=10).raise_for_status()
    body = {"name": "robot", "allowedIp": []}
    requests.put(f"{v11_stage.simulator.url}{KEYS}/2", json=body, headers=headers, timeout=10).raise_for_status()
    for options in ({"show_key": True}, {"state": "absent"}):
        result = manage(v11_stage, **options)
        assert "'robot' (ID 1), 'robot' (ID 2)" in result["msg"]
        assert writes(v11_stage.simulator) == []


@EACH_V11
def test_an_administrator_without_the_role_is_told(v11_stage: Stage) -> None:
    v11_stage.simulator.users([{"login": "chief", "password": "Ch1ef-pass", "roles": ["ROLE_ADMIN"]}])
    result = manage(v11_stage, username="chief", password="Ch1ef-pass", show_key=True)
    assert (result["error"]["type"], "ROLE_USER" in result["msg"]) == ("AccessDenied", True)


def test_keys_of_other_accounts_are_not_seen(v11_stage: Stage) -> None:
    v11_stage.simulator.users([{"login": "robot", "password": "R0bot-pass"}])
    mine = manage(v11_stage, expires="never", show_key=True)["key"]
    own = manage(v11_stage, username="robot", password="R0bot-pass", expires="never", show_key=True)["key"]
    assert [login_of(v11_stage.simulator, key) for key in (mine, own)] == ["admin", "robot"]
    assert manage(v11_stage, username="robot", password="R0bot-pass", state="absent")["changed"] is True
    assert [login_of(v11_stage.simulator, key) for key in (mine, own)] == ["admin", None]


def test_a_key_replaces_itself_only_into_a_file(v11_stage: Stage, tmp_path: Path) -> None:
    key = manage(v11_stage, expires="never", show_key=True)["key"]
    options = {**BY_PASSWORD, "api_key": key, "expires": "never", "rotate": "always"}
    refused = manage(v11_stage, **options, show_key=True)
    assert "Set `key_file`" in refused["msg"]
    assert login_of(v11_stage.simulator, key) == "admin"
    rotated = manage(v11_stage, **options, key_file=str(tmp_path / "key"))
    assert (rotated.get("msg"), rotated["changed"], rotated["verified"]) == (None, True, True)
    new = (tmp_path / "key").read_text(encoding="utf-8").strip()
    assert [login_of(v11_stage.simulator, one) for one in (key, new)] == [None, "admin"]
    assert "that it would remove" in manage(v11_stage, **BY_PASSWORD, api_key=new, state="absent")["msg"]


ELSEWHERE = {"allowed_addresses": ["203.0.113.7"]}


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        (ELSEWHERE, []),
        ({**ELSEWHERE, "rotate": "always"}, []),
        ({"rotate": "always"}, [{"kind": "drop-after", "path": f"{KEYS}/1/generate", "nth": 1}]),
    ],
    ids=["addresses", "addresses and rotation", "new key lost"],
)
def test_a_task_that_locks_out_its_own_key_says_so(
    v11_stage: Stage, tmp_path: Path, options: dict[str, Any], faults: list[dict[str, Any]]
) -> None:
    key = manage(v11_stage, expires="never", show_key=True)["key"]
    file = tmp_path / "key"
    file.write_text(f"{key}\n", encoding="utf-8")
    given = {"expires": "90d", "key_file": str(file), **options}
    v11_stage.simulator.faults(*faults)
    result = manage(v11_stage, **BY_PASSWORD, api_key=key, **given)
    v11_stage.simulator.faults()
    assert (result["failed"], result["changed"], result["new_key"]) == (True, True, False)
    assert "Log in with a password or with another key, and run the task again." in result["msg"]
    assert login_of(v11_stage.simulator, key) is None
    # The advice works.
    again = manage(v11_stage, **{**given, "allowed_addresses": ["127.0.0.1"], "rotate": "always"})
    assert (again["changed"], again["verified"]) == (True, True)


def test_the_key_of_the_task_is_removed_if_there_are_others(v11_stage: Stage) -> None:
    keys = [manage(v11_stage, name=name, expires="never", show_key=True)["key"] for name in ("robot", "other")]
    removed = manage(v11_stage, **BY_PASSWORD, api_key=keys[0], state="absent")
    assert ("failed" in removed, removed["changed"], removed["api_key"]) == (False, True, None)
    assert "that it has removed" in removed["warnings"][0]
    assert [row["name"] for row in keys_of(v11_stage.simulator, keys[1])] == ["other"]


def test_a_removal_that_cannot_be_read_back_is_no_success(v11_stage: Stage) -> None:
    """The key of the task still works."""
    keys = [manage(v11_stage, name=name, expires="never", show_key=True)["key"] for name in ("robot", "other")]
    v11_stage.simulator.faults({"kind": "status", "status": 500, "method": "GET", "path": KEYS, "nth": 2})
    result = manage(v11_stage, **BY_PASSWORD, api_key=keys[1], state="absent", retry_budget=0)
    assert (result["failed"], result["error"]["type"]) == (True, "NotStored")
    assert "the result is unknown" in result["msg"]


@pytest.mark.parametrize("given", [{}, {"dialect": "v10"}])
def test_v10_is_refused_before_anything_but_the_login(v10_stage: Stage, given: dict[str, str]) -> None:
    result = manage(v10_stage, show_key=True, **given)
    assert "UTMStack 10 has no API keys" in result["msg"]
    login = [] if given else ["/api/authenticate"]
    assert [row["path"] for row in v10_stage.simulator.requests()] == login


def test_the_run_after_a_killed_one_makes_the_lost_key_again(v11_stage: Stage, tmp_path: Path) -> None:
    """Killed with the answer that held the key: login, list, creation, list, text."""
    file = tmp_path / "key"
    options: dict[str, Any] = {"name": "robot", "expires": "2031-01-01T00:00:00Z", "key_file": str(file)}
    steps = [Step("api_key", options)]
    assert kill_during(v11_stage.simulator, steps, 5, carried_out=True)
    assert [row["name"] for row in api_keys(v11_stage.simulator)] == ["robot (unfinished)"]
    v11_stage.simulator.faults()
    result = manage(v11_stage, **options)
    assert (result["changed"], result["verified"]) == (True, True)
    assert login_of(v11_stage.simulator, file.read_text(encoding="utf-8").strip()) == "admin"
    assert [row["name"] for row in api_keys(v11_stage.simulator)] == ["robot"]
    assert manage(v11_stage, **options)["changed"] is False


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["203.0.113.7"]], ids=["from here", "from elsewhere"])
def test_a_text_that_the_server_forgets_is_not_reported(v11_stage: Stage, tmp_path: Path, addresses: list[str]) -> None:
    v11_stage.simulator.faults({"kind": "lose-writes", "path": f"{KEYS}/1/generate", "nth": 1})
    file = tmp_path / "key"
    options: dict[str, Any] = {"expires": "never", "allowed_addresses": addresses, "key_file": str(file)}
    result = manage(v11_stage, **options)
    assert (result["error"]["type"], result["changed"], file.exists()) == ("NotStored", True, False)
    again = manage(v11_stage, **options)
    assert ("failed" in again, again["verified"]) == (False, addresses == ["127.0.0.1"])


def test_a_file_that_cannot_be_written_leaves_a_key_that_the_next_run_finishes(
    v11_stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: Any, **_keywords: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        result = manage(v11_stage, expires="never", key_file=str(tmp_path / "key"))
    assert (result["error"]["type"], result["changed"]) == ("FileNotWritten", True)
    assert "'robot (unfinished)'. Run the task again" in result["msg"]
    assert manage(v11_stage, expires="never", key_file=str(tmp_path / "key"))["verified"] is True


def test_a_playbook_shows_no_key(v11_stage: Stage) -> None:
    stage = v11_stage
    named = {"name": "robot", "expires": "never"}
    shown = stage.play(stage.task("utmstack_api_key", **named))
    assert "`no_log: true`" in shown.result()["msg"]
    assert shown.writes() == []
    hidden = {**stage.task("utmstack_api_key", "hidden", **named), "no_log": True, "register": "made"}
    use: dict[str, Any] = {
        "name": "use",
        "utmstack.siem.utmstack_auth": {"api_key": "{{ made.key }}"},
        "no_log": True,
        "register": "used",
    }
    who = {"name": "who", "ansible.builtin.debug": {"msg": "{{ used.login }}"}}
    into_file = stage.task("utmstack_api_key", "file", **{**named, "name": "second"}, key_file="second.key")
    played = stage.play(hidden, use, who, into_file, arguments=["-vvv"])
    assert played.code == 0, played.output
    assert played.result("who")["msg"] == "admin"
    key = (stage.directory / "second.key").read_text(encoding="utf-8").strip()
    assert login_of(stage.simulator, key) == "admin"
    texts = [result.get("key") for result in played.results.values()]
    assert [text for text in [key, *filter(None, texts)] if text in played.output] == []


def test_the_module_itself_puts_a_key_into_a_file_only(v11_stage: Stage) -> None:
    """What a hidden result of a module ends in is not known to it."""
    options = {"url": v11_stage.simulator.url, "username": "admin", "password": "Adm1n-pass", "bypass_two_factor": True}

    def result_of(**more: Any) -> dict[str, Any]:
        given = {**options, "name": "robot", "_ansible_no_log": True, **more}
        completed = subprocess.run(
            [sys.executable, "-m", "ansible_collections.utmstack.siem.plugins.modules.utmstack_api_key"],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": given}),
            capture_output=True,
            text=True,
            env={"PYTHONPATH": COLLECTIONS, "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=60,
        )
        found: dict[str, Any] = json.loads(completed.stdout)
        return found

    assert "set `key_file` to store the key in a file" in result_of()["msg"]
    file = v11_stage.directory / "robot.key"
    made = result_of(key_file=str(file))
    key = file.read_text(encoding="utf-8").strip()
    assert (made["verified"], login_of(v11_stage.simulator, key), key in str(made)) == (True, "admin", False)


def test_async_is_refused(v11_stage: Stage) -> None:
    """Its result would be written to a file."""
    task = {**v11_stage.task("utmstack_api_key", name="robot"), "async": 60, "poll": 1, "no_log": True}
    played = v11_stage.play(task)
    assert (played.statuses["it"], played.journal) == ("failed", [])


@pytest.mark.parametrize("spelling", QUOTED)
@pytest.mark.parametrize("into_file", [True, False])
def test_a_failure_after_the_key_was_made_does_not_show_it(tmp_path: Path, spelling: str, into_file: bool) -> None:
    """The server quotes the new key in its refusal to store the rest."""
    row = {"id": 7, "name": "robot (unfinished)", "allowedIp": [], "createdAt": "2026-11-29T12:00:00Z"}
    made: list[bool] = []

    def answer(asked: Asked) -> Said:
        if asked.method == "PUT":
            return Said(500, json.dumps({"detail": QUOTED[spelling](SECRET)}).encode())
        if asked.path.endswith("/generate"):
            made.append(True)
            return Said(body=SECRET.encode())
        if asked.path.startswith("/api/account"):
            return Said(body=json.dumps({"login": "admin", "firstName": SECRET}).encode())
        rows = [{**row, "expiresAt": f"2031-01-01T00:00:0{len(made)}Z"}]
        return Said(body=json.dumps(rows).encode(), headers={"X-Total-Count": "1"})

    defaults = {name: option.get("default") for name, option in api_key.OPERATION.options.items()}
    options = {"name": "robot", "expires": "never", **({"key_file": str(tmp_path / "key")} if into_file else {})}
    with rogue(answer) as server:
        connection = {"url": server.url, "token": "a-token-of-the-test", "dialect": "v11", "retry_budget": 0}
        result = execute(api_key.OPERATION, {**defaults, **connection, **options}, Task(no_log=True), None)
    assert (result["failed"], result["error"]["type"], made) == (True, "NotStored", [True])
    assert SECRET[:16] not in json.dumps(result)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"allowed_addresses": ["soc"]}, "entry 'soc'"),
    ({"expires": "tomorrow"}, "Write never, a duration such as 90d"),
    ({"rotate": "14d"}, "`rotate` needs `expires`"),
    ({"name": ""}, "`name` is blank"),
]


@pytest.mark.parametrize(("options", "reason"), REFUSED)
def test_mistakes_are_found_before_the_login(local_stage: Stage, options: dict[str, Any], reason: str) -> None:
    result = manage(local_stage, **options)
    assert reason in result["msg"]
    assert local_stage.simulator.requests() == []
