# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which failed requests may be sent again: only those that provably never reached the server."""

from __future__ import annotations

import http.client
from typing import Any

import pytest
import requests
import urllib3
from ansible_collections.utmstack.siem.plugins.module_utils.client.alerts import write_tags
from ansible_collections.utmstack.siem.plugins.module_utils.errors import ConnectionFailed, Repeat, UtmstackError

from ..exchanges import URL, Exchange, exchanged

REFUSED = urllib3.exceptions.NewConnectionError(None, "refused")  # type: ignore[arg-type]
SLOW = urllib3.exceptions.ConnectTimeoutError(None, "timed out")
NO_TUNNEL = OSError("Tunnel connection failed: 403 Forbidden")
CLOSED = http.client.RemoteDisconnected("Remote end closed connection without response")
RESET = ConnectionResetError(104, "Connection reset by peer")


def failed(reason: Exception, kind: type[requests.RequestException] = requests.ConnectionError) -> Exception:
    """A failure as requests raises it."""
    return kind(urllib3.exceptions.MaxRetryError(None, URL, reason))  # type: ignore[arg-type]


def through_proxy(error: Exception) -> Exception:
    """The same behind a proxy; urllib3 wraps whatever happens on the connection to it."""
    return failed(urllib3.exceptions.ProxyError("Cannot connect to proxy.", error), requests.exceptions.ProxyError)


@pytest.mark.parametrize(
    ("failure", "repeat"),
    [
        (failed(REFUSED), Repeat.HARMLESS),
        (failed(SLOW, requests.ConnectTimeout), Repeat.HARMLESS),
        (through_proxy(REFUSED), Repeat.HARMLESS),
        (through_proxy(SLOW), Repeat.HARMLESS),
        (through_proxy(NO_TUNNEL), Repeat.HARMLESS),
        (through_proxy(CLOSED), Repeat.PERHAPS_RUNNING),
        (through_proxy(RESET), Repeat.PERHAPS_RUNNING),
        (through_proxy(urllib3.exceptions.ProtocolError("Connection aborted.", CLOSED)), Repeat.PERHAPS_RUNNING),
        (through_proxy(TimeoutError("timed out")), Repeat.PERHAPS_RUNNING),
        (requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.")), Repeat.PERHAPS_RUNNING),
        (requests.exceptions.ChunkedEncodingError("broken"), Repeat.PERHAPS_RUNNING),
        (requests.ReadTimeout(), Repeat.PERHAPS_RUNNING),
    ],
    ids=lambda one: one.value if isinstance(one, Repeat) else type(one).__name__,
)
def test_a_request_that_may_have_arrived_is_not_called_harmless(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, repeat: Repeat
) -> None:
    sent = {"alertIds": ["a1"], "tags": ["x"], "createRule": False}
    write = Exchange("POST", "/api/utm-alerts/tags", sent=sent, failure=failure)
    with exchanged(monkeypatch, write) as (client, waits), pytest.raises(ConnectionFailed) as caught:
        write_tags(client, ["a1"], ["x"])
    assert (caught.value.repeat, waits) == (repeat, [])


@pytest.mark.parametrize(("failure", "is_refused"), [(failed(REFUSED), True), (failed(RESET), False)])
def test_a_server_that_cannot_be_reached_is_named_with_the_next_step(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, is_refused: bool
) -> None:
    sent = {"alertIds": ["a1"], "tags": ["x"], "createRule": False}
    write = Exchange("POST", "/api/utm-alerts/tags", sent=sent, failure=failure)
    with exchanged(monkeypatch, write) as (client, _waits), pytest.raises(ConnectionFailed) as caught:
        write_tags(client, ["a1"], ["x"])
    assert caught.value.message.startswith(f"The connection to {URL} ")
    assert caught.value.message.endswith(" Check `url`, and that this host can reach the server.") is is_refused


@pytest.mark.parametrize(
    ("status", "repeat"),
    [
        (429, Repeat.HARMLESS),
        (503, Repeat.HARMLESS),
        (502, Repeat.PERHAPS_RUNNING),
        (504, Repeat.PERHAPS_RUNNING),
        (500, Repeat.AFTER_READING_BACK),
        (400, Repeat.USELESS),
    ],
)
def test_what_an_error_response_says_about_the_request(
    monkeypatch: pytest.MonkeyPatch, status: int, repeat: Repeat
) -> None:
    sent: dict[str, Any] = {"alertIds": ["a1"], "tags": ["x"], "createRule": False}
    write = Exchange("POST", "/api/utm-alerts/tags", sent=sent, status=status)
    with exchanged(monkeypatch, write) as (client, _waits), pytest.raises(UtmstackError) as caught:
        write_tags(client, ["a1"], ["x"])
    assert caught.value.repeat is repeat
