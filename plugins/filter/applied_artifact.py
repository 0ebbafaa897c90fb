# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: applied_artifact
short_description: Summarize an applied plan for later jobs
version_added: 1.0.0
description:
  - Makes the artifact that an apply job of a workflow leaves for its report. See the guide C(docs/approval.md).
  - Reasons of skipped alerts are compressed, because they quote the server and variables of a later job may be templated.
positional: _input, role, instance
options:
  _input:
    description: Result of M(utmstack.siem.utmstack_triage) with a plan, also of a failed task.
    type: dict
    required: true
  role:
    description: Name of the role that applied the plan.
    type: str
    required: true
  instance:
    description: Name of the instance, such as C(inventory_hostname).
    type: str
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show how much of a plan was applied
  vars:
    done:
      approval: {plan_digest: 60d7, approved: 2, applied: 1, unchanged: 0, skipped: 1, failed: 0, left: 0}
      alerts: [{id: a1, skipped: null}, {id: a2, skipped: Gone from the server since the plan was made.}]
    artifact: "{{ done | utmstack.siem.applied_artifact('alert_triage', 'siem') }}"
  ansible.builtin.debug:
    msg: "{{ artifact.applied }} of {{ artifact.approved }}"
"""

RETURN = r"""
_value:
  description:
    - C(role), C(instance), C(plan_digest), and the numbers C(approved) (null if only a digest was approved), C(applied), C(unchanged), C(skipped), C(failed)
      and C(left) (for the next plan).
    - C(reasons), compressed JSON with the number of skipped alerts by reason.
    - C(finished), whether the task ended without a failure, and C(ended), its time.
  type: dict
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.report import artifacts


def applied_artifact(done: Mapping[str, Any], role: str, instance: str) -> dict[str, Any]:
    """The artifact of an applied plan."""
    return artifacts.applied_artifact(role, instance, done, datetime.now(timezone.utc))


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"applied_artifact": applied_artifact}
