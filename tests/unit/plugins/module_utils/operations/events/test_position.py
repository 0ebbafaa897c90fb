# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The position as plain data: what it takes on disk, and that it does not grow."""

from __future__ import annotations

import json

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events import cursor as cursors
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events import position as positions
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.cursor import CursorIdentity
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.digests import (
    Digests,
    TimedDigests,
    digest_of,
    digests_from,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.events.position import (
    Glance,
    Position,
    position_from,
)
from hypothesis import given
from hypothesis import strategies as st

from ...builders import alert

NOW = "2026-11-20T10:00:00.000Z"
MOMENT = 1_795_168_800_000


def test_a_position_survives_a_file() -> None:
    left = TimedDigests()
    for one, moment in ((3, MOMENT), (4, MOMENT), (5, MOMENT - 60_000)):
        left.put(one, moment)
    position = Position(Digests([1, 2**64 - 1]), TimedDigests(), left, MOMENT, None, MOMENT - 300_000, 7)
    again = position_from(json.loads(json.dumps(position.as_json(without=[]))))
    assert (list(again.known), list(again.left.items())) == ([1, 2**64 - 1], list(left.items()))
    assert (again.newest, again.in_review, again.horizon, again.rounds) == (MOMENT, None, MOMENT - 300_000, 7)
    assert again.bound == "2026-11-20T09:55:00.000Z"
    two = Position(Digests([digest_of("a"), digest_of("b")]))
    assert two.as_json(["b"])["known"] == Position(Digests([digest_of("a")])).as_json([])["known"]


def test_a_hundred_thousand_open_alerts_take_about_a_megabyte() -> None:
    position = Position(known=Digests(digest_of(f"a{number}") for number in range(100_000)))
    assert 1_000_000 < len(json.dumps(position.as_json(without=[]))) < 1_100_000


def glance(now: str | None, ids: list[str]) -> Glance:
    return Glance(now, None, Digests(map(digest_of, ids)))


@pytest.mark.parametrize("moves", [True, False])
def test_the_position_is_as_large_as_what_is_open_however_many_alerts_came_and_went(
    moves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(positions, "MAX_LEFT", 1000)
    position = Position()
    position.start(glance("2026-11-20T00:00:00.000Z", []), [], None)
    sizes = []
    for hour in range(5):
        for minute in range(60):
            now = f"2026-11-20T{hour:02d}:{minute:02d}:00.000Z"
            ids = [f"{now}{number}" for number in range(70)]
            # A log source whose clock stands still.
            time = now if moves else "2026-11-19T00:00:00.000Z"
            position.advance(glance(now, ids), [alert(one, timestamp=time) for one in ids], True)
        sizes.append((len(position.known), len(position.times), len(position.left)))
    assert len(set(sizes[1:])) == 1
    known, times, left = sizes[-1]
    assert (known, times) == (70, 70 * moves)
    assert left <= 1000


def test_the_position_of_many_alerts_takes_no_large_texts() -> None:
    moments = {one: MOMENT + one % 7 for one in range(20_000)}
    position = Position(known=Digests(range(10_000, 30_000)))
    for one, moment in moments.items():
        position.left.put(one, moment)
    pieces = list(cursors._content(CursorIdentity("https://siem.example", "0"), position.as_json(without=[])))
    assert max(map(len, pieces)) <= 64 * 1024 < 16 * 20_000
    held = position_from(json.loads("".join(pieces))["position"])
    assert (dict(held.left.items()), list(held.known)) == (moments, list(range(10_000, 30_000)))


def test_of_ids_to_wait_there_is_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positions, "MAX_WAITING", 2)
    found = Position(Digests([digest_of("b")])).look(iter(["a", "b", "c", "d"]), 1)
    assert (found.unknown, found.is_cut, found.first, len(found.digests)) == (["a", "c"], True, ["a"], 4)


@given(st.lists(st.tuples(st.sampled_from(["put", "discard", "forget"]), st.integers(0, 20), st.integers(0, 9))))
def test_sets_of_digests_are_sets(steps: list[tuple[str, int, int]]) -> None:
    plain: dict[int, int] = {}
    timed, untimed = TimedDigests(), Digests()
    for name, one, moment in steps:
        if name == "put":
            plain[one] = moment
            timed.put(one, moment)
            untimed.add(one)
        elif name == "discard":
            plain.pop(one, None)
            timed.discard(one)
            untimed.discard_all({one})
        else:
            plain = {other: time for other, time in plain.items() if time >= moment}
            timed.forget_before(moment)
            untimed = Digests(plain)
    assert dict(timed.items()) == plain
    assert (
        (sorted(plain), len(plain)) == (list(untimed), len(untimed)) == ([one for one, _ in timed.items()], len(timed))
    )
    assert all((one in timed, one in untimed) == (one in plain, one in plain) for one in range(21))
    assert sorted(timed.since(5)) == sorted(one for one, time in plain.items() if time >= 5)
    assert timed.earliest == min(plain.values(), default=None)
    assert digests_from(untimed.as_texts()) == untimed
