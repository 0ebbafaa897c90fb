# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions of tag rules."""

from __future__ import annotations

from ..simulated import Server


def test_a_rule_s_operator_is_kept_by_name(server: Server) -> None:
    rule = {
        "name": "r",
        "description": "d",
        "conditions": [{"field": "name", "operator": " IS ", "value": "x"}],
        "tags": [{"id": 1}],
    }
    assert server.post("/api/alert-tag-rules", rule).json()["conditions"][0]["operator"] == "IS"
    rule.update(name="s", conditions=[{"field": "name", "operator": 1, "value": "x"}])
    assert server.post("/api/alert-tag-rules", rule).json()["conditions"][0]["operator"] == "IS_NOT"
