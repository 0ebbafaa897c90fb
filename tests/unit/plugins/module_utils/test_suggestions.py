# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import read_rules
from ansible_collections.utmstack.siem.plugins.module_utils.query.searches import compile_query, right_for_one
from ansible_collections.utmstack.siem.plugins.module_utils.suggestions import suggestion


def test_close_words_are_proposed_whatever_their_letter_case() -> None:
    assert suggestion("data_sorce", ["data_source", "until"]) == " Did you mean data_source?"
    assert suggestion("FALSE POSITIVE", ["False positive"]) == " Did you mean False positive?"
    assert suggestion("quite another", ["data_source"]) == ""


NOW = datetime(2026, 11, 20, tzinfo=timezone.utc)


def check_query(query: dict[str, Any], dialect: str | None) -> None:
    """Check a query before the server is known, or when its major version is."""
    right_for_one(lambda candidate: compile_query(query, candidate, NOW, echoes=False), dialect)


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


def is_(field: str) -> dict[str, Any]:
    return {"where": [{"field": field, "operator": "is", "value": "x"}]}


@pytest.mark.parametrize(
    ("dialect", "field", "here"),
    [
        ("v11", "source.ip", "adversary.ip"),
        ("v11", "destination.host", "target.host"),
        ("v11", "source.country", "adversary.geolocation.country"),
        ("v11", "tactic", "technique"),
        ("v10", "adversary.geolocation.countryCode", "source.countryCode"),
        ("v10", "target.user", "destination.user"),
        ("v10", "technique", "tactic"),
        ("v10", "adversary.ip.keyword", "source.ip"),
    ],
)
def test_a_field_of_the_other_major_version_leads_to_its_name_in_this_one(dialect: str, field: str, here: str) -> None:
    with pytest.raises(InvalidInput, match=rf"It is a field of v1[01]; on {dialect}, it is called {here}\.$"):
        check_query(is_(field), dialect)


@pytest.mark.parametrize("field", ["lastUpdate", "lastEvent.log.code", "adversary.sha256"])
def test_a_field_without_a_counterpart_is_named_with_its_major_version(field: str) -> None:
    with pytest.raises(InvalidInput, match=r"It is a field of v11; v10 has nothing like it\.$"):
        check_query(is_(field), "v10")


def test_the_refusal_of_the_dialect_that_fits_best_is_the_only_one() -> None:
    """Only a mistake that is one on every server is reported, wherever it stands."""
    right, wrong, typo = is_("adversary.ip"), {"sevrity": ["high"]}, is_("adversary.ipp")
    for second, said in ((wrong, "`when` has no key 'sevrity'"), (typo, "v11 alerts have no field 'adversary.ipp'")):
        rules = [{"name": name, "when": when, "then": {}} for name, when in (("Right", right), ("Wrong", second))]
        with pytest.raises(InvalidInput) as refused:
            right_for_one(lambda dialect, rules=rules: read_rules(rules, dialect, NOW), None)  # type: ignore[misc]
        assert refused.value.message.startswith(f"Rule 2 ('Wrong'): {'' if second is wrong else 'Condition'}")
        assert said in refused.value.message
        assert "Right" not in refused.value.message
    with pytest.raises(InvalidInput, match=r"^`query.since` \S+ is after `query.until` \S+\.$"):
        check_query({"since": "1h", "until": "2h"}, None)


def test_fields_of_both_major_versions_are_refused_for_the_newer_one() -> None:
    query = {"where": [*is_("source.ip")["where"], *is_("adversary.ip")["where"]]}
    with pytest.raises(InvalidInput, match=r"^Condition `source.ip is` .* on v11, it is called adversary.ip\.$"):
        check_query(query, None)
