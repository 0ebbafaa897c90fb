# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: failure_reason
short_description: Summarize in one line why a task failed
version_added: 0.1.0
description:
  - For the C(rescue) section of a block that reports the failure in a summary, a note or a message.
  - In C(rescue), values that C(no_log) hides on the screen are readable. This filter does not reveal them.
positional: _input
options:
  _input:
    description:
      - The variable C(ansible_failed_result).
      - Ansible does not set it if an error of another host ended this one. Use C(ansible_failed_result | default({})).
    type: dict
    required: true
  task:
    description: The variable C(ansible_failed_task).
    type: dict
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show the reason
  vars:
    failed: {failed: true, msg: Refused token abc}
  ansible.builtin.assert:
    that:
      - (failed | utmstack.siem.failure_reason(dict(no_log=false))) == 'Refused token abc'
      - (failed | utmstack.siem.failure_reason(dict(no_log=true))) is not search('abc')
"""

RETURN = r"""
_value:
  description: The message of the task, or of the first entry of its loop that failed. Control characters are escaped.
  type: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable

MAX_LENGTH = 700
_HIDDEN = "The reason is hidden, because the task has no_log."
_NONE_GIVEN = "The task gave no reason."
_ENDED = "Ansible ended this host because another one failed (any_errors_fatal)."


def failure_reason(result: Mapping[str, Any], task: Mapping[str, Any]) -> str:
    """Why a task failed, without what no_log hides."""
    if task.get("no_log"):
        return _HIDDEN
    if not result:
        return _ENDED
    # Modules for packages return lines of text as results.
    listed = result.get("results")
    entries = listed if isinstance(listed, list) else []
    failed = [entry for entry in entries if isinstance(entry, Mapping) and entry.get("failed")]
    message = next((entry["msg"] for entry in [*failed, result] if entry.get("msg")), _NONE_GIVEN)
    return printable(" ".join(str(message).split()), MAX_LENGTH)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"failure_reason": failure_reason}
