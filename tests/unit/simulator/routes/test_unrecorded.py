# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What real servers did that no recording shows; only status and shape are known."""

from __future__ import annotations

from ..simulated import IDS, Server


def test_the_allowed_addresses_of_a_key_are_trimmed(server: Server) -> None:
    body = {"name": "k", "allowedIp": [" 127.0.0.1 ", "10.0.0.0/8\t"]}
    made = server.post("/api/api-keys", body).json()
    assert made["allowedIp"] == ["127.0.0.1", "10.0.0.0/8"]
    assert server.get(f"/api/api-keys/{made['id']}").json()["allowedIp"] == made["allowedIp"]


def test_a_backslash_before_an_apostrophe_in_the_name_of_an_incident(server: Server) -> None:
    body = {"eventIds": IDS[:1], "incidentName": r"anna\'s", "incidentId": 7, "incidentSource": "test"}
    assert server.post("/api/utm-alerts/convert-to-incident", body).status_code == 500
    assert server.simulator.alerts()[IDS[0]]["isIncident"] is False


def test_an_unknown_filter_of_users(server: Server) -> None:
    answer = server.get("/api/users/filter/unknown")
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")


def test_the_ports_of_an_asset_come_in_any_order(server: Server) -> None:
    ports = [{"port": number, "tcp": f"s{number}"} for number in range(1, 9)]
    server.simulator.assets({"assets": [{"assetName": "web-01", "ports": ports}]})
    orders = {str([row["port"] for row in server.get("/api/utm-network-scans/1").json()["ports"]]) for _ in range(20)}
    assert len(orders) > 1
