# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the tables that show a backtest. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .precision import UNKNOWN, percent

Row = list[Any]

_RULES: Sequence[str] = (
    "rule",
    "matches",
    "would close",
    "agreed",
    "otherwise",
    "undecided",
    "automated",
    "precision",
    "proven",
)
_OTHERWISE: Sequence[str] = ("rule", "alert", "name", "analyst's decision", "by", "at")


def backtest_tables(result: Mapping[str, Any]) -> dict[str, list[Row]]:
    """The rows of each table, the headings first; `otherwise` has none if analysts agreed with every closure."""
    disagreed = [_disagreement(rule["name"], one) for rule in result["rules"] for one in rule["otherwise"]]
    left_out = sum(rule["otherwise_total"] - len(rule["otherwise"]) for rule in result["rules"])
    more = [[f"and {left_out} more"]] if left_out else []
    return {
        "rules": [list(_RULES), *map(_rule, result["rules"])],
        "otherwise": [list(_OTHERWISE), *disagreed, *more] if disagreed else [],
        "summary": _summary(result),
    }


def _rule(rule: Mapping[str, Any]) -> Row:
    remark = "expired" if rule["expired"] else rule["mode"]
    return [
        rule["name"] if remark == "apply" else f"{rule['name']} ({remark})",
        *(rule[name] for name in ("matched", "would_close", "agreed", "otherwise_total", "undecided", "automated")),
        *(percent(rule[name]) for name in ("precision", "precision_lower_bound")),
    ]


def _disagreement(rule: str, one: Mapping[str, Any]) -> Row:
    return [rule, one["id"], one["name"], one["decision"], one["by"] or UNKNOWN, one["at"] or UNKNOWN]


def _summary(result: Mapping[str, Any]) -> list[Row]:
    summary, coverage = result["summary"], result["coverage"]
    return [
        ["alerts", summary["alerts"]],
        ["decided by analysts", summary["decided_by_analysts"]],
        ["of these, not in the history", summary["without_history"]],
        ["decided by rules", summary["automated"]],
        ["undecided", summary["undecided"]],
        ["closed by analysts", coverage["closed_by_analysts"]],
        ["of these, closed by the rules as well", f"{coverage['covered']} ({percent(coverage['share'])})"],
        ["alerts that a rule matches", f"{coverage['matched']} ({percent(coverage['matched_share'])})"],
        ["rules without a match", ", ".join(result["never_hit"]) or "none"],
    ]
