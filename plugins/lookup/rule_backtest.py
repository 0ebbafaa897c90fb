# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: rule_backtest
short_description: Compare triage rules with what analysts decided about recorded alerts
version_added: 1.0.0
description:
  - Decides about each alert of a recording of the playbook C(utmstack.siem.record) as it arrived, and compares what the rules would close with what analysts
    decided.
  - Shadow rules are compared like the others. Guardrails belong to the task and are not tested.
  - Alerts that no analyst decided, and those that this collection or a tag rule of the server closed, are counted and do not affect the precision.
  - JSON Lines (C(.jsonl)) are read line by line, so that memory does not limit their size. Other files are read as JSON, up to 64 MiB.
options:
  _terms:
    description: Recordings, searched for like other files of a playbook or role. They may be encrypted with Ansible Vault.
    required: true
  rules_files:
    description: Files with rules, as O(utmstack.siem.utmstack_triage#module:rules_files) takes them.
    type: list
    elements: str
    default: []
  rules:
    description: Rules as M(utmstack.siem.utmstack_triage) takes them. They stand below those of O(rules_files). One of the two is required.
    type: list
    elements: dict
    default: []
  dialect:
    description: Major version of the server that the alerts must come from. Without it, a recording of any one is read.
    type: str
    choices: [v10, v11]
  now:
    description: ISO 8601 time that ages in the rules count from. The default is the time of the recording.
    type: str
  time_zone:
    description: Time zone of the task that will apply the rules, as an IANA name such as V(Europe/Berlin).
    type: str
    default: UTC
  networks:
    description: Lists of addresses, networks and ranges by name, for C(source_ip) and C(target_ip) of the rules.
    type: dict
  lists:
    description: 'Lists of texts by name, for entries C({list: NAME}) of the rules.'
    type: dict
  minimum_precision:
    description: Precision that the decisions must prove for each rule that would close alerts, from 0 to below 1. C(unmet) names the rules that miss it.
    type: float
    default: 0
  minimum_coverage:
    description: Share of the analysts' closures that the rules would have made, from 0 to 1. C(unmet) states if it is missed.
    type: float
    default: 0
  return_errors:
    description: Whether to return a recording or a rule that is refused as C(error), so that the task can report it without what Ansible puts around it.
    type: bool
    default: false
seealso:
  - module: utmstack.siem.utmstack_triage
  - module: utmstack.siem.utmstack_alert_recording
  - plugin: utmstack.siem.triage_rules
    plugin_type: lookup
  - plugin: utmstack.siem.recorded_alerts
    plugin_type: lookup
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Compare the rules with what analysts decided
  vars:
    backtest: "{{ lookup('utmstack.siem.rule_backtest', 'recorded.json', rules_files=['triage.yml'], minimum_precision=0.95) }}"
  ansible.builtin.assert:
    that: backtest.unmet == []
    fail_msg: "{{ backtest.unmet | join(' ') }}"
"""

RETURN = r"""
_list:
  description:
    - For each recording, its C(rules), C(summary), C(coverage), C(never_hit) (the rules without a match), the C(dialect) of its server, C(warnings) about the
      rules, C(unmet), one message for each gate that is missed, and C(tables), their rows for P(utmstack.siem.table#filter).
    - An entry of C(rules) has C(name), C(mode), the numbers C(matched), C(would_close), C(decided) (by analysts), C(agreed), C(undecided) and C(automated), the
      C(precision), its C(precision_lower_bound) at a confidence of 95 %, and up to 50 closures C(otherwise) that an analyst decided otherwise (C(id), C(name),
      C(decision), C(by), C(at)) of C(otherwise_total).
    - C(summary) has the same figures for all C(alerts), and the number of decisions C(without_history), whose analyst and time are unknown.
    - C(coverage) has the number of alerts C(closed_by_analysts), how many of them the rules would have closed (C(covered), C(share)), and how many alerts any
      rule matches (C(matched), C(matched_share)).
  type: list
  elements: dict
"""

import functools
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.backtest import backtest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.backtest_tables import backtest_tables
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.gates import Gates
from ansible_collections.utmstack.siem.plugins.plugin_utils.file_lookup import FileLookup
from ansible_collections.utmstack.siem.plugins.plugin_utils.recordings import decided_recording
from ansible_collections.utmstack.siem.plugins.plugin_utils.rules_files import rules_in


class LookupModule(FileLookup):
    """The lookup."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """Compare the rules with each recording."""
        self.set_options(var_options=variables, direct=kwargs)
        return [self._result(str(name), variables) for name in terms]

    def _result(self, name: str, variables: dict[str, Any] | None) -> dict[str, Any]:
        try:
            files = self.get_option("rules_files")
            rules = [rule for file in files for rule in self.read(rules_in, str(file), variables)]
            read = functools.partial(self._compared, [*rules, *self.get_option("rules")])
            result: dict[str, Any] = self.read(read, name, variables)
        except AnsibleLookupError as error:
            if not self.get_option("return_errors"):
                raise
            return {"error": error.message}
        return result

    def _compared(self, rules: list[Any], loader: DataLoader, path: str, name: str) -> dict[str, Any]:
        gates = Gates(self.get_option("minimum_precision"), self.get_option("minimum_coverage"))
        gates.check()
        given = [self.get_option(option) for option in ("now", "time_zone", "networks", "lists")]
        with decided_recording(loader, path, name) as recording:
            result = backtest(recording.expected_from(self.get_option("dialect")), rules, *given)
        return {**result, "unmet": gates.unmet(result), "tables": backtest_tables(result), "error": None}
