# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.storable_text import (
    checked_tag,
    storable_note,
    storable_observation,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("naïve", "naive"),
        ("Größe: 3 €", "Grosse: 3 EUR"),
        ("first\nsecond\r\nthird", "first | second | third"),
        ("tab\there", "tab here"),
        ("“quoted” – don’t", '"quoted" - don\'t'),
        ("東京", "??"),
        ("Łódź", "Lodz"),
    ],
)
def test_a_note_is_spelled_in_ascii_and_the_user_is_told(text: str, stored: str) -> None:
    storable = storable_note(text, "replace")
    assert storable.text == stored
    assert storable.warning is not None
    assert stored in storable.warning


@pytest.mark.parametrize("gap", [" ", "\xa0", "\n", " \n", "\\"], ids=ascii)
def test_a_note_of_a_megabyte_is_read_once(gap: str) -> None:
    """An expression that looks for the end of a gap from each of its characters would take hours."""
    assert storable_note(f"é{gap * 1_000_000}b", "replace").text[0] == "e"


def test_a_note_the_server_can_store_stays_as_it_is() -> None:
    storable = storable_note(r'C:\temp "x" $1 %20', "fail")
    assert (storable.text, storable.warning) == (r'C:\temp "x" $1 %20', None)


@pytest.mark.parametrize("text", ["naïve", "two\nlines", "tab\there"])
def test_a_note_can_be_refused_instead(text: str) -> None:
    with pytest.raises(InvalidInput, match="unsupported_text: replace"):
        storable_note(text, "fail")


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_a_blank_note_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="blank"):
        storable_note(text, "replace")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("two\nlines", "two lines"),
        ("two \r\n lines", "two lines"),
        (r"C:\u0041bc", r"C:\ u0041bc"),
        ("bell\x07", "bell"),
    ],
)
def test_an_observation_loses_only_what_would_lose_it(text: str, stored: str) -> None:
    storable = storable_observation(text, "replace")
    assert storable.text == stored
    assert storable.warning is not None


@pytest.mark.parametrize("text", ["naïve 東京 🙂", "don't", r"C:\Windows", "100 % $", "a  b"])
def test_an_observation_may_hold_any_script(text: str) -> None:
    storable = storable_observation(text, "fail")
    assert (storable.text, storable.warning) == (text, None)


@given(st.text())
def test_what_is_made_of_an_observation_is_storable(text: str) -> None:
    stored = storable_observation(text, "replace").text
    assert storable_observation(stored, "fail").text == stored


@given(st.text().filter(lambda text: text.strip()))
def test_what_is_made_of_a_note_is_storable(text: str) -> None:
    try:
        stored = storable_note(text, "replace").text
    except InvalidInput:
        # Nothing was left of a text of marks without letters.
        return
    assert storable_note(stored, "fail").text == stored
    assert stored.isascii()
    assert stored.isprintable()


@pytest.mark.parametrize(
    ("tag", "reason"), [("Bob's laptop", "apostrophe"), ("a\\b", "backslash"), ("a\nb", "control"), ("  ", "blank")]
)
def test_a_tag_that_would_be_lost_or_run_is_refused(tag: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        checked_tag(tag)


@pytest.mark.parametrize("tag", ["False positive", "Zürich", '"quoted"', "a;b", "<script>"])
def test_other_tags_are_taken(tag: str) -> None:
    assert checked_tag(tag) == tag
