# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lookups of alerts refuse before they send a request."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleLookupError
from ansible_collections.utmstack.siem.plugins.lookup import alert, alerts
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION
from ansible_collections.utmstack.siem.plugins.plugin_utils import connected_plugin

# Nothing answers here, and a request would be another error.
CONNECTED = {"url": "http://127.0.0.1:9", "api_key": "key-of-soar", "retry_budget": 0, "dialect": "v11"}
ALL = {"all": True}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for option in CONNECTION:
        monkeypatch.delenv(option.variable, raising=False)


def refusal(plugin: Any, *terms: Any, **options: Any) -> str:
    with pytest.raises(AnsibleLookupError) as error:
        plugin.LookupModule().run(list(terms), {}, **options)
    return str(error.value)


@pytest.mark.parametrize(
    ("terms", "options", "message"),
    [
        ((5,), {}, "`ID` is 5, which is not a string. Put it in quotes as it is meant; YAML drops the zeros of 007."),
        ((["a1", None],), {}, "`ID` is None, which is not a string. Put it in quotes, or remove it."),
        (({"id": "a1"},), {}, "`ID` is {'id': 'a1'}, which is not a string. Put it in quotes, or remove it."),
        (("a1", " "), {}, "an ID is blank. Pass the ID of an alert."),
        (("a1",), {"query": ALL}, "takes IDs and no `alert_ids` or `query`. Pass conditions to utmstack.siem.alerts."),
        (("a1",), {"field": ["name"]}, "`field` is unknown. Did you mean fields?"),
        (("a1",), {"fields": ["nam"]}, None),
        (("a1",), {"raw": "perhaps"}, "`raw` is 'perhaps'. Use true or false."),
        (("a1",), {"timeout": "soon"}, "`timeout` is 'soon'. Use a whole number."),
    ],
)
def test_ids_and_options_are_checked(terms: tuple[Any, ...], options: dict[str, Any], message: str | None) -> None:
    found = refusal(alert, *terms, **CONNECTED, **options)
    if message is None:
        assert found.startswith("utmstack.siem.alert: `fields` contains 'nam'. Use one of id, ")
        assert found.endswith("Did you mean name?")
    else:
        assert found == f"utmstack.siem.alert: {message}"


@pytest.mark.parametrize(
    ("terms", "options", "message"),
    [
        (("a1",), {}, "takes options only. Pass conditions as `query`, and IDs to utmstack.siem.alert."),
        ((), {}, "`query` is missing. Set what to look for; `all: true` selects every alert."),
        ((), {"qury": {"status": ["open"]}}, "`qury` is unknown. Did you mean query?"),
        ((), {"query": None}, "`query` is blank. Set what to look for; `all: true` selects every alert."),
        ((), {"query": "status=open"}, "`query` is 'status=open'. Use a dictionary."),
        ((), {"query": ["open"]}, "`query` is ['open']. Use a dictionary."),
        ((), {"query": {"staus": ["open"]}}, "`query.staus` is unknown. Did you mean status, tags?"),
        ((), {"query": {"status": 5}}, None),
        ((), {"query": ALL, "alert_ids": ["a1"]}, None),
        ((), {"query": ALL, "limit": "all"}, "`limit` is 'all'. Use a whole number."),
    ],
)
def test_queries_and_options_are_checked(terms: tuple[Any, ...], options: dict[str, Any], message: str | None) -> None:
    found = refusal(alerts, *terms, **CONNECTED, **options)
    assert found.startswith("utmstack.siem.alerts: ")
    if message is None:
        assert "is unknown." in found or "Use one of" in found
    else:
        assert found == f"utmstack.siem.alerts: {message}"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"since": "soon"}, "`query.since` is 'soon'"),
        ({"source_ip": ["scanners"]}, "scanners"),
        ({"status": []}, "`query.status`"),
    ],
)
def test_a_query_that_no_server_understands_is_refused_without_a_request(query: Any, message: str) -> None:
    found = refusal(alerts, **CONNECTED, query=query)
    assert message in found
    assert "127.0.0.1" not in found


def test_without_ids_there_is_no_request_and_no_connection() -> None:
    assert alert.LookupModule().run([], {}) == []
    assert alert.LookupModule().run([[]], {}) == []


def test_a_missing_connection_names_the_variables() -> None:
    assert "UTMSTACK_URL" in refusal(alert, "a1")
    assert "UTMSTACK_API_KEY" in refusal(alert, "a1", url="https://siem.example.com")


@pytest.mark.parametrize(
    "wrong", [{"timeout": "S3cret-horse"}, {"pasword": "S3cret-horse"}, {"fields": "S3cret-horse"}]
)
def test_secrets_are_in_no_refusal(wrong: dict[str, Any]) -> None:
    options = {"url": "https://siem.example.com", "username": "soar", "password": "S3cret-horse", **wrong}
    assert "S3cret" not in refusal(alert, "a1", **options)


def test_omitted_options_are_not_given() -> None:
    placeholder = "__omit_place_holder__4711"
    options = {**CONNECTED, "timeout": placeholder, "fields": placeholder}
    with pytest.raises(AnsibleLookupError, match=r"127\.0\.0\.1:9"):
        alert.LookupModule().run(["a1"], {"omit": placeholder}, **options)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connected_plugin, "REQUESTS_IMPORT_ERROR", "Traceback")
    assert "requests" in refusal(alert, "a1", **CONNECTED)
