# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The differences between the two major versions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """A major version, as recorded from 10.8.0 or 11.0.1.

    :param errors: answer to errors that a resource does not handle: with ``header`` an empty body and X-UtmStack-error,
        with ``problem`` status 500 and problem+json (API facts, 1.3).
    """

    name: str
    version: str
    alert_pattern: str
    errors: str
    has_children: bool
    has_api_keys: bool

    @property
    def is_v11(self) -> bool:
        """Whether this is version 11."""
        return self.name == "v11"


def dialect(name: str, errors: str | None = None) -> Dialect:
    """The dialect ``v10`` or ``v11``; `errors` selects one of the two builds of v11."""
    if name == "v10":
        return Dialect("v10", "10.8.0", "alert-*", "header", has_children=False, has_api_keys=False)
    if name == "v11":
        return Dialect("v11", "11.0.1", "v11-alert-*", errors or "problem", has_children=True, has_api_keys=True)
    raise ValueError(f"There is no dialect {name!r}.")
