# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each type from each form in which surveys, variables and files give it."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.conversion import (
    converted,
    is_blank,
    structure_in_text,
)
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.query.keys import query_options
from ansible_collections.utmstack.siem.plugins.plugin_utils.yaml_text import structure_in_yaml

TEXTS = {"type": "list", "elements": "str"}
QUERY = {"type": "dict", "options": query_options()}


def refusal(value: Any, option: dict[str, Any], place: str = "name", **more: Any) -> str:
    with pytest.raises(InvalidInput) as refused:
        converted(value, option, place, **more)
    return refused.value.message


@pytest.mark.parametrize(
    ("value", "blank"), [(None, True), ("", True), (" \t\n", True), ("x", False), (0, False), ([], False)]
)
def test_null_and_whitespace_are_blank(value: Any, blank: bool) -> None:
    assert is_blank(value) is blank


@pytest.mark.parametrize(
    ("type_", "given", "expected"),
    [
        ("bool", "false", False),
        ("bool", " No ", False),
        ("bool", "off", False),
        ("bool", "0", False),
        ("bool", 0, False),
        ("bool", True, True),
        ("bool", "YES", True),
        ("bool", 1, True),
        ("int", "5", 5),
        ("int", " -7 ", -7),
        ("int", 5, 5),
        ("int", 5.0, 5),
        ("float", "0.25", 0.25),
        ("float", 1, 1.0),
        ("float", "1e2", 100.0),
        ("str", "  kept  ", "  kept  "),
        ("str", "", ""),
        ("str", 4711, "4711"),
        ("str", date(2026, 12, 31), "2026-12-31"),
        ("str", datetime(2026, 12, 31, 8, tzinfo=timezone.utc), "2026-12-31T08:00:00+00:00"),
        ("path", "~/x", "~/x"),
        ("raw", True, True),
        ("raw", "false", "false"),
        ("dict", '{"a": 1}', {"a": 1}),
        ("dict", "{'a': None}", {"a": None}),
        ("dict", {"a": 1}, {"a": 1}),
    ],
)
def test_a_value_becomes_what_its_type_means(type_: str, given: Any, expected: Any) -> None:
    found = converted(given, {"type": type_}, "name")
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("type_", ["bool", "int", "float", "str", "path", "dict", "list", "raw"])
def test_null_stays_null(type_: str) -> None:
    assert converted(None, {"type": type_}, "name") is None


@pytest.mark.parametrize(
    ("type_", "given", "message"),
    [
        ("bool", "perhaps", "`name` is 'perhaps'. Use true or false."),
        ("bool", "", "`name` is ''. Use true or false."),
        ("bool", 2, "`name` is 2. Use true or false."),
        ("int", "five", "`name` is 'five'. Use a whole number."),
        ("int", "5.5", "`name` is '5.5'. Use a whole number."),
        ("int", True, "`name` is True. Use a whole number."),
        ("int", 5.5, "`name` is 5.5. Use a whole number."),
        ("int", "9" * 5000, f"`name` is '{'9' * 59}.... Use a whole number."),
        ("float", "nan", "`name` is 'nan'. Use a number."),
        ("float", "1_000", "`name` is '1_000'. Use a number."),
        ("float", False, "`name` is False. Use a number."),
        ("dict", "status=open", "`name` is 'status=open'. Use a dictionary."),
        ("dict", ["open"], "`name` is ['open']. Use a dictionary."),
        ("dict", '{"a": 1, "a": 2}', """`name` is '{"a": 1, "a": 2}'. Use a dictionary."""),
        ("list", {"a": 1}, "`name` is {'a': 1}. Use a list."),
        ("str", ["a"], "`name` is ['a'], which is not a string. Put it in quotes, or remove it."),
        (
            "str",
            False,
            "`name` is False, which is not a string. YAML reads words such as NO and on as truth values. "
            "Put the word in quotes.",
        ),
        ("int", "\u202e5\n", "`name` is '\\u202e5\\n'. Use a whole number."),
    ],
)
def test_a_value_of_another_type_is_refused(type_: str, given: Any, message: str) -> None:
    assert refusal(given, {"type": type_}) == message


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("a", ["a"]),
        (" a , b ", ["a", "b"]),
        ("a\nb\r\n\n c", ["a", "b", "c"]),
        ("a,,b,", ["a", "b"]),
        ("", []),
        (" \n", []),
        ('["a","b"]', ["a", "b"]),
        ("['a', 'b']", ["a", "b"]),
        ("[SOC] Phishing", ["[SOC] Phishing"]),
        ("[SOC] Phishing\n[SOC] Scan", ["[SOC] Phishing", "[SOC] Scan"]),
        ('["a, b"]', ["a, b"]),
        ("[]", []),
    ],
)
def test_a_list_from_a_text(text: str, entries: list[str]) -> None:
    assert converted(text, TEXTS, "name") == entries
    assert converted(text, TEXTS, "name", read=structure_in_yaml) == entries


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("Failed logins, admin\nPort scan", ["Failed logins, admin", "Port scan"]),
        ("- a, b\n- c", ["a, b", "c"]),
        ("-a", ["-a"]),
        ("- ", ["-"]),
        ("- Failed logins: admin", "contains {'Failed logins': 'admin'}, which is not a string"),
        ("- a\n-", "contains null"),
        ("[NO, on, 2026-12-31]", ["NO", "on", "2026-12-31"]),
        ("[007]", ["007"]),
        ("[SOC]", ["SOC"]),
        ("- 10.20.0.5\n- 10.20.0.6", ["10.20.0.5", "10.20.0.6"]),
        ("key: value", ["key: value"]),
        ("[a, *b]", ["[a, *b]"]),
        ("[a, !!python/object/new:os.system [x]]", ["[a, !!python/object/new:os.system [x]]"]),
    ],
)
def test_a_list_from_a_text_of_yaml(text: str, entries: list[str] | str) -> None:
    if isinstance(entries, str):
        assert entries in refusal(text, TEXTS, commas=False, read=structure_in_yaml)
        return
    assert converted(text, TEXTS, "name", commas=False, read=structure_in_yaml) == entries


def test_a_list_stays_as_it_is_and_its_entries_have_their_type() -> None:
    assert converted([" a ", "b,c"], TEXTS, "name") == [" a ", "b,c"]
    assert converted(["5", 6], {"type": "list", "elements": "int"}, "ids") == [5, 6]
    assert converted("5, 6", {"type": "list", "elements": "int"}, "ids") == [5, 6]
    assert converted("a, b", {"type": "list", "elements": "raw"}, "tags") == ["a", "b"]
    assert converted([True, None], {"type": "list", "elements": "raw"}, "tags") == [True, None]
    assert converted(5, {"type": "list", "elements": "int"}, "ids") == [5]


@pytest.mark.parametrize("given", [[True], [7], True, 7, [None], [["a"]], '["a", 7]'])
def test_an_entry_that_is_no_text_is_refused(given: Any) -> None:
    assert refusal(given, TEXTS, "user").startswith("`user` contains ")


def test_an_entry_among_choices() -> None:
    option = {"type": "list", "elements": "str", "choices": ["open", "completed"]}
    assert converted("open,completed", option, "status") == ["open", "completed"]
    assert (
        refusal(["opn"], option, "status") == "`status` contains 'opn'. Use one of open, completed. Did you mean open?"
    )
    assert refusal([5], option, "status") == "`status` contains 5. Use one of open, completed."
    assert refusal("x", {"type": "str", "choices": ["a"]}, "kind") == "`kind` is 'x'. Use a."


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sevrity": ["high"]}, "`query.sevrity` is unknown. Did you mean severity?"),
        ({"user": [True]}, "`query.user` contains True, which is not a string."),
        ({"since": 7}, "`query.since` is 7, which is not a string."),
        ({"where": [{"operator": "is"}]}, "`query.where[0]` has no `field`. Add it."),
        (
            {"where": [{"field": "name", "operator": "contains"}]},
            "`query.where[0].operator` is 'contains'. Use one of ",
        ),
        ({"where": "name"}, "`query.where` is 'name'. Use a list."),
        ({"where": ["name"]}, "`query.where[0]` is 'name'. Use a dictionary."),
        ({"where": [None]}, "`query.where` contains null."),
        (
            {"where": {"field": "name", "operator": "exist"}},
            "`query.where` is {'field': 'name', 'operator': 'exist'}. Use a list.",
        ),
    ],
)
def test_a_dictionary_is_checked_at_any_depth(given: Any, message: str) -> None:
    assert refusal(given, QUERY, "query").startswith(message)


def test_a_dictionary_in_a_text() -> None:
    expected = {"severity": ["high"], "incident": False}
    assert converted('{"severity": "high", "incident": "no"}', QUERY, "query") == expected
    assert converted("severity: [high]\nincident: no", QUERY, "query", read=structure_in_yaml) == expected
    assert converted({"name": None}, QUERY, "query") == {"name": None}


def test_a_number_as_a_secret_is_its_digits() -> None:
    assert converted(83, {"type": "str", "no_log": True}, "password") == "83"


def test_a_secret_is_not_shown() -> None:
    assert "hunter" not in refusal(["hunter2"], {"type": "str", "no_log": True}, "password")
    assert "hunter" not in refusal("hunter2", {"type": "int", "no_log": True}, "password")


@pytest.mark.parametrize("read", [structure_in_text, structure_in_yaml])
@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "[" * 5000 + "]" * 5000,
        "[" * 102 + "]" * 102,
        "{" * 5000,
        "[" + "1," * 600_000 + "]",
        "a: " * 3000,
    ],
)
def test_text_that_is_too_deep_or_too_long_is_no_structure(text: str, read: Any) -> None:
    assert read(text) is None


def test_yaml_that_surprises_is_no_structure() -> None:
    for text in (
        "a: &x [1]\nb: *x",
        "a: 1\na: 2",
        "a: 1\n---\nb: 2",
        "a: !!python/name:os.system",
        "just words",
        "12:30",
    ):
        assert structure_in_yaml(text) in (None, {"12": 30}), text
    assert structure_in_yaml("a: NO\nb: 007\nc: 1\nd: true\ne: ~\nf: 2026-12-31\ng: 1.5\nh:") == {
        "a": "NO",
        "b": "007",
        "c": 1,
        "d": True,
        "e": None,
        "f": "2026-12-31",
        "g": 1.5,
        "h": None,
    }
