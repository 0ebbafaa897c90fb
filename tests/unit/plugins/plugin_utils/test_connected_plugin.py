# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection of a plugin: what it names, what the environment adds, and errors without secrets."""

from __future__ import annotations

import os
from typing import Any

import pytest
from ansible.errors import AnsibleLookupError, AnsibleParserError
from ansible.utils.display import Display
from ansible_collections.utmstack.siem.plugins.module_utils.errors import ServerError
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings
from ansible_collections.utmstack.siem.plugins.plugin_utils import connected_plugin
from ansible_collections.utmstack.siem.plugins.plugin_utils.connected_plugin import connected

URL = "https://siem.example.com"
PASSWORD = "correct horse battery"


class Plugin:
    """A plugin as Ansible sets it up: each option as named, else of the environment, else by its default."""

    def __init__(self, **named: Any) -> None:
        self.named = named

    def get_option(self, option: str) -> Any:
        """The value of an option."""
        (known,) = [one for one in CONNECTION if one.name == option]
        return self.named.get(option, os.environ.get(known.variable, known.default))


@pytest.fixture(autouse=True)
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Warnings of the test; its environment names no connection."""
    for option in CONNECTION:
        monkeypatch.delenv(option.variable, raising=False)
    shown: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, text: shown.append(text))
    return shown


def settings_of(plugin: Plugin) -> Settings:
    with connected(plugin) as client:
        return client.settings


OPENED = AnsibleParserError("The plugin was connected.")


def failure_of(plugin: Plugin, error: Exception = OPENED) -> str:
    with pytest.raises(AnsibleLookupError) as failure, connected(plugin, AnsibleLookupError):
        raise error
    return str(failure.value)


def test_the_options_of_the_plugin_make_the_connection(warnings: list[str]) -> None:
    plugin = Plugin(url=f"{URL}/", username="soar", password=PASSWORD, timeout=5)
    assert settings_of(plugin) == Settings(URL, username="soar", password=PASSWORD, timeout=5)
    assert warnings == []


def test_an_identity_comes_from_the_plugin_or_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UTMSTACK_URL", URL)
    monkeypatch.setenv("UTMSTACK_USERNAME", "soar")
    monkeypatch.setenv("UTMSTACK_PASSWORD", PASSWORD)
    assert settings_of(Plugin()) == Settings(URL, username="soar", password=PASSWORD)
    assert settings_of(Plugin(token="token-of-a-login")) == Settings(URL, token="token-of-a-login")
    assert "No credentials are given" in failure_of(Plugin(username="analyst"))
    assert "are for the server in UTMSTACK_URL" in failure_of(Plugin(url="https://elsewhere.example.com"))


def test_a_weak_connection_is_a_warning(warnings: list[str]) -> None:
    settings_of(Plugin(url=URL, api_key="key-of-soar", validate_certs=False))
    assert [text.partition(" (")[0] for text in warnings] == [f"The certificate of {URL} is not checked"]


def test_a_failure_of_the_server_is_one_of_the_plugin_without_secrets() -> None:
    plugin = Plugin(url=URL, username="soar", password=PASSWORD)
    refused = ServerError(f"UTMStack refused {PASSWORD}\x1b[2J.")
    assert failure_of(plugin, refused) == "UTMStack refused ********\\x1b[2J."


def test_an_unknown_error_is_shown_without_its_text() -> None:
    plugin = Plugin(url=URL, username="soar", password=PASSWORD)
    shown = failure_of(plugin, KeyError(PASSWORD))
    assert shown.startswith("Internal error: KeyError in test_connected_plugin.py:")
    assert PASSWORD not in shown


def test_an_error_of_ansible_stays() -> None:
    own = AnsibleParserError("Wrong file.")
    with pytest.raises(AnsibleParserError) as failure, connected(Plugin(url=URL, api_key="key"), AnsibleLookupError):
        raise own
    assert failure.value is own


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connected_plugin, "REQUESTS_IMPORT_ERROR", "Traceback")
    assert "requests" in failure_of(Plugin(url=URL, api_key="key"))
