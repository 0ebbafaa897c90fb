# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: tag_spellings
short_description: Find tags that are other spellings of known ones
version_added: 0.1.0
description:
  - Tells which of some tags are none of the known ones and differ from one of them only in letter case, blanks, hyphens or underscores.
    UTMStack treats the two as different tags.
positional: _input, known
options:
  _input:
    description: Tags, such as those in use on alerts.
    type: list
    elements: str
    required: true
  known:
    description: Tags in the wanted spelling, such as those of the catalogue.
    type: list
    elements: str
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show tags that are misspelled
  ansible.builtin.debug:
    msg: "{{ ['false-positive', 'Tier 1'] | utmstack.siem.tag_spellings(['False positive', 'Tier 1']) }}"
"""

RETURN = r"""
_value:
  description: For each other spelling a dictionary with the tag as it is (C(tag)) and in the wanted spelling (C(known)).
  type: list
  elements: dict
"""

from collections.abc import Callable, Sequence

from ansible_collections.utmstack.siem.plugins.module_utils.tag_hygiene import same_tag


def tag_spellings(tags: Sequence[str], known: Sequence[str]) -> list[dict[str, str]]:
    """Tags that are other spellings of known ones; where known ones are spellings of each other, the first counts."""
    by_meaning = {same_tag(name): name for name in reversed(known)}
    return [
        {"tag": tag, "known": by_meaning[same_tag(tag)]}
        for tag in dict.fromkeys(tags)
        if tag not in known and same_tag(tag) in by_meaning
    ]


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., list[dict[str, str]]]]:
        """By name."""
        return {"tag_spellings": tag_spellings}
