# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes and the callers that may use them."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from ..state.release import Release

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Access(enum.Enum):
    """The callers of a route (API facts, 1.1)."""

    PUBLIC = "anyone"
    USER = "ROLE_USER or ROLE_ADMIN"
    PRELIMINARY = "a login that waits for its second factor"
    ADMIN = "ROLE_ADMIN, checked by annotation"
    PLAIN_USER = "ROLE_USER, checked by annotation"


# By method and path pattern.
ACCESS: web.AppKey[dict[tuple[str, str], Access]] = web.AppKey("access", dict)


@dataclass(frozen=True)
class Route:
    """A method of a path.

    :param path: aiohttp's pattern.
    :param only: the one major version that has it.
    :param when: whether a release has it.
    """

    method: str
    path: str
    handler: Handler
    access: Access = Access.USER
    only: str | None = None
    when: Callable[[Release], bool] = lambda release: True
