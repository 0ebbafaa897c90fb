# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.query.searches import compile_query, right_for_one
from ansible_collections.utmstack.siem.plugins.module_utils.suggestions import suggestion


def test_close_words_are_proposed_whatever_their_letter_case() -> None:
    assert suggestion("data_sorce", ["data_source", "until"]) == " Did you mean data_source?"
    assert suggestion("FALSE POSITIVE", ["False positive"]) == " Did you mean False positive?"
    assert suggestion("quite another", ["data_source"]) == ""


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
    # Each mistake is reported once: v11 has a field that is close.
    with pytest.raises(
        InvalidInput, match=r"^Condition \S+ is` in `where`: v11 alerts .*Did you mean adversary.ip"
    ) as refused:
        check_query(nowhere, None)
    assert "v10" not in refused.value.message
    with pytest.raises(InvalidInput, match=r"v10 alerts .*Did you mean source.ip"):
        check_query({"where": [{"field": "sorce.ip", "operator": "is", "value": "x"}]}, None)
