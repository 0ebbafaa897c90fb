# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a rulebook ends, and with which exit code: restart policies of activations act on it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from utmstack_simulator.process import SimulatorProcess

from ..troubleshooting import PAGE, entries_of
from .conftest import Start

POLLS = "/api/elasticsearch/property/values-with-count"
on_v11 = pytest.mark.parametrize("siem", ["v11"], indirect=True)


def rulebook(source: str, **arguments: Any) -> list[dict[str, Any]]:
    """A rulebook that does nothing."""
    rule = {"name": "Nothing", "condition": 'event.kind == "opened"', "action": {"none": None}}
    return [{"name": "Nothing", "hosts": "all", "sources": [{source: arguments}], "rules": [rule]}]


def test_a_source_that_ends_is_no_error(start_rulebook: Start) -> None:
    process = start_rulebook(rulebook("eda.builtin.generic", payload=[{"kind": "opened"}]))
    assert process.wait() == 0, process.output


@on_v11
def test_a_wrong_argument_is_an_error_before_the_first_request(siem: SimulatorProcess, rulebook_process: Start) -> None:
    process = rulebook_process(rulebook("utmstack.siem.alerts", interval=0))
    assert process.wait() == 1
    assert "`interval` is 0." in process.output
    assert not siem.requests()


@on_v11
def test_a_server_that_stays_away_is_an_error(siem: SimulatorProcess, rulebook_process: Start) -> None:
    siem.faults({"kind": "drop-before", "path": "/api/.*"})
    process = rulebook_process(rulebook("utmstack.siem.alerts", interval=0.2, give_up_after=1, max_backoff=1))
    assert process.wait() == 1
    assert siem.url in process.output
    siem.settle()


@on_v11
@pytest.mark.parametrize("number, code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_with_the_code_of_the_signal(
    siem: SimulatorProcess, rulebook_process: Start, number: signal.Signals, code: int
) -> None:
    process = rulebook_process(rulebook("utmstack.siem.alerts", interval=0.2))
    process.wait_for(lambda: len(siem.requests(path=POLLS)) > 3)
    process.signal(number)
    assert process.wait() == code


def test_a_rulebook_without_the_collection_ends_as_the_page_says(tmp_path: Path, start_rulebook: Start) -> None:
    (entry,) = (one for one in entries_of(PAGE.read_text(encoding="utf-8")) if "find the collection" in one.heading)
    nowhere = {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)}
    without = [
        start_rulebook(one, environment=nowhere) for one in ("utmstack.siem.triage", rulebook("utmstack.siem.alerts"))
    ]
    for number, process in enumerate(without):
        assert process.wait() == 1
        assert entry.quotes(number).search(" ".join(process.output.split())), process.output
