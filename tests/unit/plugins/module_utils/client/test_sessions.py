# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.sessions import Session, SessionStore, token_claims
from ansible_collections.utmstack.siem.plugins.module_utils.errors import WrongCredentials
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

SETTINGS = Settings("https://siem", username="admin", password="Adm1n-pass")
SESSION = Session(dialect="v11", token="t", login="admin", roles=("ROLE_USER",), expires_at=5, two_factor="completed")


def test_a_session_is_found_again_by_the_same_caller_only(tmp_path: Path) -> None:
    SessionStore(str(tmp_path), SETTINGS).save(SESSION)
    assert SessionStore(str(tmp_path), SETTINGS).load() == SESSION
    other_user = Settings("https://siem", username="analyst", password="Adm1n-pass")
    other_server = Settings("https://other", username="admin", password="Adm1n-pass")
    assert SessionStore(str(tmp_path), other_user).load() is None
    assert SessionStore(str(tmp_path), other_server).load() is None


def test_nobody_else_can_read_it_and_no_password_is_in_it(tmp_path: Path) -> None:
    store = SessionStore(str(tmp_path), SETTINGS)
    with store.locked():
        store.save(SESSION)
    for path in tmp_path.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert "Adm1n-pass" not in path.read_text() + path.name


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


def test_a_refused_password_is_remembered_and_another_one_is_not(tmp_path: Path) -> None:
    SessionStore(str(tmp_path), SETTINGS).save_refusal(WrongCredentials("Refused."))
    with pytest.raises(WrongCredentials, match="no further login was sent"):
        SessionStore(str(tmp_path), SETTINGS).raise_refusal()
    SessionStore(str(tmp_path), Settings("https://siem", username="admin", password="other")).raise_refusal()


def test_claims_are_read_from_a_token_and_rubbish_has_none() -> None:
    payload = base64.urlsafe_b64encode(json.dumps({"sub": "admin", "exp": 5}).encode()).decode().rstrip("=")
    assert token_claims(f"x.{payload}.y") == {"sub": "admin", "exp": 5}
    assert token_claims("rubbish") == {}
    assert token_claims("a.%%%.c") == {}
