# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: triage_figures
short_description: Calculate the figures of a triage report
version_added: 0.1.0
description:
  - Calculates the false-positive rate of each alert rule of the server.
  - Counts alerts by severity and age, by name, source and technique, and by who completed them.
  - Calculates MTTA and MTTR, and the changes since the last report.
  - Texts of alerts are returned as one line without control or direction characters, shortened to fit a table.
positional: _input, previous, history, incidents
options:
  _input:
    description:
      - Alerts as M(utmstack.siem.utmstack_alert_info) returns them. All that are not completed, and the completed ones that were
        raised since O(since).
    type: list
    elements: dict
    required: true
  previous:
    description: C(state) of the last report, to calculate the changes. Empty or null for none.
    type: dict
  history:
    description:
      - C(entries) of M(utmstack.siem.utmstack_alert_history_info), for MTTA and MTTR. Null if they were not read.
    type: list
    elements: dict
  incidents:
    description:
      - C(incidents) of M(utmstack.siem.utmstack_incident_info), for their status and assignee, and for those that no alert here names.
        Null if they were not read.
    type: list
    elements: dict
  since:
    description: Earliest time of the completed alerts. An age (V(90m), V(24h), V(7d), V(2w)), V(today), V(yesterday), a day or an ISO 8601 time.
    type: str
    default: 7d
  now:
    description: ISO 8601 time of the report. The default is the current time.
    type: str
  marks:
    description: Texts that mark an observation as automatic.
    type: list
    elements: str
    default: ["[utmstack.siem rule="]
  console:
    description: Address of UTMStack's web interface, for links. Empty for none.
    type: str
    default: ""
  alert_link:
    description: Address of the page of one alert, with C({id}) in place of its ID. Without it, links lead to O(console).
    type: str
    default: ""
  top:
    description: Maximum rows of each table of names, sources and techniques.
    type: int
    default: 15
  rows:
    description: Maximum rows of the table of alerts.
    type: int
    default: 2000
  time_zone:
    description: Time zone of the days, hours and times of the report, and of O(since) and O(now) without an offset. An IANA name such as V(Europe/Berlin).
    type: str
    default: UTC
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show how many alerts are open
  vars:
    alerts:
      - {id: a1, name: Port scan, status: open, severity: high, timestamp: "2026-11-20T10:00:00.000Z"}
      - {id: a2, name: Port scan, status: completed, severity: low, timestamp: "2026-11-20T11:00:00.000Z"}
    figures: "{{ alerts | utmstack.siem.triage_figures(now='2026-11-20T12:00:00Z') }}"
  ansible.builtin.debug:
    msg: "{{ figures.counts.open }} open, the oldest for {{ figures.oldest_open }}"
"""

RETURN = r"""
_value:
  description:
    - C(counts), C(severity_by_age), C(raised), C(closed), C(false_positives), C(groups), C(techniques), C(times), C(incidents), C(changes) and
      C(alerts), the rows of a table.
    - C(false_positives) has the C(rows) of the alert rules with false positives, each with C(name), C(alerts), C(completed), C(false_positives),
      C(by_analysts) (those that analysts closed), C(rate) and C(rate_lower_bound) (proven with 95 % confidence). The rule whose false positives cost analysts
      most is the first. C(left_out) is the number of further rows, and C(completed) and C(false_positives) are sums of all rules.
    - C(state) is O(previous) of the next report. C(digest) stays the same as long as only the time changes, and C(unchanged) says whether
      it is that of O(previous).
  type: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.figures import (
    figures,
    report_options_from,
)
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing

_OPTIONS = ("since", "now", "marks", "console", "alert_link", "top", "rows", "time_zone")


@refusing()
def triage_figures(
    alerts: Sequence[Mapping[str, Any]],
    previous: Mapping[str, Any] | None = None,
    history: Sequence[Mapping[str, Any]] | None = None,
    incidents: Sequence[Mapping[str, Any]] | None = None,
    **given: Any,
) -> dict[str, Any]:
    """Figures of a report on these alerts."""
    unknown = sorted(set(given) - set(_OPTIONS))
    if unknown:
        raise AnsibleFilterError(f"triage_figures has no option {', '.join(unknown)}; it has {', '.join(_OPTIONS)}.")
    return figures(alerts, report_options_from(given), previous, history, incidents)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"triage_figures": triage_figures}
