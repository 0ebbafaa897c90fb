# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""25,000 alerts: every column of the file is the store's, and memory does not grow with their number."""

from __future__ import annotations

import csv
import hashlib
import json
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.execution import execute
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_export
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Task

from utmstack_simulator.process import SimulatorProcess

from .playing import alert

pytestmark = pytest.mark.full

COUNT = 25_000
PATTERN = {"v10": "alert-2026.11.{:02d}", "v11": "v11-alert-2026-11-{:02d}"}
NEAR = {"v10": "source", "v11": "adversary"}
STATUS_WORDS = {2: "open", 3: "in_review", 5: "completed"}
SEVERITY_WORDS = {1: "low", 2: "medium", 3: "high"}
NAMES = ("Port scan", "=cmd|' /C calc'!A0", 'Logon "failed",\nagain', "Łódź → 東京 😀", "-2+3", "")


def document(number: int, dialect: str) -> dict[str, Any]:
    """One of 25,000: spread over three days, 4,000 of them at two instants, with a value of every kind."""
    day, second = 19 + number % 3, number // 3
    time = f"2026-11-{day}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{number % 1000:03d}Z"
    if number >= COUNT - 4000:
        time = f"2026-11-20T{20 + number % 2}:00:00.000Z"
        day = 20
    source = alert(
        number,
        **{
            "@timestamp": time,
            "name": NAMES[number % len(NAMES)],
            "status": (2, 3, 5)[number % 3],
            "severity": number % 3 + 1,
            "tags": (None, [], ["VIP"], ["a;b", "VIP"])[number % 4],
            "isIncident": number % 7 == 0,
            NEAR[dialect]: {"ip": f"10.0.{number // 256 % 256}.{number % 256}", "port": number % 65536},
            "impactScore": -number,
        },
    )
    return {"index": PATTERN[dialect].format(day), "id": source["id"], "source": source}


def text(value: Any) -> str:
    """A text as a table must show it."""
    return f"'{value}" if value[:1] in ("=", "-") else str(value)


# Their order means nothing on the server, and is the same in every export.
TAGS: dict[str, str] = {"null": "", "[]": "", '["VIP"]': "VIP", '["a;b", "VIP"]': '["VIP", "a;b"]'}


def columns(dialect: str) -> dict[str, Callable[[dict[str, Any]], str]]:
    """Columns, and what each must show of a stored document."""
    near = NEAR[dialect]
    return {
        "timestamp": lambda source: source["@timestamp"],
        "id": lambda source: source["id"],
        "name": lambda source: text(source["name"]),
        "status": lambda source: STATUS_WORDS[source["status"]],
        "severity": lambda source: SEVERITY_WORDS[source["severity"]],
        "tags": lambda source: TAGS[json.dumps(source["tags"])],
        "is_incident": lambda source: "true" if source["isIncident"] else "false",
        "adversary.ip": lambda source: source[near]["ip"],
        "adversary.port": lambda source: str(source[near]["port"]),
        "impactScore": lambda source: str(source["impactScore"]),
    }


def digest(cells: Iterable[str]) -> str:
    """A checksum of one column."""
    summed = hashlib.sha256()
    for shown in cells:
        summed.update(f"{len(shown)}:{shown}\n".encode())
    return summed.hexdigest()


@pytest.fixture(scope="module", params=["v10", "v11"])
def large(request: pytest.FixtureRequest) -> Iterator[SimulatorProcess]:
    """A server with 25,000 alerts, that no other test empties."""
    with SimulatorProcess(request.param) as simulator:
        simulator.documents([document(number, request.param) for number in range(COUNT)])
        yield simulator


def export(simulator: SimulatorProcess, path: Path, **options: Any) -> dict[str, Any]:
    """Run the operation in this process."""
    given = {
        "url": simulator.url,
        "username": "admin",
        "password": "Adm1n-pass",
        "bypass_two_factor": True,
        "query": {},
        "path": str(path),
        **options,
    }
    params = {name: option.get("default") for name, option in alert_export.OPERATION.options.items()}
    result = execute(alert_export.OPERATION, {**params, **given}, Task(), None)
    assert not result.get("failed"), result
    return result


def stored(simulator: SimulatorProcess) -> list[dict[str, Any]]:
    """The store in the order of an export."""
    sources = sorted(simulator.alerts().values(), key=lambda source: str(source["id"]))
    return sorted(sources, key=lambda source: str(source["@timestamp"]), reverse=True)


def test_every_column_of_the_table_is_the_stores(large: SimulatorProcess, tmp_path: Path) -> None:
    wanted = columns(large.dialect)
    large.forget_requests()
    result = export(large, tmp_path / "alerts.csv", columns=list(wanted))
    assert result["rows"] == COUNT
    # 13 pages, and up to three instants that pages share, which are counted and read by ID. Before them, the types of
    # log fields and the alerts if they are few; after them, those without a time; and up to two to log in.
    assert result["requests"] == len(large.requests()) <= 13 + 3 * 2 + 2 + 1 + 2
    with (tmp_path / "alerts.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    store = stored(large)
    assert len(rows) == len(store) == COUNT
    checksums = {name: digest(row[name] for row in rows) for name in wanted}
    assert checksums == {name: digest(show(source) for source in store) for name, show in wanted.items()}
    again = export(large, tmp_path / "alerts.csv", columns=list(wanted))
    assert (again["changed"], again["checksum"]) == (False, result["checksum"])


def test_every_document_of_the_lines_is_the_stores(large: SimulatorProcess, tmp_path: Path) -> None:
    export(large, tmp_path / "alerts.jsonl", columns=["raw"])
    with (tmp_path / "alerts.jsonl").open(encoding="ascii") as stream:
        documents = [json.loads(line)["raw"] for line in stream]
    assert documents == stored(large)


def peak(action: Callable[[], Any]) -> int:
    """Bytes of memory that `action` holds at most."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_alerts(large: SimulatorProcess, tmp_path: Path) -> None:
    """Five thousand of the alerts, those at two instants among them, need about as much as three times as many."""
    path = tmp_path / "alerts.csv"

    def export_last(number: int) -> int:
        between = {"operator": "is_between", "value": [COUNT - number, COUNT]}
        where = [{"field": f"{NEAR[large.dialect]}.port", **between}]
        return int(export(large, path, query={"where": where})["rows"])

    # What is imported or cached once does not count.
    assert (export_last(5000), export_last(15_000)) == (5000, 15_000)
    few = peak(lambda: export_last(5000))
    assert peak(lambda: export_last(15_000)) < 1.5 * few
