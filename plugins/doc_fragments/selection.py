# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation shared by modules."""

from __future__ import annotations


class ModuleDocFragment:
    """Options that say which alerts. QUERY or RULE and WORDS describe `query` together."""

    DOCUMENTATION = r"""
options:
  alert_ids:
    description:
      - IDs of the alerts. An ID that no alert carries is an error of its own, since the server would say nothing.
      - An empty list is nothing to do.
      - One of O(alert_ids) and O(query) is needed.
    type: list
    elements: str
  limit:
    description:
      - At most this many alerts of a O(query), the newest first.
    type: int
  concurrency:
    description:
      - How many requests may be under way at the same time.
    type: int
    default: 4
"""

    # For modules that only read.
    ECHOES = r"""
options:
  include_echoes:
    description: Whether to take in the echoes of alerts (v11), which are repetitions with a C(parent_id).
    type: bool
    default: false
"""

    QUERY = r"""
options:
  query:
    description:
      - What the alerts have in common. All words must hold.
      - In a list any entry may hold, except for O(query.tags) (all) and O(query.without_tags) (none).
      - Texts are compared whole, letter case included.
      - Write lists as lists. Where a plain text stands instead, Ansible splits it at commas.
      - Alerts in automatic review are left out unless O(query.status) asks for them, because the server's rule engine may still change them.
      - Echoes (v11) are left out, too.
    type: dict
"""

    # For rules that meet alerts.
    RULE = r"""
options:
  query:
    description:
      - What the alerts have in common that the rule is for. All words must hold, and at least one is needed.
      - In a list any entry may hold, except for O(query.tags) (all) and O(query.without_tags) (none).
      - Texts are compared whole, letter case included.
      - Write lists as lists. Where a plain text stands instead, Ansible splits it at commas.
      - A rule meets new alerts in automatic review, echoes (v11) included. So O(query.status), O(query.since) and O(query.until) are refused here,
        and conditions on the status or on times likewise.
      - O(query.user) is refused, too, because either side cannot be asked in one rule. Use O(query.source_user) or O(query.target_user).
    type: dict
"""

    # The words of a query, the same in every module that takes one.
    WORDS = r"""
options:
  query:
    type: dict
    suboptions:
      status:
        description: Status of the alert. By default all but V(automatic_review).
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
        description: Name of the host or device that sent the log.
        type: list
        elements: str
      data_type:
        description: Type of the log, such as V(wineventlog).
        type: list
        elements: str
      source_ip:
        description: Address of the adversary (v11) or source (v10).
        type: list
        elements: str
      source_host:
        description: Host of the adversary or source.
        type: list
        elements: str
      source_user:
        description: User of the adversary or source.
        type: list
        elements: str
      target_ip:
        description: Address of the target (v11) or destination (v10).
        type: list
        elements: str
      target_host:
        description: Host of the target or destination.
        type: list
        elements: str
      target_user:
        description: User of the target or destination.
        type: list
        elements: str
      user:
        description: User on either side.
        type: list
        elements: str
      tags:
        description: Tags that the alert must all have.
        type: list
        elements: str
      without_tags:
        description: Tags of which the alert must have none.
        type: list
        elements: str
      incident:
        description: Whether the alert belongs to an incident.
        type: bool
      since:
        description: Earliest time. An age (V(90m), V(24h), V(7d), V(2w)) or an ISO 8601 time, which is UTC without an offset.
        type: str
      until:
        description: Latest time, written as O(query.since).
        type: str
      where:
        description:
          - Conditions on other fields of the stored documents. Only fields and operators that every daily index can answer are accepted,
            since the server leaves out the days on which a search fails and still answers 200.
        type: list
        elements: dict
        suboptions:
          field:
            description: Name of the field in the stored document, such as V(adversary.geolocation.country) on v11 or V(source.country) on v10.
            type: str
            required: true
          operator:
            description: How to compare. The names are the server's, in lower case; texts are compared whole and patterns literally.
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
              - What to compare with.
              - A list for V(is_one_of), V(is_not_one_of), V(is_between) and V(is_not_between); nothing for V(exist) and V(does_not_exist).
            type: raw
"""
