# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: incident_texts
short_description: Find texts that an incident cannot store
version_added: 1.0.0
description:
  - Checks texts before the first write of a role, because UTMStack cannot delete incidents.
positional: _input
options:
  _input:
    description:
      - Texts, each with the C(variable) that it comes from, its C(kind) and the C(text) itself, or a list or dictionary of texts. Blank texts are not checked.
      - The kinds are C(name), C(description), C(note) and C(solution) of an incident, and C(tag).
    type: list
    elements: dict
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Find a name that UTMStack refuses
  vars:
    texts:
      - {variable: incident_name, kind: name, text: 'The "big" one'}
      - {variable: incident_note, kind: note, text: Reset the passwords}
  ansible.builtin.assert:
    that:
      - texts | utmstack.siem.incident_texts | length == 1
      - (texts | utmstack.siem.incident_texts)[0] is search('incident_name')
"""

RETURN = r"""
_value:
  description: One message for each text that cannot be stored, with its variable.
  type: list
  elements: str
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.incident import (
    MAX_DESCRIPTION_LENGTH,
    MAX_NOTE_LENGTH,
    checked_length,
    checked_name,
    checked_solution,
)
from ansible_collections.utmstack.siem.plugins.module_utils.model.storable_text import checked_tag

_CHECKS: Mapping[str, Callable[[str], Any]] = {
    "name": checked_name,
    "description": lambda text: checked_length("description", text, MAX_DESCRIPTION_LENGTH),
    "note": lambda text: checked_length("note", text, MAX_NOTE_LENGTH),
    "solution": lambda text: checked_solution(text, "replace"),
    "tag": checked_tag,
}


def incident_texts(texts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Find texts that an incident cannot store."""
    return [problem for given in texts for text in _each(given["text"]) for problem in _problems(given, text)]


def _each(given: Any) -> Iterable[str]:
    entries = given.values() if isinstance(given, Mapping) else given if isinstance(given, list) else [given]
    return (str(entry) for entry in entries if entry is not None and str(entry).strip())


def _problems(given: Mapping[str, Any], text: str) -> list[str]:
    try:
        _CHECKS[given["kind"]](text)
    except InvalidInput as error:
        return [f"{given['variable']}: {error.message}"]
    return []


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"incident_texts": incident_texts}
