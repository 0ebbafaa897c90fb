# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the triage rules for the shortcuts of the role alert_triage. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SCANNERS = "Authorized scanners"
BENIGN = "Known benign"
REVIEW = "Priority review"


def shortcut_rules(
    scanners: Sequence[str] = (),
    scanner_observation: str = "",
    benign_names: Sequence[str] = (),
    benign_observation: str = "",
    tags: Sequence[Mapping[str, Any]] = (),
    review_severities: Sequence[str] = (),
    review_observation: str = "",
    note: str = "",
) -> list[dict[str, Any]]:
    """Build rules that close, tag and acknowledge alerts, in this order; an empty shortcut yields no rule.

    :param tags: entries with `categories` and `tags`. Later rules apply to these alerts, too.
    """
    rules = []
    if scanners:
        rules.append(_closing(SCANNERS, {"source_ip": list(scanners)}, scanner_observation))
    if benign_names:
        rules.append(_closing(BENIGN, {"name": list(benign_names)}, benign_observation))
    rules += [_tagging(number, entry) for number, entry in enumerate(tags, 1)]
    if review_severities:
        then = {"status": "in_review", "observation": review_observation, **({"note": note} if note else {})}
        rules.append({"name": REVIEW, "when": {"severity": list(review_severities)}, "then": then})
    return rules


def _closing(name: str, when: Mapping[str, Any], observation: str) -> dict[str, Any]:
    return {"name": name, "when": when, "then": {"false_positive": True, "observation": observation}}


def _tagging(number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": f"Tags by category {number}",
        "when": {"category": entry["categories"]},
        "then": {"tags": entry["tags"]},
        "stop": False,
    }
