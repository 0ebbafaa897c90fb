# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create, restrict, rotate or remove an API key of the account."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ...atomic_file import check_place, write_file
from ...client.api_keys import own_api_keys
from ...client.client import Client
from ...dialects import Dialect
from ...errors import InvalidInput, NotStored, UtmstackError
from ...model.api_key import UNFINISHED, ApiKey, quoted
from ...printing import field_lines, printable
from ..operation import Operation, Task
from ..options import options
from .key_plan import NEVER, KeyPlan, Wanted, expiry_of_new, find_key, plan_key, wanted_key
from .key_writing import is_locked_out, new_text, remove_key, unfinished, write_key

_MODE = 0o600


@dataclass(frozen=True)
class _Made:
    """A key with a new text.

    :param works: the server accepts it from here.
    """

    key: ApiKey
    text: str
    works: bool


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Create, change, rotate or remove the key."""
    now = _now()
    _require_api_keys(client.dialect)
    wanted = wanted_key(params, now)
    keys = own_api_keys(client)
    held = find_key(keys, wanted.name)
    if params["state"] == "absent":
        return _remove(client, keys, held, task)
    plan = plan_key(held, wanted, now)
    path = None if params["key_file"] is None else os.path.abspath(params["key_file"])
    if plan.makes_text:
        _check_handover(client, keys, plan, path, params["show_key"] or task.no_log)
    elif path is not None and not os.path.isfile(path):
        raise InvalidInput(
            f"The API key {quoted(wanted.name)} exists, but the file {printable(path)} does not, and UTMStack shows a "
            "key only once. Put the key there, or replace it with `rotate: always`. Whatever uses the old one stops "
            "working then."
        )
    made: _Made | None = None
    seen = plan.after
    if plan.changes and not task.check_mode:
        started: list[ApiKey] = []
        try:
            if plan.makes_text:
                made = _make(client, plan, wanted, path, started)
                seen = made.key
            else:
                seen = write_key(client, held or plan.after, plan.after)
        except UtmstackError as error:
            if isinstance(error, NotStored) and is_locked_out(client):
                return _failed(client, plan, error, _lock_out(plan.after), started)
            if not started:
                raise
            return _failed(client, plan, error, f"{error.message} {_next_run(plan.after)}", started)
    result = _result(client, plan, seen, held)
    result["verified"] = made.works if made is not None else None
    if made is not None and not made.works:
        result["warnings"].append(
            "UTMStack refuses the new key from the controller, so it could not be verified. `allowed_addresses` must "
            "contain the address from which UTMStack sees its clients: behind a proxy, the address of the proxy."
        )
    if path is not None:
        result["key_file"] = path
    if made is not None and (path is None or params["show_key"]):
        client.reveal(made.text)
        result["key"] = made.text
    return result


def _make(client: Client, plan: KeyPlan, wanted: Wanted, path: str | None, started: list[ApiKey]) -> _Made:
    """Make a new text, hand it over, and only then give the key its own name and expiry.

    :param started: gets the key as soon as the server holds a part of the change.
    """
    marked = unfinished(client, plan.before, plan.after)
    if plan.before is None or not plan.before.same_as(marked):
        started.append(marked)
    marked, text, works = new_text(client, marked, plan.after)
    started.append(marked)
    if path is not None:
        write_file(path, [f"{text}\n"], _MODE, check_mode=False)
    expires = marked.expires if wanted.expiry is None else expiry_of_new(wanted, _now())
    after = ApiKey(plan.after.name, plan.after.addresses, expires, marked.id, marked.created)
    return _Made(write_key(client, marked, after), text, works)


def check_key(params: Mapping[str, Any], dialect: Dialect) -> None:
    """Check all options that need no server. :raises InvalidInput: one is invalid, or there are no API keys."""
    _require_api_keys(dialect)
    wanted_key(params, _now())
    if params["key_file"] is not None and params["state"] == "present":
        check_place(os.path.abspath(params["key_file"]))


def _require_api_keys(dialect: Dialect) -> None:
    if not dialect.has_api_keys:
        raise InvalidInput(
            f"UTMStack {dialect.name.removeprefix('v')} has no API keys; they exist since UTMStack 11. On this server, "
            "automation logs in with `username` and `password`."
        )


def _check_handover(client: Client, keys: Sequence[ApiKey], plan: KeyPlan, path: str | None, may_show: bool) -> None:
    """Refuse to make a text that would be shown to everybody, or that would be lost. :raises InvalidInput: so it is."""
    if path is None and not may_show:
        raise InvalidInput(
            "A new API key would be shown in the output. Set `no_log: true` on the task and register its result, or "
            "set `key_file` to store the key in a file."
        )
    if path is None and plan.before is not None and _is_own(client, keys):
        raise InvalidInput(
            f"The task logs in with the API key {quoted(plan.after.name)} that it would replace. Set `key_file`, so "
            "that the new key is not lost, or log in with a password."
        )


def _is_own(client: Client, keys: Sequence[ApiKey]) -> bool:
    """Whether the only key of the account authenticates this task; of several, the server does not show which."""
    return bool(client.settings.api_key) and len(keys) == 1


def _remove(client: Client, keys: Sequence[ApiKey], held: ApiKey | None, task: Task) -> dict[str, Any]:
    if held is not None and _is_own(client, keys):
        raise InvalidInput(
            f"The task logs in with the API key {quoted(held.name)} that it would remove. Log in with a password or "
            "with another key."
        )
    warnings = []
    if held is not None and not task.check_mode:
        try:
            remove_key(client, held)
        except NotStored:
            if not is_locked_out(client):
                raise
            warnings.append(
                f"The task logged in with the API key {quoted(held.name)} that it has removed. UTMStack refuses it now."
            )
    lines = [] if held is None else field_lines(quoted(held.name), _fields(held), {"state": "absent"})
    return {
        "changed": held is not None,
        "api_key": None,
        "new_key": False,
        "verified": None,
        "requests": client.requests_sent,
        "diff": {"prepared": "".join(lines)},
        "warnings": warnings,
    }


def _result(client: Client, plan: KeyPlan, seen: ApiKey, held: ApiKey | None) -> dict[str, Any]:
    after = {**_fields(seen), **({"key": "new"} if plan.makes_text else {})}
    before = {"state": "absent"} if held is None else {**_fields(held), "key": "old"}
    return {
        "changed": plan.changes,
        "api_key": seen.as_result(),
        "new_key": plan.makes_text,
        "requests": client.requests_sent,
        "diff": {"prepared": "".join(field_lines(quoted(seen.name), before, after))},
        "warnings": list(plan.warnings),
    }


def _failed(
    client: Client, plan: KeyPlan, error: UtmstackError, message: str, started: Sequence[ApiKey]
) -> dict[str, Any]:
    """The failed result of a task that has changed something.

    :param started: the key as the server held it after each step that was completed, of which the second made a text.
    """
    result = _result(client, plan, started[-1] if started else plan.after, plan.before)
    failure = {"failed": True, "msg": message, "error": error.as_result()}
    return {**result, "new_key": len(started) > 1, "verified": None, **failure}


def _next_run(key: ApiKey) -> str:
    return (
        f"Until the task completes, the key is called {quoted(key.name + UNFINISHED)}. Run the task again: it makes "
        "another key text."
    )


def _lock_out(key: ApiKey) -> str:
    return (
        f"The task has changed the API key {quoted(key.name)}. UTMStack now refuses the key that the task logs in "
        "with, most likely the same one. Log in with a password or with another key, and run the task again. If "
        "`allowed_addresses` is set, first add the address from which UTMStack sees its clients."
    )


def _fields(key: ApiKey) -> dict[str, Any]:
    shown = key.as_result()
    return {
        "state": "present",
        "name": key.name,
        "allowed_addresses": sorted(key.addresses),
        "expires_at": shown["expires_at"] or NEVER,
    }


def _now() -> datetime:
    return datetime.now(timezone.utc)


OPERATION = Operation(
    name="utmstack_api_key",
    options=options(
        name={"type": "str", "required": True},
        state={"type": "str", "choices": ["present", "absent"], "default": "present"},
        allowed_addresses={"type": "list", "elements": "str"},
        expires={"type": "str"},
        rotate={"type": "str", "default": NEVER},
        key_file={"type": "path"},
        show_key={"type": "bool", "default": False},
    ),
    run=run,
    check=check_key,
    on_controller=True,
)
