# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: survey_list
short_description: Convert the answer of a survey to a list
version_added: 0.1.0
description:
  - An AWX survey returns a text where a list is expected. This filter splits it at line breaks and commas.
  - Anything else, such as a list, is returned unchanged.
positional: _input
options:
  _input:
    description: The answer, or a list.
    type: raw
    required: true
  commas:
    description: Whether to split at commas as well. Names may contain commas.
    type: bool
    default: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Convert the answer
  ansible.builtin.assert:
    that: ('web-01, web-02' | utmstack.siem.survey_list) == ['web-01', 'web-02']
"""

RETURN = r"""
_value:
  description: The entries, without surrounding spaces and empty entries.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any


def survey_list(given: Any, commas: bool = True) -> Any:
    """The entries of a text; anything else unchanged."""
    if not isinstance(given, str):
        return given
    lines = given.splitlines()
    entries = [entry for line in lines for entry in line.split(",")] if commas else lines
    return [entry.strip() for entry in entries if entry.strip()]


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"survey_list": survey_list}
