# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What requests takes from the environment: proxies and CA bundle, read once per task."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
from ansible_collections.utmstack.siem.plugins.module_utils.transport import transport
from ansible_collections.utmstack.siem.plugins.module_utils.transport.backoff import Backoff
from ansible_collections.utmstack.siem.plugins.module_utils.transport.redaction import Redactor
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

SETTINGS = Settings("https://siem.example", api_key="key-of-the-test", dialect="v11")
PROXY, BUNDLE = "http://proxy.example:3128", "/etc/bundle.pem"


class Recording(requests.adapters.BaseAdapter):
    """An adapter that answers everything, and keeps how each request was to be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []

    def send(self, request: requests.PreparedRequest, *arguments: Any, **keywords: Any) -> requests.Response:
        self.sent.append(keywords)
        response = requests.Response()
        response.status_code, response.url, response.raw = 200, str(request.url), io.BytesIO(b"{}")
        return response

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> Recording:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    made = Recording()
    monkeypatch.setattr(transport, "DeadlineAdapter", lambda **keywords: made)
    return made


def sent(adapter: Recording, settings: Settings) -> dict[str, Any]:
    """How a request was sent."""
    transport.Transport(settings, Backoff(60), Redactor()).send("GET", "/api/ping")
    return adapter.sent[-1]


def test_proxies_of_the_environment(adapter: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sent(adapter, SETTINGS)["proxies"] == {}
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    assert sent(adapter, SETTINGS)["proxies"]["https"] == PROXY
    monkeypatch.setenv("NO_PROXY", ".example")
    assert sent(adapter, SETTINGS)["proxies"] == {}


def test_the_option_ca_path_wins_over_the_environment(adapter: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sent(adapter, SETTINGS)["verify"] is True
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", BUNDLE)
    assert sent(adapter, SETTINGS)["verify"] == BUNDLE
    assert sent(adapter, replace(SETTINGS, ca_path="/etc/own.pem"))["verify"] == "/etc/own.pem"
    assert sent(adapter, replace(SETTINGS, validate_certs=False))["verify"] is False


def test_requests_do_not_search_the_environment(adapter: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    # It takes longer than to send a small request.
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    opened = transport.Transport(SETTINGS, Backoff(60), Redactor())
    reads: list[str] = []
    ordinary = type(os.environ).__iter__

    def counting(self: Any) -> Iterator[str]:
        reads.append("all")
        return ordinary(self)

    monkeypatch.setattr(type(os.environ), "__iter__", counting)
    opened.send("GET", "/api/ping")
    assert adapter.sent[-1]["proxies"]["https"] == PROXY
    assert reads == []
