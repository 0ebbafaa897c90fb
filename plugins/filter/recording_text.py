# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: recording_text
short_description: Write a recording of alerts as text
version_added: 0.1.0
description:
  - Makes the content of a file that P(utmstack.siem.recorded_alerts#lookup) and, with decisions, P(utmstack.siem.rule_backtest#lookup) read.
positional: _input
options:
  _input:
    description: Stored alerts.
    type: list
    elements: dict
    required: true
  head:
    description: What is known about all alerts. C(dialect) is required.
    type: dict
    required: true
  decisions:
    description: What P(utmstack.siem.recorded_decisions#filter) found, by alert ID. Without it, the recording holds no decisions.
    type: dict
  file:
    description: Name of the file. One that ends in C(.jsonl) gets one line per alert, any other one JSON.
    type: str
    default: ""
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show the lines of a recording
  vars:
    alerts:
      - {id: a1, name: Port scan, status: 2, severity: 1}
    text: "{{ alerts | utmstack.siem.recording_text({'dialect': 'v11'}, file='recorded.jsonl') }}"
  ansible.builtin.assert:
    that: text.splitlines() | length == 3
"""

RETURN = r"""
_value:
  description: The text, which is ASCII.
  type: str
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.recording import recording_text as written


def recording_text(
    documents: Sequence[Mapping[str, Any]],
    head: Mapping[str, Any],
    decisions: Mapping[str, Any] | None = None,
    file: str = "",
) -> str:
    """The recording as text."""
    return written(head, documents, decisions, file)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"recording_text": recording_text}
