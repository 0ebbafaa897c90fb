# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in the scripts with which the engine writes."""

from __future__ import annotations

from typing import Any

import pytest

from utmstack_simulator.engine.scripts import ScriptLost, ScriptRefused, incident_texts, note_text, tag_texts


@pytest.mark.parametrize(
    ("tags", "stored"),
    [
        (["a", "b"], ["a", "b"]),
        ([], []),
        (["two\nlines", 'say "hi"'], ["two\nlines", 'say "hi"']),
        ([r"C:\\temp"], [r"C:\temp"]),
        ([r"Bob\'s"], ["Bob's"]),
        (["a', 'b"], ["a", "b"]),
    ],
)
def test_tags_are_a_list_of_literals(tags: list[str], stored: list[str]) -> None:
    assert tag_texts(tags) == stored


@pytest.mark.parametrize("tag", ["Bob's laptop", "rock 'n' roll", r"C:\temp", "ends with \\", "'"])
def test_a_tag_that_breaks_the_list_is_lost(tag: str) -> None:
    with pytest.raises(ScriptLost):
        tag_texts(["good", tag])


@pytest.mark.parametrize("note", ["two\nlines", "a\tb", "naïve", "bell\x07", "\x00"])
def test_a_note_takes_printable_ascii_only(note: str) -> None:
    with pytest.raises(ScriptLost):
        note_text(note)


@pytest.mark.parametrize(
    ("source", "v10", "v11"),
    [
        ("anna's shift", "anna's shift", ScriptRefused),
        ('"night" shift', ScriptRefused, '"night" shift'),
        ("the end'", "the end'", ScriptLost),
        (r"C:\Temp", ScriptLost, ScriptLost),
        (r"C:\\Temp", r"C:\Temp", r"C:\Temp"),
        (r"anna\'s", ScriptLost, "anna's"),
        ("the end\\", ScriptRefused, ScriptRefused),
    ],
)
def test_the_source_of_an_incident_is_a_literal(source: str, v10: Any, v11: Any) -> None:
    for single_quotes, expected in ((False, v10), (True, v11)):
        if isinstance(expected, str):
            assert incident_texts("I", source, single_quotes) == ("I", expected)
        else:
            with pytest.raises(expected):
                incident_texts("I", source, single_quotes)


def test_an_apostrophe_in_an_incident_s_name_is_escaped_on_v11() -> None:
    assert incident_texts("O'Brien", "s", True)[0] == "O'Brien"
