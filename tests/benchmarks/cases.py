# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases that are measured: a task of the collection, and plain calls that do the same."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_status

from .plain_calls import IN_FLIGHT, Timing
from .playing import Bench, Played
from .stored_alerts import alert_id

NOTES = 1000
REPEATS = 2
# The option came after the benchmarks.
ROWS = ("all", "failed") if "rows" in alert_status.OPERATION.options else ()


@dataclass(frozen=True)
class Case:
    """What one case took.

    :param plain: by description, the plain calls.
    :param items: the alerts, if their rate matters.
    """

    what: str
    ours: Played
    plain: dict[str, Timing]
    items: int | None = None


def closing(rows: str | None = None, **selection: Any) -> dict[str, Any]:
    """The task that completes alerts."""
    options = {"status": "completed", "observation": "Scan", "max_affected": 1_000_000, **selection}
    return {"utmstack.siem.utmstack_alert_status": {**options, **({"rows": rows} if rows else {})}}


def _checked(bench: Bench, count: int) -> None:
    if bench.closed() != count:
        raise SystemExit(f"{bench.closed()} alerts are closed, not {count}.")


def ten_thousand(bench: Bench) -> Iterator[Case]:
    """Closing 10,000 alerts."""
    count = 10_000
    plain = bench.seed(count)
    ids = [alert_id(number) for number in range(count)]
    only = plain.timed(lambda: plain.close(ids, "Scan"))
    plain = bench.seed(count)
    same = plain.timed(plain.select_close_and_check)
    for rows in ROWS or (None,):
        bench.seed(count)
        ours = bench.play(closing(rows, query={"status": ["open"]}))
        _checked(bench, count)
        what = "10,000 alerts closed and verified" + (f", `rows: {rows}`" if rows else "")
        yield Case(what, ours, {"writes alone": only, "selected, written, read back": same})


def five_hundred(bench: Bench) -> Iterator[Case]:
    """Closing 500 alerts by ID."""
    ids = [alert_id(number) for number in range(500)]
    plain = bench.seed(500)
    only = plain.timed(lambda: plain.close(ids, "Scan"))
    plain = bench.seed(500)
    same = plain.timed(lambda: plain.close_and_check(ids, "Scan"))
    bench.seed(500)
    ours = bench.play(closing(alert_ids=ids))
    _checked(bench, 500)
    yield Case("500 alerts closed by ID and verified", ours, {"writes alone": only, "written, read back": same})


def triage(bench: Bench) -> Iterator[Case]:
    """5,000 candidates and 40 rules, of which 8 or all match."""
    for matching in (8, 40):
        names = [f"Kind {number}" if number < matching else f"Other {number}" for number in range(40)]
        rules = [
            {"name": f"Rule for {name}", "when": {"name": name}, "then": {"status": "completed"}} for name in names
        ]
        texts = {name: f"Closed: {name}" for name in names}
        plain = bench.seed(5000, kinds=50)
        same = plain.timed(functools.partial(plain.triage, texts))
        bench.seed(5000, kinds=50)
        options = {"query": {"status": ["open"]}, "rules": rules, "max_affected": 5000}
        if ROWS:
            options["rows"] = "failed"
        ours = bench.play({"utmstack.siem.utmstack_triage": options})
        _checked(bench, matching * 100)
        what = f"5,000 candidates, 40 rules, of which {matching} match {matching * 100:,} alerts"
        yield Case(what, ours, {"selected, written, read back": same})


def exports(bench: Bench) -> Iterator[Case]:
    """Writing 25,000 alerts to a file."""
    plain = bench.seed(25_000)
    for kind in ("csv", "jsonl"):
        path, own = bench.directory / f"alerts.{kind}", bench.directory / f"plain.{kind}"
        same = plain.timed(functools.partial(plain.export, own, kind))
        ours = bench.play({"utmstack.siem.utmstack_alert_export": {"path": str(path), "query": {}}})
        yield Case(f"25,000 rows exported, {kind} ({path.stat().st_size / 1e6:.1f} MB)", ours, {"read, written": same})


def notes(bench: Bench) -> Iterator[Case]:
    """Writing notes, 16 calls at a time."""
    ids = [alert_id(number) for number in range(NOTES)]
    plain = bench.seed(NOTES)
    only = plain.timed(lambda: plain.notes(ids, "Scan"))
    bench.seed(NOTES)
    options = {"alert_ids": ids, "note": "Scan", "concurrency": IN_FLIGHT}
    ours = bench.play({"utmstack.siem.utmstack_alert_notes": options})
    yield Case(f"{NOTES:,} notes, {IN_FLIGHT} in flight", ours, {"writes alone": only}, NOTES)


_CASES: tuple[Callable[[Bench], Iterator[Case]], ...] = (ten_thousand, five_hundred, triage, exports, notes)


def best_cases(bench: Bench) -> Iterator[Case]:
    """Every case, measured several times; of each side, the fastest run."""
    for case in _CASES:
        for repeats in zip(*(case(bench) for _repeat in range(REPEATS))):
            ours = min((one.ours for one in repeats), key=lambda played: played.operation)
            plain = {
                how: min((one.plain[how] for one in repeats), key=lambda timing: timing.seconds)
                for how in repeats[0].plain
            }
            yield replace(repeats[0], ours=ours, plain=plain)


@dataclass(frozen=True)
class Smallest:
    """Seconds per task that has nothing to do."""

    in_process: float
    as_module: float
    uri: float


def nothing_to_do(bench: Bench, tasks: int = 20) -> Smallest:
    """A task that finds nothing to do, against a module that asks the server once."""
    bench.seed(1)
    task = closing(alert_ids=[alert_id(0)])
    bench.play(task)

    def seconds(one: dict[str, Any], **keywords: Any) -> float:
        """The difference between a play with many tasks and a play with one."""
        many = bench.play(*[one] * (tasks + 1), **keywords).playbook
        return (many - bench.play(one, **keywords).playbook) / tasks

    # Any variable that does not name the connection starts a module.
    as_module = {"environment": {"BENCH": "module"}}
    uri = bench.uri("/api/utm-alerts/count-open-alerts")
    return Smallest(seconds(task), seconds(task, **as_module), seconds(uri))


def uri_loop(bench: Bench, count: int, measured: int = 25) -> tuple[float, float]:
    """Seconds of a loop over `ansible.builtin.uri`, extrapolated from a few alerts, and those of these few."""
    bench.seed(count)
    body = {"alertIds": ["{{ item }}"], "status": 5, "statusObservation": "Scan", "addFalsePositiveTag": False}
    loop = {
        **bench.uri("/api/utm-alerts/status", method="POST", body_format="json", body=body),
        "loop": [alert_id(number) for number in range(measured)],
    }
    start = bench.play({"ansible.builtin.meta": "noop"}).playbook
    looped = bench.play(loop).playbook
    return start + (looped - start) / measured * count, looped
