# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The caller that a request is authenticated as."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Principal:
    """A caller with the login and roles of its token or key; `kind` is ``token`` or ``key``."""

    login: str
    roles: tuple[str, ...]
    kind: str = "token"
    preliminary: bool = False
