# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies and parameters as Jackson and Spring read them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ..simulated import ALERT, IDS, Server

STATUS = "/api/utm-alerts/status"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (
            "/api/utm-alerts/convert-to-incident",
            {"eventIds": ["a1"], "incidentName": "n", "incidentId": 2**31, "incidentSource": "s"},
            400,
        ),
        (
            "/api/utm-alerts/convert-to-incident",
            {"eventIds": ["a1"], "incidentName": "n", "incidentId": 5.9, "incidentSource": "s"},
            200,
        ),
        ("/api/utm-incidents/add-alerts", {"incidentId": 2**40, "alertList": [ALERT]}, 500),
        ("/api/utm-incidents/add-alerts", {"incidentId": 2**64, "alertList": [ALERT]}, 400),
        ("/api/utm-alerts/tags", {"alertIds": ["a1"], "tags": ["x"], "createRule": "TRUE"}, 200),
        ("/api/utm-alerts/tags", {"alertIds": ["a1"], "tags": ["x"], "createRule": "yes"}, 400),
        ("/api/utm-alerts/tags", {"alertIds": [None], "tags": ["x"], "createRule": False}, 500),
        ("/api/elasticsearch/generic-search", {"index": "*", "top": True}, 400),
        ("/api/elasticsearch/generic-search", {"index": "*", "top": 1.5}, 200),
        ("/api/elasticsearch/search/csv", {"columns": ["name"], "top": 1, "indexPattern": "*"}, 500),
        (
            "/api/alert-tag-rules",
            {
                "name": "n",
                "description": "d",
                "conditions": [{"field": "a", "operator": "IS", "value": 1}],
                "tags": [{"id": "x"}],
            },
            400,
        ),
        ("/api/api-keys", {"name": "k", "allowedIp": [], "expiresAt": "2026-11-20"}, 400),
    ],
)
def test_members_as_jackson_reads_them(server: Server, path: str, body: Any, status: int) -> None:
    assert server.post(path, body).status_code == status


def test_a_body_needs_its_type_and_knows_no_nan(server: Server) -> None:
    url = server.simulator.url + STATUS
    untyped = server.session.post(url, data=b'{"alertIds":[]}', timeout=10)
    nan = server.session.post(url, data='{"status": NaN}', headers={"Content-Type": "application/json"}, timeout=10)
    assert (untyped.status_code, nan.status_code) == (415, 400)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/utm-incidents?sort=incidentFoo,asc", 500),
        ("/api/utm-incidents?incidentCreatedDate.greaterThan=2026-11-20", 400),
        ("/api/utm-alert-logs?sort=nonsense", 500),
        ("/api/utm-alert-logs?sort=logMessage,desc", 200),
        ("/api/utm-alert-tags?sort=systemOwner,desc", 200),
        ("/api/utm-network-scans/search-by-filters?sort=assetMac,asc", 200),
        ("/api/alert-tag-rules?id=abc", 400),
        ("/api/alert-tag-rules/get-by-ids?ids=abc", 400),
        ("/api/api-keys?sort=nonsense", 500),
    ],
)
def test_sorts_and_numbers_of_lists(server: Server, path: str, status: int) -> None:
    server.post("/api/utm-alert-tags", {"tagName": "VIP"})
    assert server.get(path).status_code == status


def test_no_kind_of_member_upsets_a_route(server: Server) -> None:
    """Whatever type a member has, the answer is one of the servers' shapes."""
    odd = [None, "", 0, -1, 1.5, True, "x", [], ["x"], [None], [[]], [{}], {}, 10**20, "\0"]
    bodies = {
        STATUS: {"alertIds": IDS, "status": 5, "statusObservation": "x"},
        "/api/utm-alerts/tags": {"alertIds": IDS, "tags": ["x"], "createRule": False},
        "/api/utm-incidents": {"incidentName": "n", "incidentDescription": "d", "alertList": [ALERT]},
        "/api/elasticsearch/search/csv": {"columns": [{"field": "id", "type": "text"}], "top": 1, "indexPattern": "*"},
        "/api/elasticsearch/property/values-with-count": {"field": "id.keyword", "index": "*", "top": 1},
        "/api/utm-alert-tags": {"tagName": "n", "tagColor": "c"},
    }
    for path, body in bodies.items():
        for name in body:
            for value in odd:
                answer = server.post(path, {**body, name: value})
                shape = "X-UtmStack-error" in answer.headers or "problem" in answer.headers.get("Content-Type", "")
                assert answer.status_code < 300 or shape, (path, json.dumps({name: value}), answer.text)
