# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection of lookups, inventories and event sources: the same options, variables and refusals as of modules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.plugin_options import (
    connection_settings,
    plugin_redactor,
)
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

URL = "https://siem.example.com"
VARIABLES = {"UTMSTACK_URL": URL, "UTMSTACK_USERNAME": "soar", "UTMSTACK_PASSWORD": "correct horse"}


def refusal(given: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    with pytest.raises(InvalidInput) as error:
        connection_settings(given, environment)
    return error.value.message


def test_texts_become_what_the_options_mean() -> None:
    given = {"url": f"{URL}/", "api_key": "key-of-soar", "timeout": "30", "validate_certs": "no", "interval": "soon"}
    assert connection_settings(given, {}) == Settings(URL, api_key="key-of-soar", timeout=30, validate_certs=False)


def test_the_variables_set_what_is_not_named() -> None:
    expected = Settings(URL, username="soar", password="correct horse", timeout=5)
    assert connection_settings({}, {**VARIABLES, "UTMSTACK_TIMEOUT": "5"}) == expected
    assert connection_settings({"timeout": 7}, {**VARIABLES, "UTMSTACK_TIMEOUT": "5"}).timeout == 7


@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_blank_is_not_given(blank: Any) -> None:
    given = {option.name: blank for option in CONNECTION}
    assert connection_settings(given, VARIABLES) == Settings(URL, username="soar", password="correct horse")
    blank_variables = {option.variable: "" for option in CONNECTION}
    assert connection_settings({"url": URL, "token": "abc"}, blank_variables) == Settings(URL, token="abc")


def test_no_part_of_an_identity_comes_from_elsewhere() -> None:
    assert connection_settings({"api_key": "key-of-soar"}, VARIABLES) == Settings(URL, api_key="key-of-soar")
    assert refusal({"password": "of somebody else"}, VARIABLES).startswith("No credentials are given: set `api_key`")
    assert refusal({"url": "https://other.example.com"}, VARIABLES).startswith("The credentials in the environment (")


def test_paths_are_expanded() -> None:
    settings = connection_settings({"ca_path": "~/ca.pem"}, VARIABLES)
    assert settings.ca_path is not None
    assert settings.ca_path.endswith("/ca.pem")
    assert not settings.ca_path.startswith("~")


@pytest.mark.parametrize(
    ("given", "environment", "message"),
    [
        ({"token": "abc"}, {}, "`url` is blank. Set it, or the environment variable UTMSTACK_URL, to the server's"),
        ({"timeout": "soon"}, VARIABLES, "`timeout` is 'soon'. Use a whole number."),
        ({}, {**VARIABLES, "UTMSTACK_TIMEOUT": "soon"}, "`UTMSTACK_TIMEOUT` is 'soon'. Use a whole number."),
        ({"dialect": "v1"}, VARIABLES, "`dialect` is 'v1'. Use one of v10, v11."),
        ({"api_key": "a", "token": "b"}, VARIABLES, "`api_key` and `token` are both set. Set only one of them."),
        ({"timeout": 0}, VARIABLES, "`timeout` must be at least 1."),
        ({}, {"UTMSTACK_URL": URL}, "No credentials are given: set `api_key` (recommended on v11), `token`, or"),
    ],
)
def test_wrong_options_are_refused_by_name(
    given: Mapping[str, Any], environment: Mapping[str, str], message: str
) -> None:
    assert refusal(given, environment).startswith(message)


def test_secrets_are_masked_wherever_they_come_from() -> None:
    given = {"password": "pass-of-task", "proxy": "http://me:pass-of-proxy@proxy", "passwrod": "pass-of-typo"}
    redactor = plugin_redactor({**given, "query": {"name": "Port scan"}}, {"UTMSTACK_API_KEY": "key-of-env"})
    text = "pass-of-task pass-of-proxy key-of-env Port scan"
    assert redactor.text(text) == "******** ******** ******** Port scan"
    assert redactor.text("pass-of-typo") == "pass-of-typo"
    strict = plugin_redactor({**given, "query": {"name": "Port scan"}}, {}, options=["query"])
    assert strict.text("pass-of-typo Port scan") == "******** Port scan"
