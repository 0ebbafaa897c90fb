#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_recording
short_description: Record UTMStack alerts and what analysts decided
version_added: 1.0.0
description:
  - Writes the alerts of a query as the server stores them, what analysts decided about them, and the assets to a file on the controller. Triage rules are
    tested on it without a server, with P(utmstack.siem.rule_backtest#lookup) or P(utmstack.siem.triage_verdicts#filter).
  - Closures of this collection and of the server's tag rules are told apart from decisions of analysts.
  - Replaces the file atomically. Nothing is written to the server.
  - Always runs on the controller as the user who runs Ansible, regardless of the connection and C(become).
options:
  path:
    description:
      - Path of the file. A relative path starts in the directory in which C(ansible-playbook) was started.
      - A file that ends in C(.jsonl) gets one line per alert, which P(utmstack.siem.rule_backtest#lookup) reads line by line. Any other one is JSON, which is
        read as a whole, up to 64 MiB.
    type: path
    required: true
  mode:
    description: Permissions of the file as octal digits in quotes.
    type: raw
    default: "0600"
  limit:
    description: Maximum number of alerts, newest first. With V(0), there is no limit.
    type: int
    default: 1000
  decisions:
    description: Whether to record the decisions of analysts and the assets.
    type: bool
    default: true
  anonymize:
    description:
      - Whether to replace addresses, hosts and users, in alerts, decisions and assets alike. RV(decided_differently) lists the alerts about which O(rules) no
        longer decide as before.
    type: bool
    default: false
  key:
    description: A secret for O(anonymize). The same key gives the same replacements. Without it, each run takes a random one, and nothing leads back.
    type: str
  rules:
    description: The rules that will be tested, as M(utmstack.siem.utmstack_triage) takes them, for O(anonymize). What they name is kept.
    type: list
    elements: dict
    default: []
  rules_files:
    description: Files with such rules, as in M(utmstack.siem.utmstack_triage).
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection.time_zone
  - utmstack.siem.selection.query
  - utmstack.siem.selection.keys
attributes:
  check_mode:
    description: Reads the alerts and returns whether the file would change, without writing it.
    support: full
  diff_mode:
    description: Returns the checksum, size and permissions.
    support: full
  idempotent:
    description: A second run leaves the file as it is unless the alerts were changed in between. With O(anonymize), this needs a O(key).
    support: partial
notes:
  - The requests do not depend on who decided what. Alerts and history are read in pages of 2,000 rows, the assets once.
  - The history has gaps, see M(utmstack.siem.utmstack_alert_history_info). A decision that it does not show counts as an analyst's, without name and time.
  - A recording contains customer data. Even with O(anonymize), read it before you pass it on.
  - In a play with several hosts, each host needs a file of its own.
seealso:
  - module: utmstack.siem.utmstack_alert_history_info
  - module: utmstack.siem.utmstack_rule_suggestions_info
  - module: utmstack.siem.utmstack_triage
  - plugin: utmstack.siem.recorded_alerts
    plugin_type: lookup
  - plugin: utmstack.siem.rule_backtest
    plugin_type: lookup
  - plugin: utmstack.siem.anonymized_alerts
    plugin_type: filter
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Record a month for a backtest
  utmstack.siem.utmstack_alert_recording:
    query:
      since: 30d
    limit: 0
    path: recorded.jsonl

- name: Record the newest alerts without addresses, hosts and users
  utmstack.siem.utmstack_alert_recording:
    query:
      all: true
    path: recorded.json
    anonymize: true
    rules:
      - name: Authorized scanners
        when: {source_ip: [10.0.0.0/28]}
        then: {false_positive: true}
"""

RETURN = r"""
path:
  description: Absolute path of the file.
  returned: success
  type: str
  sample: /srv/rules/recorded.jsonl
rows:
  description: Number of alerts in the file. In check mode, the number that would be in it.
  returned: success
  type: int
  sample: 953
total:
  description: Number of alerts that match.
  returned: success
  type: int
  sample: 953
dialect:
  description: Major version of the server.
  returned: success
  type: str
  sample: v11
decisions:
  description: How many alerts were decided, and by whom. Null without O(decisions).
  returned: success
  type: dict
  sample: {by_analysts: 516, automated: 140, undecided: 297, without_history: 216}
  contains:
    by_analysts:
      description: Number of alerts that an analyst decided.
      type: int
    automated:
      description: Number of alerts that this collection or a tag rule of the server closed.
      type: int
    undecided:
      description: Number of alerts without a decision.
      type: int
    without_history:
      description: Number of the decisions of analysts that the history does not show.
      type: int
assets:
  description: Number of assets. Null without O(decisions).
  returned: success
  type: int
  sample: 34
replaced:
  description: Numbers of replaced C(addresses), C(hosts) and C(users).
  returned: with O(anonymize=true)
  type: dict
  sample: {addresses: 61, hosts: 34, users: 12}
unchanged_addresses:
  description: Number of addresses that no other one can stand for, because O(rules) single them out.
  returned: with O(anonymize=true)
  type: int
  sample: 0
decided_differently:
  description: IDs of the alerts about which O(rules) no longer decide as before.
  returned: with O(anonymize=true)
  type: list
  elements: str
  sample: []
bytes:
  description: Size of the file.
  returned: success
  type: int
  sample: 1454441
checksum:
  description: SHA-256 of the file.
  returned: success
  type: str
  sample: 71359e3fb12633647254cbc9d1af8834a13f7b18f00500dedaf76f650292ec42
mode:
  description: Permissions of the file.
  returned: success
  type: str
  sample: "0600"
diff:
  description: Checksum, size and permissions if they change.
  returned: success
  type: dict
  sample: {prepared: "/srv/rules/recorded.jsonl checksum: (none) -> 71359e3fb12633647254cbc9d1af8834a13f7b18f00500dedaf76f650292ec42\n"}
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 4
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on failure
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: POST /api/elasticsearch/search, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import alert_recording


def main() -> None:
    run_as_module(alert_recording.OPERATION)


if __name__ == "__main__":
    main()
