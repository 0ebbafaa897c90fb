# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The feed of new alerts against a server: nothing is lost, whatever the rule engine, the server and clocks do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.alerts import write_status
from ansible_collections.utmstack.siem.plugins.module_utils.client.client import Client
from ansible_collections.utmstack.siem.plugins.module_utils.client.connect import connect
from ansible_collections.utmstack.siem.plugins.module_utils.errors import UtmstackError
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import RELEASED
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events import feed as feeds
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.cursor import (
    CursorIdentity,
    open_cursor,
    query_digest,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.feed import AlertFeed, FeedOptions
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.sighting import Sighting
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

from utmstack_simulator.process import SimulatorProcess

from .playing import DAY, SEARCH, VALUES, Stage, alert

on_every_server = pytest.mark.parametrize("dialect", ["v10", "v11", "v11.2"], indirect=True)


class Following:
    """A feed of a simulated server with a cursor in a file, whose clock the test sets forward."""

    def __init__(self, simulator: SimulatorProcess, client: Client, path: Path, **options: Any) -> None:
        self.simulator = simulator
        self.client = client
        self.path = path
        self.options = FeedOptions(**{"feedback": True, **options})
        self.later = timedelta()
        self.opened: AlertFeed | None = None
        self.start()

    def start(self) -> None:
        """Start, or start again after a kill: nothing but the file is left."""
        if self.opened is not None:
            self.cursor.close()
        self.cursor = open_cursor(str(self.path), CursorIdentity(self.simulator.url, query_digest(self.options.query)))
        clock = lambda: datetime.now(timezone.utc) + self.later  # noqa: E731
        self.opened = self.feed = AlertFeed(self.client, self.options, self.cursor, clock)

    def poll(self) -> list[Sighting]:
        """One poll, saved."""
        found = self.feed.poll()
        self.feed.save()
        return found

    def seen(self) -> list[tuple[str, str]]:
        """IDs and kinds of one poll, in order and delivered."""
        found = self.poll()
        self.feed.taken([one.key for one in found])
        self.feed.confirmed([one.key for one in found])
        self.feed.save()
        return sorted((one.alert.id, one.kind) for one in found)

    def sweep(self) -> list[tuple[str, str]]:
        """The same when all alerts are to be compared."""
        self.later += timedelta(seconds=self.options.reconcile)
        return self.seen()


def opened(*ids: str) -> list[tuple[str, str]]:
    return sorted((one, "opened") for one in ids)


def now(ago: float = 0) -> str:
    """A time as documents hold it."""
    moment = datetime.now(timezone.utc) - timedelta(seconds=ago)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@pytest.fixture(params=[-1, 1000], ids=["windows", "all"])
def _few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether polls between two sweeps look at all alerts, or only at those of a window."""
    monkeypatch.setattr(feeds, "FEW", request.param)


@pytest.fixture
def client(local_stage: Stage) -> Iterator[Client]:
    """A client that waits for nothing."""
    bypass = local_stage.dialect == "v11"
    settings = Settings(
        local_stage.simulator.url,
        username="admin",
        password="Adm1n-pass",
        bypass_two_factor=bypass,
        retry_budget=0,
        concurrency=2,
    )
    with connect(settings) as opened_client:
        yield opened_client


@pytest.fixture
def follow(local_stage: Stage, client: Client, tmp_path: Path) -> Callable[..., Following]:
    """A function that follows the server; its first poll has found nothing."""

    def following(**options: Any) -> Following:
        found = Following(local_stage.simulator, client, tmp_path / "cursor.json", **options)
        assert found.seen() == []
        return found

    return following


@pytest.mark.usefixtures("_few")
@on_every_server
def test_alerts_are_reported_once_when_they_are_released(local_stage: Stage, follow: Callable[..., Following]) -> None:
    simulator = local_stage.simulator
    local_stage.seed(alert(1), alert(2, status=1), alert(3, status=5))
    followed = follow()
    assert followed.seen() == []
    # The rule engine was halted for days, and what comes meanwhile has the same second or is out of order.
    burst = simulator.arrivals(40, seconds_ago=1)
    late = simulator.arrivals(2, seconds_ago=600)
    future = simulator.arrivals(1, seconds_ago=-3600)
    assert followed.seen() == []
    assert followed.feed.state()["in_automatic_review"] == 44
    simulator.tick()
    assert followed.seen() == opened(alert(2)["id"], *burst, *late)
    assert followed.feed.state()["in_automatic_review"] == 1
    assert followed.seen() == followed.sweep() == []
    assert simulator.alerts()[future[0]]["status"] == 1


@pytest.mark.usefixtures("_few")
def test_documents_that_are_late_or_have_no_time_are_found_by_a_sweep(
    local_stage: Stage, follow: Callable[..., Following]
) -> None:
    followed = follow()
    timeless = {name: value for name, value in alert(2).items() if name != "@timestamp"}
    local_stage.seed(alert(1, statusObservation=RELEASED), timeless, alert(3, statusObservation="an analyst's"))
    assert followed.sweep() == [(alert(1)["id"], "opened"), (alert(2)["id"], "opened"), (alert(3)["id"], "reopened")]
    assert followed.sweep() == []


@pytest.mark.usefixtures("_few")
def test_a_completed_alert_that_is_opened_again_is_reported_each_time(
    local_stage: Stage, client: Client, follow: Callable[..., Following]
) -> None:
    simulator = local_stage.simulator
    followed = follow()
    (one,) = simulator.arrivals(1)
    simulator.tick()
    keys = set()
    for kind in ("opened", "reopened", "reopened"):
        (found,) = followed.poll()
        followed.feed.confirmed([found.key])
        keys.add(found.key)
        assert (found.alert.id, found.kind) == (one, kind)
        write_status(client, [one], "completed", RELEASED)
        assert followed.seen() == []
        if local_stage.dialect == "v11":
            # Its echo is no alert of its own.
            simulator.repeat([one])
            simulator.tick()
        else:
            write_status(client, [one], "open", RELEASED)
    assert len(keys) == 3


def test_a_killed_feed_goes_on_where_it_was(local_stage: Stage, follow: Callable[..., Following]) -> None:
    simulator = local_stage.simulator
    followed = follow()
    first = simulator.arrivals(3)
    simulator.tick()
    found = followed.poll()
    followed.feed.taken([found[0].key])
    followed.feed.confirmed([found[0].key])
    # Killed before it was saved, and then after.
    followed.start()
    assert sorted(one.key for one in followed.poll()) == sorted(one.key for one in found)
    followed.feed.confirmed([found[0].key])
    followed.feed.save()
    while_away = simulator.arrivals(2)
    simulator.tick()
    followed.start()
    again = followed.poll()
    unconfirmed = [one.key for one in found[1:]]
    assert sorted(one.key for one in again if one.alert.id in first) == sorted(unconfirmed)
    assert sorted(one.alert.id for one in again if one.key not in unconfirmed) == sorted(while_away)
    assert {one.kind for one in again} == {"opened"}


@pytest.mark.parametrize(
    "faults",
    [
        [{"kind": "status", "status": 429, "headers": {"Retry-After": "1"}, "path": VALUES, "times": 1}],
        [{"kind": "status", "status": 503, "path": SEARCH, "times": 1}],
        [{"kind": "drop-after", "path": SEARCH, "nth": 2}],
        [{"kind": "truncate-body", "path": VALUES, "times": 1}],
        [{"kind": "restart", "path": VALUES, "times": 1}],
    ],
    ids=["429", "503", "documents dropped", "IDs truncated", "restart"],
)
def test_a_poll_that_fails_loses_nothing(
    local_stage: Stage, follow: Callable[..., Following], faults: list[dict[str, Any]]
) -> None:
    simulator = local_stage.simulator
    followed = follow()
    arrived = simulator.arrivals(5)
    simulator.tick()
    simulator.faults(*faults)
    with _failing(faults[0]["kind"] != "restart"):
        assert followed.seen() == opened(*arrived)
        arrived = []
    assert followed.seen() == opened(*arrived)
    assert followed.sweep() == []


@contextmanager
def _failing(fails: bool) -> Iterator[None]:
    if fails:
        with pytest.raises(UtmstackError):
            yield
    else:
        yield


@on_every_server
def test_an_idle_poll_takes_two_requests_and_a_thousand_new_alerts_one_more(
    local_stage: Stage, follow: Callable[..., Following]
) -> None:
    simulator = local_stage.simulator
    followed = follow(redeliver_after=3600, attempts=2)
    arrived = simulator.arrivals(1000)
    simulator.tick()
    for expected, most in ((opened(*arrived), 3), ([], 2), ([], 2)):
        simulator.forget_requests()
        assert followed.seen() == expected
        assert len(simulator.requests()) == most
    simulator.forget_requests()
    assert followed.sweep() == []
    assert len(simulator.requests()) == 2


def test_false_positives_that_stay_in_review_for_good_hold_up_nothing(
    open_stage: Callable[[str, str], Stage], tmp_path: Path
) -> None:
    stage = open_stage("v11.2", "in_process")
    stage.seed(alert(1, status=1, tags=["False positive"]))
    key = stage.simulator.api_key()
    with connect(Settings(stage.simulator.url, api_key=key, retry_budget=0)) as opened_client:
        followed = Following(stage.simulator, opened_client, tmp_path / "cursor.json")
        stage.simulator.tick()
        assert followed.seen() == []
        assert followed.feed.state()["in_automatic_review"] == 0
        assert stage.simulator.alerts()[alert(1)["id"]]["status"] == 1


def test_changes_and_untouched_alerts_are_reported(
    local_stage: Stage, client: Client, follow: Callable[..., Following]
) -> None:
    simulator = local_stage.simulator
    followed = follow(changed=frozenset({"status"}), redeliver_after=600, attempts=2)
    touched, untouched = simulator.arrivals(2)
    simulator.tick()
    assert followed.seen() == opened(touched, untouched)
    write_status(client, [touched], "in_review", "looking at it")
    followed.later += timedelta(seconds=600)
    again = followed.poll()
    assert sorted((one.alert.id, one.kind, one.attempt) for one in again) == sorted(
        [(touched, "changed", 1), (untouched, "opened", 2)]
    )
    assert [(one.before, one.alert.status) for one in again if one.kind == "changed"] == [
        ({"status": "open"}, "in_review")
    ]


def test_a_server_that_was_reset_breaks_nothing(local_stage: Stage, follow: Callable[..., Following]) -> None:
    simulator = local_stage.simulator
    followed = follow()
    simulator.arrivals(3)
    simulator.tick()
    assert len(followed.seen()) == 3
    simulator.reset()
    assert followed.sweep() == []
    local_stage.simulator.documents(
        [{"index": DAY[local_stage.dialect], "id": "x", "source": alert(1, **{"@timestamp": now()})}]
    )
    assert followed.seen() == opened(alert(1)["id"])
