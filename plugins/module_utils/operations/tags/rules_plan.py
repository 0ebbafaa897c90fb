# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan changes of tag rules. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE
from ...model.storable_text import checked_tag
from ...model.tag import CatalogueTag, TagRule
from ...printing import field_lines, printable
from ...query.rule_conditions import Condition, meaning
from ...suggestions import suggestion
from .catalogue import checked_tag_name, find_tag, near_misses


@dataclass(frozen=True)
class RuleChange:
    """A planned change of a rule; None where the rule does not exist. A new rule has no ID yet."""

    before: TagRule | None
    after: TagRule | None

    @property
    def needed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after


def resolved_tags(catalogue: Sequence[CatalogueTag], names: Sequence[str], create_missing: bool) -> list[CatalogueTag]:
    """Resolve tags by name, each once; a tag to create has no ID yet.

    :raises InvalidInput: a tag is not in the catalog and `create_missing` is not set, or would break all rules.
    """
    tags = []
    for name in dict.fromkeys(names):
        tag = find_tag(catalogue, name)
        if tag is None and not create_missing:
            close = near_misses(catalogue, name)
            hint = f" Did you mean {', '.join(close)}?" if close else suggestion(name, [tag.name for tag in catalogue])
            raise InvalidInput(
                f"The catalog has no tag {name!a}, and a rule can only add tags of the catalog.{hint} "
                "Create it with utmstack_tag, or set `create_tags: true`."
            )
        tags.append(CatalogueTag(0, checked_tag_name(name), None, system=False) if tag is None else tag)
        checked_tag(name)
    return tags


def same_rule(one: TagRule, other: TagRule, dialect: Dialect) -> bool:
    """Whether two rules have the same conditions, tags and description."""
    return (
        one.description == other.description
        and meaning(one.conditions, dialect) == meaning(other.conditions, dialect)
        and {tag.name for tag in one.tags} == {tag.name for tag in other.tags}
    )


def plan_rule_present(
    rules: Sequence[TagRule],
    name: str,
    description: str | None,
    conditions: Sequence[Condition],
    tags: Sequence[CatalogueTag],
    dialect: Dialect,
) -> RuleChange:
    """Plan the creation or change of a rule; without `description`, its description stays.

    :raises InvalidInput: the rule is stored as inactive, so it can only be removed.
    """
    before = next((rule for rule in rules if rule.name == name), None)
    if before is None:
        return RuleChange(None, TagRule(0, name, description or name, tuple(conditions), tuple(tags)))
    if not before.active:
        raise InvalidInput(
            f"The tag rule {name!a} (ID {before.id}) is stored as inactive or deleted, and the server does not allow "
            "changing that. Remove the rule with `state: absent` and run the task again."
        )
    wanted = description or before.description
    after = replace(before, description=wanted, conditions=tuple(conditions), tags=tuple(tags))
    return RuleChange(before, before if same_rule(before, after, dialect) else after)


def plan_rule_absent(rules: Sequence[TagRule], name: str) -> RuleChange:
    """Plan the removal of a rule."""
    return RuleChange(next((rule for rule in rules if rule.name == name), None), None)


def completes_alerts(tags: Sequence[CatalogueTag]) -> bool:
    """Whether a rule with these tags completes the alerts that it matches."""
    return any(tag.name == FALSE_POSITIVE for tag in tags)


def created_lines(tags: Sequence[str]) -> list[str]:
    """Diff lines of created tags."""
    states = ({"state": "absent"}, {"state": "present"})
    return [line for tag in tags for line in field_lines(f"tag {printable(tag, 60)}", *states)]


def rule_result(rule: TagRule | None) -> dict[str, Any] | None:
    """Convert a rule for the result; a predicted rule has no ID."""
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
