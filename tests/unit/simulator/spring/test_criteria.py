# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Criteria of lists as Spring binds them."""

from __future__ import annotations

import pytest

from ..simulated import Server, create_incident


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("incidentName.contains=a%25-b", ["a--b"]),
        ("incidentName.contains=a_b", ["a_b", "axb"]),
        ("id.equals=", ["a--b", "a_b", "axb"]),
        ("incidentName.equals=", []),
        ("incidentName.in=a_b&incidentName.in=axb", ["a_b", "axb"]),
        ("incidentName.in=a_b, axb", ["a_b", "axb"]),
        ("incidentName.equals=a_b&incidentName.equals=axb", ["a_b"]),
        ("sort=incidentAssignedTo,asc&sort=incidentName,desc", ["axb", "a_b", "a--b"]),
        ("sort=incidentAssignedTo,desc&sort=incidentName,asc", ["a--b", "a_b", "axb"]),
    ],
)
def test_criteria_as_spring_binds_them(server: Server, query: str, names: list[str]) -> None:
    for number, name in enumerate(["a--b", "a_b", "axb"]):
        create_incident(server, name, f"a{number}", incidentAssignedTo="1" if name == "axb" else None)
    rows = server.get(f"/api/utm-incidents?{query if 'sort' in query else query + '&sort=id,asc'}").json()
    assert [row["incidentName"] for row in rows] == names
