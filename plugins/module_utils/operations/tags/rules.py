# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tag rules: planned as data, written one by one, read back; and how many recent alerts one would have met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from ...client.alert_search import count
from ...client.client import Client
from ...client.tags import all_rules, change_rule, create_rule, delete_rule
from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE
from ...model.filter import Filter
from ...model.storable_text import checked_tag
from ...model.tag import CatalogueTag, TagRule
from ...printing import field_lines, printable
from ...query.rule_conditions import Condition, as_filters, meaning
from ...suggestions import suggestion
from ...times import LAST_INSTANT, exact, instant
from ...writing.one_object import write_and_see
from .catalogue import checked_name, named, near_misses


@dataclass(frozen=True)
class RuleChange:
    """What a rule is and is to become; None where it does not exist. A new rule has no id yet."""

    before: TagRule | None
    after: TagRule | None

    @property
    def needed(self) -> bool:
        """Whether there is something to write."""
        return self.before != self.after


def resolved_tags(catalogue: Sequence[CatalogueTag], names: Sequence[str], create_missing: bool) -> list[CatalogueTag]:
    """The catalogue's tags of these names, each once; a tag that has to be created has no id yet.

    :raises InvalidInput: a tag is not in the catalogue and shall not be created, or would break every rule.
    """
    tags = []
    for name in dict.fromkeys(names):
        tag = named(catalogue, name)
        if tag is None and not create_missing:
            close = near_misses(catalogue, name)
            hint = f" Did you mean {', '.join(close)}?" if close else suggestion(name, [tag.name for tag in catalogue])
            raise InvalidInput(
                f"The catalogue has no tag {name!a}, and a rule can give no other.{hint} "
                "Create it with utmstack_tag, or set `create_tags: true`."
            )
        tags.append(CatalogueTag(0, checked_name(name), None, system=False) if tag is None else tag)
        checked_tag(name)
    return tags


def same_rule(one: TagRule, other: TagRule, dialect: Dialect) -> bool:
    """Whether two rules tag the same alerts with the same tags, described alike."""
    return (
        one.description == other.description
        and meaning(one.conditions, dialect) == meaning(other.conditions, dialect)
        and {tag.name for tag in one.tags} == {tag.name for tag in other.tags}
    )


def plan_present(
    rules: Sequence[TagRule],
    name: str,
    description: str | None,
    conditions: Sequence[Condition],
    tags: Sequence[CatalogueTag],
    dialect: Dialect,
) -> RuleChange:
    """What has to be done for a rule of this name to exist; a description that is not named stays.

    :raises InvalidInput: the rule is stored as switched off, which nothing but removing it can change.
    """
    before = next((rule for rule in rules if rule.name == name), None)
    if before is None:
        return RuleChange(None, TagRule(0, name, description or name, tuple(conditions), tuple(tags)))
    if not before.active:
        raise InvalidInput(
            f"The tag rule {name!a} (id {before.id}) is stored as switched off or deleted, and the server ignores "
            "every attempt to change that. Remove it with `state: absent` and run again."
        )
    wanted = description or before.description
    after = replace(before, description=wanted, conditions=tuple(conditions), tags=tuple(tags))
    return RuleChange(before, before if same_rule(before, after, dialect) else after)


def plan_absent(rules: Sequence[TagRule], name: str) -> RuleChange:
    """What has to be done for no rule of this name to exist."""
    return RuleChange(next((rule for rule in rules if rule.name == name), None), None)


def write(client: Client, change: RuleChange) -> TagRule | None:
    """Carry out a change; the rule as the server was seen to hold it.

    :raises NotStored: it holds something else.
    """
    before, after, dialect = change.before, change.after, client.dialect

    def look() -> TagRule | None:
        rules = all_rules(client)
        if before is not None:
            return next((rule for rule in rules if rule.id == before.id), None)
        return next((rule for rule in rules if after is not None and rule.name == after.name), None)

    def stored(seen: TagRule | None) -> bool:
        if seen is None or after is None:
            return seen is after
        return seen.name == after.name and seen.active and same_rule(seen, after, dialect)

    def send() -> None:
        if after is None:
            delete_rule(client, before.id if before is not None else 0)
        elif before is None:
            create_rule(client, after.name, after.description, after.conditions, after.tags)
        else:
            change_rule(client, after)

    verb = "Removing" if after is None else "Creating" if before is None else "Changing"
    subject = after or before
    if subject is None:
        return None
    return write_and_see(client, f"{verb} the tag rule {subject.name!a}", send, look, stored, before)


def recent(since: str, option: str) -> Filter:
    """The filter for alerts since an age or time. :raises InvalidInput: it is neither."""
    now = datetime.now(timezone.utc)
    return Filter("@timestamp", "IS_BETWEEN", [exact(instant(since, option, now)), LAST_INSTANT])


def would_match(client: Client, conditions: Sequence[Condition], period: Filter) -> int:
    """How many alerts of the period meet the conditions: of any status, echoes included, as the engine meets them.

    It also proves that the server can run the conditions: it checks them nowhere else.
    """
    return count(client, [*as_filters(conditions), period])


def completes_alerts(tags: Sequence[CatalogueTag]) -> bool:
    """Whether a rule with these tags closes the alerts that it meets."""
    return any(tag.name == FALSE_POSITIVE for tag in tags)


def created_lines(tags: Sequence[str]) -> list[str]:
    """What ``--diff`` shows of tags that were created."""
    states = ({"state": "absent"}, {"state": "present"})
    return [line for tag in tags for line in field_lines(f"tag {printable(tag, 60)}", *states)]


def as_result(rule: TagRule | None) -> dict[str, Any] | None:
    """A rule of a task's result; a rule that is only predicted has no id."""
    if rule is None:
        return None
    return {
        "id": rule.id or None,
        "name": rule.name,
        "description": rule.description,
        "conditions": [dict(condition) for condition in rule.conditions],
        "tags": sorted(tag.name for tag in rule.tags),
        "active": rule.active,
    }
