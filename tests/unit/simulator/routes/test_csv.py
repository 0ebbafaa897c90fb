# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells of a CSV export."""

from __future__ import annotations

from ..simulated import Server, document


def test_a_date_cell_needs_a_zone(server: Server) -> None:
    server.simulator.documents([document("n1", when="2026-11-20T10:00:00")])
    columns = [{"field": "when", "type": "date"}]
    body = {"columns": columns, "top": 10, "indexPattern": "v11-alert-*", "filters": []}
    assert server.post("/api/elasticsearch/search/csv", body).status_code == 500
