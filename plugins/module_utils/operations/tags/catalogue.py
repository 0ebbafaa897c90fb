# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan changes of the tag catalog. Pure."""

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
    """A planned change of a tag; None where the tag does not exist. A new tag has no ID yet."""

    before: CatalogueTag | None
    after: CatalogueTag | None

    @property
    def needed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after


def checked_tag_name(name: str) -> str:
    """Check that catalog, alerts and rules can all store a tag of this name.

    :raises InvalidInput: the name is empty, has surrounding spaces, is too long or cannot be stored.
    """
    if not name.strip() or name != name.strip():
        raise InvalidInput(f"The tag name {name!a} is empty or has leading or trailing spaces. Remove them.")
    # The server counts UTF-16 units: characters outside the basic plane count twice.
    length = len(name.encode("utf-16-le", "surrogatepass")) // 2
    if length > MAX_NAME_LENGTH:
        raise InvalidInput(f"The tag name {name!a} has {length} characters; the limit is {MAX_NAME_LENGTH}.")
    return checked_tag(name)


def canonical_color(text: str) -> str:
    """Convert a color to ``#rrggbb`` in lower case; the server accepts any text, but the product shows only colors.

    :raises InvalidInput: it is no hexadecimal color.
    """
    color = text.strip().lower()
    if not _COLOR.fullmatch(color):
        raise InvalidInput(f"`color` is {text!a}. Write it as '#f44336' or '#f43', in quotes (# starts a comment).")
    return color if len(color) == 7 else "#" + "".join(digit * 2 for digit in color[1:])


def comparable_color(stored: str | None) -> str | None:
    """Convert a stored color for comparison; an invalid color stays as it is."""
    try:
        return None if stored is None else canonical_color(stored)
    except InvalidInput:
        return stored


def find_tag(tags: Sequence[CatalogueTag], name: str) -> CatalogueTag | None:
    """Find the tag with exactly this name."""
    return next((tag for tag in tags if tag.name == name), None)


def near_misses(tags: Sequence[CatalogueTag], name: str) -> list[str]:
    """Find names in the catalog that differ from `name` only in case, spaces, hyphens or underscores."""
    return [tag.name for tag in tags if tag.name != name and same_tag(tag.name) == same_tag(name)]


def is_protected(tag: CatalogueTag) -> bool:
    """Whether UTMStack itself looks for this tag by its name."""
    return tag.system or tag.name == FALSE_POSITIVE


def plan_tag_present(tags: Sequence[CatalogueTag], name: str, color: str | None) -> CatalogueChange:
    """Plan the creation of a tag or the change of its color.

    :raises InvalidInput: one of UTMStack's own tags would change.
    """
    before = find_tag(tags, name)
    if before is None:
        return CatalogueChange(None, CatalogueTag(0, name, color, system=False))
    if color is None or comparable_color(before.color) == color:
        return CatalogueChange(before, before)
    if is_protected(before):
        raise InvalidInput(f"The tag {name!a} belongs to UTMStack itself and cannot be changed. Leave `color` out.")
    return CatalogueChange(before, replace(before, color=color))


def plan_tag_absent(tags: Sequence[CatalogueTag], name: str, users: Sequence[TagRule], force: bool) -> CatalogueChange:
    """Plan the removal of a tag.

    :param users: the rules that add this tag.
    :raises InvalidInput: it is one of UTMStack's own tags, or rules add it and `force` is not set.
    """
    before = find_tag(tags, name)
    if before is not None and is_protected(before):
        raise InvalidInput(
            f"The tag {name!a} belongs to UTMStack itself, which looks for it by name. It cannot be removed."
        )
    if before is not None and users and not force:
        raise InvalidInput(
            f"The tag {name!a} is used by {rules_text(users)}. Without it, they would still match but not tag. Change "
            "or remove the rules first, or set `force: true`."
        )
    return CatalogueChange(before, None)


def rules_text(rules: Sequence[TagRule]) -> str:
    """List tag rules for a message, up to ten by name."""
    shown = ", ".join(f"{printable(rule.name, 80)!r} (ID {rule.id})" for rule in rules[:10])
    return f"{len(rules)} tag rules: {shown}" + ("…" if len(rules) > 10 else "")


def tag_result(tag: CatalogueTag | None) -> dict[str, Any] | None:
    """Convert a tag for the result; a predicted tag has no ID."""
    if tag is None:
        return None
    return {"id": tag.id or None, "name": tag.name, "color": tag.color, "system": tag.system}
