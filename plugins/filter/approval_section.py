# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: approval_section
short_description: Report what became of the plans of an instance
version_added: 1.0.0
description:
  - Reads the artifacts that the plan job and the apply job of a workflow left for an instance. See the guide C(docs/approval.md).
  - Texts of artifacts are printable, but must be escaped in HTML and Markdown.
positional: _input, instance
options:
  _input:
    description: Variables by their names. Those that are no artifacts of the instance are ignored.
    type: dict
    required: true
  instance:
    description: Name of the instance, such as C(inventory_hostname).
    type: str
    required: true
  denied:
    description: Whether the approval was denied or timed out.
    type: bool
    default: false
  time_zone:
    description: Time zone of the times, as an IANA name such as V(Europe/Berlin).
    type: str
    default: UTC
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show what became of an approval that was denied
  ansible.builtin.debug:
    msg: "{{ ({} | utmstack.siem.approval_section('siem', denied=true)).denied }}"
"""

RETURN = r"""
_value:
  description:
    - C(rows), one for each role with a plan, with C(role), C(outcome) and its C(text), C(plan_digest), C(made), C(planned), C(left_out), C(ended), C(approved),
      C(applied), C(skipped), C(failed), C(left), C(reasons) (the most frequent ones, each with its C(alerts)) and C(further) (skipped for other reasons).
      Unknown values are null.
    - C(outcome) is V(applied), V(incomplete), V(other_plan), V(denied), V(no_result) or V(no_plan).
    - C(denied), a sentence if the approval was denied or timed out. Empty otherwise.
    - C(digest), which changes with the section, and C(headline), one line. Both are empty if there is nothing to report.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report import approvals
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing()
def approval_section(
    variables: Mapping[str, Any], instance: str, denied: bool = False, time_zone: str = "UTC"
) -> dict[str, Any]:
    """The section of a report about approvals."""
    # Before ansible-core 2.19, texts that a filter makes of variables would be templated.
    section: dict[str, Any] = wrap_var(approvals.approval_section(variables, instance, denied, time_zone))
    return section


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"approval_section": approval_section}
