# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write tags and tag rules of the catalogue, and read them back."""

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
    """A tag that comes, changes its color or goes."""

    change: CatalogueChange

    def look(self, client: Client) -> CatalogueTag | None:
        """The tag. A known one by its ID: when it vanishes, the server makes a new one that no rule refers to."""
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
        """Whether the catalogue holds the tag as wanted; the server gives a new one its ID."""
        after = self.change.after
        if self.change.before is None and after is not None:
            return seen is not None and comparable_color(seen.color) == comparable_color(after.color)
        return seen == after


def write_tag(client: Client, change: CatalogueChange) -> CatalogueTag | None:
    """Carry out a change of the catalogue; the tag as the server was seen to hold it.

    :raises NotStored: it holds something else.
    """
    tag = change.after or change.before
    if tag is None:
        return None
    label = f"{_verb(change.before, change.after)} the tag {tag.name!a}"
    return write_object(client, label, _TagWrite(change), change.before)


def create_missing_tag(client: Client, wanted: CatalogueTag) -> CatalogueTag:
    """A new tag as the server was seen to hold it. :raises NotStored: it does not hold it."""
    made = write_tag(client, CatalogueChange(None, wanted))
    if made is None:
        raise AssertionError("a tag that is stored is none")
    return made


@dataclass(frozen=True)
class _RuleWrite(ObjectChange["TagRule | None"]):
    """A tag rule that comes, changes or goes."""

    change: RuleChange
    dialect: Dialect

    def look(self, client: Client) -> TagRule | None:
        """The rule: a known one by its ID, a new one by its name."""
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
        """Whether the server holds the rule as wanted."""
        after = self.change.after
        if seen is None or after is None:
            return seen is after
        return seen.name == after.name and seen.active and same_rule(seen, after, self.dialect)


def write_rule(client: Client, change: RuleChange) -> TagRule | None:
    """Carry out a change of the tag rules; the rule as the server was seen to hold it.

    :raises NotStored: it holds something else.
    """
    rule = change.after or change.before
    if rule is None:
        return None
    label = f"{_verb(change.before, change.after)} the tag rule {rule.name!a}"
    return write_object(client, label, _RuleWrite(change, client.dialect), change.before)


@dataclass(frozen=True)
class _Removal(ObjectChange["str | None"]):
    """A tag rule that goes, although the server may not be able to show it."""

    rule_id: int

    def look(self, client: Client) -> str | None:
        """The rule's name, None when it is gone."""
        return rule_name_of(client, self.rule_id)

    def send(self, client: Client, seen: str | None) -> None:
        """Remove it."""
        delete_rule(client, self.rule_id)

    def is_stored(self, seen: str | None) -> bool:
        """Whether it is gone."""
        return seen is None


def remove_rule(client: Client, rule_id: int, name: str) -> None:
    """Remove the rule with this ID. :raises NotStored: it is still there."""
    write_object(client, f"Removing the tag rule with ID {rule_id}", _Removal(rule_id), name)
