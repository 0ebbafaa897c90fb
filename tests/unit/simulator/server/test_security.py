# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall in front of all routes."""

from __future__ import annotations

import pytest
import requests

from ..simulated import Server


@pytest.mark.parametrize("path", ["/api/ping%3Ba=b", "/api/%2e/ping", "/api/ping%252F"])
def test_the_firewall_sees_through_encodings(server: Server, path: str) -> None:
    answer = requests.Session().send(_raw(server.simulator.url + path), timeout=10)
    assert (answer.status_code, answer.json()["status"]) == (500, 500)


def _raw(url: str) -> requests.PreparedRequest:
    """A request whose path is sent as it stands."""
    request = requests.Request("GET", url).prepare()
    request.url = url
    return request
