# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions from passwords, tokens and API keys, with a clear reason for each that cannot be had.

A login is sent once and never repeated: ten refused ones lock the client's address for every user behind it. Neither is
a one-time code: newer servers lock the second factor of a user after five wrong ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ..dialects import DIALECTS, Dialect, Login
from ..errors import (
    AccountInactive,
    AddressLocked,
    IncompleteAnswer,
    InvalidInput,
    NotUtmstack,
    PreliminaryToken,
    SecondFactorLocked,
    SecondFactorRefused,
    SecondFactorRequired,
    ServerError,
    UtmstackError,
    WrongCredentials,
)
from ..printing import printable
from ..transport.answer import Answer
from ..transport.settings import Settings
from ..transport.transport import API_KEY_HEADER, AWAY, Transport
from .one_time_code import one_time_code
from .sessions import Session, token_claims
from .version import answered, detected, no_api_keys, not_a_login

BYPASS_HEADER = "X-Bypass-TFA"
# The server has no such endpoint, or has it for other requests.
_NO_ENDPOINT = (404, 405)
# 9999-12-31, the last day that a date can name.
LATEST = 253_402_300_799


def credential_headers(settings: Settings, session: Session) -> dict[str, str]:
    """The header that authenticates a request."""
    if settings.api_key:
        return {API_KEY_HEADER: settings.api_key}
    return {"Authorization": f"Bearer {session.token}"}


def open_session(transport: Transport, clock: Callable[[], float] = time.time) -> Session:
    """A session for the credentials in the transport's settings.

    A password is logged in. A key or a token is taken as it is: the first request that uses it verifies it.

    :raises UtmstackError: one class for each reason why it cannot be had.
    """
    settings = transport.settings
    if settings.api_key:
        return _session_of_api_key(transport)
    if settings.token:
        return _session_of_token(transport, settings.token)
    return _log_in(transport, clock)


def _session_of_api_key(transport: Transport) -> Session:
    with_keys = [dialect for dialect in DIALECTS.values() if dialect.has_api_keys]
    if transport.settings.dialect is None and len(with_keys) == 1:
        # The first error of another server is explained by its version.
        return Session(dialect=with_keys[0].name)
    dialect, version = detected(transport)
    if not dialect.has_api_keys:
        raise no_api_keys(dialect)
    return Session(dialect=dialect.name, version=version)


def _session_of_token(transport: Transport, token: str) -> Session:
    if token_claims(token).get("authenticated") is False:
        raise _preliminary()
    dialect, version = detected(transport)
    return _session(dialect, token, "not_applicable", version)


def _preliminary() -> PreliminaryToken:
    return PreliminaryToken(
        "This token is a pre-2FA token: a password alone yields only that, and it gives no access to alerts. Use an "
        "API key, or let utmstack_auth log in with `totp_secret`."
    )


def _session(dialect: Dialect, token: str, two_factor: str, version: str | None = None) -> Session:
    claims = token_claims(token)
    roles = str(claims.get("auth", ""))
    expires = claims.get("exp")
    return Session(
        dialect=dialect.name,
        token=token,
        login=str(claims.get("sub") or "") or None,
        roles=tuple(sorted(role for role in roles.split(",") if role)),
        expires_at=expires if isinstance(expires, int) and 0 < expires <= LATEST else None,
        two_factor=two_factor,
        version=version,
    )


def _log_in(transport: Transport, clock: Callable[[], float]) -> Session:
    settings = transport.settings
    answer, candidates = _ask_for_login(transport)
    login, dialect = _read_login(answer, candidates)
    if dialect is None:
        said = f"answers {answer.endpoint} without a token"
        raise not_a_login(transport, said, status=answer.status, endpoint=answer.endpoint)
    if settings.dialect not in (None, dialect.name):
        raise InvalidInput(f"The server answered the login as {dialect.name}, but `dialect` is {settings.dialect}.")
    token = str(login.get(dialect.login.token) or login[dialect.login.pending_token])
    transport.redactor.add(token)
    if not _is_pending(login, token, dialect.login):
        bypassed = dialect.has_bypass and settings.bypass_two_factor
        return _session(dialect, token, "bypassed" if bypassed else "not_asked")
    secret = settings.totp_secret
    obstacle = _no_secret(settings, dialect) if not secret else _unfit_factor(settings, dialect, login)
    if not secret or obstacle:
        raise SecondFactorRequired(obstacle, status=answer.status, endpoint=answer.endpoint)
    code = one_time_code(secret, dialect.second_factor.period, clock())
    return _session(dialect, _second_factor(transport, dialect, token, code), "completed")


def _no_secret(settings: Settings, dialect: Dialect) -> str:
    """What to do if the server asks for a second factor, and the task has none."""
    ways = ["give `totp_secret`"]
    if dialect.has_api_keys:
        ways.insert(0, "use an API key (`api_key`)")
    if dialect.has_bypass:
        ways.append("if your rules allow it, set `bypass_two_factor: true`")
    return (
        f"The password of {settings.username} is right, but the server requires a second factor: {', or '.join(ways)}."
    )


def _unfit_factor(settings: Settings, dialect: Dialect, login: Mapping[str, Any]) -> str:
    """Why `totp_secret` cannot complete the login, and what to do instead; empty if it can."""
    # Those with a bypass say in the answer which factor the account has.
    method = login.get("method")
    if dialect.has_bypass and method != "TOTP":
        return (
            f"{settings.username} has no authenticator app enrolled as second factor (method: {method or 'none'}), so "
            "`totp_secret` cannot complete the login. Use an API key, or enroll an app."
        )
    if dialect.has_bypass and not login.get("tfaConfigured"):
        return (
            f"{settings.username} has an authenticator app, but the second factor is off in UTMStack's settings, so "
            "`totp_secret` cannot complete the login. Use an API key, or switch the second factor on."
        )
    return ""


def _read_login(answer: Answer, candidates: Sequence[Dialect]) -> tuple[Mapping[str, Any], Dialect | None]:
    """The answer to a login, and the dialect that it is in; None for no answer to a login."""
    try:
        login = answer.json()
    except IncompleteAnswer:
        login = None
    if not isinstance(login, dict):
        return {}, None
    spoken = (d for d in candidates if login.get(d.login.token) or login.get(d.login.pending_token))
    return login, next(spoken, None)


def _is_pending(login: Mapping[str, Any], token: str, how: Login) -> bool:
    """Whether the token is a pre-2FA token."""
    said = ((login.get(name), value) for name, value in how.pending)
    return (
        token_claims(token).get("authenticated") is False
        or not login.get(how.token)
        or any(given is not None and bool(given) is value for given, value in said)
    )


def _ask_for_login(transport: Transport) -> tuple[Answer, list[Dialect]]:
    """The answer to the login, and the dialects that log in in this way.

    A path that the server does not have is passed over: nothing has looked at the password there.
    """
    settings = transport.settings
    asked = [DIALECTS[settings.dialect]] if settings.dialect else DIALECTS.values()
    missing: UtmstackError | None = None
    for login in {dialect.login.path: dialect.login for dialect in asked}.values():
        body = {login.user: settings.username, "password": settings.password, **login.extra}
        headers = {BYPASS_HEADER: "true"} if settings.bypass_two_factor else {}
        try:
            answer = transport.send_until_heard("POST", login.path, json=body, headers=headers)
        except (ServerError, NotUtmstack) as error:
            if error.status in _NO_ENDPOINT:
                missing = missing or error
                continue
            raise _login_error(error, transport) from error
        return answer, [dialect for dialect in DIALECTS.values() if dialect.login.path == login.path]
    if missing is None:
        raise AssertionError("there is no dialect")
    raise _login_error(missing, transport) from missing


def _login_error(error: UtmstackError, transport: Transport) -> UtmstackError:
    """The reason of a refused login, from status or text: some v11 builds answer 500 to all of them."""
    said, settings = error.server_text, transport.settings
    details: dict[str, Any] = {"status": error.status, "server_text": said, "endpoint": error.endpoint}
    if error.status == 423 or "blocked due to too many failed" in said or "exceeded login attempt threshold" in said:
        return AddressLocked(
            "UTMStack has locked this client's address after ten wrong logins, until ten minutes after the last of "
            "them. The lock applies to every user behind the address, and newer servers count all clients with private "
            "addresses as one; API keys and tokens keep working.",
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
            "(letter case counts, no email address). The login is not repeated, because ten wrong ones lock this "
            f"address for every user.{_path_hint(settings.url)}",
            **details,
        )
    if error.status in _NO_ENDPOINT or isinstance(error, NotUtmstack):
        return not_a_login(transport, f"answers {error.endpoint} with {answered(error)}", **details)
    return error


def _path_hint(url: str) -> str:
    """What to check if `url` has a path: below it, the server may refuse everybody."""
    path = urlsplit(url).path
    return f" If both are right, check the path {printable(path, 100)} in `url`." if path else ""


def _second_factor(transport: Transport, dialect: Dialect, token: str, code: str) -> str:
    """The full token for a pre-2FA token."""
    how = dialect.second_factor
    headers = {"Authorization": f"Bearer {token}"}
    try:
        if how.method == "POST":
            answer = transport.send("POST", how.path, text=code, headers=headers)
        else:
            answer = transport.send("GET", how.path, query={"code": code}, headers=headers)
    except ServerError as error:
        raise _code_error(error, transport) from error
    verified = answer.json()
    full = verified.get(how.token) if isinstance(verified, dict) else None
    if not full:
        raise IncompleteAnswer(
            "The server accepted the one-time code but sent no token. Run the task again.",
            status=answer.status,
            endpoint=answer.endpoint,
        )
    return str(full)


def _code_error(error: ServerError, transport: Transport) -> UtmstackError:
    """The reason of a refused one-time code, from its text: the status differs from build to build."""
    said, username = error.server_text, transport.settings.username
    details: dict[str, Any] = {"status": error.status, "server_text": said, "endpoint": error.endpoint}
    if error.status in AWAY:
        return error
    if "Too many second-factor attempts" in said:
        return SecondFactorLocked(
            f"UTMStack has locked the second factor of {username} after five wrong one-time codes, and refuses right "
            "ones as well. Stop all logins of this user for ten minutes, and correct `totp_secret` and this machine's "
            "clock before the next one; API keys and tokens keep working.",
            **details,
        )
    return SecondFactorRefused(
        f"The password of {username} is right, but the server refused the one-time code: {said or error.status}. "
        "Check `totp_secret` and this machine's clock. The code is not repeated, because newer servers lock the second "
        "factor after five wrong ones.",
        **details,
    )
