# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: triage_rules
short_description: Read files with triage rules
version_added: 1.0.0
description:
  - Reads the files that O(utmstack.siem.utmstack_triage#module:rules_files) takes, so that their rules can be tested or passed on.
  - Each rule carries its file, line and number under C(origin), which messages about it use.
  - An error names file, line and column. It never quotes a file that holds no rules.
options:
  _terms:
    description: Files with rules, searched for like other files of a playbook or role. They may be encrypted with Ansible Vault.
    required: true
seealso:
  - module: utmstack.siem.utmstack_triage
  - plugin: utmstack.siem.rule_backtest
    plugin_type: lookup
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show the names of the rules
  ansible.builtin.debug:
    msg: "{{ query('utmstack.siem.triage_rules', 'triage.yml') | map(attribute='name') }}"
"""

RETURN = r"""
_list:
  description: The rules of all files, in their order.
  type: list
  elements: dict
"""

from typing import Any

from ansible_collections.utmstack.siem.plugins.plugin_utils.file_lookup import FileLookup
from ansible_collections.utmstack.siem.plugins.plugin_utils.rules_files import rules_in


class LookupModule(FileLookup):
    """The lookup."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Read the rules of each file."""
        self.set_options(var_options=variables, direct=kwargs)
        return [rule for name in terms for rule in self.read(rules_in, str(name), variables)]
