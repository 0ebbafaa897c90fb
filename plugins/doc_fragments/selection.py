# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation shared by modules."""

from __future__ import annotations


class ModuleDocFragment:
    """Options that select alerts. QUERY or RULE and KEYS together describe `query`."""

    DOCUMENTATION = r"""
options:
  alert_ids:
    description:
      - IDs of the alerts. An unknown ID is reported as an error, because the server silently ignores it.
      - With an empty list, the task does nothing.
      - Either O(alert_ids) or O(query) is required.
    type: list
    elements: str
  limit:
    description: Maximum number of alerts that a O(query) returns, newest first. Without it, there is no limit.
    type: int
  concurrency:
    description: Maximum number of parallel requests.
    type: int
    default: 4
"""

    # For modules that only read.
    ECHOES = r"""
options:
  include_echoes:
    description: Whether to include the echoes of alerts (v11). Echoes are repetitions of an alert and have a C(parent_id).
    type: bool
    default: false
"""

    QUERY = r"""
options:
  query:
    description:
      - Conditions that select the alerts. All of them must match.
      - In a list, any entry may match, except for O(query.tags) (all must match) and O(query.without_tags) (none may match).
      - Text values are compared in full and are case-sensitive.
      - Write lists as YAML lists. Ansible splits a plain string at its commas.
      - Alerts in automatic review are left out unless O(query.status) includes them, because the server's rule engine may still change them.
      - Echoes (v11) are left out as well.
    type: dict
"""

    # For tag rules.
    RULE = r"""
options:
  query:
    description:
      - Conditions of the rule. All of them must match, and at least one is required.
      - In a list, any entry may match, except for O(query.tags) (all must match) and O(query.without_tags) (none may match).
      - Text values are compared in full and are case-sensitive.
      - Write lists as YAML lists. Ansible splits a plain string at its commas.
      - A rule runs on new alerts in automatic review, echoes (v11) included. O(query.status), O(query.since), O(query.until) and conditions on the status or
        on times are therefore refused.
      - O(query.user) is refused because one rule cannot match either side. Use O(query.source_user) or O(query.target_user).
    type: dict
"""

    # The query keys, the same in every module that takes a query.
    KEYS = r"""
options:
  query:
    type: dict
    suboptions:
      status:
        description: Status of the alert. Without it, alerts of any status but V(automatic_review) match.
        type: list
        elements: str
        choices: [automatic_review, open, in_review, completed]
      severity:
        description: Severity of the alert.
        type: list
        elements: str
        choices: [low, medium, high]
      name:
        description: Name of the alert.
        type: list
        elements: str
      category:
        description: Category of the alert.
        type: list
        elements: str
      technique:
        description: ATT&CK technique (v11) or tactic (v10) of the alert.
        type: list
        elements: str
      data_source:
        description: Host or device that sent the log.
        type: list
        elements: str
      data_type:
        description: Log type, such as V(wineventlog).
        type: list
        elements: str
      source_ip:
        description: IP address of the adversary (v11) or source (v10).
        type: list
        elements: str
      source_host:
        description: Host name of the adversary (v11) or source (v10).
        type: list
        elements: str
      source_user:
        description: User of the adversary (v11) or source (v10).
        type: list
        elements: str
      target_ip:
        description: IP address of the target (v11) or destination (v10).
        type: list
        elements: str
      target_host:
        description: Host name of the target (v11) or destination (v10).
        type: list
        elements: str
      target_user:
        description: User of the target (v11) or destination (v10).
        type: list
        elements: str
      user:
        description: User on either side of the alert.
        type: list
        elements: str
      tags:
        description: Tags of the alert. It must carry all of them.
        type: list
        elements: str
      without_tags:
        description: Tags to exclude. The alert must carry none of them.
        type: list
        elements: str
      incident:
        description: Whether the alert belongs to an incident.
        type: bool
      since:
        description: Earliest time. An age (V(90m), V(24h), V(7d), V(2w)) or an ISO 8601 time. Times without an offset are UTC.
        type: str
      until:
        description: Latest time, in the format of O(query.since).
        type: str
      where:
        description:
          - Conditions on any other field of the stored documents.
          - Only fields and operators that every daily index supports are accepted. If a search fails on one index, the server silently leaves out that day
            and still returns 200.
        type: list
        elements: dict
        suboptions:
          field:
            description: Field of the stored document, such as V(adversary.geolocation.country) on v11 or V(source.country) on v10.
            type: str
            required: true
          operator:
            description: Comparison operator. The names are the server's, in lower case. Text is compared in full, and pattern characters are taken literally.
            type: str
            required: true
            choices:
              - is
              - is_not
              - is_one_of
              - is_not_one_of
              - contain
              - does_not_contain
              - start_with
              - not_start_with
              - ends_with
              - not_ends_with
              - exist
              - does_not_exist
              - is_between
              - is_not_between
              - is_greater_than
              - is_less_than_or_equals
          value:
            description:
              - Value to compare with.
              - Takes a list for V(is_one_of), V(is_not_one_of), V(is_between) and V(is_not_between), and no value for V(exist) and V(does_not_exist).
            type: raw
"""
