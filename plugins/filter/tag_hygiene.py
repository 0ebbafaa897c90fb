# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: tag_hygiene
short_description: Compare the tags of alerts with a catalog
version_added: 0.1.0
description:
  - Finds tags of alerts that are misspelled, retired, similar to others or not in the catalog, and the changes that the catalog needs.
positional: _input, catalogue
options:
  _input:
    description: C(property_values) of M(utmstack.siem.utmstack_property_values_info) for the field V(tags).
    type: list
    elements: dict
    required: true
  catalogue:
    description: The tags of the catalog, each with C(name) and optionally C(group), C(meaning) and C(color).
    type: list
    elements: dict
    required: true
  retired:
    description: Retired tags, each with C(name) and optionally C(replaced_by), a tag of O(catalogue).
    type: list
    elements: dict
    default: []
  stored:
    description: C(tags) of M(utmstack.siem.utmstack_tag_info).
    type: list
    elements: dict
    default: []
  rules:
    description: C(rules) of M(utmstack.siem.utmstack_tag_rule_info).
    type: list
    elements: dict
    default: []
  colors:
    description: Colors by group, for tags of O(catalogue) without one.
    type: dict
    default: {}
  normalize:
    description: Whether other spellings of a tag count as retired.
    type: bool
    default: false
seealso:
  - module: utmstack.siem.utmstack_tag
  - module: utmstack.siem.utmstack_alert_tags
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Find other spellings
  vars:
    used: [{value: phishing, count: 3}, {value: Phishing, count: 40}]
  ansible.builtin.assert:
    that: (used | utmstack.siem.tag_hygiene([dict(name='Phishing')])).other_spellings | map(attribute='tag') == ['phishing']
"""

RETURN = r"""
_value:
  description:
    - For a catalog C(present) (C(name), C(color)), C(retired), C(unmanaged) and C(prunable) (names); for alerts C(renames) (C(from), C(to), C(alerts)).
    - For review, C(other_spellings), C(near_duplicates), C(unknown), C(unwritable), and C(given_by_rules), retired tags that rules still set.
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags.governance import (
    compare_tags,
    vocabulary_from,
)
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing()
def tag_hygiene(
    used: Sequence[Mapping[str, Any]],
    catalogue: Sequence[Any],
    retired: Sequence[Any] = (),
    stored: Sequence[Mapping[str, Any]] = (),
    rules: Sequence[Mapping[str, Any]] = (),
    colors: Mapping[str, str] | None = None,
    normalize: bool = False,
) -> dict[str, Any]:
    """Compare the tags of alerts with the catalog."""
    return compare_tags(vocabulary_from(catalogue, retired), colors or {}, stored, rules, used, normalize)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"tag_hygiene": tag_hygiene}
