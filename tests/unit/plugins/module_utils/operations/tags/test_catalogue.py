# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.tag import CatalogueTag, TagRule
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags.catalogue import (
    canonical_color,
    checked_tag_name,
    near_misses,
    plan_tag_absent,
    plan_tag_present,
)
from hypothesis import given
from hypothesis import strategies as st

PRODUCT = CatalogueTag(1, "False positive", "#f44336", True)
OURS = CatalogueTag(2, "Tier 1", "#00FF00", False)
TAGS = [PRODUCT, OURS]
RULE = TagRule(7, "Known scanner", "d", (), (OURS,))


def test_a_missing_tag_is_made_and_a_present_one_left() -> None:
    made = plan_tag_present(TAGS, "Tier 2", "#ffffff")
    assert (made.before, made.after, made.needed) == (None, CatalogueTag(0, "Tier 2", "#ffffff", False), True)
    assert not plan_tag_present(TAGS, "Tier 1", None).needed


def test_a_color_in_another_spelling_is_no_change() -> None:
    assert not plan_tag_present(TAGS, "Tier 1", canonical_color("#0F0")).needed
    assert plan_tag_present(TAGS, "Tier 1", "#0000ff").after == CatalogueTag(2, "Tier 1", "#0000ff", False)


def test_a_stored_color_that_is_none_is_replaced() -> None:
    assert plan_tag_present([CatalogueTag(3, "x", "green", False)], "x", "#008000").needed


@pytest.mark.parametrize("force", [False, True])
def test_the_products_tags_are_protected_even_when_their_mark_is_lost(force: bool) -> None:
    for tag in (PRODUCT, CatalogueTag(1, "False positive", None, False), CatalogueTag(9, "Theirs", None, True)):
        with pytest.raises(InvalidInput, match="belongs to UTMStack"):
            plan_tag_absent([tag], tag.name, [], force)
        with pytest.raises(InvalidInput, match="belongs to UTMStack"):
            plan_tag_present([tag], tag.name, "#000000")


def test_a_tag_that_rules_give_needs_force_to_go() -> None:
    with pytest.raises(InvalidInput, match=r"1 tag rules: 'Known scanner' \(ID 7\)"):
        plan_tag_absent(TAGS, "Tier 1", [RULE], force=False)
    assert plan_tag_absent(TAGS, "Tier 1", [RULE], force=True).after is None
    assert not plan_tag_absent(TAGS, "nobody", [], force=False).needed


def test_letter_case_makes_another_tag_and_a_near_miss() -> None:
    assert plan_tag_present(TAGS, "tier 1", None).before is None
    assert near_misses(TAGS, "tier-1") == ["Tier 1"]
    assert near_misses(TAGS, "Tier 1") == []


@given(st.text("0123456789abcdefABCDEF", min_size=3, max_size=3))
def test_short_colors_are_spelled_out(digits: str) -> None:
    color = canonical_color(f"#{digits}")
    assert color == canonical_color(color) == "#" + "".join(digit * 2 for digit in digits.lower())


@pytest.mark.parametrize("text", ["red", "", "f44336", "#f4433", "#ggg", "#f443366", "#f44336;"])
def test_what_is_no_color_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="in quotes"):
        canonical_color(text)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "is empty or has"),
        (" Tier 1", "leading or trailing spaces"),
        ("x" * 51, "51 characters"),
        ("\U0001f600" * 26, "52 characters"),
        ("it's", "apostrophe"),
        ("a\\b", "backslash"),
        ("a\nb", "control"),
    ],
)
def test_names_that_no_rule_could_give_are_refused(name: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        checked_tag_name(name)


def test_names_up_to_the_servers_length_are_taken() -> None:
    assert checked_tag_name("x" * 50) == "x" * 50
    assert checked_tag_name("Überprüfung 東京") == "Überprüfung 東京"
