# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create, change or remove a tag of the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client.client import Client
from ...client.tags import all_rules, all_tags
from ...errors import InvalidInput, RulesUnreadable
from ...model.tag import CatalogueTag, TagRule
from ...printing import field_lines, printable
from ..operation import Operation, Task
from ..options import options
from .catalogue import (
    canonical_color,
    checked_tag_name,
    find_tag,
    near_misses,
    plan_tag_absent,
    plan_tag_present,
    rules_text,
    tag_result,
)
from .storing import write_tag


def _tag_fields(tag: CatalogueTag | None) -> dict[str, Any]:
    return {"state": "absent" if tag is None else "present", "color": None if tag is None else tag.color}


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Create, change or remove the tag."""
    name = params["name"]
    if params["state"] == "absent" and params["color"] is not None:
        raise InvalidInput("`color` conflicts with `state: absent`, which removes the tag. Leave one of them out.")
    users: list[TagRule] = []
    warnings: list[str] = []
    if params["state"] == "present":
        checked_tag_name(name)
        color = None if params["color"] is None else canonical_color(params["color"])
        tags = all_tags(client)
        change = plan_tag_present(tags, name, color)
        warnings += [
            f"The catalog also contains {other!a}, which UTMStack treats as another tag than {name!a}."
            for other in near_misses(tags, name)
        ]
    else:
        tags = all_tags(client)
        if find_tag(tags, name) is not None:
            users, warnings = _users(client, name, params["force"])
        change = plan_tag_absent(tags, name, users, params["force"])
    seen = write_tag(client, change) if change.needed and not task.check_mode else change.after
    return {
        "changed": change.needed,
        "tag": tag_result(seen),
        "rules": [rule.name for rule in users],
        "requests": client.requests_sent,
        "diff": {"prepared": "".join(field_lines(printable(name, 60), _tag_fields(change.before), _tag_fields(seen)))},
        "warnings": warnings,
    }


def _users(client: Client, name: str, force: bool) -> tuple[list[TagRule], list[str]]:
    """Read the rules that add a tag, and the warnings about its removal."""
    try:
        rules = all_rules(client)
    except RulesUnreadable as error:
        if not force:
            raise
        return [], [f"The rules that add the tag are unknown. {error.message}"]
    users = [rule for rule in rules if any(tag.name == name for tag in rule.tags)]
    return users, [f"Without this tag, {rules_text(users)} still match but no longer add it."] if users else []


OPERATION = Operation(
    name="utmstack_tag",
    options=options(
        name={"type": "str", "required": True},
        state={"type": "str", "choices": ["present", "absent"], "default": "present"},
        color={"type": "str"},
        force={"type": "bool", "default": False},
    ),
    run=run,
)
