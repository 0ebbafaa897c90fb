# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_tags
from ansible_collections.utmstack.siem.plugins.module_utils.query.searches import compile_query, right_for_one
from ansible_collections.utmstack.siem.plugins.module_utils.suggestions import option_suggestions, suggestion

SPEC = alert_tags.OPERATION.options


def test_close_words_are_proposed_whatever_their_letter_case() -> None:
    assert suggestion("data_sorce", ["data_source", "until"]) == " Did you mean data_source?"
    assert suggestion("FALSE POSITIVE", ["False positive"]) == " Did you mean False positive?"
    assert suggestion("quite another", ["data_source"]) == ""


@pytest.mark.parametrize(
    ("given", "proposed"),
    [
        ({"query": {"statuss": ["open"]}}, " Did you mean status?"),
        ({"query": {"where": [{"field": "name", "operator": "contains"}]}}, "contain"),
        ({"query": {"severity": ["medum"]}}, " Did you mean medium?"),
        ({"state": "abesnt"}, "absent"),
        ({"tag": ["x"]}, "tags"),
    ],
)
def test_options_and_choices_are_proposed_at_any_depth(given: dict[str, Any], proposed: str) -> None:
    assert proposed in option_suggestions(given, SPEC)


@pytest.mark.parametrize(
    "given",
    [
        {"query": {"status": ["open"]}, "tags": ["x"], "state": "set"},
        {"query": None, "state": None},
        {"query": "not a dictionary", "_ansible_verbosity": 3},
        {"query": {"where": "not a list"}},
    ],
)
def test_what_is_known_needs_no_proposal(given: dict[str, Any]) -> None:
    assert option_suggestions(given, SPEC) == ""


def check_query(query: dict[str, Any], dialect: str | None) -> None:
    """Check a query before the server is known, or when its major version is."""
    now = datetime(2026, 11, 20, tzinfo=timezone.utc)
    right_for_one(lambda candidate: compile_query(query, candidate, now, echoes=False), dialect)


def test_a_query_must_be_right_for_one_major_version_until_it_is_known() -> None:
    query = {"where": [{"field": "adversary.ip", "operator": "is", "value": "x"}]}
    check_query(query, None)
    check_query(query, "v11")
    with pytest.raises(InvalidInput, match=r"v10 alerts have no field 'adversary.ip'"):
        check_query(query, "v10")
    nowhere = {"where": [{"field": "adversry.ip", "operator": "is", "value": "x"}]}
    with pytest.raises(InvalidInput, match=r"v10 alerts .* v11 alerts .*Did you mean adversary.ip"):
        check_query(nowhere, None)
