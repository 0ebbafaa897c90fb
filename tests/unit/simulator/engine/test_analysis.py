# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the standard analyzer: the examples are facts of recorded servers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utmstack_simulator.engine.analysis import MAX_TOKEN_LENGTH, holds_phrase, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Failed login", ["failed", "login"]),
        ("failed-login@corp", ["failed", "login", "corp"]),
        ("10.0.0.5:443", ["10.0.0.5", "443"]),
        ("svc@corp.example", ["svc", "corp.example"]),
        ("cmd.exe v1.2.3", ["cmd.exe", "v1.2.3"]),
        ("O'Brien's", ["o'brien's"]),
        ("alpha:beta", ["alpha:beta"]),
        ("1,024 and 3.14,15", ["1,024", "and", "3.14,15"]),
        ("02.prod", ["02", "prod"]),
        ("snake_case_name", ["snake_case_name"]),
        (r"C:\Windows\System32", ["c", "windows", "system32"]),
        ("東京", ["東", "京"]),
        ("カタカナ", ["カタカナ"]),
        ("Straße Σίσυφος", ["straße", "σίσυφος"]),
        ("サーバー・障害", ["サーバー", "障", "害"]),
        ("ภาษาไทย", ["ภาษาไทย"]),
        ("한글 단어", ["한글", "단어"]),
        ("🇩🇪🇫🇷 👩‍💻🚨👍🏽", ["🇩🇪", "🇫🇷", "👩‍💻", "🚨", "👍🏽"]),
        ("zero\u200bwidth soft\u00adhyphen", ["zero", "width", "soft\u00adhyphen"]),
        ("paral·lel name：x 1，5", ["paral·lel", "name：x", "1，5"]),
        ("_a_ __ x_1", ["_a_", "x_1"]),
        ("!!!", []),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert tokens(text) == words


def test_long_words_are_cut_into_pieces() -> None:
    assert [len(word) for word in tokens("x" * 600)] == [MAX_TOKEN_LENGTH, MAX_TOKEN_LENGTH, 90]


def test_a_phrase_stands_in_one_piece() -> None:
    assert holds_phrase(["a", "b", "c"], ["b", "c"])
    assert not holds_phrase(["a", "b", "c"], ["a", "c"])


@given(st.text())
def test_words_are_small_and_never_empty(text: str) -> None:
    for word in tokens(text):
        assert word
        assert len(word) <= MAX_TOKEN_LENGTH
        assert not any("A" <= character <= "Z" for character in word)
