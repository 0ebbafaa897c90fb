# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_artifact
short_description: Read the plan of an instance from an artifact
version_added: 1.0.0
description:
  - Reads the artifact that a plan job of a workflow left for an instance. See the guide C(docs/approval.md).
  - An artifact that is empty, of another type, of another instance, or cut off is a problem. It never means that everything is approved.
positional: _input, key, instance
options:
  _input:
    description: The artifact.
    type: raw
    required: true
  key:
    description: Name of the variable that holds the artifact.
    type: str
    required: true
  instance:
    description: Name of the instance, as C(inventory_hostname) of the plan job.
    type: str
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Find out why an artifact holds no plan
  vars:
    artifact: {instance: siem-2, plan: H4sI, plan_digest: 60d7}
  ansible.builtin.debug:
    msg: "{{ (artifact | utmstack.siem.plan_artifact('utmstack_plan_alert_triage_siem_1', 'siem-1')).problem }}"
"""

RETURN = r"""
_value:
  description:
    - C(plan), the compressed plan or the path of its file. Null if there is none.
    - C(problem), why there is none. Empty if there is one.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.artifacts import plan_from


def plan_artifact(artifact: Any, key: str, instance: str) -> dict[str, Any]:
    """The plan in an artifact, or why there is none."""
    try:
        return {"plan": plan_from(artifact, key, instance), "problem": ""}
    except InvalidInput as error:
        # Before ansible-core 2.19, texts that a filter makes of variables would be templated.
        return {"plan": None, "problem": wrap_var(error.message)}


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"plan_artifact": plan_artifact}
