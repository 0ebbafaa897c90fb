# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request that is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A response with an error."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = dict(body)


def not_allowed(reason: str = "You do not have permission to perform this action.") -> Refused:
    """A refusal for lack of permission."""
    return Refused(403, {"detail": reason})


def not_found() -> Refused:
    """A refusal because there is no such object or address."""
    return Refused(404, {"detail": "The requested resource could not be found."})
