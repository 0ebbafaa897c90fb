# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells, columns and files of an export, on plain data; and what exactly is asked."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.atomic_file import check_place, permissions, write_file
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11, Dialect
from ansible_collections.utmstack.siem.plugins.module_utils.errors import (
    FileNotWritten,
    InvalidInput,
    ServerError,
)
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import COMMON_FIELDS, alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_export
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.export_columns import (
    TABLE_COLUMNS,
    columns_named,
    values_in,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.export_formats import (
    cell,
    csv_text,
    format_of,
    json_lines_text,
    json_text,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from hypothesis import given, strategies

from ...exchanges import OPEN, PAGE, SEARCH, Exchange, exchanged, params

OLD = "what was there before\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ("", ""),
        ("Łódź 東京", "Łódź 東京"),
        (-5, "-5"),
        (9007199254740993, "9007199254740993"),
        (2.0, "2.0"),
        (True, "true"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("x;=1+1", "x;'=1+1"),
        ("x; \xa0@SUM(1)", "x; \xa0'@SUM(1)"),
        (" =1", " '=1"),
        ("a\t-1\r\n+1", "a\t'-1\r\n'+1"),
        ("a;b", "a;b"),
        ("a\0b", "a␀b"),
        ([], ""),
        (["a", "b"], "a; b"),
        (["=a", "b"], "'=a; b"),
        (["a", "=b"], "a; '=b"),
        ([1, 2.5, True], "1; 2.5; true"),
        (["a;=b", "c"], '["a\\u003b=b", "c"]'),
        (["[a"], '["[a"]'),
        (["a", None], '["a", null]'),
        ([{"x": 1}], '[{"x": 1}]'),
        ({"ip": "10.0.0.5", "port": 22}, '{"ip": "10.0.0.5", "port": 22}'),
    ],
)
def test_cells(value: Any, shown: str) -> None:
    assert cell(value) == shown


values = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(),
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(strategies.text(), inner, max_size=3),
    max_leaves=6,
)
rows = strategies.lists(strategies.lists(values, min_size=2, max_size=2), max_size=5)


@given(rows)
def test_tables_can_be_read_again_and_hold_no_formula(table: list[list[Any]]) -> None:
    text = "".join(csv_text(["=a", "b"], table))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["'=a", "b"], *[[cell(value) for value in row] for row in table]]
    assert "\0" not in text
    for row, shown in zip(table, read[1:]):
        for value, field in zip(row, shown):
            assert isinstance(value, int) or not field.startswith(tuple("=+-@\t\r\n"))


@given(strategies.lists(strategies.text("=+-@;,\t\r\n \"'a", max_size=8), min_size=1, max_size=4))
def test_no_text_is_a_formula_whatever_separates_the_columns(texts: list[str]) -> None:
    table = "".join(csv_text(["x", *texts], []))
    for separator in ",;\t":
        cells = next(csv.reader(io.StringIO(table, newline=""), delimiter=separator))
        assert [text for text in cells if text.lstrip().startswith(tuple("=+-@"))] == []


def test_formulas_are_kept_on_request() -> None:
    assert "".join(csv_text(["=a"], [["x;=1+1"], [{"a": ";"}]], escape=False)) == '=a\r\nx;=1+1\r\n"{""a"": "";""}"\r\n'


@given(rows)
def test_json_can_be_read_again_as_it_was(table: list[list[Any]]) -> None:
    expected = [dict(zip("ab", row)) for row in table]
    assert json.loads("".join(json_text(["a", "b"], table))) == expected
    lines = "".join(json_lines_text(["a", "b"], table))
    assert [json.loads(line) for line in lines.splitlines()] == expected
    assert lines.isascii()


def test_half_a_surrogate_pair_is_an_escape_in_json() -> None:
    (line,) = json_lines_text(["a"], [["\ud800"]])
    assert line == '{"a": "\\ud800"}\n'


@pytest.mark.parametrize(
    ("path", "given_format", "found"),
    [("a.csv", None, "csv"), ("a.JSON", None, "json"), ("a.ndjson", None, "jsonl"), ("a.txt", "csv", "csv")],
)
def test_the_name_says_the_format(path: str, given_format: str | None, found: str) -> None:
    assert format_of(path, given_format) == found


@pytest.mark.parametrize("path", ["alerts", "alerts.xlsx", ".csv"])
def test_a_name_that_says_no_format_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput, match="Set `format`"):
        format_of(path, None)


@pytest.mark.parametrize(("mode", "bits"), [("0640", 0o640), ("600", 0o600), (0o644, 0o644), ("0", 0)])
def test_permissions(mode: Any, bits: int) -> None:
    assert permissions(mode) == bits


@pytest.mark.parametrize("mode", ["rw", "0888", "1777", 644, True, None, [6]])
def test_what_is_no_permission_is_refused(mode: Any) -> None:
    with pytest.raises(InvalidInput, match="octal"):
        permissions(mode)


def document(dialect: Dialect) -> dict[str, Any]:
    """A document with the usual members, and some of its dialect."""
    near = {
        "v10": {"source": {"ip": "10.0.0.5", "country": "Germany"}, "tactic": "T"},
        "v11": {"adversary": {"ip": "10.0.0.5", "geolocation": {"country": "Germany"}}, "technique": "T"},
    }
    return {**OPEN, **near[dialect.name], "events": [{"log": {"user": "a"}}, {"log": {"user": "b"}}, {"log": {}}]}


@pytest.mark.parametrize("dialect", [V10, V11], ids=["v10", "v11"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "open"),
        ("status.keyword", "open"),
        ("severity", "low"),
        ("timestamp", "2026-11-20T10:00:00.000Z"),
        ("@timestamp", "2026-11-20T10:00:00.000Z"),
        ("technique", "T"),
        ("adversary.ip", "10.0.0.5"),
        ("source_ip", "10.0.0.5"),
        ("adversary.geolocation.country", "Germany"),
        ("adversary.geolocation", {"country": "Germany"}),
        ("adversary.host", None),
        ("target", {}),
        ("incident.name", None),
        ("tags", []),
        ("statusLabel", None),
    ],
)
def test_columns_mean_the_same_in_both_generations(dialect: Dialect, name: str, value: Any) -> None:
    columns = columns_named([name], {}, dialect, stored_fields=_not_asked)
    assert values_in(alert_from(document(dialect), dialect), columns) == [value]


def _not_asked() -> list[str]:
    raise AssertionError("the server need not be asked")


def test_stored_fields_objects_and_lists_of_objects_are_columns() -> None:
    stored = document(V11)
    columns = columns_named(["events.log.user", "adversary.geolocation", "raw"], {}, V11, _not_asked)
    assert values_in(alert_from(stored, V11), columns) == [["a", "b"], {"country": "Germany"}, stored]
    (column,) = columns_named(["custom.score"], {}, V11, lambda: ["custom.score", "custom.name.keyword"])
    assert values_in(alert_from({"custom": {"score": 0}}, V11), [column]) == [0]
    assert values_in(alert_from({"custom.score": False}, V11), [column]) == [False]


@pytest.mark.parametrize("dialect", [V10, V11], ids=["v10", "v11"])
def test_the_usual_columns_are_known(dialect: Dialect) -> None:
    for names in (TABLE_COLUMNS, COMMON_FIELDS):
        assert [column.name for column in columns_named(names, {}, dialect, _not_asked)] == list(names)


@pytest.mark.parametrize(
    ("names", "headings", "said"),
    [
        ([], {}, "`columns` is empty"),
        (["adversary.ipp"], {}, r"Did you mean .*adversary\.ip"),
        (["name.first"], {}, "no field 'name.first'"),
        (["name", "name"], {}, "Two columns have the heading 'name'"),
        (["name", "id"], {"id": "name"}, "Two columns"),
        (["name"], {"nam": "Name"}, "Did you mean name"),
    ],
)
def test_columns_that_mean_nothing_are_refused(names: list[str], headings: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        columns_named(names, headings, V11, lambda: ["id"])


def test_a_file_appears_as_a_whole_and_only_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "alerts.csv"

    def pieces() -> Iterator[str]:
        yield "a"
        assert not path.exists()
        yield "\ud800\n"

    before, after = write_file(str(path), pieces(), 0o640, check_mode=False)
    assert (before, path.read_bytes(), after.size) == (None, b"a\\ud800\n", 8)
    status = path.stat()
    assert stat.S_IMODE(status.st_mode) == 0o640
    before, after = write_file(str(path), ["a\\ud800\n"], 0o640, check_mode=False)
    assert before == after
    assert path.stat().st_ino == status.st_ino
    before, after = write_file(str(path), ["a\\ud800\n"], 0o600, check_mode=False)
    assert before != after
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_check_mode_touches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "alerts.csv"
    before, predicted = write_file(str(path), ["new"], 0o600, check_mode=True)
    assert before is None
    assert list(tmp_path.iterdir()) == []
    assert write_file(str(path), ["new"], 0o600, check_mode=False) == (None, predicted)
    assert write_file(str(path), ["new"], 0o600, check_mode=True) == (predicted, predicted)


def test_whatever_breaks_the_old_file_stays_alone(tmp_path: Path) -> None:
    path = tmp_path / "alerts.csv"
    path.write_text(OLD)

    def broken() -> Iterator[str]:
        yield "x" * 100_000
        raise ServerError("the server went away")

    with pytest.raises(ServerError):
        write_file(str(path), broken(), 0o600, check_mode=False)
    assert path.read_text() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told_and_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "alerts.csv"
    path.write_text(OLD)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(FileNotWritten, match="unchanged"):
            write_file(str(path), ["x" * 1000] * 200, 0o600, check_mode=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_text() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_what_it_points_to_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link.csv"
    target.write_text(OLD)
    link.symlink_to(target)
    check_place(str(link))
    write_file(str(link), ["new"], 0o600, check_mode=False)
    assert (target.read_text(), link.read_text(), link.is_symlink()) == (OLD, "new", False)


def test_places_where_no_file_can_be_are_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    places = {"no/a.csv": "does not exist", "pipe.csv": "a pipe", ".": "is a directory"}
    for place, said in places.items():
        options = params(alert_export.OPERATION, path=place, format="csv", query={})
        with exchanged(monkeypatch) as (client, _waits), pytest.raises(FileNotWritten, match=said):
            alert_export.OPERATION.run(client, options, Task())


def test_a_folder_without_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *arguments: False)
    with pytest.raises(FileNotWritten, match="may not create files"):
        check_place(str(tmp_path / "a.csv"))


def test_an_unknown_column_is_looked_up_on_the_server_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    fields = Exchange(
        "GET",
        "/api/elasticsearch/index/properties",
        [("indexPattern", "v11-alert-*")],
        answer=[{"name": "custom.score", "type": "long"}, {"name": "zone", "type": "text"}],
    )
    filters = [
        {"field": "status", "operator": "IS_ONE_OF_TERMS", "value": ["2", "3", "5"]},
        {"field": "parentId", "operator": "DOES_NOT_EXIST", "value": None},
    ]
    search = Exchange("POST", SEARCH, PAGE, filters, answer=[{**OPEN, "zone": "=dmz", "custom": {"score": -3}}])
    options = params(
        alert_export.OPERATION, path="a.csv", query={}, columns=["zone", "custom.score"], headings={"zone": "Zone"}
    )
    with exchanged(monkeypatch, fields, search) as (client, _waits):
        result = alert_export.OPERATION.run(client, options, Task())
    assert (tmp_path / "a.csv").read_bytes() == b"Zone,custom.score\r\n'=dmz,-3\r\n"
    assert (result["changed"], result["rows"], result["columns"]) == (True, 1, ["Zone", "custom.score"])
    assert (result["bytes"], result["mode"], result["requests"]) == (29, "0600", 2)


def test_before_the_first_alert_the_server_knows_no_fields(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    fields = Exchange(
        "GET", "/api/elasticsearch/index/properties", [("indexPattern", "v11-alert-*")], status=404, answer=None
    )
    options = params(alert_export.OPERATION, path="a.csv", query={}, columns=["zone"])
    with exchanged(monkeypatch, fields) as (client, _waits), pytest.raises(InvalidInput, match="no field 'zone'"):
        alert_export.OPERATION.run(client, options, Task())
    assert list(tmp_path.iterdir()) == []
