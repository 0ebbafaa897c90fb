#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_export
short_description: Write UTMStack alerts to a file
version_added: 0.1.0
description:
  - Writes the alerts of a query to a CSV, JSON or JSON Lines file on the controller, however many they are.
  - The file appears as a whole or not at all. Where its content would be the same, it is not touched.
  - Always runs on the controller as the user who runs Ansible, also on other connections and with C(become).
options:
  path:
    description:
      - The file to write. A relative path counts from the directory of the playbook.
      - The folder must exist. A symbolic link is replaced by the file.
    type: path
    required: true
  format:
    description: Format of the file. By default what the name says - C(.csv), C(.json), C(.jsonl) or C(.ndjson).
    type: str
    choices: [csv, json, jsonl]
  alert_ids:
    description:
      - IDs of the alerts. Those that no alert carries are returned in RV(missing), with a warning.
      - An empty list makes a file without rows.
      - One of O(alert_ids) and O(query) is needed.
    type: list
    elements: str
  columns:
    description:
      - What to write of each alert, in this order. Names of the results of M(utmstack.siem.utmstack_alert_info) such as V(status), V(adversary.ip) or
        V(incident.name), fields of the stored documents such as V(lastEvent.action), or V(raw) for the whole stored document.
      - By default a CSV file has the usual columns and the other formats have everything that M(utmstack.siem.utmstack_alert_info) returns.
      - A name that is not known is looked up on the server, and refused with a suggestion where it is unknown there, too.
    type: list
    elements: str
  headings:
    description: Headings by column; in JSON the names of the members. By default the names of the columns.
    type: dict
  limit:
    description: At most this many alerts of a O(query), the first ones in the order of O(sort).
    type: int
  sort:
    description: Order of the alerts, by time and then by ID. A leading V(-) means the newest first.
    type: str
    choices: [-timestamp, timestamp]
    default: -timestamp
  include_echoes:
    description: Whether to write also the echoes of alerts (v11), which are repetitions with a C(parent_id).
    type: bool
    default: false
  excel:
    description: Whether a CSV file begins with a byte order mark, without which Excel takes UTF-8 for an older encoding.
    type: bool
    default: false
  mode:
    description:
      - Permissions of the file, octal digits in quotes. They are also set on a file whose content stays the same.
    type: raw
    default: "0600"
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection
  - utmstack.siem.selection.query
  - utmstack.siem.selection.words
attributes:
  check_mode:
    description: Reads the alerts and tells whether the file would change. Writes nothing.
    support: full
  diff_mode:
    description: Shows checksum, size and permissions.
    support: full
notes:
  - Texts in CSV cells that a spreadsheet would take for a formula, since they begin with C(=), C(+), C(-), C(@), a tab or a line break, get an
    apostrophe in front.
    Numbers stay numbers. The NUL character becomes C(U+2400).
  - Lists in CSV cells are joined by semicolons. Objects, and lists whose entries hold semicolons, are written as JSON.
  - JSON files are ASCII with escapes, CSV files UTF-8.
  - Times are written as they are stored.
  - Memory does not grow with the number of alerts of a O(query). Alerts by O(alert_ids) are held all at once.
  - With C(-v) the progress of long exports is shown.
  - On several hosts each would write the file. Use C(run_once).
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: What was closed this week, for the report
  utmstack.siem.utmstack_alert_export:
    path: closed-alerts.csv
    query:
      status: [completed]
      since: 7d
    columns: [timestamp, name, severity, adversary.ip, target.host, observation]
    headings:
      adversary.ip: Attacker
      target.host: Host
    excel: true
  register: report

- name: Every alert with the document as it is stored
  utmstack.siem.utmstack_alert_export:
    path: "{{ playbook_dir }}/alerts.jsonl"
    query:
      status: [automatic_review, open, in_review, completed]
    include_echoes: true
    columns: [id, raw]
    sort: timestamp

- name: One alert for a colleague
  utmstack.siem.utmstack_alert_export:
    path: alerts.json
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    mode: "0640"
"""

RETURN = r"""
path:
  description: Absolute path of the file.
  returned: success
  type: str
  sample: /srv/reports/closed-alerts.csv
format:
  description: Format of the file.
  returned: success
  type: str
  sample: csv
columns:
  description: Headings of the columns.
  returned: success
  type: list
  elements: str
rows:
  description: Number of alerts in the file, in check mode of those that would be in it.
  returned: success
  type: int
  sample: 25000
missing:
  description: IDs of O(alert_ids) that no alert carries.
  returned: success
  type: list
  elements: str
bytes:
  description: Size of the file.
  returned: success
  type: int
checksum:
  description: SHA-256 of the file.
  returned: success
  type: str
mode:
  description: Permissions of the file.
  returned: success
  type: str
  sample: "0600"
diff:
  description: Checksum, size and permissions where they change.
  returned: success
  type: dict
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 13
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on failure
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_export


def main() -> None:
    run_as_module(alert_export.OPERATION)


if __name__ == "__main__":
    main()
