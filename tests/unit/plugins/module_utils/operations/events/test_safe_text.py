# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of events: whatever an attacker writes, no engine finds a template in what is left of it."""

from __future__ import annotations

import ast
import datetime
import unicodedata
from collections.abc import Iterator
from typing import Any

import ansible.template
import jinja2
import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.safe_text import (
    MAX_DEPTH,
    safe_text,
    safe_value,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2.nativetypes import NativeEnvironment

# Begin and end of variables, statements and comments in Jinja2, and in environments that chose others.
ENVIRONMENTS = [
    jinja2.Environment(
        variable_start_string=variable[0],
        variable_end_string=variable[1],
        block_start_string=block[0],
        block_end_string=block[1],
        comment_start_string=comment[0],
        comment_end_string=comment[1],
    )
    for variable, block, comment in (
        (("{{", "}}"), ("{%", "%}"), ("{#", "#}")),
        (("[[", "]]"), ("[%", "%]"), ("[#", "#]")),
        (("<<", ">>"), ("<%", "%>"), ("<#", "#>")),
        (("${", "}"), ("#%", "%#"), ("##", "##")),
        (("((", "))"), ("((*", "*))"), ("((=", "=))")),
        (("%%", "%%"), ("%{", "}"), ("%(", ")")),
        (("{$", "$}"), ("{@", "@}"), ("{*", "*}")),
        (("#{", "}"), ("@{", "}"), ("<!--", "-->")),
        (("$(", ")"), ("$[", "]"), ("{?", "?}")),
        (("{[", "]}"), ("[{", "}]"), ("({", "})")),
    )
]
DELIMITERS = ("{{", "{%", "{#", "}}", "%}", "#}", "#%", "%%", "<%", "${", "#{", "[[", "[%", "<<", "((", "#jinja2")
# How a rulebook may name two texts of an event; what comes out is evaluated as Python if it can be.
NAMED = ("{{ a }}", "{{ a }}{{ b }}", "'{{ a }}{{ b }}'", '"{{ a }}"', "['{{ a }}', \"{{ b }}\"]", "x {{ a }} {{ b }}")
TEXTS = st.lists(
    st.one_of(
        st.sampled_from("{}%#$@<>[]()!?*=~'\"\\\x00\n\r\x1b\u200b\u202e\u2028\ud800 xunNj·…"),
        st.sampled_from(
            [
                "lookup('pipe', 'id')",
                "{{ 7 * 7 }}",
                "{% if 1 %}x{% endif %}",
                "{# x #}",
                "' '",
                '""',
                "\\x7b",
                "\\u007b",
                "\\U0000007b",
                "\\N{LEFT CURLY BRACKET}",
                "\\173",
                "\\43",
                "x7b",
                "{LEFT CURLY BRACKET}",
                "#jinja2:",
                "variable_start_string:'~',",
                "$ANSIBLE_VAULT;1.1;AES256",
                "C:\\Users",
            ]
        ),
        st.text(max_size=3),
    ),
    max_size=12,
).map("".join)


@given(TEXTS, st.sampled_from([300, 20, 5, 1]))
@settings(max_examples=150, deadline=None)
@example("{\u200b{ 7 * 7 }\u200b}", 300)
@example("{\x00{ 7 * 7 }\x00}", 300)
@example("{{{ 7 * 7 }}}", 300)
def test_no_delimiter_is_left(text: str, limit: int) -> None:
    safe = safe_text(text, limit)
    assert [delimiter for delimiter in DELIMITERS if delimiter in safe] == []
    assert {unicodedata.category(character) for character in safe}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
    assert len(safe) <= limit
    assert safe_text(safe, limit) == safe


@given(TEXTS)
@settings(max_examples=50, deadline=None)
def test_no_environment_renders_it(text: str) -> None:
    safe = safe_text(text)
    for environment in ENVIRONMENTS:
        assert environment.from_string(safe).render() == safe


def template_of(text: str) -> Any:
    """The text as Ansible takes an extra variable: as a template that it trusts (a mark since ansible-core 2.19)."""
    trust = getattr(ansible.template, "trust_as_template", str)
    return trust(text)


def rendered(text: str) -> Any:
    """What Ansible makes of the text."""
    return Templar(loader=DataLoader(), variables={}).template(template_of(text))


@given(TEXTS)
@settings(max_examples=50, deadline=None)
@example("#jinja2:variable_start_string:'~('\n~( 7 * 7 }}")
@example("#jinja2: no pair")
def test_ansible_leaves_it_as_it_is(text: str) -> None:
    safe = safe_text(text)
    assert rendered(safe) == safe


def test_ansible_renders_what_is_not_made_safe() -> None:
    assert str(rendered("{{ 7 * 7 }}")) == "49"
    assert str(rendered("#jinja2:variable_start_string:'~(',variable_end_string:')~'\n~( 7 * 7 )~")) == "49"


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a value that a rulebook made."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, set)):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, dict):
        yield from texts_of([*value, *value.values()])


def named_in_a_rulebook(template: str, **texts: str) -> Any:
    """What ansible-rulebook makes of an argument that names texts of an event."""
    return NativeEnvironment(undefined=jinja2.StrictUndefined).from_string(template).render(texts)


@given(TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
@pytest.mark.filterwarnings("ignore:invalid:SyntaxWarning", "ignore:invalid:DeprecationWarning")
@example("'{' '{ 7 * 7 }' '}'", "")
@example("{' '{ 7 * 7 }' '}", "")
@example("'\\x7b\\x7b 7 * 7 }}'", "")
@example("'\\173\\173 7 * 7 }}'", "")
@example("'\\N{LEFT CURLY BRACKET}' '{ 7 * 7 }}'", "")
@example("{", "{ 7 * 7 }}")
@example("\\", "x7b{ 7 * 7 }}")
@example("#", "jinja2:x")
@example("('a', 'b')", "{1, 2}")
def test_no_delimiter_arises_in_a_rulebook(first: str, second: str) -> None:
    for template in NAMED:
        value = named_in_a_rulebook(template, a=safe_text(first), b=safe_text(second))
        assert [text for text in texts_of(value) for start in ("{{", "{%", "{#") if start in text] == []
        assert [text for text in texts_of(value) if text.startswith("#jinja2")] == []


def test_a_rulebook_joins_what_is_not_made_safe() -> None:
    assert named_in_a_rulebook("{{ a }}", a="'{' '{ 7 * 7 }' '}'") == "{{ 7 * 7 }}"
    assert named_in_a_rulebook("{{ a }}", a="'\\x7b\\x7b 7 * 7 }}'") == "{{ 7 * 7 }}"
    assert named_in_a_rulebook("{{ a }}", a="('a', 'b')") == ("a", "b")


LITERALS = [
    *(
        "('a', 'b')",
        "{1, 2}",
        "b'x'",
        '"x"',
        " [1] ",
        "{'a': 1}",
        "b'x'#y",
        "'a' 'b'#",
        "'a', 1",
        "{1} # x",
        "(1, 2)#x",
        "[1],",
    ),
    *("1,2", "10,000", "-1.5e3 ,", "0x1f,", "True, 1", "None,", "...", "...,1", "... # x", "set()", "set( ) # x"),
    *("1j", "3+4J", "-1.j", "1_0j # x", "(1)+2j", "1e5-(2j)", "-(1), 2", "0x1f+1j", ".5j", "1j, 2"),
]


@pytest.mark.parametrize("text", LITERALS)
def test_a_rulebook_keeps_a_text_that_looks_like_python(text: str) -> None:
    assert not isinstance(ast.literal_eval(text.strip()), (int, float))
    assert isinstance(named_in_a_rulebook("{{ a }}", a=safe_text(text)), str)


@given(
    st.lists(
        st.sampled_from(
            ["(", ")", "[", "]", "{", "}", "'", '"', "b", "1", ".", "j", "e", "_", ",", "#", "+", "-", " ", ":"]
        )
        | st.sampled_from(["set(", "None", "True", "...", "'a'", "0x", "\n"]),
        max_size=8,
    ).map("".join)
)
@settings(max_examples=300, deadline=None)
@pytest.mark.filterwarnings("ignore:invalid:SyntaxWarning", "ignore:invalid:DeprecationWarning")
def test_a_rulebook_makes_nothing_but_numbers_and_words_of_a_text(text: str) -> None:
    assert isinstance(named_in_a_rulebook("{{ a }}", a=safe_text(text)), (str, int, float, type(None)))


@pytest.mark.parametrize(
    "text",
    [
        "Port scan from 10.0.0.5 (internal)",
        "[Suricata] - scan, rule 5",
        "5 failed logins, then 1 success",
        "10.0.0.5, 10.0.0.6",
        "Set() of object j1 (2j)",
        "CORP\\bob on C:\\Users\\bob\\x.exe",
        "\\\\10.0.0.5\\share at 95%",
        "O'Brien's laptop, \"quoted\"",
        "f(g(x)) -> a[0] <host> {x}",
        "user@corp.example #12 $5",
        "東京 🇩🇪 é",
        "T1110.001",
        "2026-11-29T12:00:00.000Z",
        "6f1c1a52-5b3e-5a53-9d0e-6b2f4a1d7f10",
        "",
    ],
)
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("{{ lookup('pipe', 'id') }}", "{·{ lookup('pipe', 'id') }·}"),
        ("{{{ x }}}", "{·{·{ x }·}·}"),
        ("{%- x -%}", "{·%- x -%·}"),
        ("{#x#}", "{·#x#·}"),
        ("a\nb\x1b[31mc", "a b [31mc"),
        ("{\u200b{", "{·{·"),
        ("#jinja2:x", "#·jinja2:x"),
        ("$ANSIBLE_VAULT;1.1", "$·ANSIBLE_VAULT;1.1"),
        ("x" * 301, "x" * 299 + "…"),
    ],
)
def test_what_is_broken_is_seen(text: str, safe: str) -> None:
    assert safe_text(text) == safe


def test_values_keep_their_shape() -> None:
    day = datetime.date(2026, 11, 29)
    moment = datetime.datetime(2026, 11, 29, 12, tzinfo=datetime.timezone.utc)
    given_value = {
        "name": "{{ x }}",
        "{{ key }}": ["{% x %}", {"deep": ("a\nb", b"{{ x }}\xff")}],
        "kept": [1, 2.5, True, None, day, moment],
        7: "seven",
    }
    assert safe_value(given_value) == {
        "name": "{·{ x }·}",
        "{·{ key }·}": ["{·% x %·}", {"deep": ["a b", "{·{ x }·}\ufffd"]}],
        "kept": [1, 2.5, True, None, day, moment],
        7: "seven",
    }


def test_no_key_replaces_another() -> None:
    keys = ["a\n", "a ", "a\t", b"a ", ("a", "b"), None]
    safe = safe_value({key: number for number, key in enumerate(keys)})
    assert list(safe.values()) == list(range(len(keys)))
    assert list(safe) == ["a ", "a ·2", "a ·3", "a ·4", "·('a', 'b')", None]
    many = safe_value({"x" * 300 + str(number): number for number in range(2_000)})
    assert len(many) == 2_000
    assert {len(key) <= 300 for key in many} == {True}


def test_a_value_of_another_kind_becomes_a_text() -> None:
    class Named:
        def __str__(self) -> str:
            return "{{ x }}"

    assert safe_value(Named()) == "{·{ x }·}"
    assert safe_value({"{{ x }}"}) == ["{·{ x }·}"]


def test_nesting_ends() -> None:
    value: Any = "{{ x }}"
    for _level in range(5_000):
        value = [value]
    safe = safe_value(value)
    for _level in range(MAX_DEPTH):
        assert isinstance(safe, list)
        safe = safe[0]
    assert safe == "…"


@given(st.recursive(TEXTS | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner)))
@settings(max_examples=25, deadline=None)
def test_what_is_safe_stays(value: Any) -> None:
    safe = safe_value(value)
    assert safe_value(safe) == safe
    assert [text for text in texts_of(safe) for delimiter in DELIMITERS if delimiter in text] == []
