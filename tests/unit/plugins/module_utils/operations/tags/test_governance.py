# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags.governance import (
    compare_tags,
    vocabulary_from,
)

PRODUCT = {"name": "False positive", "color": "#f44336", "system": True}
CATALOGUE = [
    {"name": "Phishing", "group": "verdict"},
    {"name": "False positive", "group": "verdict", "color": "#000000"},
]


def stored(*names: str) -> list[dict[str, Any]]:
    return [PRODUCT, *({"name": name, "color": None, "system": False} for name in names)]


def used(**counts: int) -> list[dict[str, Any]]:
    return [{"value": name.replace("__", " "), "count": count} for name, count in counts.items()]


def found(
    tags: list[dict[str, Any]] | None = None,
    retired: list[dict[str, Any]] | None = None,
    names: tuple[str, ...] = (),
    rules: list[dict[str, Any]] | None = None,
    counts: list[dict[str, Any]] | None = None,
    normalize: bool = False,
) -> dict[str, Any]:
    wanted = vocabulary_from(CATALOGUE if tags is None else tags, retired or [])
    return compare_tags(wanted, {"verdict": "#111111"}, stored(*names), rules or [], counts or [], normalize)


def test_colors_come_from_the_tag_or_its_group_and_never_for_a_tag_of_the_product() -> None:
    tags = [*CATALOGUE, {"name": "Critical", "group": "verdict", "color": "#222222"}, {"name": "Bare"}]
    assert [(tag["name"], tag["color"]) for tag in found(tags)["present"]] == [
        ("Phishing", "#111111"),
        ("False positive", None),
        ("Critical", "#222222"),
        ("Bare", None),
    ]


def test_a_retired_tag_is_renamed_where_it_is_used_and_removed_where_no_rule_gives_it() -> None:
    retired = [
        {"name": "Phish", "replaced_by": "Phishing"},
        {"name": "Campaign", "replaced_by": None},
        {"name": "Away"},
    ]
    rules = [{"name": "By hand", "tags": ["Campaign"]}, {"name": "Broken", "tags": None}]
    said = found(retired=retired, names=("Phish", "Campaign"), rules=rules, counts=used(Phish=3, Campaign=2))
    assert said["renames"] == [
        {"from": "Campaign", "to": None, "alerts": 2},
        {"from": "Phish", "to": "Phishing", "alerts": 3},
    ]
    assert said["retired"] == ["Phish"]
    assert said["given_by_rules"] == [{"tag": "Campaign", "rules": ["By hand"]}]
    assert (said["unmanaged"], said["unknown"], said["near_duplicates"]) == ([], [], [])


def test_other_spellings_are_renamed_only_on_demand() -> None:
    counts = used(phishing=2, **{"false-positive": 5})
    told = found(names=("PHISHING",), counts=counts)
    assert told["other_spellings"] == [
        {"tag": "PHISHING", "spelled": "Phishing", "alerts": 0},
        {"tag": "false-positive", "spelled": "False positive", "alerts": 5},
        {"tag": "phishing", "spelled": "Phishing", "alerts": 2},
    ]
    assert (told["renames"], told["retired"]) == ([], [])
    done = found(names=("PHISHING",), counts=counts, normalize=True)
    assert [(row["from"], row["to"]) for row in done["renames"]] == [
        ("false-positive", "False positive"),
        ("phishing", "Phishing"),
    ]
    # Out of the catalogue it goes only when it is pruned.
    assert (done["retired"], done["prunable"]) == ([], ["PHISHING"])


def test_what_only_looks_alike_is_told() -> None:
    said = found(counts=used(Phising=2, Ransomware=9, ransom_ware=1, Ransomwares=1, VPN=4))
    assert said["near_duplicates"] == [
        {"tag": "Phising", "like": "Phishing", "alerts": 2},
        {"tag": "Ransomwares", "like": "Ransomware", "alerts": 1},
        {"tag": "ransom_ware", "like": "Ransomware", "alerts": 1},
    ]
    assert [row["tag"] for row in said["unknown"]] == ["Ransomware", "VPN", "Phising", "Ransomwares", "ransom_ware"]


def test_tags_of_the_catalogue_that_nobody_wants_can_be_pruned_unless_a_rule_gives_them() -> None:
    said = found(names=("Tier 1", "Tier 2"), rules=[{"name": "r", "tags": ["Tier 2"]}], counts=used(Tier__1=1))
    assert (said["unmanaged"], said["prunable"]) == (["Tier 1", "Tier 2"], ["Tier 1"])
    assert said["unknown"] == []


def test_tags_that_cannot_be_written_back_are_named() -> None:
    assert found(counts=[{"value": "Bob's", "count": 1}])["unwritable"] == ["Bob's"]


@pytest.mark.parametrize(
    ("tags", "retired", "words"),
    [
        ([{"name": "A"}, {"name": "a"}], [], "two spellings"),
        ([{"group": "x"}], [], "Tag 1 of the catalog has no `name`"),
        (["A"], [], "has no `name`"),
        ([{"name": "A", "colour": "#fff"}], [], "colour"),
        ([{"name": "Bob's"}], [], "apostrophe"),
        ([{"name": "A"}], [{"name": "A"}], "both in the catalog and retired"),
        ([{"name": "A"}], [{"name": "B", "replaced_by": "C"}], "'C', which is not in the catalog"),
        ([{"name": "False Positive"}], [], "UTMStack's own tag is 'False positive'"),
        ([], [{"name": "False positive"}], "belongs to UTMStack"),
        ([{"name": "A"}], [{"name": "B", "replaced_by": "A"}, {"name": "B"}], "retired twice"),
        ([{"name": "A" * 51}], [], "51 characters"),
        ([{"name": "A", "color": "red"}], [], "red"),
    ],
)
def test_a_vocabulary_that_contradicts_itself_is_refused(tags: list[Any], retired: list[Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        found(tags, retired)


def test_a_tag_of_the_product_that_was_renamed_is_given_back_its_name_first() -> None:
    renamed = [{"name": "False Positive", "color": None, "system": True}]
    with pytest.raises(InvalidInput, match="UTMStack's own tag was renamed to 'False Positive'"):
        compare_tags(vocabulary_from(CATALOGUE, []), {}, renamed, [], used(**{"False positive": 1}), normalize=True)
