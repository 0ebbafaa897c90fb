# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No alert is lost when the server, its rule engine or its clocks have a bad time; all of it in one rulebook."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from utmstack_simulator.process import SimulatorProcess

from ..integration.playing import DAY, alert
from .conftest import Start
from .rulebook_process import PATIENCE, RulebookProcess, password_environment, wait_until

COMPLETED = 5
API = "/api/(?!authenticate).*"
POLLS = "/api/elasticsearch/property/values-with-count"


def noting(**arguments: Any) -> list[dict[str, Any]]:
    """A rulebook that prints a line for each event of the collection's source."""
    source = {"interval": 0.2, "reconcile": 1, "max_backoff": 1, "give_up_after": 0, "health_interval": 0, **arguments}
    return [
        {
            "name": "Note",
            "hosts": "all",
            "sources": [{"utmstack.siem.alerts": source}],
            "rules": [
                {
                    "name": "Note each alert",
                    "condition": "event.alert is defined",
                    "action": {"debug": {"msg": "NOTED {{ event.kind }} {{ event.alert.id }}"}},
                }
            ],
        }
    ]


def noted_by(process: RulebookProcess, kind: str) -> Counter[str]:
    """How often each alert was reported so."""
    return Counter(process.lines(rf"NOTED {kind} (\S+)"))


class Server:
    """A server, and the alerts on it by number."""

    def __init__(self, siem: SimulatorProcess) -> None:
        self.siem = siem
        self._started = datetime.now(timezone.utc).replace(microsecond=0)

    def store(self, *numbers: int, status: int, seconds_ago: int) -> list[str]:
        """Store alerts of one second, or write them again."""
        time = self._started - timedelta(seconds=seconds_ago)
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        rows = [alert(number, status=status, **{"@timestamp": stamp}) for number in numbers]
        self.siem.documents([{"index": DAY[self.siem.dialect], "id": row["id"], "source": row} for row in rows])
        return [row["id"] for row in rows]

    def failures(self, code: int) -> int:
        """How many answers had this status; 499 for a connection that was cut."""
        return sum(row["status"] == code for row in self.siem.requests())


def test_none_is_lost_and_none_comes_twice(siem: SimulatorProcess, rulebook_process: Start) -> None:
    server = Server(siem)
    server.store(0, status=2, seconds_ago=7200)
    process = rulebook_process(noting(since="1h"), environment=password_environment(siem))
    wanted: list[str] = []

    def noted(kind: str = "opened") -> Counter[str]:
        return noted_by(process, kind)

    def wait_for(*ids: str) -> None:
        wanted.extend(ids)
        process.wait_for(lambda: noted().keys() >= set(ids))

    # The rule engine is halted: alerts of ten minutes ago wait in review, while others, newer than they, are open.
    halted = server.store(1, 2, status=1, seconds_ago=600)
    wait_for(*server.store(3, status=2, seconds_ago=5))
    siem.tick()
    wait_for(*halted)

    # Alerts of one second, some of which come later, with a time long ago, and with one in the future.
    wait_for(*server.store(*range(10, 40), status=2, seconds_ago=4))
    wait_for(*server.store(*range(40, 45), status=2, seconds_ago=4))
    wait_for(*server.store(45, status=2, seconds_ago=86400))
    wait_for(*server.store(46, status=2, seconds_ago=-3600))

    # The server cuts all connections, restarts and forgets all tokens, and then wants fewer requests.
    siem.faults({"kind": "drop-before", "path": "/api/.*"})
    cut = server.store(50, status=2, seconds_ago=3)
    wait_until(lambda: server.failures(499) > 3)
    siem.faults({"kind": "restart"})
    wait_for(*cut)
    siem.faults({"kind": "status", "status": 429, "headers": {"Retry-After": "1"}, "path": API, "times": 3})
    slowed = server.store(51, status=2, seconds_ago=3)
    wait_until(lambda: server.failures(429) == 3)
    wait_for(*slowed)

    # A completed alert is open again: v11 does that when it repeats, on v10 an analyst does.
    again = server.store(3, status=COMPLETED, seconds_ago=5)
    polls = len(siem.requests(path=POLLS))
    wait_until(lambda: len(siem.requests(path=POLLS)) > polls + 10)
    if siem.dialect == "v11":
        siem.repeat(again)
    else:
        server.store(3, status=2, seconds_ago=5)
    process.wait_for(lambda: noted("reopened"))

    assert noted("reopened") == Counter(again)
    assert noted() == Counter(wanted), process.output
    assert not re.search("Traceback|Adm1n-pass", process.output)


@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=pytest.mark.full)])
@pytest.mark.parametrize("siem", ["v11"], indirect=True)
def test_none_is_lost_while_the_server_is_away(siem: SimulatorProcess, rulebook_process: Start, seconds: int) -> None:
    process = rulebook_process(noting(), environment=password_environment(siem))
    process.wait_for(lambda: siem.requests(path=POLLS))
    before = siem.arrivals(10)
    siem.away(seconds)

    def is_back() -> bool:
        with contextlib.suppress(requests.ConnectionError):
            siem.tick()
            return True
        return False

    wait_until(is_back, seconds + PATIENCE)
    after = siem.arrivals(10)
    siem.tick()
    process.wait_for(lambda: noted_by(process, "opened").keys() >= {*before, *after})
    assert noted_by(process, "opened") == Counter([*before, *after])
