# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role tag_rules: what nobody manages is reported, and removed only when asked for."""

from __future__ import annotations

from typing import Any

from .playing import Played, Stage, v10_in_full
from .server_tags import RULES, rule_body, server_get, server_post


def keep(stage: Stage, check: bool = False, **variables: Any) -> Played:
    """Play the role."""
    return stage.play_role("tag_rules", check, **variables)


@v10_in_full
def test_unmanaged_rules_are_reported_and_pruned_on_demand(local_stage: Stage) -> None:
    server_post(local_stage, RULES, rule_body("By hand", 1))
    rules = [{"name": "Scans", "query": {"source_ip": ["10.0.0.5"]}, "tags": ["False positive"]}]
    lab = {"name": "Lab", "query": {"source_ip": ["10.0.0.0/24"]}, "tags": ["False positive"]}
    refused = keep(local_stage, rules=[*rules, lab])
    assert (refused.code, refused.writes()) == (2, [])
    assert "Rule 2 (Lab)" in refused.output
    assert keep(local_stage, check=True, rules=rules, prune=True).code == 0
    assert keep(local_stage, rules=rules).code == 0
    assert [row["name"] for row in server_get(local_stage, RULES)] == ["By hand", "Scans"]
    played = keep(local_stage, rules=rules, prune=True)
    result = played.role_result("tag_rules")
    assert (result["created"], result["changed"], result["unmanaged"]) == ([], [], ["By hand"])
    assert [row["name"] for row in server_get(local_stage, RULES)] == ["Scans"]
    assert keep(local_stage, rules=rules, prune=True).writes() == []


@v10_in_full
def test_an_empty_list_never_prunes_everything(local_stage: Stage) -> None:
    played = keep(local_stage, prune=True)
    assert played.code != 0
    assert "tag_rules_prune" in played.output
    assert played.writes() == []
