# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is reported about an address that does not lead to UTMStack: which of server, proxy, TLS and path it is."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.execution import execute
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_info

from utmstack_simulator.process import SimulatorProcess

from .playing import Stage
from .rogue import Said, rogue

SECRET = "Proxy-pass-1"


def said(url: str, **options: Any) -> str:
    """The message of a task that fails."""
    identity = {} if "token" in options or "username" in options else {"api_key": "a-key-of-the-test"}
    defaults = {name: option.get("default") for name, option in tag_info.OPERATION.options.items()}
    params = {**defaults, "url": url, "retry_budget": 0, "timeout": 5, **identity, **options}
    result = execute(tag_info.OPERATION, params, Task(), None)
    assert result.get("failed"), result
    assert SECRET not in str(result)
    return str(result["msg"])


def dead_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def no_proxy_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that closes each connection at once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def close_all() -> None:
            while True:
                try:
                    accepted = listener.accept()[0]
                except OSError:
                    return
                accepted.close()

        threading.Thread(target=close_all, daemon=True).start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.usefixtures("no_proxy_variables")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_down(scheme: str) -> None:
    port = dead_port()
    message = said(f"{scheme}://siem.example", proxy=f"http://me:{SECRET}@127.0.0.1:{port}")
    assert message.startswith(f"The proxy http://127.0.0.1:{port} (`proxy`) could not be reached for GET ")
    assert "Check its address." in message


@pytest.mark.usefixtures("no_proxy_variables")
@pytest.mark.parametrize(
    ("scheme", "variable"), [("http", "http_proxy"), ("https", "HTTPS_PROXY"), ("https", "ALL_PROXY")]
)
def test_a_proxy_of_the_environment_that_is_down(monkeypatch: pytest.MonkeyPatch, scheme: str, variable: str) -> None:
    port = dead_port()
    monkeypatch.setenv(variable, f"http://me:{SECRET}@127.0.0.1:{port}")
    message = said(f"{scheme}://siem.example")
    assert message.startswith(f"The proxy http://127.0.0.1:{port} (environment variable {variable}) could not be")


@pytest.mark.usefixtures("no_proxy_variables")
def test_a_malformed_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"me:{SECRET}@127.0.0.1:3128")
    message = said("https://siem.example")
    assert message.startswith("The address of the proxy in environment variable HTTPS_PROXY is malformed")


@pytest.mark.usefixtures("no_proxy_variables")
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("status", "helps"), [(407, True), (403, False)])
def test_a_proxy_that_refuses(scheme: str, status: int, helps: bool) -> None:
    with rogue(lambda asked: Said(status, b"refused")) as proxy:
        message = said(f"{scheme}://siem.example", proxy=proxy.url)
    if scheme == "https" or status == 407:
        assert message.startswith(f"The proxy {proxy.url} (`proxy`) refused ")
        assert str(status) in message
    assert ("`proxy_username`" in message) is helps


@pytest.mark.usefixtures("no_proxy_variables")
def test_a_proxy_that_does_not_reach_the_server() -> None:
    with rogue(lambda asked: Said(503, b"no route")) as proxy:
        message = said("http://siem.example", proxy=proxy.url)
    assert message.endswith(f"The request went through the proxy {proxy.url} (`proxy`).")


@pytest.mark.usefixtures("no_proxy_variables")
def test_a_proxy_without_tls() -> None:
    with rogue(lambda asked: Said()) as proxy:
        message = said("https://siem.example", proxy=proxy.url.replace("http:", "https:"))
    assert message.startswith("No TLS connection to the proxy https://127.0.0.1:")
    assert "with http://" in message
    assert "ca_path" not in message


def test_a_server_without_tls(local_stage: Stage) -> None:
    url = local_stage.simulator.url
    message = said(url.replace("http:", "https:"))
    assert message.startswith(f"Nothing speaks TLS at {url.replace('http:', 'https:')}: ")
    assert f"try {url}." in message
    assert "ca_path" not in message


def test_a_server_with_tls_over_plain_http() -> None:
    simulator = SimulatorProcess("v11", "--tls")
    try:
        message = said(simulator.url.replace("https:", "http:"))
    finally:
        simulator.stop()
    assert f"If the server speaks TLS there, set `url` to {simulator.url}." in message


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>400 The plain HTTP request was sent to HTTPS port</body></html>",
        b"Bad Request\r\nThis combination of host and port requires TLS.\r\n",
        b"Client sent an HTTP request to an HTTPS server.\n",
    ],
)
def test_a_web_server_that_wants_tls(body: bytes) -> None:
    with rogue(lambda asked: Said(400, body, {"Content-Type": "text/html"})) as server:
        assert said(server.url).endswith(f"Set `url` to {server.url.replace('http:', 'https:')}.")


def test_a_handshake_that_breaks_off_is_not_blamed_on_the_certificate(silent_port: int) -> None:
    message = said(f"https://127.0.0.1:{silent_port}")
    assert "ca_path" not in message
    assert "https://127.0.0.1" in message


@pytest.mark.parametrize("path", ["/api", "/api/", "/login", "/api/authenticate"])
@pytest.mark.parametrize(
    "identity",
    [{}, {"token": "a.b.c"}, {"username": "admin", "password": "Adm1n-pass"}],
    ids=["key", "token", "password"],
)
def test_a_path_too_much_leads_to_the_option(local_stage: Stage, path: str, identity: dict[str, Any]) -> None:
    key = {} if identity or local_stage.dialect == "v10" else {"api_key": local_stage.simulator.api_key()}
    assert "`url`" in said(local_stage.simulator.url + path, **identity, **key)
