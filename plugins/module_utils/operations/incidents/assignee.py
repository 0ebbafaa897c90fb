# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resolve the assignee of an incident to the number of a user.

The server expects the number as text; a login would break its list of assigned users.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...client.client import Client
from ...client.incidents import assigned_users
from ...client.users import account, all_users
from ...errors import InvalidInput, UtmstackError
from ...printing import printable

NO_ASSIGNEE = ("", "none")


@dataclass(frozen=True)
class Assignee:
    """`user_id` as an incident stores it, None for unassigned; `login` if known."""

    user_id: str | None
    login: str | None = None


UNASSIGNED = Assignee(None)


def is_user_id(text: str) -> bool:
    """Whether `text` is the number of a user."""
    return text.isascii() and text.isdigit()


def breaks_the_list(assigned_to: str | None) -> bool:
    """Whether this stored assignee makes the server return 500 for its list of assigned users."""
    return assigned_to is not None and not all(is_user_id(part) for part in assigned_to.split(","))


def find_assignee(client: Client, wanted: str) -> Assignee:
    """Find the user that a task names.

    :param wanted: a login, the number of a user or a value of NO_ASSIGNEE. Digits alone are a number.
    :raises InvalidInput: no user has this login, or this account may not look it up.
    """
    wanted = wanted.strip()
    if wanted.lower() in NO_ASSIGNEE:
        return UNASSIGNED
    if is_user_id(wanted):
        return Assignee(str(int(wanted)))
    own = account(client)
    if _is(own, wanted):
        return _from(own)
    if "ROLE_ADMIN" in (own.get("authorities") or []):
        users = all_users(client)
        advice = "Check the spelling, or use the number of the user."
    else:
        # Only administrators may list users, but every account may list users with an incident.
        users, advice = _seen_in_incidents(client)
    for user in users:
        if _is(user, wanted):
            return _from(user)
    raise InvalidInput(f"`assigned_to`: found no user with the login {printable(wanted, 60)!r}. {advice}")


def _seen_in_incidents(client: Client) -> tuple[list[dict[str, Any]], str]:
    account = client.settings.username or "This account"
    reason = (
        f"{account} may not list users without ROLE_ADMIN and sees only users with an incident. Use the "
        "number of the user instead; an administrator finds it with GET /api/users."
    )
    try:
        return assigned_users(client), reason
    except UtmstackError as error:
        return [], f"{reason} Listing users with an incident failed, too: {error.message}"


def _is(user: dict[str, Any], login: str) -> bool:
    # The server stores logins in lower case.
    return user.get("id") is not None and str(user.get("login")).lower() == login.lower()


def _from(user: dict[str, Any]) -> Assignee:
    return Assignee(str(user["id"]), str(user["login"]))
