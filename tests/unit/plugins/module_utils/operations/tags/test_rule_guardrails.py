# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guardrails of a tag rule."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags.rule_guardrails import sparing_conditions

NOW = datetime(2026, 11, 28, tzinfo=timezone.utc)
LABEL = "The tag rule 'Scans'"


def test_every_entry_and_tag_becomes_conditions_once() -> None:
    protect = [{"target_host": "dc-01"}, {"target_host": ["dc-01"]}, {"status": ["in_review"]}, {"severity": "high"}]
    assert sparing_conditions(LABEL, protect, ["Hold", "Hold"], V10, NOW) == (
        {"field": "destination.host.keyword", "operator": "IS_NOT", "value": "dc-01"},
        {"field": "severity", "operator": "IS_NOT", "value": "3"},
        {"field": "tags", "operator": "IS_NOT", "value": "Hold"},
    )
    assert sparing_conditions(LABEL, [], [], V11, NOW) == ()


def test_an_entry_that_cannot_be_expressed_is_named_with_the_rule() -> None:
    entry = {"target_host": ["dc-01"], "severity": ["high"]}
    with pytest.raises(InvalidInput) as refused:
        sparing_conditions(LABEL, [{"name": "Core"}, entry], ["Hold"], V11, NOW)
    assert refused.value.message == (
        f"The tag rule 'Scans' would close alerts that entry 2 of `protect` ({entry}) holds back, and cannot leave "
        "them out: it combines several conditions, and a tag rule can only leave out one at a time. No tag "
        "rule was stored. Write the entry with one query key and single values, or do without the tag rule."
    )
