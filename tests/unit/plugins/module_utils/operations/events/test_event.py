# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events hold IDs, numbers, times and words from closed lists; texts only on request, and broken."""

from __future__ import annotations

import dataclasses
import itertools
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import COMMON_FIELDS, Alert, alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.event import (
    MAX_IDS,
    MAX_IDS_STORED,
    EventOptions,
    event_of,
    group_of,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.safe_text import safe_text
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.sighting import Sighting
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.storms import events_of

V11 = DIALECTS["v11"]
NOW = datetime(2026, 11, 20, 10, 1, tzinfo=timezone.utc)
TRAP = "{{ lookup('pipe', 'touch /tmp/canary') }}"


def document(alert_id: str = "a1", **members: Any) -> dict[str, Any]:
    return {
        "id": alert_id,
        "@timestamp": "2026-11-20T10:00:00.000Z",
        "name": "Port scan",
        "status": 2,
        "severity": 3,
        "dataType": "firewall-cisco",
        "adversary": {"ip": "10.0.0.5"},
        "target": {"host": "web-01"},
        **members,
    }


def sighting(alert_id: str = "a1", kind: str = "opened", attempt: int = 1, **members: Any) -> Sighting:
    before = members.pop("before", None)
    alert: Alert = alert_from(document(alert_id, **members), V11)
    return Sighting(alert, kind, "0123456789ab", attempt, NOW - timedelta(seconds=2), before)


def event(one: Sighting, *fields: str) -> dict[str, Any]:
    return event_of(one, EventOptions(V11, fields))


def test_an_event_holds_what_nobody_can_choose() -> None:
    found = event(sighting())
    assert found.pop("meta")["uuid"] == event(sighting())["meta"]["uuid"]
    assert found.pop("group") == group_of(sighting("a2"), V11)
    assert found == {
        "alert": {
            "id": "a1",
            "status": "open",
            "severity": "high",
            "data_type": "firewall-cisco",
            "time": "2026-11-20T10:00:00.000Z",
        },
        "kind": "opened",
        "attempt": 1,
        "version": "0123456789ab",
        "seen_at": "2026-11-20T10:00:58.000Z",
    }


def test_without_fields_no_text_of_the_alert_gets_into_an_event() -> None:
    texts = {
        **{V11.names[name]: TRAP for name in ("name", "category", "description", "data_source", "data_type", "notes")},
        **{V11.names[name]: TRAP for name in ("solution", "technique", "observation", "timestamp", "status")},
        "adversary": {"ip": TRAP, "host": TRAP, "user": TRAP},
        "target": {"ip": TRAP, "host": TRAP, "user": TRAP},
        "tags": [TRAP],
        "reference": [TRAP],
        "severity": TRAP,
    }
    before = {"status": TRAP, "tags": [TRAP], "severity": TRAP}
    found = event(sighting(kind="changed", before=before, **texts))
    assert found["alert"] == {
        "id": "a1",
        "status": "unknown",
        "severity": "unknown",
        "time": None,
        "tags_changed": True,
    }
    assert found["before"] == {"status": "unknown", "severity": "unknown"}
    assert "lookup" not in json.dumps(found)


@pytest.mark.parametrize("name", COMMON_FIELDS)
def test_a_field_comes_on_request_and_broken(name: str) -> None:
    found = event(
        sighting(name=TRAP, adversary={"ip": TRAP, TRAP: 1}, tags=[TRAP], **{V11.names["technique"]: TRAP}), name
    )
    assert name in found["alert"] or name == "data_type"
    assert "{{" not in json.dumps(found)
    assert event(sighting(name=TRAP), "name")["alert"]["name"] == safe_text(TRAP)


@pytest.mark.parametrize("alert_id", [TRAP, "a b", "ä", "", "x" * 257, "a\n"])
def test_an_id_that_is_not_plain_is_shown_broken_and_flagged(alert_id: str) -> None:
    found = event(sighting(alert_id))
    assert found["alert"]["id"] == safe_text(alert_id)
    assert found["alert"]["unsafe_id"] is True
    assert "unsafe_id" not in event(sighting("0a1b-2c3d_4.5:6"))["alert"]


def test_the_uuid_knows_alert_kind_version_and_attempt() -> None:
    others = [sighting(), sighting("a2"), sighting(kind="reopened"), sighting(attempt=2), sighting("\ud800")]
    assert len({event(one)["meta"]["uuid"] for one in others}) == len(others)
    # Restarts and releases agree on it.
    assert event(sighting())["meta"]["uuid"] == "c5c72faf-c50b-584e-ac80-e4f4676c9081"


def test_a_changed_alert_says_in_words_what_it_was() -> None:
    found = event(sighting(kind="changed", before={"status": "in_review", "severity": "low"}))
    assert found["before"] == {"status": "in_review", "severity": "low"}
    assert "tags_changed" not in found["alert"]


def test_a_group_is_a_digest_that_is_no_number() -> None:
    groups = {group_of(sighting(name=f"Rule {number}"), V11) for number in range(500)}
    assert len(groups) == 500
    assert all(len(group) == 12 and group[0] in "abcdef" and int(group, 16) for group in groups)


def storm(count: int, burst: int, **members: Any) -> list[dict[str, Any]]:
    found = events_of([sighting(f"s{number}", **members) for number in range(count)], EventOptions(V11, (), burst))
    return [one.event for one in found]


def test_up_to_burst_like_alerts_are_reported_one_by_one() -> None:
    assert [one["kind"] for one in storm(3, 3)] == ["opened"] * 3
    assert [one["kind"] for one in storm(50, 0)] == ["opened"] * 50


def test_more_like_alerts_become_one_event() -> None:
    (found,) = storm(7, 6)
    assert found.pop("meta")["uuid"]
    assert found.pop("group") == event(sighting())["group"]
    ids = [f"s{number}" for number in range(7)]
    assert found == {
        "kind": "burst",
        "of": "opened",
        "count": 7,
        "alert_ids": ids,
        "sample_ids": ids[:5],
        "status": "open",
        "severity": "high",
        "data_type": "firewall-cisco",
        "attempt": 1,
        "part": 1,
        "parts": 1,
        "seen_at": "2026-11-20T10:00:58.000Z",
    }


def test_words_that_differ_are_left_out_of_a_burst() -> None:
    ones = [sighting("a1"), sighting("a2", severity=1), sighting("a3", dataType=TRAP)]
    (found,) = (one.event for one in events_of(ones, EventOptions(V11, (), 2)))
    assert found["status"] == "open"
    assert not {"severity", "data_type"} & set(found)


def test_every_alert_of_a_poll_is_in_exactly_one_event() -> None:
    ones = [
        *(sighting(f"b{number}", name="Brute force") for number in range(2 * MAX_IDS + 5)),
        *(sighting(f"r{number}", kind="reopened", name="Brute force") for number in range(3)),
        *(sighting(f"c{number}", attempt=2, name="Brute force") for number in range(12)),
        sighting(TRAP, name="Brute force"),
        sighting("alone", name="Another"),
    ]
    found = events_of(ones, EventOptions(V11, (), 10))
    kinds = [(one.event["kind"], one.event.get("part"), one.event.get("parts")) for one in found]
    assert kinds[:3] == [("burst", 1, 3), ("burst", 2, 3), ("burst", 3, 3)]
    keys = [key for one in found for key in one.keys]
    assert sorted(keys) == sorted(one.key for one in ones)
    ids = [one.event["alert_ids"] if one.event["kind"] == "burst" else [one.event["alert"]["id"]] for one in found]
    assert sorted(itertools.chain(*ids)) == sorted(
        [*(one.alert.id for one in ones if one.alert.id != TRAP), safe_text(TRAP)]
    )
    assert max(map(len, ids)) == MAX_IDS
    assert sum(one.event.get("unsafe_ids", 0) for one in found) == sum(one.unsafe_ids for one in found) == 1
    assert len({one.event["meta"]["uuid"] for one in found}) == len(found)


@pytest.mark.parametrize("burst, batch", [(2, 0), (100, 10)])
def test_what_another_poll_saw_makes_the_same_event_again(burst: int, batch: int) -> None:
    """After a restart it comes with what is new by then, and an engine with persistence has seen its event."""
    options = EventOptions(V11, (), burst, batch)
    before = [sighting(f"b{number}") for number in range(3)]
    later = [dataclasses.replace(sighting(f"n{number}"), seen_at=NOW) for number in range(3)]
    (known,) = events_of(before, options)
    found = [one.event["meta"]["uuid"] for one in events_of([later[0], *before, *later[1:]], options)]
    assert len(found) == 2
    assert known.event["meta"]["uuid"] in found
    # Later attempts are no event that an engine knows.
    again = [dataclasses.replace(one, attempt=2) for one in (*before, *later)]
    assert len(events_of(again, options)) == 1


@pytest.mark.parametrize("burst, batch", [(10, 0), (0, 500)])
def test_what_an_engine_holds_and_stores_fits_into_its_message_twice(burst: int, batch: int) -> None:
    ones = [sighting(f"{number:036d}", name="Brute force") for number in range(3 * MAX_IDS_STORED)]
    found = events_of(ones, EventOptions(V11, (), burst, batch, MAX_IDS_STORED))
    assert [len(one.event["alert_ids"]) for one in found] == [MAX_IDS_STORED] * 3
    # The message holds each event as JSON within JSON; the limit is that of a segment on the loopback interface.
    assert 26 * len(json.dumps(json.dumps(found[0].event))) < 64 * 1024


def test_alerts_that_are_no_burst_share_batches() -> None:
    ones = [
        *(sighting(f"b{number}", name="Brute force") for number in range(12)),
        *(sighting(f"o{number}", name=f"Rule {number}") for number in range(25)),
        *(sighting(f"a{number}", attempt=2, name=f"Rule {number}") for number in range(3)),
        *(sighting(f"c{number}", kind="changed", before={}, name=f"Rule {number}") for number in range(2)),
        sighting("r", kind="reopened"),
    ]
    found = events_of(ones, EventOptions(V11, (), 10, 10))
    shapes = [
        (one.event["kind"], one.event.get("of"), one.event.get("count"), one.event["attempt"], "group" in one.event)
        for one in found
    ]
    assert shapes == [
        ("burst", "opened", 12, 1, True),
        ("batch", "opened", 10, 1, False),
        ("batch", "opened", 10, 1, False),
        ("batch", "opened", 5, 1, False),
        ("batch", "opened", 3, 2, False),
        ("changed", None, None, 1, True),
        ("changed", None, None, 1, True),
        ("reopened", None, None, 1, True),
    ]
    keys = [key for one in found for key in one.keys]
    assert sorted(keys) == sorted(one.key for one in ones)
    assert found[1].event["alert_ids"] == [f"o{number}" for number in range(10)]
    alone = events_of(ones[:1], EventOptions(V11, (), 0, 10))
    assert [one.event["kind"] for one in alone] == ["opened"]


def test_the_lag_grows_while_an_event_waits() -> None:
    (one,) = events_of([sighting()], EventOptions(V11))
    assert one.at(NOW + timedelta(seconds=90))["lag"] == 150.0
    (timeless,) = events_of([sighting(**{"@timestamp": None})], EventOptions(V11))
    assert timeless.at(NOW + timedelta(seconds=90))["lag"] is None
