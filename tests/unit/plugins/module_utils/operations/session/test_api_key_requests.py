# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exactly is sent for API keys, request by request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.client import Client
from ansible_collections.utmstack.siem.plugins.module_utils.errors import (
    AccessDenied,
    IncompleteAnswer,
    InvalidInput,
    NotStored,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import api_key
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

from ...exchanges import URL, Exchange, connection_broken, exchanged, params

KEYS = "/api/api-keys"
PAGE = [("page", "0"), ("size", "2000"), ("sort", "id,asc")]
TEXT = "a" * 43
TOKEN = Settings(URL, token="token-of-the-test", dialect="v11")
BOOT = {"timestamp": "2026-11-29T12:00:00Z", "status": 500, "error": "Internal Server Error", "path": "/x"}
MARKED: dict[str, Any] = {
    "id": 7,
    "name": "AWX (unfinished)",
    "allowedIp": [],
    "createdAt": "2026-11-29T12:00:00Z",
    "expiresAt": None,
    "generatedAt": None,
}
MADE = {**MARKED, "expiresAt": "2999-12-06T12:00:00.123Z"}
DONE = {**MADE, "name": "AWX", "expiresAt": None}
OTHER = {**MARKED, "id": 3, "name": "other"}


def listed(*rows: dict[str, Any], **fields: Any) -> Exchange:
    return Exchange("GET", KEYS, PAGE, answer=list(rows), **fields)


def generated(**fields: Any) -> Exchange:
    return Exchange("POST", f"{KEYS}/7/generate", **{"answer": TEXT, **fields})


def tried(refused: bool = False) -> Exchange:
    headers = {"Utm-Api-Key": TEXT, "Authorization": None}
    if refused:
        return Exchange("GET", "/api/account", headers=headers, status=500, answer=BOOT)
    return Exchange("GET", "/api/account", headers=headers, answer={"login": "robot"})


CREATION = Exchange("POST", KEYS, sent={"name": "AWX (unfinished)", "allowedIp": []}, status=201, answer=MARKED)
RENAMING = Exchange("PUT", f"{KEYS}/7", sent={"name": "AWX", "allowedIp": []}, answer=DONE)


def run(client: Client, check: bool = False, no_log: bool = True, **given: Any) -> dict[str, Any]:
    options = params(api_key.OPERATION, **{"name": "AWX", "expires": "never", **given})
    return api_key.OPERATION.run(client, options, Task(check_mode=check, no_log=no_log))


def test_creating_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges = [listed(OTHER), CREATION, listed(OTHER, MARKED), generated(), tried(), listed(OTHER, MADE)]
    exchanges += [RENAMING, listed(OTHER, DONE)]
    with exchanged(monkeypatch, *exchanges, settings=TOKEN) as (client, _waits):
        result = run(client)
        assert client.has_secret(TEXT) is False
    assert (result["changed"], result["new_key"], result["verified"], result["key"]) == (True, True, True, TEXT)
    assert result["api_key"]["id"] == 7
    assert result["requests"] == 8


def test_a_file_takes_the_key_before_it_gets_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lost = Exchange("PUT", f"{KEYS}/7", sent=RENAMING.sent, status=400, answer={"detail": f"no {TEXT}"})
    exchanges = [listed(), CREATION, listed(MARKED), generated(), tried(), listed(MADE), lost, listed(MADE)]
    with exchanged(monkeypatch, *exchanges, settings=TOKEN) as (client, _waits):
        result = run(client, no_log=False, key_file=str(tmp_path / "key"))
    assert (tmp_path / "key").read_text(encoding="utf-8") == f"{TEXT}\n"
    assert (result["failed"], result["changed"], result["error"]["type"]) == (True, True, "NotStored")
    assert "'AWX (unfinished)'" in result["msg"]
    assert TEXT not in str(result)


def test_a_key_as_it_is_costs_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, listed(DONE), settings=TOKEN) as (client, _waits):
        assert run(client, no_log=False)["changed"] is False


def test_a_change_sends_all_columns_and_makes_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    after = {**DONE, "allowedIp": ["10.0.0.0/8"], "expiresAt": "2999-01-01T23:59:59Z"}
    sent = {"name": "AWX", "allowedIp": ["10.0.0.0/8"], "expiresAt": "2999-01-01T23:59:59Z"}
    write = Exchange("PUT", f"{KEYS}/7", sent=sent, answer=after)
    with exchanged(monkeypatch, listed(DONE), write, listed(after), settings=TOKEN) as (client, _waits):
        result = run(client, no_log=False, allowed_addresses=["10.0.0.0/8"], expires="2999-01-01")
    assert (result["changed"], result["new_key"], result["verified"]) == (True, False, None)


def test_check_mode_reads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, listed(), settings=TOKEN) as (client, _waits):
        result = run(client, check=True)
    assert (result["changed"], result["new_key"], "key" in result) == (True, True, False)


def test_rotation_keeps_the_old_key_until_the_new_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The expiry of a killed rotation is the old one."""
    held = {**DONE, "expiresAt": "2999-06-01T00:00:00Z"}
    marked = {**held, "name": "AWX (unfinished)"}
    moved = {**marked, "expiresAt": "2999-06-02T00:00:00.5Z"}
    sent = {"name": "AWX (unfinished)", "allowedIp": [], "expiresAt": "2999-06-01T00:00:00Z"}
    marking = Exchange("PUT", f"{KEYS}/7", sent=sent, answer=marked)
    exchanges = [listed(held), marking, listed(marked), generated(), tried(), listed(moved), RENAMING, listed(DONE)]
    with exchanged(monkeypatch, *exchanges, settings=TOKEN) as (client, _waits):
        assert run(client, rotate="always")["key"] == TEXT


def test_an_unfinished_key_needs_no_creation(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = {**MADE, "expiresAt": "2999-12-07T12:00:00Z"}
    exchanges = [listed(MADE), generated(), tried(), listed(moved), RENAMING, listed(DONE)]
    with exchanged(monkeypatch, *exchanges, settings=TOKEN) as (client, _waits):
        assert run(client)["changed"] is True


def test_a_text_whose_answer_was_lost_is_made_again_once_it_has_been_carried_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exchanges = [listed(), CREATION, listed(MARKED), generated(failure=connection_broken(), answer=None)]
    # Not yet, and a late one would replace the next.
    exchanges += [listed(MARKED), listed(MARKED), listed(MADE), generated(), tried()]
    exchanges += [listed({**MADE, "expiresAt": "2999-12-07T12:00:00Z"}), RENAMING, listed(DONE)]
    with exchanged(monkeypatch, *exchanges, settings=TOKEN) as (client, waits):
        assert run(client)["key"] == TEXT
    assert len(waits) == 2


def test_a_text_that_the_server_does_not_hold_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges = [listed(), CREATION, listed(MARKED), generated(), tried(refused=True), listed(MARKED)]
    with exchanged(monkeypatch, *exchanges, settings=TOKEN) as (client, _waits):
        result = run(client)
    assert (result["failed"], result["changed"], result["error"]["type"]) == (True, True, "NotStored")
    assert "did not store the change" in result["msg"]


def test_a_key_without_addresses_that_is_refused_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges = [listed(), CREATION, listed(MARKED), generated(), tried(refused=True), listed(MADE)]
    with exchanged(monkeypatch, *exchanges, settings=TOKEN) as (client, _waits):
        result = run(client)
    assert "Another run may have replaced it" in result["msg"]
    assert "key" not in result


def test_a_key_for_other_addresses_is_reported_as_not_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{**row, "allowedIp": ["10.0.0.5"]} for row in (MARKED, MADE, DONE)]
    creation = Exchange("POST", KEYS, sent={"name": "AWX (unfinished)", "allowedIp": ["10.0.0.5"]}, answer=rows[0])
    naming = Exchange("PUT", f"{KEYS}/7", sent={"name": "AWX", "allowedIp": ["10.0.0.5"]}, answer=rows[2])
    exchanges = [listed(), creation, listed(rows[0]), generated(), tried(refused=True), listed(rows[1])]
    with exchanged(monkeypatch, *exchanges, naming, listed(rows[2]), settings=TOKEN) as (client, _waits):
        result = run(client, allowed_addresses=["10.0.0.5"])
    assert (result["verified"], result["key"]) == (False, TEXT)
    assert "`allowed_addresses`" in result["warnings"][0]


@pytest.mark.parametrize("answer", ["<html>", '"OK"', "a b", ""])
def test_an_answer_that_is_no_key_is_an_error(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    exchanges = (listed(MARKED), generated(answer=answer), listed(MARKED))
    with (
        exchanged(monkeypatch, *exchanges, settings=TOKEN) as (client, _waits),
        pytest.raises(NotStored, match="did not answer with an API key"),
    ):
        run(client)


def test_removing_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges = (listed(DONE, OTHER), Exchange("DELETE", f"{KEYS}/7", status=204), listed(OTHER))
    with exchanged(monkeypatch, *exchanges, settings=TOKEN) as (client, _waits):
        assert run(client, no_log=False, state="absent")["changed"] is True


def test_a_removal_whose_answer_is_lost_is_not_an_error_if_it_took_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {"detail": "ApiKeyService.deleteApiKey: API key not found"}
    exchanges = (listed(DONE), Exchange("DELETE", f"{KEYS}/7", status=500, answer=missing), listed())
    with exchanged(monkeypatch, *exchanges, settings=TOKEN) as (client, _waits):
        assert run(client, state="absent")["changed"] is True


def test_an_account_without_the_role_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = Exchange("GET", KEYS, PAGE, status=500, answer={"detail": "Access is denied"})
    with (
        exchanged(monkeypatch, denied, settings=TOKEN) as (client, _waits),
        pytest.raises(AccessDenied, match="ROLE_USER"),
    ):
        run(client)


def test_no_text_is_made_that_everybody_would_see(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        exchanged(monkeypatch, listed(), settings=TOKEN) as (client, _waits),
        pytest.raises(InvalidInput, match="`no_log: true`"),
    ):
        run(client, no_log=False)


def test_a_key_that_replaces_itself_goes_on_with_the_new_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old, new = {"Utm-Api-Key": "key-of-the-test"}, {"Utm-Api-Key": TEXT}
    marking = Exchange("PUT", f"{KEYS}/7", sent=CREATION.sent, headers=old, answer=MARKED)
    refused = Exchange("GET", "/api/ping", headers=old, status=500, answer=BOOT)
    exchanges = [listed(DONE, headers=old), marking, listed(MARKED, headers=old), generated(headers=old), refused]
    exchanges += [tried(), listed(MADE, headers=new), RENAMING, listed(DONE, headers=new)]
    with exchanged(monkeypatch, *exchanges) as (client, _waits):
        result = run(client, rotate="always", key_file=str(tmp_path / "key"))
    assert (result["changed"], result["verified"]) == (True, True)


@pytest.mark.parametrize("options", [{"rotate": "always"}, {"state": "absent"}])
def test_the_only_key_is_not_lost_by_the_task_that_uses_it(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    with (
        exchanged(monkeypatch, listed(DONE)) as (client, _waits),
        pytest.raises(InvalidInput, match="The task logs in with the API key 'AWX'"),
    ):
        run(client, **options)


def test_pages_that_do_not_add_up_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        exchanged(monkeypatch, listed(DONE, answer_headers={"X-Total-Count": "2"}), settings=TOKEN) as (client, _w),
        pytest.raises(IncompleteAnswer, match="1 of 2 rows"),
    ):
        run(client)
