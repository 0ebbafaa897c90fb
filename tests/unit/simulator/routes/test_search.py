# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches for numbers and dates."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from ..simulated import Server, document

SEARCH = "/api/elasticsearch/search"


def search(server: Server, filters: Any, **query: Any) -> requests.Response:
    return server.post(SEARCH, filters, params={"indexPattern": "v11-alert-*", "top": 100, **query})


@pytest.mark.parametrize(
    ("field", "operator", "value", "found"),
    [
        ("score", "IS", 0.1, ["n1"]),
        ("score", "IS", "0.1", ["n1"]),
        ("score", "IS_GREATER_THAN", 0.1, ["n2"]),
        ("big", "IS", 9007199254740993, ["n1"]),
        ("big", "IS", 2.5, []),
        ("text", "IS", 12345678.5, ["n2"]),
        ("when", "IS", 7, ["n2"]),
        (5, "IS", "x", []),
    ],
)
def test_numbers_in_filters(server: Server, field: Any, operator: str, value: Any, found: list[str]) -> None:
    server.simulator.documents(
        [
            document("n1", score=0.1, big=9007199254740993, text="1", when="2026-11-20"),
            document("n2", score=0.25, big=9007199254740992, text="1.23456785E7", when=7),
        ]
    )
    rows = search(server, [{"field": field, "operator": operator, "value": value}], sort="id.keyword").json()
    assert [row["id"] for row in rows] == found


def test_a_date_in_slashes_keeps_its_format(server: Server) -> None:
    server.simulator.documents([document("n1", day="2026/11/20"), document("n2", day="2026/11/21 10:00:00")])
    answer = requests.post(
        server.simulator.url + "/simulator/documents", json=[document("n3", day="2026-11-20")], timeout=10
    )
    assert [row["id"] for row in answer.json()["rejected"]] == ["n3"]
    for operator, value, found in (
        ("IS", "2026/11/20", ["n1"]),
        ("IS_BETWEEN", ["2026/11/20", "2026/11/21"], ["n1", "n2"]),
        ("IS_GREATER_THAN", "2026-11-20", ["n2"]),
    ):
        rows = search(server, [{"field": "day", "operator": operator, "value": value}], sort="id.keyword").json()
        assert [row["id"] for row in rows] == found
    assert search(server, [{"field": "day", "operator": "IS", "value": "2026-11-20"}]).status_code == 500
    body = {"field": "day", "index": "v11-alert-*", "sortAsc": True}
    counts = server.post("/api/elasticsearch/property/values-with-count", body).json()
    assert list(counts) == ["2026/11/20 00:00:00", "2026/11/21 10:00:00"]
    properties = server.get("/api/elasticsearch/index/properties", params={"indexPattern": "v11-alert-*"}).json()
    assert {"name": "day", "type": "date"} in properties
