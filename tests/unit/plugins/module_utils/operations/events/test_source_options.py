# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arguments of the event source: texts become what they mean, and each mistake is named with its next step."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.source_options import (
    SOURCE_OPTIONS,
    SourceOptions,
    source_options,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


def refusal(dialect: str | None = None, **given: Any) -> str:
    with pytest.raises(InvalidInput) as error:
        source_options(given, NOW, dialect)
    return error.value.message


def test_nothing_given_means_the_documented_defaults() -> None:
    assert source_options({"url": "https://siem.example.com"}, NOW) == SourceOptions()
    defaults = {option.name: option.default for option in SOURCE_OPTIONS if option.default is not None}
    assert (
        vars(SourceOptions()).items()
        >= {
            **defaults,
            "fields": (),
            "changed": frozenset(),
        }.items()
    )


@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_blank_is_not_given(blank: Any) -> None:
    names = (option.name for option in SOURCE_OPTIONS if option.name != "query")
    assert source_options(dict.fromkeys(names, blank), NOW) == SourceOptions()
    assert refusal(query=blank) == "`query` is empty. Set what to report, or remove it for all open alerts."


def test_texts_mean_what_typed_values_mean() -> None:
    typed = {
        "query": {"severity": ["high"], "incident": False},
        "interval": 2.5,
        "since": "24h",
        "include_review": True,
        "reconcile": 30,
        "fields": ["name", "tags", "name"],
        "changed": ["status", "tags"],
        "redeliver_after": 600,
        "attempts": 5,
        "burst": 20,
        "batch": 500,
        "max_backoff": 90,
        "give_up_after": 0,
        "health_interval": 15,
        "feedback": True,
    }
    texts = {name: str(value) for name, value in typed.items()}
    texts.update(query='{"severity": "high", "incident": "no"}', fields="name, tags", changed="tags,status")
    found = source_options(typed, NOW)
    assert found == source_options(texts, NOW)
    assert found == SourceOptions(
        query={"severity": ["high"], "incident": False},
        interval=2.5,
        since=NOW - timedelta(hours=24),
        include_review=True,
        reconcile=30,
        fields=("name", "tags"),
        changed=frozenset({"status", "tags"}),
        redeliver_after=600,
        attempts=5,
        burst=20,
        batch=500,
        max_backoff=90,
        give_up_after=0,
        health_interval=15,
        feedback=True,
    )


def test_names_of_lists_and_networks_stand_for_their_entries() -> None:
    query = {"source_ip": ["scanners", "10.9.9.9"], "source_host": [{"list": "backup"}]}
    found = source_options(
        {"query": query, "networks": {"scanners": ["10.0.0.0/24"]}, "lists": {"backup": ["bak-01", "bak-02"]}}, NOW
    )
    assert found.query == {"source_ip": ["10.0.0.0/24", "10.9.9.9"], "source_host": ["bak-01", "bak-02"]}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"query": {}}, "`query` is empty. Set what to report, or remove it for all open alerts."),
        ({"query": "{}"}, "`query` is empty. Set what to report, or remove it for all open alerts."),
        ({"query": "severity=high"}, "`query` is 'severity=high'. Use a dictionary."),
        ({"query": {"severty": "high"}}, "`query.severty` is unknown. Did you mean severity?"),
        ({"query": {"severity": "hihg"}}, "`query.severity` contains 'hihg'. Use one of low, medium, high. Did you"),
        ({"query": {"name": []}}, "`query.name` is empty. Leave it out, or set what to look for."),
        (
            {"query": {"since": "24h"}},
            "`query.since` has no meaning here. A source follows alerts from now on. Set the",
        ),
        ({"query": {"until": "1h"}}, "`query.until` has no meaning here. A source follows alerts from now on. Remove"),
        ({"query": {"status": "automatic_review"}}, "`query.status` contains 'automatic_review'. Set `include_review"),
        ({"query": {"source_ip": "10.0.0"}}, "`query.source_ip` "),
        ({"query": {"source_ip": "lab"}, "networks": {"office": ["10.0.0.0/8"]}}, "`query.source_ip` has 'lab', which"),
        ({"since": "2026-11-21"}, "`since` is '2026-11-21', which is in the future. Set a time that has passed."),
        ({"since": "soon"}, "`since` is 'soon'; write an age (90m, 24h, 7d, 2w), today, yesterday, or an ISO 8601"),
        ({"interval": 0}, "`interval` is 0. Set the time between two polls, from 0.1 seconds to a year."),
        ({"interval": "0"}, "`interval` is 0. Set the time between two polls, from 0.1 seconds to a year."),
        ({"interval": "often"}, "`interval` is 'often'. Use a number."),
        ({"interval": 10**9}, "`interval` is 1000000000. Set the time between two polls"),
        ({"reconcile": 0.5}, "`reconcile` is 0.5. Set the time between two sweeps, from one second to a year."),
        ({"redeliver_after": -1}, "`redeliver_after` is -1. Set 0 for never, or a time in seconds"),
        ({"attempts": 0}, "`attempts` is 0. Set how often an alert is reported, at least 1."),
        ({"attempts": 2.5}, "`attempts` is 2.5. Use a whole number."),
        ({"burst": -1}, "`burst` is -1. Set 0 for never, or a number of alerts."),
        ({"batch": 1001}, "`batch` is 1001. Set 0 for one event each, or a number of alerts up to 1000."),
        (
            {"max_backoff": 0},
            "`max_backoff` is 0. Set the longest wait after a failed poll, from one second to a year.",
        ),
        ({"give_up_after": -5}, "`give_up_after` is -5. Set 0 for never, or a time in seconds"),
        ({"health_interval": -5}, "`health_interval` is -5. Set 0 for none, or a time in seconds"),
        ({"fields": ["nmae"]}, "`fields` contains 'nmae'. Use one of id, parent_id, timestamp, name,"),
        ({"fields": {"name": True}}, "`fields` is {'name': True}. Use one of id,"),
        ({"changed": "status, note"}, "`changed` contains 'note'. Use one of status, tags, severity."),
        ({"include_review": "maybe"}, "`include_review` is 'maybe'. Use true or false."),
        ({"feedback": "maybe"}, "`feedback` is 'maybe'. Use true or false."),
    ],
)
def test_a_mistake_is_named_with_its_next_step(given: dict[str, Any], message: str) -> None:
    assert refusal(**given).startswith(message)


def test_a_query_is_right_for_the_major_version_that_is_given() -> None:
    query = {"where": [{"field": "adversary.geolocation.country", "operator": "is", "value": "Nowhere"}]}
    assert source_options({"query": query}, NOW, "v11").query == query
    assert "on v10, it is called source.country." in refusal("v10", query=query)
