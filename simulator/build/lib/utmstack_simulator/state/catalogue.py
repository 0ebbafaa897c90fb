# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of alert tags (API facts, 8.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Tag:
    """A tag of the catalogue."""

    id: int
    name: str
    color: str | None
    system_owner: bool | None

    def row(self) -> dict[str, Any]:
        """The tag as the API shows it."""
        return {"id": self.id, "tagName": self.name, "tagColor": self.color, "systemOwner": self.system_owner}


class Catalogue:
    """Tags by ID."""

    def __init__(self) -> None:
        self.tags: dict[int, Tag] = {}
        self.reset()

    def reset(self) -> None:
        """Restore the one tag that UTMStack comes with."""
        self.tags = {1: Tag(1, "False positive", "#f44336", True)}
        self._next = 2

    def add(self, name: str, color: str | None, system_owner: bool | None) -> Tag:
        """Add a tag."""
        tag = Tag(self._next, name, color, system_owner)
        self.tags[tag.id] = tag
        self._next += 1
        return tag

    def named(self, name: str) -> Tag | None:
        """The tag with exactly this name."""
        return next((tag for tag in self.tags.values() if tag.name == name), None)
