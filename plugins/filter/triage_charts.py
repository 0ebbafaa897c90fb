# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: triage_charts
short_description: Draw the charts of a triage report as SVG
version_added: 0.1.0
description:
  - Draws figures of P(utmstack.siem.triage_figures#filter) as SVG for a page of its own style. The drawings contain no script, no style and no text of alerts.
    Parts have the classes C(severity-high), C(severity-medium) and C(severity-low).
requirements:
  - svg.py on the controller; without it there are no charts, and no error
options:
  _input:
    description: What P(utmstack.siem.triage_figures#filter) returned.
    type: dict
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Count the charts
  vars:
    alerts:
      - {id: a1, name: Port scan, status: open, severity: high, timestamp: "2026-11-20T10:00:00.000Z"}
    drawn: "{{ alerts | utmstack.siem.triage_figures(now='2026-11-20T12:00:00Z') | utmstack.siem.triage_charts }}"
  ansible.builtin.debug:
    msg: "{{ drawn.charts | length }} charts {{ drawn.missing }}"
"""

RETURN = r"""
_value:
  description: C(charts), the SVG drawings C(severity_by_age), C(closed) and C(raised), and C(missing), which says what to install (or empty).
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any


def triage_charts(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Charts of these figures, as far as they can be drawn here."""
    # Ansible loads all filters of a collection with its first one, and this library takes as long as all others.
    from ansible_collections.utmstack.siem.plugins.plugin_utils.triage_charts import MISSING, charts

    drawn = charts(figures)
    return {"charts": drawn, "missing": "" if drawn else MISSING}


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"triage_charts": triage_charts}
