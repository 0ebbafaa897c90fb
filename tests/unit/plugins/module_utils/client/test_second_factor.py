# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a one-time code was refused, whichever exception handler of the server says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.sessions import SessionStore
from ansible_collections.utmstack.siem.plugins.module_utils.errors import (
    AccessDenied,
    SecondFactorLocked,
    SecondFactorRefused,
    ServerError,
    UtmstackError,
)
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

from ..exchanges import LOGIN, URL, Exchange, exchanged

SECRET = Settings(URL, username="admin", password="Adm1n-pass", totp_secret="JBSWY3DPEHPK3PXP", dialect="v11")
WRONG = "TFA invalid for user 'admin': Code verification failed"
LOCKED = "Too many second-factor attempts for user 'admin', try again later"
PENDING = {"success": True, "tfaConfigured": True, "forceTfa": True, "method": "TOTP", "token": "a.e30.c"}


def as_problem(text: str) -> dict[str, Any]:
    return {"status": 500, "answer": {"status": 500, "title": "Internal Server Error", "detail": text}}


def as_header(text: str) -> dict[str, Any]:
    return {"status": 412, "answer_headers": {"X-UtmStack-error": text}}


def refusal(monkeypatch: pytest.MonkeyPatch, **answer: Any) -> UtmstackError:
    """The error of a login whose code gets this answer; nothing is sent a second time."""
    monkeypatch.setattr(
        "ansible_collections.utmstack.siem.plugins.module_utils.client.login.one_time_code", lambda *_given: "123456"
    )
    login = Exchange(LOGIN.method, LOGIN.path, sent=LOGIN.sent, answer=PENDING)
    code = Exchange("POST", "/api/tfa/verify-code", sent="123456", **answer)
    with (
        exchanged(monkeypatch, login, code, settings=SECRET) as (client, waits),
        pytest.raises(UtmstackError) as caught,
    ):
        _ = client.session
    assert waits == []
    return caught.value


@pytest.mark.parametrize("shape", [as_problem, as_header])
def test_a_wrong_code_and_a_locked_second_factor_are_told_apart(monkeypatch: pytest.MonkeyPatch, shape: Any) -> None:
    wrong = refusal(monkeypatch, **shape(WRONG))
    locked = refusal(monkeypatch, **shape(LOCKED))
    assert (type(wrong), type(locked)) == (SecondFactorRefused, SecondFactorLocked)
    assert "is not repeated" in wrong.message
    assert "for ten minutes" in locked.message
    assert "again" not in locked.message


def test_a_server_that_is_not_available_refused_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(refusal(monkeypatch, status=503)) is ServerError


@pytest.mark.parametrize(
    ("error", "is_kept"), [(SecondFactorLocked, True), (SecondFactorRefused, True), (AccessDenied, False)]
)
def test_a_refused_second_factor_is_remembered_for_the_run(tmp_path: Path, error: type, is_kept: bool) -> None:
    SessionStore(str(tmp_path), SECRET).save_failure(error("Refused."))
    if is_kept:
        with pytest.raises(error, match="no further login was sent"):
            SessionStore(str(tmp_path), SECRET).raise_failure(float("inf"))
    else:
        SessionStore(str(tmp_path), SECRET).raise_failure(float("inf"))
    other = Settings(URL, username="admin", password="Adm1n-pass", totp_secret="GEZDGNBVGY3TQOJQ")
    SessionStore(str(tmp_path), other).raise_failure(float("inf"))
