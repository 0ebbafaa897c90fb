# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule engine skips what it cannot write."""

from __future__ import annotations

from ..simulated import Server, document


def test_odd_documents_stop_a_rule_and_nothing_else(server: Server) -> None:
    server.simulator.documents([document("odd", tags="VIP", status=1), document("plain", status=1)])
    conditions = [{"field": "id.keyword", "operator": "IS_ONE_OF", "value": ["odd", "plain"]}]
    server.post(
        "/api/alert-tag-rules", {"name": "r", "description": "d", "conditions": conditions, "tags": [{"id": 1}]}
    )
    server.simulator.tick()
    stored = server.simulator.alerts()
    assert [stored[name]["status"] for name in ("odd", "plain")] == [2, 2]
    assert stored["odd"]["tags"] == "VIP"
