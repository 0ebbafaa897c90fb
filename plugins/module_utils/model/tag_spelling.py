# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One spelling per tag: what `normalize` does, and near misses of the server's catalogue."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

# How much two tags have in common when one is taken for a misspelling of the other.
ALIKE = 0.85
# Longer tags are no misspelling of one in the catalog, which holds none.
MAX_COMPARED_LENGTH = 50
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Spelling:
    """Tags after hygiene, without duplicates, in the order given; `warnings` name what to look at."""

    tags: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def collapsed(tag: str) -> str:
    """`tag` without outer spaces and with single inner ones."""
    return " ".join(tag.split())


def same_tag(tag: str) -> str:
    """What two spellings of one tag have in common: letter case, spaces, hyphens and underscores do not count."""
    return " ".join(tag.replace("-", " ").replace("_", " ").split()).casefold()


def spell(tags: Iterable[str], catalogue: Sequence[str], normalize: bool) -> Spelling:
    """The spelling to write for each tag.

    With `normalize`, spaces are trimmed and collapsed; a near miss of a catalogue tag takes the catalogue's spelling
    (only ``False positive`` counts as false positive), any other tag gets title case. Without it, tags are taken as
    they are and near misses are warned about.

    :param catalogue: tag names of the server.
    """
    names = {same_tag(name): name for name in reversed(catalogue)}
    spelled: dict[str, None] = {}
    warnings = []
    for tag in tags:
        known = names.get(same_tag(tag))
        if tag in catalogue:
            spelled[tag] = None
        elif normalize:
            spelled[known if known is not None else _title_case(collapsed(tag))] = None
        else:
            spelled[tag] = None
            if known is not None:
                warnings.append(
                    f"The tag {tag!a} differs from the catalog's {known!a}, and UTMStack treats them as two tags. "
                    "Set `normalize: true` to use the catalog's spelling."
                )
    return Spelling(tuple(spelled), tuple(warnings))


def similar_tag(tag: str, catalogue: Collection[str]) -> str | None:
    """The tag of the catalog that a misspelled tag probably means; None for a known tag and for one of its own."""
    if tag in catalogue or len(tag) > MAX_COMPARED_LENGTH:
        return None
    # Campaign 42 is no misspelling of Campaign 41.
    names = {
        same_tag(name): name
        for name in sorted(catalogue, reverse=True)
        if _NUMBER.findall(name) == _NUMBER.findall(tag)
    }
    found = difflib.get_close_matches(same_tag(tag), list(names), n=1, cutoff=ALIKE)
    return names[found[0]] if found else None


def similar_tag_warnings(tags: Iterable[str], catalogue: Collection[str]) -> list[str]:
    """A warning for each tag that the catalog lacks, and that looks like one of it."""
    pairs = [(tag, similar_tag(tag, catalogue)) for tag in tags]
    return [
        f"The tag {tag!a} is not in the catalog, which holds the similar tag {known!a}. UTMStack "
        "treats them as two tags. If it is misspelled, correct it in the task and on its alerts."
        for tag, known in pairs
        if known is not None
    ]


def _title_case(tag: str) -> str:
    """First letter of each word in upper case; the rest stays, so that VPN and macOS survive."""
    return " ".join(word[:1].upper() + word[1:] for word in tag.split(" "))
