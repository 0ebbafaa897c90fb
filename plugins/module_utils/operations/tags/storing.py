# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write tags and tag rules, and read them back."""

from __future__ import annotations

from dataclasses import dataclass

from ...client.client import Client
from ...client.tags import (
    all_rules,
    all_tags,
    change_rule,
    change_tag,
    create_rule,
    create_tag,
    delete_rule,
    delete_tag,
    rule_name_of,
)
from ...dialects import Dialect
from ...model.tag import CatalogueTag, TagRule
from ...writing.one_object import ObjectChange, write_object
from .catalogue import CatalogueChange, comparable_color, find_tag
from .rules_plan import RuleChange, same_rule


def _verb(before: object, after: object) -> str:
    if after is None:
        return "Removing"
    return "Creating" if before is None else "Changing"


@dataclass(frozen=True)
class _TagWrite(ObjectChange["CatalogueTag | None"]):
    """Creation, change or removal of a tag."""

    change: CatalogueChange

    def look(self, client: Client) -> CatalogueTag | None:
        """Read the tag, an existing one by its ID: the server replaces a deleted one by a new tag without rules."""
        before, after = self.change.before, self.change.after
        tags = all_tags(client)
        if before is not None:
            return next((tag for tag in tags if tag.id == before.id), None)
        return find_tag(tags, after.name) if after is not None else None

    def send(self, client: Client, seen: CatalogueTag | None) -> None:
        """Create, change or remove it."""
        before, after = self.change.before, self.change.after
        if after is None:
            delete_tag(client, before.id if before is not None else 0)
        elif before is None:
            create_tag(client, after.name, after.color)
        else:
            change_tag(client, after)

    def is_stored(self, seen: CatalogueTag | None) -> bool:
        """Whether the catalog holds the desired tag; the server assigns the ID of a new one."""
        after = self.change.after
        if self.change.before is None and after is not None:
            return seen is not None and comparable_color(seen.color) == comparable_color(after.color)
        return seen == after


def write_tag(client: Client, change: CatalogueChange) -> CatalogueTag | None:
    """Apply a change of the tag catalog and return the tag read back from the server.

    :raises NotStored: the server holds something else.
    """
    tag = change.after or change.before
    if tag is None:
        return None
    label = f"{_verb(change.before, change.after)} the tag {tag.name!a}"
    return write_object(client, label, _TagWrite(change), change.before)


def create_missing_tag(client: Client, wanted: CatalogueTag) -> CatalogueTag:
    """Create a tag and return it as read back from the server. :raises NotStored: the server did not store it."""
    made = write_tag(client, CatalogueChange(None, wanted))
    if made is None:
        raise AssertionError("a tag that is stored is none")
    return made


@dataclass(frozen=True)
class _RuleWrite(ObjectChange["TagRule | None"]):
    """Creation, change or removal of a tag rule."""

    change: RuleChange
    dialect: Dialect

    def look(self, client: Client) -> TagRule | None:
        """Read the rule, an existing one by its ID, a new one by its name."""
        before, after = self.change.before, self.change.after
        rules = all_rules(client)
        if before is not None:
            return next((rule for rule in rules if rule.id == before.id), None)
        return next((rule for rule in rules if after is not None and rule.name == after.name), None)

    def send(self, client: Client, seen: TagRule | None) -> None:
        """Create, change or remove it."""
        before, after = self.change.before, self.change.after
        if after is None:
            delete_rule(client, before.id if before is not None else 0)
        elif before is None:
            create_rule(client, after.name, after.description, after.conditions, after.tags)
        else:
            change_rule(client, after)

    def is_stored(self, seen: TagRule | None) -> bool:
        """Whether the server holds the desired rule."""
        after = self.change.after
        if seen is None or after is None:
            return seen is after
        return seen.name == after.name and seen.active and same_rule(seen, after, self.dialect)


def write_rule(client: Client, change: RuleChange) -> TagRule | None:
    """Apply a change of the tag rules and return the rule read back from the server.

    :raises NotStored: the server holds something else.
    """
    rule = change.after or change.before
    if rule is None:
        return None
    label = f"{_verb(change.before, change.after)} the tag rule {rule.name!a}"
    return write_object(client, label, _RuleWrite(change, client.dialect), change.before)


@dataclass(frozen=True)
class _Removal(ObjectChange["str | None"]):
    """Removal of a tag rule by ID, even if the server cannot list it."""

    rule_id: int

    def look(self, client: Client) -> str | None:
        """Read the name of the rule; None if it does not exist."""
        return rule_name_of(client, self.rule_id)

    def send(self, client: Client, seen: str | None) -> None:
        """Remove it."""
        delete_rule(client, self.rule_id)

    def is_stored(self, seen: str | None) -> bool:
        """Whether the rule is removed."""
        return seen is None


def remove_rule(client: Client, rule_id: int, name: str) -> None:
    """Remove the rule with this ID. :raises NotStored: the rule still exists."""
    write_object(client, f"Removing the tag rule with ID {rule_id}", _Removal(rule_id), name)
