# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The differences between the two major versions."""

from __future__ import annotations

from dataclasses import dataclass

from .release import RELEASES, RELEASES_OF, Release

# The orders of the two exception handlers of v11: the framework's translator, as recorded, or UTMStack's own one first.
TRANSLATOR_FIRST, OWN_FIRST = "translator-first", "own-first"
HANDLERS = (TRANSLATOR_FIRST, OWN_FIRST)


@dataclass(frozen=True)
class Dialect:
    """A major version in one of its releases.

    :param own_handler_first: the order of v11's exception handlers (API facts, 1.3).
    """

    name: str
    release: Release
    alert_pattern: str
    has_children: bool
    has_api_keys: bool
    own_handler_first: bool = False

    @property
    def is_v11(self) -> bool:
        """Whether this is version 11."""
        return self.name == "v11"

    @property
    def has_header_errors(self) -> bool:
        """Whether errors that reach a handler have an empty body and X-UtmStack-error; else they are problem+json."""
        return not self.is_v11 or self.own_handler_first


def dialect(name: str, release: str | None = None, handlers: str | None = None) -> Dialect:
    """The dialect ``v10`` or ``v11`` in a release, the first one by default.

    :param handlers: one of HANDLERS, for v11.
    :raises ValueError: there is no such dialect, or it has no such release or handlers.
    """
    if name not in RELEASES_OF:
        raise ValueError(f"There is no dialect {name!r}.")
    release = release or RELEASES_OF[name][0]
    if release not in RELEASES_OF[name]:
        raise ValueError(f"{name} has no release {release}, only {' and '.join(RELEASES_OF[name])}.")
    if name == "v10":
        if handlers is not None:
            raise ValueError("v10 has one order of exception handlers.")
        return Dialect("v10", RELEASES[release], "alert-*", has_children=False, has_api_keys=False)
    own_first = handlers == OWN_FIRST
    return Dialect("v11", RELEASES[release], "v11-alert-*", True, True, own_handler_first=own_first)
