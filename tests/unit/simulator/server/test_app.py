# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of requests."""

from __future__ import annotations

from ..simulated import Server


def test_the_journal_holds_no_secret(server: Server) -> None:
    server.post("/api/authenticate", {"username": "admin", "password": "Adm1n-pass"})
    server.get("/api/check-credentials", params={"password": "Adm1n-pass", "checkUUID": "1"})
    rows = server.simulator.requests()
    assert [row["path"] for row in rows] == ["/api/authenticate", "/api/check-credentials"]
    assert "Adm1n-pass" not in str(rows)
    assert server.simulator.requests(method="POST", path="/api/authenticate") == rows[:1]
