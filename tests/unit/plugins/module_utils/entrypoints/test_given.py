# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task says becomes options: converted, without what is blank, and refused where null would mean everything."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.connection import with_identity
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.given import given_options, with_environment
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_info,
    alert_status,
    alert_tags,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION, IDENTITY
from ansible_collections.utmstack.siem.plugins.plugin_utils.yaml_text import structure_in_yaml

OPERATIONS = {
    operation.name: operation
    for operation in (alert_info.OPERATION, alert_status.OPERATION, alert_tags.OPERATION, triage.OPERATION)
}


def given(module: str = "utmstack_alert_tags", **options: Any) -> dict[str, Any]:
    return given_options(options, OPERATIONS[module], structure_in_yaml)


def refused(module: str = "utmstack_alert_tags", **options: Any) -> str:
    with pytest.raises(InvalidInput) as error:
        given(module, **options)
    prefix = f"utmstack.siem.{module}: "
    assert error.value.message.startswith(prefix)
    return error.value.message[len(prefix) :]


@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_a_blank_connection_option_is_not_given(blank: Any) -> None:
    assert given(**{option.name: blank for option in CONNECTION}) == {}


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_blank_ids_are_none_and_a_blank_query_is_refused(blank: Any) -> None:
    assert given(alert_ids=blank) == {"alert_ids": []}
    for module in OPERATIONS:
        assert refused(module, query=blank).startswith("`query` is blank. ")
    assert refused("utmstack_triage", also={"query": blank, "rules": []}).startswith("`also.query` is ")
    assert given("utmstack_triage", also={"alert_ids": blank, "rules": []})["also"] == {"alert_ids": [], "rules": []}


def test_other_options_that_are_null_are_not_given() -> None:
    names = ("tags", "replaces", "limit", "max_affected", "hold_tags", "state", "receipt")
    assert given(**dict.fromkeys(names)) == {}
    assert given(tags=" ", hold_tags="\n") == {}
    assert given(receipt="") == {"receipt": ""}
    assert refused(limit="") == "`limit` is ''. Use a whole number."


@pytest.mark.parametrize("name", ["protect", "hold_tags", "rules", "rules_files"])
def test_a_blank_list_with_a_default_is_refused(name: str) -> None:
    for blank in (None, "", " \n"):
        assert refused("utmstack_triage", **{name: blank}) == f"`{name}` is blank. Set it, or leave it out."
    assert given("utmstack_triage", **{name: []}) == {name: []}


@pytest.mark.parametrize("blank", [None, "", " "])
def test_a_blank_plan_stays_one_that_is_refused_later(blank: Any) -> None:
    assert given("utmstack_triage", plan=blank)["plan"].strip() == ""


def test_what_ansible_adds_stays() -> None:
    assert given(_ansible_check_mode=True, limit="5") == {"_ansible_check_mode": True, "limit": 5}


def test_null_keys_of_a_query_stay_visible() -> None:
    assert given(query={"name": None, "user": "a, b"})["query"] == {"name": None, "user": ["a", "b"]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"querry": {"status": ["open"]}}, "`querry` is unknown. Did you mean query?"),
        ({"query": ["open"]}, "`query` is ['open']. Use a dictionary."),
        ({"query": "status=open"}, "`query` is 'status=open'. Use a dictionary."),
        ({"query": {"statuss": ["open"]}}, "`query.statuss` is unknown. Did you mean status"),
        (
            {"query": {"severity": ["medum"]}},
            "`query.severity` contains 'medum'. Use one of low, medium, high. Did you",
        ),
        ({"query": {"user": [True]}}, "`query.user` contains True, which is not a string."),
        ({"state": "abesnt"}, "`state` is 'abesnt'. Use one of present, absent, set. Did you mean absent"),
        ({"tag": ["x"]}, "`tag` is unknown. Did you mean tags"),
        ({"quite_another": 1}, "`quite_another` is unknown. Use one of url, "),
        ({"bad\x1b[0m": 1}, "`bad\\x1b[0m` is unknown."),
        ({"validate_certs": "perhaps"}, "`validate_certs` is 'perhaps'. Use true or false."),
        ({"password": ["hunter2"]}, "`password` has a value that is not a string."),
    ],
)
def test_a_mistake_is_named_with_what_was_meant(options: dict[str, Any], message: str) -> None:
    assert refused(**options).startswith(message)


def test_a_list_may_be_a_text() -> None:
    assert given(tags="Hold, VIP")["tags"] == ["Hold", "VIP"]
    assert given(tags='["a","b"]')["tags"] == ["a", "b"]
    assert given("utmstack_triage", rules_files="a.yml,b.yml")["rules_files"] == ["a.yml", "b.yml"]
    rules = "- name: One\n  when: {severity: [high]}\n  then: {status: open}"
    assert given("utmstack_triage", rules=rules)["rules"][0]["name"] == "One"


def test_the_environment_gives_what_the_task_does_not_name() -> None:
    variables = {option.variable: " " for option in CONNECTION}
    assert with_environment({}, variables) == {}
    variables.update(UTMSTACK_URL="https://siem", UTMSTACK_VALIDATE_CERTS="no", UTMSTACK_TIMEOUT="5")
    assert with_environment({}, variables) == {"url": "https://siem", "validate_certs": False, "timeout": 5}
    assert with_environment({"timeout": 9, "url": "https://other"}, variables) == {
        "url": "https://other",
        "validate_certs": False,
        "timeout": 9,
    }
    with pytest.raises(InvalidInput, match=r"^`UTMSTACK_TIMEOUT` is 'soon'\. Use a whole number\."):
        with_environment({}, {"UTMSTACK_TIMEOUT": "soon"})


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_a_blank_variable_of_the_environment_is_none(blank: str) -> None:
    """A controller renders a field of a credential that was left blank as an empty variable."""
    for option in CONNECTION:
        assert with_environment({}, {option.variable: blank}) == {}
        assert with_environment({option.name: "given"}, {option.variable: blank}) == {option.name: "given"}
    variables = {option.variable: blank for option in CONNECTION}
    assert with_identity({"url": "https://siem"}, variables) == {"url": "https://siem"}
    named = {**variables, "UTMSTACK_API_KEY": "key-of-a-test"}
    assert with_identity({"url": "https://siem"}, named) == {"url": "https://siem", "api_key": "key-of-a-test"}


def test_the_environment_gives_no_part_of_an_identity() -> None:
    assert with_environment({}, {option.variable: "x" for option in IDENTITY}) == {}
