# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the tags of a server and its alerts with a vocabulary. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE
from ...model.storable_text import checked_tag, checked_texts
from ...model.tag_spelling import ALIKE, same_tag
from ...suggestions import check_keys
from .catalogue import MAX_NAME_LENGTH, canonical_color, checked_tag_name

# Maximum number of tags to compare with each other, the most frequent first.
MAX_COMPARED = 500
_TAG_KEYS = ("name", "group", "meaning", "color")
_RETIRED_KEYS = ("name", "replaced_by")


@dataclass(frozen=True)
class Vocabulary:
    """The tag vocabulary of a user.

    :param tags: properties of the tags, by name.
    :param retired: by the name of a retired tag, the tag that replaces it; None to only remove it.
    """

    tags: Mapping[str, Mapping[str, Any]]
    retired: Mapping[str, str | None]


def vocabulary_from(tags: Sequence[Any], retired: Sequence[Any]) -> Vocabulary:
    """Read and check the vocabulary of a user.

    :raises InvalidInput: the vocabulary contradicts itself.
    """
    by_name: dict[str, Mapping[str, Any]] = {}
    for number, tag in enumerate(tags, 1):
        name = _name_of(tag, f"Tag {number} of the catalog", _TAG_KEYS)
        twin = next((other for other in by_name if same_tag(other) == same_tag(name)), None)
        if twin is not None:
            raise InvalidInput(
                f"The catalog contains {twin!a} and {name!a}, two spellings of one tag. Remove one of them."
            )
        color = tag.get("color")
        by_name[checked_tag_name(name)] = {**tag, "color": canonical_color(color) if color else None}
    going: dict[str, str | None] = {}
    for number, tag in enumerate(retired, 1):
        name = _name_of(tag, f"Retired tag {number}", _RETIRED_KEYS)
        if name in going:
            raise InvalidInput(f"The tag {name!a} is retired twice. Remove one of the entries.")
        going[name] = tag.get("replaced_by") or None
    for name, successor in going.items():
        if name in by_name:
            raise InvalidInput(f"The tag {name!a} is both in the catalog and retired. Remove one of the entries.")
        if successor is not None and successor not in by_name:
            raise InvalidInput(
                f"The retired tag {name!a} is replaced by {successor!a}, which is not in the catalog. Add it."
            )
    return Vocabulary(by_name, going)


def _name_of(given: Any, what: str, keys: Sequence[str]) -> str:
    if not isinstance(given, Mapping) or not str(given.get("name") or "").strip():
        raise InvalidInput(f"{what} has no `name`.")
    check_keys(given, keys, f"{what}, {given['name']!a},")
    return checked_texts("name", [given["name"]])[0]


def compare_tags(
    vocabulary: Vocabulary,
    colors: Mapping[str, str],
    stored: Sequence[Mapping[str, Any]],
    rules: Sequence[Mapping[str, Any]],
    used: Sequence[Mapping[str, Any]],
    normalize: bool,
) -> dict[str, Any]:
    """Compare the tags of a server with the vocabulary, and list changes and findings.

    :param colors: by group.
    :param stored: the server's catalog, from utmstack_tag_info.
    :param rules: its tag rules, from utmstack_tag_rule_info.
    :param used: tags of alerts and their counts, from utmstack_property_values_info.
    :param normalize: rename other spellings to those of the vocabulary.
    :returns: changes of the catalog: `present` (`name`, `color`) and `retired` (names); `unmanaged` (names of the
        catalog outside the vocabulary) and among these `prunable` (not used by a rule); `renames` on alerts (`from`,
        `to`, `alerts`); findings: `other_spellings`, `near_duplicates`, `unknown`, `unwritable` and `given_by_rules`.
    :raises InvalidInput: the vocabulary conflicts with one of UTMStack's own tags, or a color is invalid.
    """
    system = {str(tag["name"]) for tag in stored if tag.get("system")} | {FALSE_POSITIVE}
    _check_against(vocabulary, system)
    given: dict[str, list[str]] = {}
    for rule in rules:
        for name in rule.get("tags") or []:
            given.setdefault(str(name), []).append(str(rule.get("name")))
    names = {str(tag["name"]) for tag in stored}
    counts = {str(row["value"]): int(row["count"]) for row in used}
    spellings = _other_spellings(vocabulary, names | set(counts), system)
    by_group = {group: canonical_color(color) for group, color in colors.items()}
    rest = sorted(
        set(counts) - set(vocabulary.tags) - set(vocabulary.retired) - set(spellings) - system, key=_frequent(counts)
    )
    going = {**vocabulary.retired, **(spellings if normalize else {})}
    unmanaged = sorted(names - set(vocabulary.tags) - set(vocabulary.retired) - system)
    return {
        "present": [
            {"name": name, "color": None if name in system else tag.get("color") or by_group.get(str(tag.get("group")))}
            for name, tag in vocabulary.tags.items()
        ],
        "retired": sorted(name for name in vocabulary.retired if name in names and name not in given),
        "unmanaged": unmanaged,
        "prunable": [name for name in unmanaged if name not in given],
        "renames": [
            {"from": name, "to": successor, "alerts": counts[name]}
            for name, successor in sorted(going.items())
            if name in counts
        ],
        "other_spellings": [
            {"tag": name, "spelled": right, "alerts": counts.get(name, 0)} for name, right in sorted(spellings.items())
        ],
        "near_duplicates": list(_near_duplicates(rest, {*vocabulary.tags, *system}, counts)),
        "unknown": [{"tag": name, "alerts": counts[name]} for name in rest if name not in names],
        "unwritable": sorted(name for name in counts if not _is_writable(name)),
        "given_by_rules": [{"tag": name, "rules": given[name]} for name in sorted(going) if name in given],
    }


def _check_against(vocabulary: Vocabulary, system: Iterable[str]) -> None:
    """Check the vocabulary. :raises InvalidInput: it conflicts with one of UTMStack's own tags."""
    own = {same_tag(name): name for name in system}
    for name in sorted(system):
        if name != FALSE_POSITIVE and same_tag(name) == same_tag(FALSE_POSITIVE):
            raise InvalidInput(
                f"UTMStack's own tag was renamed to {name!a}, but the server still looks for {FALSE_POSITIVE!a}. "
                "Rename it back in UTMStack first."
            )
    for name in vocabulary.retired:
        if name in own.values():
            raise InvalidInput(
                f"The tag {name!a} belongs to UTMStack, which looks for it by name. It cannot be retired."
            )
    for name in vocabulary.tags:
        right = own.get(same_tag(name), name)
        if right != name:
            raise InvalidInput(
                f"The catalog contains {name!a}, but UTMStack's own tag is {right!a}. Use this spelling."
            )


def _other_spellings(vocabulary: Vocabulary, names: Iterable[str], system: Iterable[str]) -> dict[str, str]:
    """Map tags to the tag of the vocabulary that differs only in case, spaces, hyphens or underscores."""
    right = {same_tag(name): name for name in (*vocabulary.tags, *system)}
    return {
        name: right[same_tag(name)]
        for name in names
        if same_tag(name) in right
        and name not in (right[same_tag(name)], *vocabulary.tags)
        and name not in vocabulary.retired
    }


def _near_duplicates(
    rest: Sequence[str], vocabulary: Iterable[str], counts: Mapping[str, int]
) -> Iterable[dict[str, Any]]:
    """Find tags similar to one of the vocabulary or a more frequent one, for a manual decision.

    Tags too long for the catalog are no misspelling of one in it.
    """
    pool = {same_tag(name): name for name in vocabulary}
    for name in [name for name in rest if len(name) <= MAX_NAME_LENGTH][:MAX_COMPARED]:
        key = same_tag(name)
        found = difflib.get_close_matches(key, list(pool), n=1, cutoff=ALIKE)
        if found:
            yield {"tag": name, "like": pool[found[0]], "alerts": counts[name]}
        else:
            pool[key] = name


def _frequent(counts: Mapping[str, int]) -> Any:
    return lambda name: (-counts[name], name)


def _is_writable(name: str) -> bool:
    try:
        checked_tag(name)
    except InvalidInput:
        return False
    return True
