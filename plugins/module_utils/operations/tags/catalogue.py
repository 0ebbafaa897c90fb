# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tags of the catalogue, planned as data. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE
from ...model.storable_text import checked_tag
from ...model.tag import CatalogueTag, TagRule
from ...model.tag_spelling import same_tag
from ...printing import printable

MAX_NAME_LENGTH = 50


_COLOR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")


@dataclass(frozen=True)
class CatalogueChange:
    """What a tag is and is to become; None where it does not exist. A new tag has no id yet."""

    before: CatalogueTag | None
    after: CatalogueTag | None

    @property
    def needed(self) -> bool:
        """Whether there is something to write."""
        return self.before != self.after


def checked_tag_name(name: str) -> str:
    """`name` when a tag of this name can be used everywhere.

    :raises InvalidInput: it is blank or too long, or alerts and rules could not carry it.
    """
    if not name.strip() or name != name.strip():
        raise InvalidInput(f"The name {name!a} of a tag is blank or has blanks around it.")
    # The server counts as Java does: letters outside the first plane are two.
    length = len(name.encode("utf-16-le", "surrogatepass")) // 2
    if length > MAX_NAME_LENGTH:
        raise InvalidInput(f"The name {name!a} of a tag has {length} characters; the server takes {MAX_NAME_LENGTH}.")
    return checked_tag(name)


def canonical_color(text: str) -> str:
    """`text` as ``#rrggbb`` in lower case; the server takes any text, and the product shows only colours.

    :raises InvalidInput: it is no hexadecimal colour.
    """
    color = text.strip().lower()
    if not _COLOR.fullmatch(color):
        raise InvalidInput(f"`color` is {text!a}; write it as '#f44336' or '#f43', in quotes (# begins a comment).")
    return color if len(color) == 7 else "#" + "".join(digit * 2 for digit in color[1:])


def comparable_color(stored: str | None) -> str | None:
    """A stored colour in the form that is compared; what is no colour stays as it is."""
    try:
        return None if stored is None else canonical_color(stored)
    except InvalidInput:
        return stored


def find_tag(tags: Sequence[CatalogueTag], name: str) -> CatalogueTag | None:
    """The tag of exactly this name."""
    return next((tag for tag in tags if tag.name == name), None)


def near_misses(tags: Sequence[CatalogueTag], name: str) -> list[str]:
    """Names in the catalogue that differ from `name` only in letter case, blanks, hyphens or underscores."""
    return [tag.name for tag in tags if tag.name != name and same_tag(tag.name) == same_tag(name)]


def is_protected(tag: CatalogueTag) -> bool:
    """Whether the product's own logic looks for this tag, by its text."""
    return tag.system or tag.name == FALSE_POSITIVE


def plan_tag_present(tags: Sequence[CatalogueTag], name: str, color: str | None) -> CatalogueChange:
    """What has to be done for the tag to exist, in this colour if one is named.

    :raises InvalidInput: a tag of the product would change.
    """
    before = find_tag(tags, name)
    if before is None:
        return CatalogueChange(None, CatalogueTag(0, name, color, system=False))
    if color is None or comparable_color(before.color) == color:
        return CatalogueChange(before, before)
    if is_protected(before):
        raise InvalidInput(f"The tag {name!a} belongs to UTMStack itself and stays as it is; leave `color` out.")
    return CatalogueChange(before, replace(before, color=color))


def plan_tag_absent(tags: Sequence[CatalogueTag], name: str, users: Sequence[TagRule], force: bool) -> CatalogueChange:
    """What has to be done for the tag not to exist.

    :param users: the rules that give this tag.
    :raises InvalidInput: it is a tag of the product, or rules give it and `force` is not set.
    """
    before = find_tag(tags, name)
    if before is not None and is_protected(before):
        raise InvalidInput(
            f"The tag {name!a} belongs to UTMStack itself, which looks for it by name; it is not removed."
        )
    if before is not None and users and not force:
        raise InvalidInput(
            f"The tag {name!a} is given by {rules_text(users)}. They would go on matching and give nothing. Change "
            "or remove them first, or set `force: true`."
        )
    return CatalogueChange(before, None)


def rules_text(rules: Sequence[TagRule]) -> str:
    shown = ", ".join(f"{printable(rule.name, 80)!r} (id {rule.id})" for rule in rules[:10])
    return f"{len(rules)} tag rules: {shown}" + ("…" if len(rules) > 10 else "")


def tag_result(tag: CatalogueTag | None) -> dict[str, Any] | None:
    """A tag of a task's result; a tag that is only predicted has no id."""
    if tag is None:
        return None
    return {"id": tag.id or None, "name": tag.name, "color": tag.color, "system": tag.system}
