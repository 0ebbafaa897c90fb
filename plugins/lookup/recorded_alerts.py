# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: recorded_alerts
short_description: Read a recording of alerts
version_added: 1.0.0
description:
  - Reads files of the playbook C(utmstack.siem.record), and JSON exports of M(utmstack.siem.utmstack_alert_export) with the column C(raw), for
    P(utmstack.siem.triage_verdicts#filter).
  - JSON is read as JSON, so that any letters survive, and C(.jsonl) as JSON Lines. Other files are read as YAML.
options:
  _terms:
    description: Files with alerts, searched for like other files of a playbook or role. They may be encrypted with Ansible Vault.
    required: true
seealso:
  - module: utmstack.siem.utmstack_alert_recording
  - plugin: utmstack.siem.rule_backtest
    plugin_type: lookup
  - plugin: utmstack.siem.anonymized_alerts
    plugin_type: filter
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Test rules on a recording
  vars:
    recording: "{{ lookup('utmstack.siem.recorded_alerts', 'recorded.json') }}"
    rules: "{{ query('utmstack.siem.triage_rules', 'triage.yml') }}"
  ansible.builtin.debug:
    msg: "{{ (recording.alerts | utmstack.siem.triage_verdicts(rules, dialect=recording.dialect or 'v11', assets=recording.assets)).coverage }}"
"""

RETURN = r"""
_list:
  description: For each file, its C(alerts), the C(dialect) of their server and its C(assets), which are null if the file does not hold them.
  type: list
  elements: dict
"""

from typing import Any

from ansible_collections.utmstack.siem.plugins.plugin_utils.file_lookup import FileLookup
from ansible_collections.utmstack.siem.plugins.plugin_utils.recordings import recording_in


class LookupModule(FileLookup):
    """The lookup."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Read each file."""
        self.set_options(var_options=variables, direct=kwargs)
        return [self.read(recording_in, str(name), variables) for name in terms]
