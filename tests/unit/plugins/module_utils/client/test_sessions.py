# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.sessions import Session, SessionStore, token_claims
from ansible_collections.utmstack.siem.plugins.module_utils.errors import TimedOut, WrongCredentials
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

SETTINGS = Settings("https://siem", username="admin", password="Adm1n-pass")
SESSION = Session(dialect="v11", token="t", login="admin", roles=("ROLE_USER",), expires_at=5, two_factor="completed")


def test_a_session_is_found_again_by_the_same_caller_only(tmp_path: Path) -> None:
    SessionStore(str(tmp_path), SETTINGS).save(SESSION)
    assert SessionStore(str(tmp_path), SETTINGS).load() == SESSION
    other_user = Settings("https://siem", username="analyst", password="Adm1n-pass")
    other_server = Settings("https://other", username="admin", password="Adm1n-pass")
    for other in (
        replace(SETTINGS, password="other"),
        replace(SETTINGS, totp_secret="JBSWY3DP"),
        replace(SETTINGS, bypass_two_factor=True),
        replace(SETTINGS, token="t"),
        replace(SETTINGS, api_key="k"),
    ):
        assert SessionStore(str(tmp_path), other).load() is None
    assert SessionStore(str(tmp_path), other_user).load() is None
    assert SessionStore(str(tmp_path), other_server).load() is None


def test_nobody_else_can_read_it_and_no_password_is_in_it(tmp_path: Path) -> None:
    store = SessionStore(str(tmp_path), SETTINGS)
    with store.locked():
        store.save(SESSION)
    for path in tmp_path.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert "Adm1n-pass" not in path.read_text("latin-1") + path.name


WORKERS = """
import multiprocessing, sys

def save(directory):
    from PACKAGE.client.sessions import Session, SessionStore
    from PACKAGE.transport.settings import Settings
    SessionStore(directory, Settings("https://siem", api_key="key")).save(Session(dialect="v11", token="t"))

def load(directory):
    from PACKAGE.client.sessions import SessionStore
    from PACKAGE.transport.settings import Settings
    print(SessionStore(directory, Settings("https://siem", api_key="key")).load().token)

fork = multiprocessing.get_context("fork")
for work in sys.argv[2:]:
    worker = fork.Process(target=globals()[work], args=(sys.argv[1],))
    worker.start()
    worker.join()
"""


def test_workers_share_a_session_even_if_each_loads_the_code_itself(tmp_path: Path) -> None:
    program = WORKERS.replace("PACKAGE", "ansible_collections.utmstack.siem.plugins.module_utils")

    def run(*work: str) -> subprocess.CompletedProcess[str]:
        environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", program, str(tmp_path), *work]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=True)

    assert run("save", "load").stdout == "t\n"
    # Another run cannot read it.
    assert run("load").stdout == ""


def test_a_session_can_be_forgotten_once(tmp_path: Path) -> None:
    store = SessionStore(str(tmp_path), SETTINGS)
    store.save(SESSION)
    assert store.forget() is True
    assert store.forget() is False
    assert store.load() is None


def test_without_a_directory_nothing_is_kept() -> None:
    store = SessionStore(None, SETTINGS)
    store.save(SESSION)
    assert store.load() is None
    assert store.forget() is False


LATER = float("inf")


def test_a_refused_password_is_remembered_and_another_one_is_not(tmp_path: Path) -> None:
    SessionStore(str(tmp_path), SETTINGS).save_failure(WrongCredentials("Refused.", status=401))
    for shares_memory in (True, False):
        with pytest.raises(WrongCredentials, match="no further login was sent") as refused:
            SessionStore(str(tmp_path), SETTINGS, shares_memory).raise_failure(LATER)
        assert refused.value.status == 401
    SessionStore(str(tmp_path), replace(SETTINGS, password="other")).raise_failure(LATER)


def test_a_login_that_failed_is_a_failure_for_those_who_waited_for_it_only(tmp_path: Path) -> None:
    asked = time.monotonic()
    SessionStore(str(tmp_path), SETTINGS).save_failure(TimedOut("No answer."))
    with pytest.raises(TimedOut, match=r"No answer\. \(Another task of this run waited"):
        SessionStore(str(tmp_path), SETTINGS).raise_failure(asked)
    SessionStore(str(tmp_path), SETTINGS).raise_failure(LATER)


def test_what_a_run_leaves_on_the_disk_is_worth_nothing_without_its_memory(tmp_path: Path) -> None:
    token = "eyJhbGciOi.eyJzdWIiOi.signature"
    SessionStore(str(tmp_path), SETTINGS).save(replace(SESSION, token=token))
    assert all(token.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    other_process = SessionStore(str(tmp_path), SETTINGS, shares_memory=False)
    other_process.save(SESSION)
    assert (other_process.load(), other_process.forget()) == (None, False)
    loaded = SessionStore(str(tmp_path), SETTINGS).load()
    assert loaded is not None
    assert loaded.token == token


def test_claims_are_read_from_a_token_and_rubbish_has_none() -> None:
    payload = base64.urlsafe_b64encode(json.dumps({"sub": "admin", "exp": 5}).encode()).decode().rstrip("=")
    assert token_claims(f"x.{payload}.y") == {"sub": "admin", "exp": 5}
    assert token_claims("rubbish") == {}
    assert token_claims("a.%%%.c") == {}
