#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_alert_tags
short_description: Manage the tags of UTMStack alerts
version_added: 0.1.0
description:
  - Adds tags to alerts, removes them, or sets exactly the ones named. Other tags stay, although the server itself only knows to replace all.
  - Echoes (v11) are not tagged with their alert.
options:
  tags:
    description:
      - Tags, compared exactly, letter case included.
      - A tag with an apostrophe, a backslash or a control character is refused, because the server would lose it or run it as script.
      - A tag that differs from one of the server's catalogue only in letter case, blanks or hyphens is warned about.
    type: list
    elements: str
    required: true
  state:
    description:
      - V(present) adds the tags, V(absent) removes them, V(set) makes them the only ones.
      - With V(set) an empty list removes all tags.
    type: str
    choices: [present, absent, set]
    default: present
  normalize:
    description:
      - Trim and collapse blanks and write each word with a capital, but always with the spelling of the server's catalogue where it knows the tag.
      - Other spellings of the tags on the alerts are replaced or removed, too.
    type: bool
    default: false
  replaces:
    description:
      - Tags that go, in the same write, when O(tags) come. That renames a tag.
      - Alerts that carry none of them are left as they are, whether they carry O(tags) or not.
      - Only with O(state=present), and neither with O(normalize) nor with O(create_rule).
    type: list
    elements: str
  create_rule:
    description:
      - Make tag rules as well, so that new alerts like the selected ones get the tags by themselves. Only with O(state=present).
      - There is one rule for each distinct combination of the values that O(rule_on) names. A rule that already does the same is left as it is,
        whatever its name.
      - Nothing is written at all, neither tags nor rules, when one of the new rules would be too broad, see O(rule_max_share).
      - Tags that the catalogue lacks are created, because a rule can give no others.
      - A rule that gives C(False positive) also completes the alerts that it meets.
      - O(rule_on), O(rule_name), O(rule_since), O(rule_max_share) and O(max_rules) say how, and are refused without it.
    type: bool
    default: false
  rule_on:
    description:
      - Words of O(query) that say what the alerts of one rule have in common. The values are those of the selected alerts.
      - An alert that holds no text for one of the words is an error and not tagged, because the rule without the word would be broader than asked for.
      - Needed with O(create_rule).
    type: list
    elements: str
    choices:
      - severity
      - name
      - category
      - data_source
      - data_type
      - technique
      - source_ip
      - source_host
      - source_user
      - target_ip
      - target_host
      - target_user
  rule_name:
    description:
      - Name of the rule. With more than one rule, the values are added to it.
      - If not set, the name is made of the tags and the values.
    type: str
  rule_since:
    description:
      - New rules are tried on all alerts since this age or time, which is written as O(query.since).
    type: str
    default: 7d
  rule_max_share:
    description:
      - Largest part of the alerts since O(rule_since) that a new rule may meet, echoes and completed alerts included.
      - A rule that meets no more than 10 alerts is never too broad.
    type: float
    default: 0.1
  max_rules:
    description:
      - Fail before anything is written when the selected alerts have more combinations of values than this.
    type: int
    default: 20
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.selection
  - utmstack.siem.selection.query
  - utmstack.siem.selection.words
  - utmstack.siem.writer
  - utmstack.siem.writer.receipt
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Tag the alerts of a campaign
  utmstack.siem.utmstack_alert_tags:
    query:
      name: [Repeated failed logins]
      since: 24h
    tags: [Campaign 42, Brute force]

- name: Remove a tag
  utmstack.siem.utmstack_alert_tags:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    tags: [Campaign 42]
    state: absent

- name: Write the tag as the server's catalogue writes it
  utmstack.siem.utmstack_alert_tags:
    alert_ids: [a0000001-0000-4000-8000-000000000001]
    tags: [false-positive]
    normalize: true

- name: Rename a tag on all alerts that carry it
  utmstack.siem.utmstack_alert_tags:
    query:
      tags: [Brute force]
    tags: [Password guessing]
    replaces: [Brute force]

- name: Tag what the scanner set off, and let the server tag what is to come
  utmstack.siem.utmstack_alert_tags:
    query:
      source_ip: [10.0.0.5]
    tags: [Planned scan]
    create_rule: true
    rule_on: [name, source_ip]
"""

RETURN = r"""
alerts:
  description: What became of each alert, in the order of the IDs or newest first.
  returned: when the selection could be read
  type: list
  elements: dict
  contains:
    id:
      description: ID of the alert.
      type: str
    name:
      description: Name of the alert.
      type: str
    changed:
      description: Whether this alert changed, as read back from the server; in check mode, whether it would.
      type: bool
    before:
      description: The fields in question before.
      type: dict
    after:
      description: The fields in question afterwards. Null when they could not be read back.
      type: dict
    skipped:
      description: Why a wanted change was not made, null otherwise.
      type: str
    error:
      description: What went wrong, null otherwise.
      type: str
summary:
  description: Numbers of alerts by what became of them, and of requests sent.
  returned: when the selection could be read
  type: dict
  sample: {matched: 12, changed: 10, unchanged: 1, skipped: 1, failed: 0, requests: 5}
plan_digest:
  description: SHA-256 over the planned changes. A check run and the run that does the same have the same one.
  returned: when the selection could be read
  type: str
echoes_changed:
  description: Always 0, because echoes do not follow here.
  returned: when the selection could be read
  type: int
  sample: 0
receipt:
  description: The receipt that was written, null when none was asked for or nothing was to be changed.
  returned: when the selection could be read
  type: str
rules:
  description: What became of each rule, in the order in which their alerts were selected.
  returned: with O(create_rule=true), when the selection could be read
  type: list
  elements: dict
  contains:
    id:
      description: ID of the rule. Null for a rule that check mode would create or that could not be created.
      type: int
    name:
      description: Name of the rule, or of the one that already does the same.
      type: str
    changed:
      description: Whether the rule was created, as read back from the server; in check mode, whether it would.
      type: bool
    conditions:
      description: Conditions in the server's own words.
      type: list
      elements: dict
    would_match:
      description: How many alerts since O(rule_since) meet the rule.
      type: int
    recent:
      description: How many alerts there are since O(rule_since).
      type: int
    share:
      description: The one divided by the other.
      type: float
    error:
      description: What went wrong, null otherwise.
      type: str
created_tags:
  description: Tags that were added to the catalogue for the rules.
  returned: with O(create_rule=true), when the selection could be read
  type: list
  elements: str
diff:
  description: One line for each changed field of each alert, and for each new rule.
  returned: when the selection could be read
  type: dict
error:
  description: What went wrong when nothing could be selected - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on a failed request
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_tags


def main() -> None:
    run_as_module(alert_tags.OPERATION)


if __name__ == "__main__":
    main()
