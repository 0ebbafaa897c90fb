# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log in for the run, verify API keys and tokens, and log out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ...client.client import Client
from ...client.users import account, verify_api_key
from ...model.order import in_steady_order
from ...times import exact
from ..operation import Operation, Task
from ..options import options


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Verify the credentials, or remove the session of the run."""
    if params["state"] == "absent":
        return {"changed": client.forget_session() if not task.check_mode else client.has_stored_session()}
    settings = client.settings
    by_password = not (settings.api_key or settings.token)
    if by_password:
        # This module always logs in: it verifies the password and never reuses an earlier task's session.
        client.log_in_afresh()
    if settings.api_key:
        verify_api_key(client)
    own = account(client)
    session = client.session
    result = {
        "changed": False,
        "login": own.get("login"),
        "roles": in_steady_order(own.get("authorities") or []),
        "dialect": session.dialect,
        "version": client.version(),
        "expires_at": _instant(session.expires_at),
        "two_factor": session.two_factor,
        "clock_skew": client.clock_skew,
        "requests": client.requests_sent,
    }
    if task.no_log and by_password:
        result["token"] = client.reveal_token()
    return result


def _instant(seconds: int | None) -> str | None:
    return None if seconds is None else exact(datetime.fromtimestamp(seconds, timezone.utc))


OPERATION = Operation(
    name="utmstack_auth",
    options=options(state={"type": "str", "choices": ["present", "absent"], "default": "present"}),
    run=run,
)
