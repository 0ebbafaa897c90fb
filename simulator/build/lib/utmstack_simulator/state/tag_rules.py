# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tag rules, which tag alerts in automatic review (API facts, 8.2 and 8.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..engine.clock import instant_text
from .catalogue import Catalogue


class PoisonedRule(Exception):
    """A rule with a tag without ID, which is stored as the word null and makes each list with this rule unreadable."""


@dataclass
class TagRule:
    """A rule as PostgreSQL stores it, with the IDs of its tags."""

    id: int
    name: str
    description: str
    conditions: list[dict[str, Any]]
    tag_ids: list[int | None]
    user: str
    created: str = field(default_factory=instant_text)
    modified: str = field(default_factory=instant_text)

    def row(self, catalogue: Catalogue) -> dict[str, Any]:
        """The rule as GET shows it, with tags from the catalogue. :raises PoisonedRule: a tag has no ID."""
        if None in self.tag_ids:
            raise PoisonedRule(self.name)
        living = [tag.row() for tag in catalogue.tags.values() if tag.id in self.tag_ids]
        return self.shown(living or None)

    def shown(self, tags: list[dict[str, Any]] | None) -> dict[str, Any]:
        """The rule with these tags."""
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "conditions": self.conditions,
            "tags": tags,
            "active": True,
            "deleted": False,
            "createdBy": self.user,
            "createdDate": self.created,
            "lastModifiedBy": self.user,
            "lastModifiedDate": self.modified,
        }


class TagRules:
    """Rules by ID, in the order of the table."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Remove all rules; as on the recorded servers, IDs of new ones start at 501."""
        self.rules: dict[int, TagRule] = {}
        self._next = 501

    def add(
        self, name: str, description: str, conditions: list[dict[str, Any]], tag_ids: list[int | None], user: str
    ) -> TagRule:
        """Add a rule, which is always active."""
        rule = TagRule(self._next, name, description, conditions, tag_ids, user)
        self.rules[rule.id] = rule
        self._next += 1
        return rule

    def named(self, name: str) -> TagRule | None:
        """The rule with exactly this name."""
        return next((rule for rule in self.rules.values() if rule.name == name), None)
