# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the assets of an alert, on plain data."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, V10, V11
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_index import AssetIndex
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.asset_context import (
    SIDES,
    asset_condition,
    asset_meeting,
    check_assets,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rehearsal import rehearse
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.suppressions import sort_out
from ansible_collections.utmstack.siem.plugins.module_utils.query.stored_values import StoredValues

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
WEB: dict[str, Any] = {
    "name": "web-01",
    "ip": "10.0.0.5",
    "alias": "frontend",
    "addresses": ["10.0.0.5", "10.9.0.5", "172.17.0.1", "127.0.0.1"],
    "aliases": ["www"],
    "type": "SERVER",
    "group": "Datacenter",
    "os_platform": "ubuntu",
    "severity_metric": 7,
}
LAB: dict[str, Any] = {
    "name": "lab-07",
    "ip": "10.1.0.7",
    "addresses": ["172.17.0.1", "127.0.0.1"],
    "type": "PC",
    "group": "Lab",
    "severity_metric": None,
}
INDEX = AssetIndex([WEB, LAB])


def match(document: dict[str, Any], given: dict[str, Any], index: AssetIndex = INDEX) -> Any:
    """The name of the asset of an alert of v11 that meets a condition."""
    found = asset_meeting(asset_condition(given, V11), index, StoredValues(document))
    return None if found is None else found["name"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("web-01", "web-01"),
        ("10.0.0.5", "web-01"),
        ("frontend", "web-01"),
        ("www", "web-01"),
        ("10.9.0.5", "web-01"),
        # Letter case counts, as in a query.
        ("WEB-01", None),
        ("10.0.0.50", None),
        # Both have the address of the bridge, and every host is itself.
        ("172.17.0.1", None),
        ("127.0.0.1", None),
        ("", None),
    ],
)
def test_an_alert_finds_its_asset_by_name_or_address(text: str, found: str | None) -> None:
    assert match({"dataSource": text}, {"type": ["SERVER", "PC"]}) == found


def test_loopback_names_no_asset_even_where_it_is_the_main_address() -> None:
    index = AssetIndex([{"name": "localhost", "ip": "127.0.0.1", "group": "Lab"}, {"name": "b", "ip": "::1"}])
    for text in ("localhost", "127.0.0.1", "::1"):
        assert match({"dataSource": text}, {"name": ["localhost", "b"]}, index) is None


def test_a_further_address_yields_to_the_main_one_of_another_asset() -> None:
    other = {"name": "gateway", "ip": "10.9.0.5", "group": "Datacenter"}
    assert match({"dataSource": "10.9.0.5"}, {"group": "Datacenter"}, AssetIndex([WEB, other])) == "gateway"


def test_all_assets_with_the_same_main_address_count() -> None:
    index = AssetIndex([{**LAB, "name": "old"}, {**LAB, "group": "Office"}])
    assert match({"dataSource": "10.1.0.7"}, {"group": "Office"}, index) == "lab-07"


@pytest.mark.parametrize("name", list(DIALECTS))
@pytest.mark.parametrize("side", list(SIDES))
def test_a_side_looks_only_there(name: str, side: str) -> None:
    dialect = DIALECTS[name]
    condition = asset_condition({"group": "Lab", "side": side}, dialect)
    documents: dict[str, dict[str, Any]] = {
        "source": {dialect.adversary: {"host": "lab-07"}},
        "target": {dialect.target: {"ip": "10.1.0.7"}},
        "data_source": {"dataSource": "lab-07"},
    }
    found = {key for key, document in documents.items() if asset_meeting(condition, INDEX, StoredValues(document))}
    assert found == ({side} if side != "any" else set(documents))


def test_one_asset_must_meet_all_of_a_condition() -> None:
    alert = {"adversary": {"host": "web-01"}, "target": {"host": "lab-07"}}
    assert match(alert, {"group": "Lab"}) == "lab-07"
    assert match(alert, {"group": "Lab", "type": "SERVER"}) is None
    assert match(alert, {"group": ["Lab", "Datacenter"], "type": "SERVER", "os_platform": "ubuntu"}) == "web-01"


@pytest.mark.parametrize(
    ("severity", "found"),
    [({"at_least": 7}, "web-01"), ({"at_least": 7.5}, None), ({"at_most": 6}, None), ([1, 7], "web-01"), (6, None)],
)
def test_severity_is_a_number(severity: Any, found: str | None) -> None:
    assert match({"dataSource": "web-01", "target": {"host": "lab-07"}}, {"severity": severity}) == found


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "`asset` is None. Set what the asset must be"),
        ({}, "`asset` is {}"),
        ({"side": "target"}, "Set what the asset must be"),
        ({"groups": ["Lab"]}, "no key 'groups'. Did you mean group?"),
        ({"group": []}, "`asset.group` is empty"),
        ({"group": [""]}, "`asset.group` is empty or contains an empty text"),
        ({"group": [7]}, "`asset.group` contains 7, which is not a string"),
        ({"type": "server"}, "Did you mean SERVER"),
        ({"type": "XYZ"}, "Use one of DATABASE"),
        ({"severity": "high"}, "as a number (`severity_metric`"),
        ({"severity": []}, "which is no number"),
        ({"severity": {}}, "`asset.severity` is empty"),
        ({"severity": {"at_least": True}}, "`asset.severity.at_least` has True"),
        ({"severity": {"minimum": 7}}, "`asset.severity` has no key 'minimum'"),
        ({"severity": {"at_least": 7, "at_most": 6}}, "`at_least` above `at_most`"),
        ({"group": "Lab", "side": "sources"}, "Use any, source, target, data_source. Did you mean source"),
    ],
    ids=str,
)
def test_mistakes_are_named(given: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        asset_condition(given, V10)
    assert said in refused.value.message


def test_a_group_that_no_asset_is_in_is_refused_and_other_values_are_warned_of() -> None:
    other = asset_condition({"name": "web-1", "type": "WEBCAM", "group": "Lab"}, V11)
    assert check_assets({"R": other}, INDEX) == [
        "Rule 'R' has 'web-1' in `asset.name`, but no asset has it. Did you mean web-01?",
        "Rule 'R' has 'WEBCAM' in `asset.type`, but no asset has it.",
    ]
    with pytest.raises(InvalidInput) as refused:
        check_assets({"R": asset_condition({"group": ["Lab", "Data center"]}, V11)}, INDEX)
    assert refused.value.message == (
        "Rule 'R' has 'Data center' in `asset.group`, but no asset is in a group of this name. Did you mean "
        "Datacenter? Nothing was written. Correct the name, or add assets to the group in UTMStack."
    )


ALERT = {"id": "a1", "name": "Scan", "status": 2, "severity": 1, "adversary": {"host": "web-01"}}
RULE: dict[str, Any] = {"name": "R", "when": {"name": "Scan"}, "asset": {"group": "Datacenter"}, "then": {}}


def test_why_names_the_asset_and_what_matched() -> None:
    rule = {**RULE, "asset": {"group": "Datacenter", "severity": {"at_least": 5}}}
    verdict = rehearse([ALERT], [rule], assets=[WEB, LAB])["verdicts"]["a1"]
    found = {"name": "Scan", "asset.name": "web-01", "asset.group": "Datacenter", "asset.severity": 7}
    assert verdict["rules"] == [{"name": "R", "why": found}]
    assert rehearse([{**ALERT, "adversary": {}}], [rule], assets=[WEB])["verdicts"]["a1"]["rule"] is None


def test_a_recording_without_assets_serves_no_rule_about_them() -> None:
    with pytest.raises(InvalidInput, match=r"Rule 'R' has `asset`, but the recording holds no assets\. Record again"):
        rehearse([ALERT], [RULE])
    expired = {**RULE, "expires": "2026-01-01"}
    assert rehearse([ALERT], [expired, {"name": "S", "when": {"all": True}, "then": {}}])["coverage"]["decided"] == 1


def suppression(**more: Any) -> dict[str, Any]:
    return {"name": "S", "query": {"name": ["Scan"]}, "expires": "2026-12-31", **more}


def test_suppressions_take_context_and_tag_rules_do_not() -> None:
    context = {"asset": {"group": [{"list": "labs"}]}, "group": {"by": ["name"], "at_least": 2}}
    lists = {"labs": ["Lab", "Test"]}
    (rule,) = sort_out([suppression(**context)], NOW, "S: ", "", lists=lists)["rules"]
    assert (rule["asset"], rule["group"]) == ({"group": ["Lab", "Test"]}, context["group"])
    for key, unknown in (("asset", "assets"), ("group", "groups of alerts")):
        with pytest.raises(InvalidInput, match=f"`{key}` cannot stand in a tag rule, which knows no {unknown}"):
            sort_out([suppression(**{key: context[key]}, tag_rule=True)], NOW, "S: ", "", lists=lists)
    with pytest.raises(InvalidInput, match=r"Suppression 1 \('S'\): `group` has no `by`"):
        sort_out([suppression(group={"at_least": 2})], NOW, "S: ", "")
