# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: rules_patch
short_description: Write a patch that promotes and withdraws triage rules
version_added: 1.0.0
description:
  - Returns the unified diff of rules files that removes C(mode=shadow) from the rules in O(promote), and removes the rules in O(withdraw) together with the
    comments that belong to them. All other lines, comments and the layout stay as they are.
  - C(git apply) and C(patch -p1) take it. The files themselves are not changed.
  - Fails if a patched file would mean anything else, for example because rules share an anchor, or if a rule is in a file encrypted with Ansible Vault.
positional: _input, path, promote, withdraw
options:
  _input:
    description:
      - The text of a file that O(utmstack.siem.utmstack_triage#module:rules_files) takes, in YAML or JSON. For several files, a dictionary of their texts by
        their paths, without O(path).
    type: raw
    required: true
  path:
    description: The file, in or below the directory in which C(ansible-playbook) was started. The patch is applied in this directory.
    type: path
  promote:
    description: Names of the shadow rules that are to act.
    type: list
    elements: str
    default: []
  withdraw:
    description: Names of the rules to remove.
    type: list
    elements: str
    default: []
seealso:
  - module: utmstack.siem.utmstack_shadow_info
  - module: utmstack.siem.utmstack_rule_suggestions_info
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show how to promote a rule
  vars:
    text: |
      # Agreed with the network team
      - name: Backups at night
        when: {name: [Large transfer]}
        then: {false_positive: true}
        mode: shadow
  ansible.builtin.debug:
    msg: "{{ (text | utmstack.siem.rules_patch('files/triage.yml', promote=['Backups at night'])).splitlines() }}"
"""

RETURN = r"""
_value:
  description: The patch. Empty if there is nothing to promote or withdraw.
  type: str
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.conversion import converted
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.plugin_utils import rules_patch as patches
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing

_NAMES = {"type": "list", "elements": "str"}


@refusing()
def rules_patch(
    text: str | Mapping[str, str], path: str | None = None, promote: Sequence[str] = (), withdraw: Sequence[str] = ()
) -> str:
    """Return the patch of rules files."""
    return patches.rules_patch(_files(text, path), _names(promote, "promote"), _names(withdraw, "withdraw"))


def _files(given: Any, path: Any) -> dict[str, str]:
    files = given if isinstance(given, Mapping) and path is None else {path: given}
    if not all(isinstance(part, str) for pair in files.items() for part in pair):
        raise InvalidInput(
            "Set the text of a rules file, such as the decoded content of slurp, and its `path`, or a dictionary of "
            "texts by path."
        )
    return dict(files)


def _names(given: Any, option: str) -> list[str]:
    return converted(given, _NAMES, option, commas=False) or []


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"rules_patch": rules_patch}
