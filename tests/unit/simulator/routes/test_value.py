# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of fractions."""

from __future__ import annotations

from ..simulated import Server, document


def test_fractions_are_counted_with_32_bits(server: Server) -> None:
    server.simulator.documents([document("n1", score=0.1), document("n2", score=12345678.0)])
    body = {"field": "score", "index": "v11-alert-*", "sortAsc": True}
    answer = server.post("/api/elasticsearch/property/values-with-count", body)
    assert list(answer.json()) == ["0.10000000149011612", "1.2345678E7"]
