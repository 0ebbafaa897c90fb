# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in, proving keys and tokens, and saying clearly why it did not work.

A login is sent once and never repeated: ten refused ones lock the client's address for everyone behind it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..dialects import DIALECTS, V10, V11, Dialect, dialect_of_version
from ..errors import (
    AccountInactive,
    AddressLocked,
    IncompleteAnswer,
    InvalidInput,
    NotUtmstack,
    PreliminaryToken,
    SecondFactorRefused,
    SecondFactorRequired,
    ServerError,
    UtmstackError,
    WrongCredentials,
)
from ..transport.answer import Answer
from ..transport.http import API_KEY_HEADER, Transport
from ..transport.settings import Settings
from .one_time_code import one_time_code
from .sessions import Session, token_claims

LOGIN = "/api/authenticate"
BYPASS_HEADER = "X-Bypass-TFA"


def credential_headers(settings: Settings, session: Session) -> dict[str, str]:
    """The header that says who calls."""
    if settings.api_key:
        return {API_KEY_HEADER: settings.api_key}
    return {"Authorization": f"Bearer {session.token}"}


def server_version(transport: Transport) -> str | None:
    """The version that the server tells everybody, None when it tells none.

    :raises NotUtmstack: something else answers at this address.
    """
    try:
        info = transport.read("GET", "/management/info").json()
    except (ServerError, IncompleteAnswer):
        return None
    build = info.get("build") if isinstance(info, dict) else None
    version = build.get("version") if isinstance(build, dict) else None
    return version if isinstance(version, str) else None


def open_session(transport: Transport, clock: Callable[[], float] = time.time) -> Session:
    """A session for the credentials in the transport's settings.

    A password is logged in. A key or a token is taken as it is: the first request that uses it proves it.

    :raises UtmstackError: one class for each reason why it cannot be had.
    """
    settings = transport.settings
    if settings.api_key:
        if settings.dialect == V10.name:
            raise InvalidInput("v10 servers know no API keys; use `username` and `password`, or `token`.")
        return Session(dialect=V11.name)
    if settings.token:
        return _session_of_token(transport, settings.token)
    return _log_in(transport, clock)


def _session_of_token(transport: Transport, token: str) -> Session:
    claims = token_claims(token)
    if claims.get("authenticated") is False:
        raise _preliminary()
    name = transport.settings.dialect
    if name is None:
        version = server_version(transport)
        if version is None:
            raise InvalidInput("The server does not tell its version; set `dialect` to v10 or v11 beside `token`.")
        name = dialect_of_version(version).name
    return _session(DIALECTS[name], token, "not_applicable")


def _preliminary() -> PreliminaryToken:
    return PreliminaryToken(
        "This token was earned by a password alone and waits for the second factor; it opens no alerts. Use an API "
        "key, or let utmstack_auth log in with `totp_secret`."
    )


def _session(dialect: Dialect, token: str, two_factor: str) -> Session:
    claims = token_claims(token)
    roles = str(claims.get("auth", ""))
    expires = claims.get("exp")
    return Session(
        dialect=dialect.name,
        token=token,
        login=claims.get("sub"),
        roles=tuple(sorted(role for role in roles.split(",") if role)),
        expires_at=expires if isinstance(expires, int) else None,
        two_factor=two_factor,
    )


def _log_in(transport: Transport, clock: Callable[[], float]) -> Session:
    settings = transport.settings
    answer = _ask_for_login(transport)
    try:
        login = answer.json()
    except IncompleteAnswer:
        login = None
    dialect = next((d for d in (V10, V11) if isinstance(login, dict) and login.get(d.login_token)), None)
    if dialect is None:
        raise NotUtmstack(
            f"{settings.url} answered the login without a token; this is not a UTMStack 10 or 11 server.",
            status=answer.status,
            endpoint=answer.endpoint,
        )
    if settings.dialect not in (None, dialect.name):
        raise InvalidInput(f"The server answered the login as {dialect.name}, but `dialect` is {settings.dialect}.")
    token = str(login[dialect.login_token])
    claims = token_claims(token)
    preliminary = claims.get("authenticated") is False or login.get("authenticated") is False or login.get("forceTfa")
    if not preliminary:
        return _session(
            dialect, token, "bypassed" if dialect.has_bypass and settings.bypass_two_factor else "not_asked"
        )
    if not settings.totp_secret:
        ways = ["give `totp_secret`"]
        if dialect.has_api_keys:
            ways.insert(0, "use an API key (`api_key`)")
        if dialect.has_bypass:
            ways.append("if your rules allow it, set `bypass_two_factor: true`")
        raise SecondFactorRequired(
            f"The password of {settings.username} is right, but the server asks for a second factor: "
            f"{', or '.join(ways)}.",
            status=answer.status,
            endpoint=answer.endpoint,
        )
    if dialect.has_bypass and not (login.get("tfaConfigured") and login.get("method") == "TOTP"):
        raise SecondFactorRequired(
            f"{settings.username} has no authenticator app enrolled as second factor (method: "
            f"{login.get('method') or 'none'}), so `totp_secret` cannot complete the login. Use an API key, or enrol.",
            status=answer.status,
            endpoint=answer.endpoint,
        )
    code = one_time_code(settings.totp_secret, dialect.totp_period, clock())
    return _session(dialect, _second_factor(transport, dialect, token, code), "completed")


def _ask_for_login(transport: Transport) -> Answer:
    settings = transport.settings
    body = {"username": settings.username, "password": settings.password, "rememberMe": True}
    headers = {BYPASS_HEADER: "true"} if settings.bypass_two_factor else {}
    try:
        # `write` repeats only what never left this machine.
        return transport.write("POST", LOGIN, json=body, headers=headers)
    except ServerError as error:
        raise _login_error(error, settings) from error


def _login_error(error: ServerError, settings: Settings) -> UtmstackError:
    """The reason of a refused login, from status or text: some v11 builds answer 500 to all of them."""
    said = error.server_text
    details: dict[str, Any] = {"status": error.status, "server_text": said, "endpoint": error.endpoint}
    if error.status == 423 or "blocked due to too many failed" in said or "exceeded login attempt threshold" in said:
        return AddressLocked(
            "UTMStack has locked this client's address after ten wrong logins; the lock ends ten minutes after the "
            "last of them. It holds for every user behind the address; API keys and tokens go on working.",
            **details,
        )
    if "was not activated" in said:
        return AccountInactive(f"The account {settings.username} is not activated; ask an administrator.", **details)
    if (
        error.status == 401
        or "Bad credentials" in said
        or ("Authentication failed: user" in said and "not found" in said)
    ):
        return WrongCredentials(
            f"UTMStack refused the name or password of {settings.username}. Give the login exactly as it is stored "
            "(letter case counts, no e-mail address). Ten wrong logins lock this address for everyone: the login is "
            "not repeated.",
            **details,
        )
    if error.status in (404, 405):
        return NotUtmstack(f"{settings.url} has no {LOGIN}; check that `url` is a UTMStack 10 or 11 server.", **details)
    return error


def _second_factor(transport: Transport, dialect: Dialect, token: str, code: str) -> str:
    """The full token for a preliminary one."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        if dialect.code_method == "POST":
            answer = transport.send("POST", dialect.code_path, text=code, headers=headers)
        else:
            answer = transport.send("GET", dialect.code_path, query={"code": code}, headers=headers)
    except ServerError as error:
        raise SecondFactorRefused(
            f"The password of {transport.settings.username} is right, but the server refused the one-time code: "
            f"{error.server_text or error.status}. Check `totp_secret` and this machine's clock.",
            status=error.status,
            server_text=error.server_text,
            endpoint=error.endpoint,
        ) from error
    verified = answer.json()
    full = verified.get("id_token") if isinstance(verified, dict) else None
    if not full:
        raise IncompleteAnswer(
            "The server took the one-time code and sent no token.", status=answer.status, endpoint=answer.endpoint
        )
    return str(full)
