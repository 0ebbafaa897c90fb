# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tag of the server's catalogue exists with a colour, or does not exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...client.client import Client
from ...client.tags import all_rules, all_tags, change_tag, create_tag, delete_tag
from ...errors import InvalidInput, RulesUnreadable
from ...model.tag import CatalogueTag, TagRule
from ...printing import field_lines, printable
from ...writing.one_object import write_and_see
from ..operation import Operation, Task
from ..options import options
from .catalogue import (
    Change,
    _as_color,
    _rules_text,
    as_result,
    canonical_color,
    checked_name,
    named,
    near_misses,
    plan_absent,
    plan_present,
)


def write(client: Client, change: Change) -> CatalogueTag | None:
    """Carry out a change; what the server was seen to hold afterwards.

    :raises NotStored: it holds something else.
    """
    before, after = change.before, change.after
    if before is None and after is not None:
        return create(client, after)
    if after is None and before is not None:
        return _write(client, f"Removing the tag {before.name!a}", before, None, lambda: delete_tag(client, before.id))
    if after is not None:
        return _write(client, f"Changing the tag {after.name!a}", before, after, lambda: change_tag(client, after))
    return None


def create(client: Client, wanted: CatalogueTag) -> CatalogueTag:
    """A new tag as the server was seen to hold it.

    :raises NotStored: it does not hold it.
    """

    def look() -> CatalogueTag | None:
        return named(all_tags(client), wanted.name)

    def stored(seen: CatalogueTag | None) -> bool:
        return seen is not None and _as_color(seen.color) == _as_color(wanted.color)

    label = f"Creating the tag {wanted.name!a}"
    made = write_and_see(client, label, lambda: create_tag(client, wanted.name, wanted.color), look, stored, None)
    if made is None:
        raise AssertionError("what `stored` took for a tag is none")
    return made


def _write(
    client: Client,
    label: str,
    before: CatalogueTag | None,
    after: CatalogueTag | None,
    send: Callable[[], None],
) -> CatalogueTag | None:
    def look() -> CatalogueTag | None:
        # By id: when the tag vanished meanwhile, the server makes a new one that no rule refers to.
        return next((tag for tag in all_tags(client) if before is not None and tag.id == before.id), None)

    return write_and_see(client, label, send, look, lambda seen: seen == after, before)


def _fields(tag: CatalogueTag | None) -> dict[str, Any]:
    return {"state": "absent" if tag is None else "present", "color": None if tag is None else tag.color}


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Do what the task asks for one tag of the catalogue."""
    name = params["name"]
    if params["state"] == "absent" and params["color"] is not None:
        raise InvalidInput("`color` does not go with `state: absent`, which removes the tag. Leave one of them out.")
    users: list[TagRule] = []
    warnings: list[str] = []
    if params["state"] == "present":
        checked_name(name)
        color = None if params["color"] is None else canonical_color(params["color"])
        tags = all_tags(client)
        change = plan_present(tags, name, color)
        warnings += [
            f"The catalogue also holds {other!a}, and UTMStack treats it and {name!a} as two tags."
            for other in near_misses(tags, name)
        ]
    else:
        tags = all_tags(client)
        if named(tags, name) is not None:
            users, warnings = _users(client, name, params["force"])
        change = plan_absent(tags, name, users, params["force"])
    seen = write(client, change) if change.needed and not task.check_mode else change.after
    return {
        "changed": change.needed,
        "tag": as_result(seen),
        "rules": [rule.name for rule in users],
        "requests": client.requests_sent,
        "diff": {"prepared": "".join(field_lines(printable(name, 60), _fields(change.before), _fields(seen)))},
        "warnings": warnings,
    }


def _users(client: Client, name: str, force: bool) -> tuple[list[TagRule], list[str]]:
    """The rules that give a tag, and what to warn about when it is removed nevertheless."""
    try:
        rules = all_rules(client)
    except RulesUnreadable as error:
        if not force:
            raise
        return [], [f"It is not known which rules give the tag. {error.message}"]
    users = [rule for rule in rules if any(tag.name == name for tag in rule.tags)]
    return users, [f"{_rules_text(users)} go on matching without this tag."] if users else []


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
