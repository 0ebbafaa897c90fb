# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tag of the server's catalogue exists with a colour, or does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .alerts import FALSE_POSITIVE
from .arguments import CONNECTION_RULES, options
from .client import Client
from .confirming import write_and_see
from .diffs import field_lines
from .errors import InvalidInput, RulesUnreadable, printable
from .operation import Operation, Task
from .tag_endpoints import CatalogueTag, TagRule, all_rules, all_tags, change_tag, create_tag, delete_tag
from .tag_hygiene import same_tag
from .text_rules import checked_tag

LONGEST_NAME = 50
_COLOR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")


@dataclass(frozen=True)
class Change:
    """What a tag is and is to become; None where it does not exist. A new tag has no id yet."""

    before: CatalogueTag | None
    after: CatalogueTag | None

    @property
    def needed(self) -> bool:
        """Whether there is something to write."""
        return self.before != self.after


def checked_name(name: str) -> str:
    """`name` when a tag of this name can be used everywhere.

    :raises InvalidInput: it is blank or too long, or alerts and rules could not carry it.
    """
    if not name.strip() or name != name.strip():
        raise InvalidInput(f"The name {name!a} of a tag is blank or has blanks around it.")
    # The server counts as Java does: letters outside the first plane are two.
    length = len(name.encode("utf-16-le", "surrogatepass")) // 2
    if length > LONGEST_NAME:
        raise InvalidInput(f"The name {name!a} of a tag has {length} characters; the server takes {LONGEST_NAME}.")
    return checked_tag(name)


def canonical_color(text: str) -> str:
    """`text` as ``#rrggbb`` in lower case; the server takes any text, and the product shows only colours.

    :raises InvalidInput: it is no hexadecimal colour.
    """
    color = text.strip().lower()
    if not _COLOR.fullmatch(color):
        raise InvalidInput(f"`color` is {text!a}; write it as '#f44336' or '#f43', in quotes (# begins a comment).")
    return color if len(color) == 7 else "#" + "".join(digit * 2 for digit in color[1:])


def _as_color(stored: str | None) -> str | None:
    """A stored colour in the form that is compared; what is no colour stays as it is."""
    try:
        return None if stored is None else canonical_color(stored)
    except InvalidInput:
        return stored


def named(tags: Sequence[CatalogueTag], name: str) -> CatalogueTag | None:
    """The tag of exactly this name."""
    return next((tag for tag in tags if tag.name == name), None)


def near_misses(tags: Sequence[CatalogueTag], name: str) -> list[str]:
    """Names in the catalogue that differ from `name` only in letter case, blanks, hyphens or underscores."""
    return [tag.name for tag in tags if tag.name != name and same_tag(tag.name) == same_tag(name)]


def is_protected(tag: CatalogueTag) -> bool:
    """Whether the product's own logic looks for this tag, by its text."""
    return tag.system or tag.name == FALSE_POSITIVE


def plan_present(tags: Sequence[CatalogueTag], name: str, color: str | None) -> Change:
    """What has to be done for the tag to exist, in this colour if one is named.

    :raises InvalidInput: a tag of the product would change.
    """
    before = named(tags, name)
    if before is None:
        return Change(None, CatalogueTag(0, name, color, system=False))
    if color is None or _as_color(before.color) == color:
        return Change(before, before)
    if is_protected(before):
        raise InvalidInput(f"The tag {name!a} belongs to UTMStack itself and stays as it is; leave `color` out.")
    return Change(before, replace(before, color=color))


def plan_absent(tags: Sequence[CatalogueTag], name: str, users: Sequence[TagRule], force: bool) -> Change:
    """What has to be done for the tag not to exist.

    :param users: the rules that give this tag.
    :raises InvalidInput: it is a tag of the product, or rules give it and `force` is not set.
    """
    before = named(tags, name)
    if before is not None and is_protected(before):
        raise InvalidInput(
            f"The tag {name!a} belongs to UTMStack itself, which looks for it by name; it is not removed."
        )
    if before is not None and users and not force:
        raise InvalidInput(
            f"The tag {name!a} is given by {_rules_text(users)}. They would go on matching and give nothing. Change "
            "or remove them first, or set `force: true`."
        )
    return Change(before, None)


def _rules_text(rules: Sequence[TagRule]) -> str:
    shown = ", ".join(f"{printable(rule.name, 80)!r} (id {rule.id})" for rule in rules[:10])
    return f"{len(rules)} tag rules: {shown}" + ("…" if len(rules) > 10 else "")


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


def as_result(tag: CatalogueTag | None) -> dict[str, Any] | None:
    """A tag of a task's result; a tag that is only predicted has no id."""
    if tag is None:
        return None
    return {"id": tag.id or None, "name": tag.name, "color": tag.color, "system": tag.system}


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
    rules=CONNECTION_RULES,
    run=run,
)
