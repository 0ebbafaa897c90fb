# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules for objects of a controller: the shipped ones keep them all, and for each rule there is a breach."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.filter.controller_problems import controller_problems
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.checks import RULES, problems
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.injector_rules import READ
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.instance_rules import SECRETS
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.objects import desired_objects
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.schedule_rules import refusal_of

from tools import controller_page

from .broken import BROKEN, put
from .setups import CONTROLLER, settings, shipped_data
from .ways import NIGHTLY, WAYS

DAILY = "RRULE:FREQ=DAILY;INTERVAL=1"
START = "DTSTART:20270101T020000Z"
PROJECT = {"playbooks": sorted(path.name for path in CONTROLLER.glob("*.yml"))}


@functools.cache
def data() -> dict[str, Any]:
    """The data that the role reads."""
    return shipped_data()


def shipped(**changes: Any) -> list[dict[str, Any]]:
    """The objects that a role with these variables makes, each with data of its own."""
    made: list[dict[str, Any]] = json.loads(json.dumps(desired_objects(settings(**changes), data())))
    return made


@pytest.mark.parametrize("way", WAYS)
def test_the_shipped_objects_keep_all_rules(way: str) -> None:
    assert problems(shipped(**WAYS[way], schedules=[NIGHTLY]), PROJECT) == []


def test_each_rule_has_a_breach_and_a_sentence() -> None:
    assert set(BROKEN) == set(RULES)
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in RULES.values())


def test_the_page_of_the_rules_is_current() -> None:
    assert controller_page.TARGET.read_text(encoding="utf-8") == controller_page.page(), "run make docs"


@pytest.mark.parametrize("rule", BROKEN)
def test_a_breach_is_found_by_its_rule_alone(rule: str) -> None:
    objects = shipped()
    BROKEN[rule](objects)

    found = problems(objects, PROJECT)

    assert {problem.rule for problem in found} == {rule}
    # The object first, then what is wrong, and at the end what to do.
    assert found[0].message.lower().startswith(f"{found[0].object.lower()}: ")
    assert found[0].message.endswith(".")


def test_a_vaulted_instance_without_an_account_is_named() -> None:
    instances = [*WAYS["vault"]["instances"], {"name": "siem-2", "url": "https://siem-2.example.com"}]

    (found,) = problems(shipped(**{**WAYS["vault"], "instances": instances}), PROJECT)

    assert (found.rule, found.object) == ("credential-without-secret", "host siem-2")


def test_playbooks_are_compared_only_if_the_project_is_known() -> None:
    objects = shipped()
    BROKEN["playbook-not-in-project"](objects)

    assert problems(objects, {"playbooks": None}) == []


def test_objects_of_wrong_types_are_problems_and_no_errors() -> None:
    wrong: dict[str, Any] = {
        "job_template": {"name": "t", "survey_spec": "text", "survey_enabled": True, "extra_vars": []},
        "credential_type": {"name": "c", "kind": "cloud", "inputs": [], "injectors": {"env": "text"}},
        "credential": {"name": "c", "credential_type": "c", "inputs": "text"},
        "host": {"name": 7, "variables": "utmstack_url: x"},
        "schedule": {"name": "s", "extra_data": "text", "rrule": None},
        "workflow_job_template_node": {"success_nodes": "text", "approval_node": "text"},
        "project": None,
    }

    found = problems([{"kind": kind, "arguments": arguments} for kind, arguments in wrong.items()], {})

    assert {problem.rule for problem in found} == {
        *("name-missing", "instance-without-url", "credential-without-secret", "project-without-source"),
        *("template-incomplete", "survey-incomplete", "template-unknown", "schedule-rule", "workflow-unknown"),
    }


def test_the_filter_gives_dictionaries() -> None:
    objects = shipped()
    BROKEN["url-without-scheme"](objects)

    assert controller_problems(objects, PROJECT) == [
        {
            "rule": "url-without-scheme",
            "object": "host siem-1",
            "message": "Host siem-1: the URL `siem-1.example.com` has no scheme. Write it like https://siem.example.com.",
        }
    ]


def test_no_message_holds_a_secret() -> None:
    """Neither a password in a URL, nor the value of a field that is wrong in another way."""
    secret = "hunter2"
    instances = [
        {"name": "siem-1", "url": f"admin:{secret}@siem-1.example.com"},
        {
            "name": "siem-2",
            "url": f"https://admin:{secret}@siem-2.example.com",
            "variables": {"utmstack_token": secret},
        },
    ]
    credential = {"url": f"https://{secret}@siem.example.com", "api_key": [secret], "passwd": secret}
    objects = shipped(instances=instances, credential=credential)
    put("job_template", ["extra_vars"], {"utmstack_password": secret})(objects)

    found = problems(objects, PROJECT)

    assert {problem.rule for problem in found} == {
        *("url-without-scheme", "instance-url-outside-credential", "secret-in-host-variables"),
        *("credential-unknown-field", "credential-field-type", "secret-in-extra-vars"),
    }
    assert secret not in str(found)


def test_secrets_and_variables_are_those_of_the_connection() -> None:
    assert {option.name for option in CONNECTION if option.secret} == set(SECRETS)
    assert {option.variable.removeprefix("UTMSTACK_") for option in CONNECTION} == set(READ) - {"STATE_DIR"}


@pytest.mark.parametrize(
    "rule",
    [
        f"{START} {DAILY}",
        f"DTSTART;TZID=Europe/Berlin:20270101T020000 {DAILY}",
        f"{START}\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=999",
        f"{START} {DAILY};UNTIL=20280101T000000Z EXRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=SU",
    ],
)
def test_rules_of_dates_that_a_controller_takes(rule: str) -> None:
    assert refusal_of(rule) == ""


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        ("", "it needs one DTSTART"),
        (DAILY, "it needs one DTSTART"),
        (f"{START} {START} {DAILY}", "it needs one DTSTART"),
        (f"DTSTART:20270101T020000 {DAILY}", "DTSTART needs a zone"),
        (f"DTSTART;TZID=Europe/Berlin:20270101T020000Z {DAILY}", "DTSTART needs a zone"),
        (f"DTSTART;TZID=Europe/Nowhere:20270101T020000 {DAILY}", "Europe/Nowhere is no time zone"),
        (f"DTSTART:20270230T020000Z {DAILY}", "the date or time in DTSTART does not exist"),
        (START, "it has no RRULE"),
        (f"{START} RRULE:FREQ=DAILY", "it needs an INTERVAL"),
        (f"{START} RRULE:FREQ=SECONDLY;INTERVAL=1", "FREQ must be one of"),
        (f"{START} RRULE:FREQ=REGULARLY;INTERVAL=1", "FREQ must be one of"),
        (f"{START} {DAILY};COUNT=1000", "COUNT must be at most 999"),
        (f"{START} {DAILY};COUNT=5;UNTIL=20280101T000000Z", "it can have COUNT or UNTIL"),
        (f"{START} RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=1MO", "BYDAY takes no numbers"),
        (f"{START} {DAILY} EXDATE:20270201T020000Z", "a controller takes no EXDATE"),
    ],
)
def test_rules_of_dates_that_a_controller_refuses(rule: str, refusal: str) -> None:
    assert refusal_of(rule).startswith(refusal)
