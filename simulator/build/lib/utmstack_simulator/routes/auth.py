# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins, the second factor and its enrollment."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from ..engine.clock import instant_text
from ..spring.answers import json_answer, text_answer
from ..spring.binding import (
    advice_error,
    body_text,
    bool_member,
    check_present,
    check_valid,
    done,
    json_object,
    required,
    resource_error,
    text_member,
    unreadable,
)
from ..spring.context import caller, principal, world
from ..state.accounts import FRESH_EMAIL, Account, code_matches, is_trusted_proxy, new_secret
from ..state.tokens import DAY, MONTH, PRELIMINARY, PRELIMINARY_ROLE

MAIL_STEP = 300
APP_STEP = 30
CHALLENGE_SECONDS = 30
SETUP_SECONDS = 300
TOO_SOON = 28
_NOT_REMEMBERED = (
    'Cannot invoke "java.lang.Boolean.booleanValue()" because the return value of '
    '"com.park.utmstack.web.rest.vm.LoginVM.isRememberMe()" is null'
)


def address_of(request: web.Request) -> str:
    """The address for which failed logins are counted.

    The first one in X-Forwarded-For, or in later builds the last one that is no trusted proxy. These are all private
    ones, so that clients with private addresses count as the proxy before the server, all as one.
    """
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    peer = request.remote or ""
    if not world(request).dialect.release.counts_by_proxies:
        return forwarded[0] or peer
    if not is_trusted_proxy(peer):
        return peer
    return next((address for address in reversed(forwarded) if address and not is_trusted_proxy(address)), peer)


async def log_in(request: web.Request) -> web.Response:
    """POST /api/authenticate."""
    body = await json_object(request)
    name, password = text_member(request, body, "username"), text_member(request, body, "password")
    remember = bool_member(request, body, "rememberMe")
    _validate(request, name, password)
    assert name is not None
    assert password is not None
    account = _verified_account(request, name, password)
    here = world(request)
    release = here.dialect.release
    if release.needs_remember_me and remember is None:
        raise advice_error(request, 500, _NOT_REMEMBERED)
    seconds = MONTH if remember and release.remembers else DAY
    if not here.dialect.is_v11:
        return _v10_login(request, account, seconds)
    first = _first_login(request, account.email == FRESH_EMAIL)
    bypass = request.headers.get("X-Bypass-TFA", "").lower() == "true"
    if bypass:
        token = here.tokens.issue(account.login, account.roles, seconds)
        return json_answer({**_login_answer(token, method=account.tfa_method, forced=False), **first})
    token = here.tokens.issue(account.login, (PRELIMINARY_ROLE,), PRELIMINARY, authenticated=False)
    configured = here.settings.get("utmstack.tfa.enable") == "true" and account.tfa_method is not None
    if configured:
        here.challenges[account.login] = time.monotonic()
    open_for = CHALLENGE_SECONDS if configured else 0
    answer = _login_answer(token, account.tfa_method, forced=True, configured=configured, seconds=open_for)
    return json_answer({**answer, **first})


def _first_login(request: web.Request, value: bool) -> dict[str, Any]:
    return {"firstLogin": value} if world(request).dialect.release.shows_first_login else {}


def _login_answer(
    token: str, method: str | None, forced: bool, configured: bool = False, seconds: int = 0
) -> dict[str, Any]:
    return {
        "success": True,
        "tfaConfigured": configured,
        "forceTfa": forced,
        "method": method,
        "token": token,
        "tfaExpiresInSeconds": seconds,
    }


def _validate(request: web.Request, name: str | None, password: str | None) -> None:
    fields = {}
    if name is None:
        fields["username"] = "must not be null"
    elif not 1 <= len(name) <= 50:
        fields["username"] = "size must be between 1 and 50"
    if password is None:
        fields["password"] = "must not be null"
    elif not 4 <= len(password) <= 100:
        fields["password"] = "size must be between 4 and 100"
    check_valid(request, "loginVM", fields)


def _verified_account(request: web.Request, name: str, password: str) -> Account:
    """The account with this name and password; failures count against the address."""
    here, address = world(request), address_of(request)
    if here.accounts.logins.is_locked(address):
        text = f"Client IP {address} blocked due to too many failed login attempts"
        if here.dialect.is_v11:
            text = f"Authentication blocked: IP {address} exceeded login attempt threshold"
        raise advice_error(request, 423, _chain(request, text))
    account = here.accounts.find(name)
    if account is not None and not account.activated:
        raise advice_error(request, 500, _chain(request, f"User {account.login} was not activated"))
    if account is None or account.password != password:
        here.accounts.logins.add(address)
        raise advice_error(request, 401, _chain(request, "Bad credentials"))
    here.accounts.logins.forget(address)
    if here.dialect.is_v11 and account.login != name:
        raise advice_error(request, 401, f"Authentication failed: user '{name}' not found")
    return account


def _chain(request: web.Request, text: str) -> str:
    return f"UserJWTController.authorize: {text}" if world(request).dialect.has_header_errors else text


def _v10_login(request: web.Request, account: Account, seconds: int) -> web.Response:
    here = world(request)
    if here.settings.get("utmstack.tfa.enable") == "true":
        account.tfa_secret = new_secret()
        account.last_modified_by, account.last_modified_date = account.login, instant_text()
        token = here.tokens.issue(account.login, (PRELIMINARY_ROLE,), PRELIMINARY, authenticated=False)
        return _token_answer(token, {"authenticated": False})
    return _token_answer(here.tokens.issue(account.login, account.roles, seconds))


def _token_answer(token: str, more: dict[str, Any] | None = None) -> web.Response:
    body = {"authenticated": True, **(more or {}), "id_token": token}
    return json_answer(body, headers={"Authorization": f"Bearer {token}"})


async def who(request: web.Request) -> web.Response:
    """GET /api/authenticate: the plain login, or an empty 401."""
    found = caller(request)
    return text_answer("", status=401) if found is None else text_answer(found.login)


async def verify_mailed_code(request: web.Request) -> web.Response:
    """GET /api/tfa/verifyCode (v10)."""
    here = world(request)
    code = required(request, "code")
    if not code:
        raise resource_error(500, "TfaResource.verifyCode: empty code")
    account = here.accounts.by_login[principal(request).login]
    if not (code.isdigit() and account.tfa_secret and code_matches(account.tfa_secret, code, MAIL_STEP)):
        raise resource_error(401, "TfaResource.verifyCode: Your secret code is invalid")
    return _token_answer(here.tokens.issue(account.login, account.roles, MONTH))


async def verify_code(request: web.Request) -> web.Response:
    """POST /api/tfa/verify-code (v11): the digits alone."""
    here = world(request)
    code = await body_text(request)
    if not code:
        raise unreadable(request, "Required request body is missing")
    account = here.accounts.by_login[principal(request).login]
    if not code.isdigit():
        raise advice_error(request, 500, f'For input string: "{code}"')
    if account.tfa_method is None:
        raise advice_error(request, 500, "Name is null")
    opened = here.challenges.get(account.login)
    if opened is None or account.tfa_secret is None:
        raise advice_error(request, 500, f"No TFA setup found for user: {account.login}")
    if here.accounts.second_factor.is_locked(account.login):
        text = f"Too many second-factor attempts for user '{account.login}', try again later"
        raise advice_error(request, 412, text)
    if time.monotonic() - opened > CHALLENGE_SECONDS or not code_matches(account.tfa_secret, code, APP_STEP):
        if here.dialect.release.locks_second_factor:
            here.accounts.second_factor.add(account.login)
        raise advice_error(request, 412, f"TFA invalid for user '{account.login}': Code verification failed")
    here.accounts.second_factor.forget(account.login)
    return _token_answer(here.tokens.issue(account.login, account.roles, MONTH), {"tfaMethod": None})


async def refresh_challenge(request: web.Request) -> web.Response:
    """GET /api/tfa/refresh (v11)."""
    here, login = world(request), principal(request).login
    if login not in here.challenges:
        raise resource_error(500, f"TfaController.refresh: No TFA setup found for user: {login}")
    refreshed = here.challenge_refreshed.get(login)
    if refreshed is not None and time.monotonic() - refreshed < TOO_SOON:
        raise resource_error(500, "TfaController.refresh: Challenge request too soon")
    here.challenges[login] = here.challenge_refreshed[login] = time.monotonic()
    return done()


async def enrol(request: web.Request) -> web.Response:
    """POST /api/enrollment/tfa (v11), with the preliminary token."""
    body = await json_object(request)
    stage, method = text_member(request, body, "stage"), _method(request, body)
    if stage not in (None, "INIT", "VERIFY", "COMPLETE"):
        raise unreadable(request, "JSON parse error: stage")
    if stage is None:
        raise advice_error(request, 500, "stage is null")
    if stage == "INIT":
        return _begin_setup(request, method)
    if stage == "VERIFY":
        return _try_setup(request, body)
    return _complete_setup(request, method)


def _method(request: web.Request, body: dict[str, Any]) -> str | None:
    method = text_member(request, body, "method")
    if method not in (None, "TOTP", "EMAIL"):
        raise unreadable(request, "JSON parse error: method")
    return method


def _begin_setup(request: web.Request, method: str | None) -> web.Response:
    here, login = world(request), principal(request).login
    here.setups[login] = (new_secret(), time.monotonic())
    delivery = {"method": method, "target": "iVBORw0KGgo="}
    return json_answer({"status": "pending", "delivery": delivery, "expiresInSeconds": SETUP_SECONDS})


def _setup(request: web.Request) -> tuple[str, float]:
    login = principal(request).login
    setup = world(request).setups.get(login)
    if setup is None:
        raise advice_error(request, 500, f"No TFA setup found for user: {login}")
    return setup


def _try_setup(request: web.Request, body: dict[str, Any]) -> web.Response:
    secret, begun = _setup(request)
    left = SETUP_SECONDS - int(time.monotonic() - begun)
    valid = code_matches(secret, text_member(request, body, "code") or "", APP_STEP)
    message = "Code verified" if valid else "Code verification failed"
    return json_answer({"valid": valid, "expired": left <= 0, "remainingSeconds": left, "message": message})


def _complete_setup(request: web.Request, method: str | None) -> web.Response:
    """Enable the second factor for all users; the server does not check that the code was ever verified."""
    here = world(request)
    secret, _begun = _setup(request)
    account = here.accounts.by_login[principal(request).login]
    account.tfa_secret, account.tfa_method = secret, method
    account.last_modified_by, account.last_modified_date = account.login, instant_text()
    here.settings["utmstack.tfa.enable"] = "true"
    token = here.tokens.issue(account.login, account.roles, DAY)
    return json_answer({**_login_answer(token, None, forced=True, configured=True), **_first_login(request, False)})


async def begin_own_setup(request: web.Request) -> web.Response:
    """POST /api/tfa/init (v11), for a full login."""
    return _begin_setup(request, _method(request, await json_object(request)))


async def try_own_setup(request: web.Request) -> web.Response:
    """POST /api/tfa/verify (v11)."""
    return _try_setup(request, await json_object(request))


async def complete_own_setup(request: web.Request) -> web.Response:
    """POST /api/tfa/complete (v11)."""
    return _complete_setup(request, _method(request, await json_object(request)))


async def check_credentials(request: web.Request) -> web.Response:
    """GET /api/check-credentials: verify the caller's own password."""
    password, uuid = required(request, "password"), required(request, "checkUUID")
    here, address = world(request), address_of(request)
    account = here.accounts.by_login.get(principal(request).login)
    if account is not None and account.password == password:
        here.accounts.logins.forget(address)
        return text_answer(uuid)
    if here.dialect.is_v11:
        return text_answer(uuid, status=400)
    here.accounts.logins.add(address)
    raise resource_error(500, "AccountResource.checkPassword: Bad credentials")


async def check_own_password(request: web.Request) -> web.Response:
    """POST /api/check-credentials (later builds): the same without the password in the path."""
    body = await json_object(request)
    given = {name: text_member(request, body, name) for name in ("password", "checkUUID")}
    check_present(request, "checkCredentialsRequest", given, tuple(given))
    account = world(request).accounts.by_login.get(principal(request).login)
    is_right = account is not None and account.password == given["password"]
    return text_answer(str(given["checkUUID"]), status=200 if is_right else 400)
