# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.model.tag_spelling import (
    similar_tag,
    similar_tag_warnings,
    spell,
)
from hypothesis import given
from hypothesis import strategies as st

CATALOGUE = ["False positive", "VPN users"]


@pytest.mark.parametrize(
    "tag", ["False Positive", "false positive", " false  positive ", "false-positive", "FALSE_POSITIVE"]
)
def test_a_near_miss_takes_the_catalogues_spelling(tag: str) -> None:
    assert spell([tag], CATALOGUE, normalize=True).tags == ("False positive",)


def test_a_near_miss_is_warned_about_when_tags_are_taken_as_they_are() -> None:
    spelled = spell(["False Positive"], CATALOGUE, normalize=False)
    assert spelled.tags == ("False Positive",)
    assert len(spelled.warnings) == 1
    assert "'False positive'" in spelled.warnings[0]


def test_the_exact_tag_needs_no_warning() -> None:
    spelled = spell(["False positive", "brute force"], CATALOGUE, normalize=False)
    assert spelled.tags == ("False positive", "brute force")
    assert spelled.warnings == ()


def test_an_unknown_tag_gets_capitals_and_single_blanks() -> None:
    assert spell(["  brute   force ", "macOS VPN"], CATALOGUE, normalize=True).tags == ("Brute Force", "MacOS VPN")


def test_two_catalogue_tags_that_differ_in_case_are_both_right() -> None:
    catalogue = ["Scan", "scan"]
    assert spell(["scan", "Scan"], catalogue, normalize=True).tags == ("scan", "Scan")
    assert spell(["SCAN"], catalogue, normalize=True).tags == ("Scan",)


def test_duplicates_fold() -> None:
    assert spell(["a b", "A  b", "A B"], [], normalize=True).tags == ("A B",)


@given(st.lists(st.text(min_size=1)))
def test_normalizing_twice_changes_nothing(tags: list[str]) -> None:
    once = spell(tags, CATALOGUE, normalize=True).tags
    assert spell(once, CATALOGUE, normalize=True).tags == once


@pytest.mark.parametrize(
    ("tag", "known"),
    [
        ("Phisching", "Phishing"),
        ("phishng", "Phishing"),
        ("VPN user", "VPN users"),
        # Another spelling of the same words.
        ("vpn_users", "VPN users"),
        ("False Positive", "False positive"),
        ("Phishing", None),
        ("Malware", None),
        # Numbers tell tags apart.
        ("Campaign 42", None),
        ("Campain 41", "Campaign 41"),
        ("P" * 100_000, None),
        ("", None),
    ],
)
def test_a_misspelled_tag_is_told_from_a_new_one(tag: str, known: str | None) -> None:
    catalogue = {"Phishing", "VPN users", "False positive", "Campaign 41", "Tier 1", "Tier 2"}
    assert similar_tag(tag, catalogue) == known
    warned = similar_tag_warnings([tag, "Tier 1"], catalogue)
    assert [f"{known!a}" in text and f"{tag!a}" in text for text in warned] == ([True] if known else [])


def test_of_two_similar_tags_the_first_is_named_in_every_run() -> None:
    assert {similar_tag("Phisching", set(order)) for order in (["Phishing", "PHISHING"], ["PHISHING", "Phishing"])} == {
        "PHISHING"
    }
