# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns between processes: the workers of a run, and those of other runs of the same user."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client import turns as turns_module
from ansible_collections.utmstack.siem.plugins.module_utils.client.turns import (
    MAX_SINGLE_LOCKS,
    PARTS,
    SLOTS,
    Turns,
    ranges_of,
)

URL = "https://siem.example"
FORK = multiprocessing.get_context("fork")


class Story:
    """What the processes did, in order, in a file that all of them append to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    def add(self, letter: str) -> None:
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(letter)

    def read(self) -> str:
        return self._path.read_text(encoding="utf-8")

    def wait_for(self, letter: str, seconds: float = 10) -> None:
        until = time.monotonic() + seconds
        while letter not in self.read():
            assert time.monotonic() < until, f"{letter} did not come: {self.read()}"
            time.sleep(0.01)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path / "story")


@pytest.fixture
def start() -> Iterator[Callable[[Callable[[], None]], multiprocessing.process.BaseProcess]]:
    started: list[multiprocessing.process.BaseProcess] = []

    def begin(act: Callable[[], None]) -> multiprocessing.process.BaseProcess:
        process = FORK.Process(target=act)
        process.start()
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.join()


Start = Callable[[Callable[[], None]], multiprocessing.process.BaseProcess]


def second(tmp_path: Path, story: Story, subject: str = "a1", url: str = URL) -> Callable[[], None]:
    def act() -> None:
        with Turns(str(tmp_path), url).taken(["other", subject]):
            story.add("2")

    return act


def test_the_second_waits_until_the_turn_of_the_first_is_over(tmp_path: Path, story: Story, start: Start) -> None:
    with Turns(str(tmp_path), URL).taken(["a1", "b1"]):
        process = start(second(tmp_path, story))
        process.join(0.3)
        story.add("1")
    story.wait_for("2")
    assert story.read() == "12"


@pytest.mark.parametrize(("subject", "url"), [("a2", URL), ("a1", "https://other.example")])
def test_nobody_waits_for_other_alerts_or_for_another_server(
    tmp_path: Path, story: Story, start: Start, subject: str, url: str
) -> None:
    with Turns(str(tmp_path), URL).taken(["a1"]):
        start(second(tmp_path, story, subject, url))
        story.wait_for("2")


def test_a_task_that_waits_lets_others_have_their_turn(tmp_path: Path, story: Story, start: Start) -> None:
    turns = Turns(str(tmp_path), URL)
    with turns.taken(["a1"]):
        start(second(tmp_path, story))
        with turns.given_up(), turns.given_up():
            story.wait_for("2")
        start(second(tmp_path, story)).join(0.3)
        story.add("1")
        # Afterwards the third one has its turn.
        assert (story.read(), turns.interruptions) == ("21", 2)


def test_a_task_that_sends_keeps_its_turn(tmp_path: Path, story: Story, start: Start) -> None:
    turns = Turns(str(tmp_path), URL)
    with turns.taken(["a1"]):
        process = start(second(tmp_path, story))
        with turns.sending():
            turns.sleep(0.3)
            assert turns.must_not_wait
        assert process.is_alive()
        story.add("1")
    story.wait_for("2")
    assert (story.read(), turns.interruptions, turns.must_not_wait) == ("12", 0, False)


def test_a_killed_task_holds_up_nobody(tmp_path: Path, story: Story, start: Start) -> None:
    def hang() -> None:
        with Turns(str(tmp_path), URL).taken(["a1"]):
            story.add("1")
            time.sleep(60)

    process = start(hang)
    story.wait_for("1")
    start(second(tmp_path, story))
    os.kill(process.pid or 0, signal.SIGKILL)
    story.wait_for("2")


def test_many_tasks_with_the_same_alerts_in_any_order_do_not_wait_for_each_other_for_ever(
    tmp_path: Path, story: Story, start: Start
) -> None:
    ids = [f"a{number}" for number in range(300)]

    def act(order: list[str]) -> Callable[[], None]:
        def take_turns() -> None:
            turns = Turns(str(tmp_path), URL)
            for _turn in range(5):
                with turns.taken(order):
                    turns.sleep(0.001)
            story.add("x")

        return take_turns

    for order in (ids, ids[::-1], ids[::3], ids[::-2]):
        start(act(order))
    until = time.monotonic() + 20
    while story.read() != "xxxx":
        assert time.monotonic() < until
        time.sleep(0.01)


def test_without_a_directory_or_after_the_run_every_turn_comes_at_once(tmp_path: Path) -> None:
    for turns in (Turns(), Turns(str(tmp_path / "gone"), URL)):
        with turns.taken(["a1"]), turns.given_up():
            pass
    assert list(tmp_path.iterdir()) == []


def lock_files(tmp_path: Path) -> list[Path]:
    return list(tmp_path.glob("*.turns"))


def test_the_last_task_removes_the_file(tmp_path: Path, story: Story, start: Start) -> None:
    with Turns(str(tmp_path), URL).taken(["b1"]):
        start(second(tmp_path, story)).join(10)
        assert story.read() == "2"
        (path,) = lock_files(tmp_path)
        assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, 0)
    assert lock_files(tmp_path) == []


def test_a_task_that_waited_for_a_file_that_was_removed_has_its_turn_in_the_new_one(
    tmp_path: Path, story: Story, start: Start
) -> None:
    first, third = Turns(str(tmp_path), URL), Turns(str(tmp_path), URL)
    with first.taken(["a1"]):
        start(second(tmp_path, story)).join(0.2)
        (path,) = lock_files(tmp_path)
        path.unlink()
    with third.taken(["a1"]):
        # The lock of the first file is free by now, but it is no longer the one that counts.
        story.add("3")
        time.sleep(0.3)
        story.add("4")
    story.wait_for("2")
    assert story.read() in ("342", "234")


def test_a_task_does_not_wait_for_ever_for_one_that_is_suspended(
    tmp_path: Path, story: Story, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns_module, "MAX_WAIT", 0.2)
    with Turns(str(tmp_path), URL).taken(["a1"]):
        start(second(tmp_path, story))
        story.wait_for("2")
        assert len(lock_files(tmp_path)) == 1


def test_a_link_of_another_user_is_not_followed(tmp_path: Path) -> None:
    with Turns(str(tmp_path), URL).taken(["a1"]):
        (path,) = lock_files(tmp_path)
    target = tmp_path / "target"
    path.symlink_to(target)
    with Turns(str(tmp_path), URL).taken(["a1"]):
        pass
    assert (path.is_symlink(), target.exists()) == (True, False)


def test_a_file_of_another_user_is_not_used(
    tmp_path: Path, story: Story, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = os.geteuid() + 1
    with Turns(str(tmp_path), URL).taken(["a1"]):
        (ours,) = lock_files(tmp_path)
        # The name is that of the user, the file is not.
        monkeypatch.setattr(os, "geteuid", lambda: other)
        theirs = ours.with_name(ours.name.replace(f"-{other - 1}-", f"-{other}-"))
        theirs.touch()
        with Turns(str(tmp_path), URL).taken(["a1"]):
            pass
        assert theirs.exists()
        monkeypatch.undo()
    assert lock_files(tmp_path) == [theirs]


def test_a_task_with_many_alerts_locks_whole_parts_that_hold_every_alert() -> None:
    few = ranges_of(f"a{number}" for number in range(MAX_SINGLE_LOCKS))
    many = ranges_of(f"a{number}" for number in range(MAX_SINGLE_LOCKS + 100))
    assert few == sorted(few)
    assert all(length == 1 for _start, length in few)
    assert len(many) == PARTS
    ends = [start + length for start, length in many]
    assert ([0, *ends[:-1]], ends[-1]) == ([start for start, _length in many], SLOTS)


def test_a_task_with_many_alerts_and_one_with_a_single_one_take_turns(
    tmp_path: Path, story: Story, start: Start
) -> None:
    many = [f"b{number}" for number in range(MAX_SINGLE_LOCKS + 100)]
    with Turns(str(tmp_path), URL).taken(many):
        process = start(second(tmp_path, story))
        process.join(0.3)
        story.add("1")
    story.wait_for("2")
    assert story.read() == "12"
