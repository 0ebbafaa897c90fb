# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the tag rules in the order of their execution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client.client import Client
from ...client.tags import all_rules
from ...model.tag import TagRule
from ..operation import Operation, Task
from ..options import options
from .rules_plan import completes_alerts, rule_result


def is_described(rule: TagRule, params: Mapping[str, Any]) -> bool:
    """Whether a rule has one of the names and tags in the options."""
    names, tags = params["name"], params["tags"]
    return (names is None or rule.name in names) and (tags is None or any(tag.name in tags for tag in rule.tags))


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Read the rules; nothing is written."""
    found = [rule for rule in all_rules(client) if is_described(rule, params)]
    rules = [{**(rule_result(rule) or {}), "completes_alerts": completes_alerts(rule.tags)} for rule in found]
    return {"changed": False, "rules": rules, "total": len(rules), "requests": client.requests_sent}


OPERATION = Operation(
    name="utmstack_tag_rule_info",
    options=options(name={"type": "list", "elements": "str"}, tags={"type": "list", "elements": "str"}),
    run=run,
)
