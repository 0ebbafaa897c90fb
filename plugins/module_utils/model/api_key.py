# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API keys of an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..printing import printable
from ..times import exact, exact_time, stored_time

# What a key is called from its creation until it is handed over.
UNFINISHED = " (unfinished)"


@dataclass(frozen=True)
class ApiKey:
    """An API key without its text, which the server never shows again.

    :param addresses: addresses and networks of clients that may use it; empty for all.
    :param expires: the time as the server writes it; None for never.
    :param id: None for a key that is to be created.
    """

    name: str
    addresses: tuple[str, ...] = ()
    expires: str | None = None
    id: int | None = None
    created: str | None = None

    @property
    def expires_at(self) -> datetime | None:
        """The time at which it expires, in UTC."""
        return stored_time(self.expires)

    @property
    def is_unfinished(self) -> bool:
        """Whether a task that creates or replaces it has not completed."""
        return self.name.endswith(UNFINISHED)

    def same_as(self, other: ApiKey) -> bool:
        """Whether name, addresses in any order, and expiry are equal."""
        mine, theirs = ((key.name, frozenset(key.addresses), key.expires and key.expires_at) for key in (self, other))
        return mine == theirs

    def as_result(self) -> dict[str, Any]:
        """The key in the result of a task."""
        return {
            "id": self.id,
            "name": self.name,
            "allowed_addresses": list(self.addresses),
            "expires_at": exact_time(self.expires),
            "created_at": exact_time(self.created),
        }


def quoted(name: str) -> str:
    """The name of a key in a message: in quotes, on one line and not too long."""
    return ascii(printable(name, 100))


def expiry_text(moment: datetime | None) -> str | None:
    """A time as it is sent, in whole seconds."""
    return None if moment is None else exact(moment.replace(microsecond=0)).replace(".000Z", "Z")
