# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event filter that breaks template delimiters in the events of any source."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

DOCUMENTATION = r"""
---
name: safe_text
short_description: Break template delimiters in the texts of an event
version_added: 1.0.0
description:
  - Breaks template delimiters in the texts of events, so that no template engine runs them.
  - A rulebook passes the whole event to each C(run_playbook) and C(run_module) as the extra variable C(ansible_eda),
    even if the rule uses none of its texts, and Ansible trusts extra variables as templates. An attacker who can choose
    a text of an event, such as a host name, can run commands on the machine that runs the rulebook.
  - The filter puts a V(·) into each template delimiter, in every text and every key of the event, so that V({{ x }})
    becomes V({·{ x }·}). It knows the delimiters of Jinja2, those often set in their place such as V(<%), V(${), V([[)
    and V(#%), the header V(#jinja2:), V($ANSIBLE_VAULT), and texts that a rulebook evaluates as Python such as
    V('{' '{').
  - Control characters and line breaks become spaces. Invisible format characters are removed. Long texts are cut and
    end in V(…). What is nested more than 50 levels deep becomes V(…).
  - Numbers, dates, booleans and ordinary texts stay as they are, and so do C(meta.uuid) and C(meta.source).
  - The event source C(utmstack.siem.alerts) does this by itself.
author:
  - UTMStack SIEM collection contributors (@utmstack-siem)
options:
  limit:
    description: Longest text that is kept whole, in characters, from 50 to 10000.
    type: int
    default: 300
"""

EXAMPLES = r"""
- name: Alerts from a topic
  hosts: localhost
  sources:
    - name: Alerts
      ansible.eda.kafka:
        host: kafka.example.com
        port: 9092
        topic: alerts
      filters:
        - utmstack.siem.safe_text:
  rules:
    - name: Print the event
      condition: event.body is defined
      action:
        print_event:

- name: Events of a webhook
  hosts: localhost
  sources:
    - name: Webhook
      ansible.eda.webhook:
        host: 127.0.0.1
        port: 5000
      filters:
        - utmstack.siem.safe_text:
            limit: 1000
  rules:
    - name: Print the event
      condition: event.payload is defined
      action:
        print_event:
"""

DEFAULT_LIMIT = 300
LIMITS = range(50, 10_001)
# The file is started by its path, so it finds the collection by its own.
_COLLECTION = Path(__file__).parents[4]
_safe_value = runpy.run_path(str(_COLLECTION / "plugins" / "module_utils" / "operations" / "events" / "safe_text.py"))[
    "safe_value"
]


def main(event: Any, limit: Any = DEFAULT_LIMIT, **unknown: Any) -> Any:
    """Return the event with every text and key made safe."""
    if unknown:
        raise ValueError(
            f"The event filter utmstack.siem.safe_text has no argument {_safe_value(next(iter(unknown)))!r}; its only "
            "one is `limit`."
        )
    if not isinstance(limit, int) or isinstance(limit, bool) or limit not in LIMITS:
        raise ValueError(
            "`limit` of the event filter utmstack.siem.safe_text must be a whole number from "
            f"{LIMITS.start} to {LIMITS.stop - 1}, for example {DEFAULT_LIMIT}."
        )
    return _safe_value(event, limit)
