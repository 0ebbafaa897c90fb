# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: csv_safe
short_description: Keep a spreadsheet from running a cell as a formula
version_added: 1.0.0
description:
  - Returns a value as text for a cell of a CSV file, as M(utmstack.siem.utmstack_alert_export) writes it.
  - Text that a spreadsheet would run as a formula gets an apostrophe in front, such as text that starts with C(=), C(+), C(-), C(@), a tab or a line break.
    This also applies after semicolons, tabs and line breaks.
  - Numbers stay numbers, lists of plain values are joined by semicolons, dictionaries become JSON, and null becomes an empty text.
  - The text is not quoted. Put it in quotation marks, and double those within it.
positional: _input
options:
  _input:
    description: The value of one cell.
    type: raw
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Defuse a formula
  ansible.builtin.assert:
    that: ('=1+1' | utmstack.siem.csv_safe) == "'=1+1"

- name: Write a line of CSV
  vars:
    alert: "{{ lookup('utmstack.siem.alert', 'a0000001-0000-4000-8000-000000000001') }}"
    cells: "{{ [alert.id, alert.name, alert.tags] | map('utmstack.siem.csv_safe') }}"
  ansible.builtin.debug:
    msg: >-
      "{{ cells | map('replace', '"', '""') | join('","') }}"
"""

RETURN = r"""
_value:
  description: The text of the cell.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.export_formats import safe_cell
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing
from ansible_collections.utmstack.siem.plugins.plugin_utils.untrusted import plain, untrusted


@refusing("utmstack.siem.csv_safe")
def csv_safe(value: Any) -> str:
    """The value as the text of a cell."""
    text: str = untrusted(safe_cell(plain(value)))
    return text


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"csv_safe": csv_safe}
