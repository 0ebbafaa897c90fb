# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags of the catalogue, and the rules that give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CatalogueTag:
    """A tag of the catalogue; `system` marks those of the product."""

    id: int
    name: str
    color: str | None
    system: bool


@dataclass(frozen=True)
class TagRule:
    """A rule that tags new alerts.

    :param conditions: `{field, operator, value}` as stored; a value that is null is left out.
    :param tags: those that the catalogue still holds; the server does not show the others.
    """

    id: int
    name: str
    description: str
    conditions: tuple[Mapping[str, Any], ...]
    tags: tuple[CatalogueTag, ...]
    active: bool = True
