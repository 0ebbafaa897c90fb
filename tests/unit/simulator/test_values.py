# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as Java reads and prints them, PostgreSQL compares them, and the engine's fields and scripts keep them."""

from __future__ import annotations

from typing import Any

import pytest

from utmstack_simulator.engine.documents import DocumentStore, IndexMissing, bent
from utmstack_simulator.engine.java import instant, instant_of, java_text, number, whole_number
from utmstack_simulator.engine.postgres import in_order, like
from utmstack_simulator.engine.scripts import ScriptLost, ScriptRefused, incident_texts, note_text, tag_texts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (2.0, "2.0"),
        (0.001, "0.001"),
        (1234567.5, "1234567.5"),
        (12345678.5, "1.23456785E7"),
        (1e20, "1.0E20"),
        (0.0001, "1.0E-4"),
        (-2.5e-7, "-2.5E-7"),
    ],
)
def test_java_prints(value: Any, text: str) -> None:
    assert java_text(value) == text


@pytest.mark.parametrize("text", ["", "1_000", "1.5", " 1", "0x10", "9223372036854775808"])
def test_what_is_no_long(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        whole_number(text)


def test_numbers() -> None:
    assert [whole_number(text) for text in ("7", "-7", "+07")] == [7, -7, 7]
    assert number("9007199254740993") == 9007199254740993
    assert number("1e3") == 1000.0


@pytest.mark.parametrize(
    "text", ["2026-11-20", "2026-11-20T10:00:00", "2026-11-20T10:00Z", "tomorrow", "2026-13-01T10:00:00Z"]
)
def test_what_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        instant(text)


def test_instants_lose_an_empty_fraction() -> None:
    assert instant_of(instant("2026-11-20T12:00:00.000+02:00")) == "2026-11-20T10:00:00Z"
    assert instant_of(instant("2026-11-20T10:00:00.250Z")) == "2026-11-20T10:00:00.250Z"


def test_like_has_wildcards_that_a_backslash_takes_away() -> None:
    texts = ["web-01", "WEB_01", "100%", "webx01"]
    assert [text for text in texts if like("b_0")(text)] == texts[:2] + texts[3:]
    assert [text for text in texts if like(r"b\_0")(text)] == ["WEB_01"]
    assert [text for text in texts if like("w%1", folded=False)(text)] == ["web-01", "webx01"]
    assert not like("")(None)


def test_missing_values_are_the_largest() -> None:
    rows = [{"a": None, "b": 1}, {"a": True, "b": 2}, {"a": False, "b": 3}]
    assert [row["b"] for row in in_order(rows, [("a", False)], dict.__getitem__)] == [3, 2, 1]
    assert [row["b"] for row in in_order(rows, [("a", True)], dict.__getitem__)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("long", "7", 7),
        ("long", 7.9, 7),
        ("long", -7.9, -7),
        ("long", "", None),
        ("long", 9007199254740993, 9007199254740993),
        ("float", 0.1, 0.10000000149011612),
        ("boolean", "", False),
        ("boolean", "true", True),
        ("text", 1.5, "1.5"),
        ("text", False, "false"),
    ],
)
def test_a_later_value_is_bent_to_the_field(kind: str, value: Any, kept: Any) -> None:
    assert bent(kind, value) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("long", "two"),
        ("long", True),
        ("long", 2**63),
        ("boolean", 1),
        ("boolean", "yes"),
        ("date", ""),
        ("float", 1e300),
    ],
)
def test_a_value_that_cannot_be_bent_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"^"):
        bent(kind, value)


def test_an_exclusion_needs_a_wildcard_before_it() -> None:
    store = DocumentStore()
    for day in ("20", "21"):
        store.put(f"alert-2026-11-{day}", "x", {"id": "x"})
    assert [daily.name for daily in store.matching("alert-*,-alert-2026-11-20")] == ["alert-2026-11-21"]
    assert len(store.matching("_all")) == 2
    with pytest.raises(IndexMissing):
        store.matching("-alert-2026-11-20,alert-*")


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
