#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_export
short_description: Export UTMStack alerts to a file
version_added: 0.1.0
description:
  - Exports the alerts of a query to a CSV, JSON or JSON Lines file on the controller, without a limit on their number.
  - Replaces the file atomically, and only if its content changes.
  - Always runs on the controller as the user who runs Ansible, regardless of the connection and C(become).
options:
  path:
    description:
      - Path of the file. A relative path starts in the directory in which C(ansible-playbook) was started.
      - The directory must exist. A symbolic link is replaced by the file.
    type: path
    required: true
  format:
    description: Format of the file. Without it, the file extension decides - C(.csv), C(.json), C(.jsonl) or C(.ndjson).
    type: str
    choices: [csv, json, jsonl]
  alert_ids:
    description:
      - IDs of the alerts. Unknown IDs are returned in RV(missing), with a warning.
      - An empty list creates a file without rows.
      - Either O(alert_ids) or O(query) is required.
    type: list
    elements: str
  columns:
    description:
      - Columns to write, in this order. Takes names of the results of M(utmstack.siem.utmstack_alert_info), such as V(status), V(adversary.ip) or
        V(incident.name), fields of the stored documents, such as V(lastEvent.action), and V(raw) for the whole stored document.
      - Without it, a CSV file has a default set of columns, and the other formats contain everything that M(utmstack.siem.utmstack_alert_info) returns.
      - An unknown name is looked up on the server and rejected with a suggestion if the server does not know it either.
    type: list
    elements: str
  headings:
    description: Headings by column, which in JSON are the member names. Without it, the column names are used.
    type: dict
  limit:
    description: Maximum number of alerts of a O(query), in the order of O(sort). Without it, there is no limit.
    type: int
  sort:
    description: Order of the alerts, by time and then by ID. V(-timestamp) is newest first.
    type: str
    choices: [-timestamp, timestamp]
    default: -timestamp
  include_echoes:
    description: Whether to export the echoes of alerts (v11) as well. Echoes are repetitions of an alert and have a C(parent_id).
    type: bool
    default: false
  excel:
    description: Whether to begin a CSV file with a byte order mark. Without it, Excel does not recognize UTF-8.
    type: bool
    default: false
  formulas:
    description:
      - What happens to text in a CSV file that a spreadsheet would run as a formula.
      - V(escape), the default for CSV, puts an apostrophe before C(=), C(+), C(-) and C(@) at the beginning of a text and after each semicolon, tab and line
        break in it. V(keep) writes the text as it is stored. Use it only for files that no spreadsheet opens.
      - JSON and JSON Lines are never altered.
    type: str
    choices: [escape, keep]
  mode:
    description: Permissions of the file as octal digits in quotes. They are also set if the content stays the same.
    type: raw
    default: "0600"
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection
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
    description: A second run leaves the file as it is unless the alerts were changed in between.
    support: full
notes:
  - In CSV cells, numbers stay numbers. The NUL character becomes C(U+2400).
  - Lists in CSV cells are joined with semicolons. Objects, and lists with semicolons in their entries, are written as JSON.
  - JSON files are escaped ASCII. CSV files are UTF-8.
  - Times are written as stored.
  - Memory use does not grow with the number of alerts of a O(query). With O(alert_ids), all alerts are held in memory.
  - With C(-v), the progress of long exports is shown.
  - In a play with several hosts, each host would write the file. Use C(run_once).
seealso:
  - module: utmstack.siem.utmstack_alert_info
  - module: utmstack.siem.utmstack_alert_recording
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Export alerts closed this week
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

- name: Export all alerts with their stored documents
  utmstack.siem.utmstack_alert_export:
    path: "{{ playbook_dir }}/alerts.jsonl"
    query:
      status: [automatic_review, open, in_review, completed]
    include_echoes: true
    columns: [id, raw]
    sort: timestamp

- name: Export one alert with group read access
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
  sample: /srv/reports/open-alerts.csv
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
  sample:
    - timestamp
    - id
    - name
    - status
    - severity
    - category
    - technique
    - data_type
    - data_source
    - adversary.ip
    - adversary.host
    - adversary.user
    - target.ip
    - target.host
    - target.user
    - tags
    - notes
    - observation
    - is_incident
    - incident.id
    - incident.name
rows:
  description: Number of alerts in the file. In check mode, the number that would be in it.
  returned: success
  type: int
  sample: 574
missing:
  description: Unknown IDs in O(alert_ids).
  returned: success
  type: list
  elements: str
  sample: [a0000001-0000-4000-8000-000000000001]
bytes:
  description: Size of the file.
  returned: success
  type: int
  sample: 150528
checksum:
  description: SHA-256 of the file.
  returned: success
  type: str
  sample: 436feed283844e4af0b0cb47f1a3b0f338f6ead76bbc1be1e100a456e6ca6a3b
mode:
  description: Permissions of the file.
  returned: success
  type: str
  sample: "0600"
diff:
  description: Checksum, size and permissions if they change.
  returned: success
  type: dict
  sample: {prepared: "/srv/reports/open-alerts.csv checksum: (none) -> 436feed283844e4af0b0cb47f1a3b0f338f6ead76bbc1be1e100a456e6ca6a3b\n"}
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 2
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
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_export


def main() -> None:
    run_as_module(alert_export.OPERATION)


if __name__ == "__main__":
    main()
