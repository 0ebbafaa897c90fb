# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns of a user's tasks that write the same alerts, so that none overwrites what another one has just stored."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

# Bytes of the file that can be locked, one for each alert.
SLOTS = 2**31
# The system goes through all locks of a file to add one, so a task with more alerts locks whole parts of the file.
MAX_SINGLE_LOCKS = 1000
PARTS = 64
# Seconds after which a task goes on as those of other hosts do: who has the turn may be suspended.
MAX_WAIT = 300.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.002, 0.05
Range = tuple[int, int]


def _slot(subject: str) -> int:
    return int.from_bytes(hashlib.sha256(subject.encode("utf-8", "surrogatepass")).digest()[:4], "big") % SLOTS


def ranges_of(subjects: Iterable[str]) -> list[Range]:
    """The parts of the file to lock, as start and length, in the order in which every task locks them."""
    slots = sorted({_slot(subject) for subject in subjects})
    if len(slots) > MAX_SINGLE_LOCKS:
        return [(start, SLOTS // PARTS) for start in range(0, SLOTS, SLOTS // PARTS)]
    return [(slot, 1) for slot in slots]


class Turns:
    """Turns of one task on one server; without a directory every task has its turn at once.

    The locks are parts of a file that the tasks of all runs of this user share. They are taken in order, so that no two
    tasks wait for each other, and the system releases those of a process that ends. The last task removes the file.

    :param directory: holds the file; None for a task that shares nothing.
    :param url: the server.
    :ivar interruptions: how often a turn was given up for a while.
    """

    def __init__(self, directory: str | None = None, url: str = "") -> None:
        # The directory may be everybody's.
        name = f"utmstack-{os.geteuid()}-{hashlib.sha256(url.lower().encode()).hexdigest()[:32]}.turns"
        self._path = Path(directory, name) if directory else None
        self._ranges: list[Range] = []
        self._descriptor: int | None = None
        self._away = 0
        self._is_sending = False
        self._lock = threading.Lock()
        self.interruptions = 0

    @contextlib.contextmanager
    def taken(self, subjects: Iterable[str]) -> Iterator[None]:
        """Wait until no other task of this user reads, writes or verifies one of the subjects, and keep it so."""
        self._ranges = ranges_of(subjects) if self._path is not None else []
        try:
            self._take()
            yield
        finally:
            self._remove_unused()
            self._release()
            self._ranges = []

    @contextlib.contextmanager
    def sending(self) -> Iterator[None]:
        """Give up the turn in no case, because writes are under way."""
        self._is_sending = True
        try:
            yield
        finally:
            self._is_sending = False

    @property
    def must_not_wait(self) -> bool:
        """Whether other tasks would have to wait until the writes of this one go on."""
        return self._is_sending and bool(self._ranges)

    @contextlib.contextmanager
    def given_up(self) -> Iterator[None]:
        """Let other tasks have their turn while this one waits; what it has read may have changed afterwards."""
        if not self._ranges or self._is_sending:
            yield
            return
        with self._lock:
            self._away += 1
            self.interruptions += 1
            if self._away == 1:
                self._release()
        try:
            yield
        finally:
            with self._lock:
                self._away -= 1
                if not self._away:
                    self._take()

    def sleep(self, seconds: float) -> None:
        """Sleep without keeping others from their turn."""
        with self.given_up():
            time.sleep(seconds)

    def _take(self) -> None:
        until = time.monotonic() + MAX_WAIT
        while self._path is not None and self._ranges:
            self._descriptor = _opened(self._path)
            if self._descriptor is None or not _lock_all(self._descriptor, self._ranges, until):
                self._release()
                return
            if _is_at(self._path, self._descriptor):
                return
            # Another task has removed the file in the meantime.
            self._release()

    def _release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _remove_unused(self) -> None:
        """Remove the file if no other task has a turn. One that waits for its turn makes a new file."""
        if self._descriptor is None or self._path is None:
            return
        with contextlib.suppress(OSError):
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 0, 0)
            if _is_at(self._path, self._descriptor):
                self._path.unlink()


def _opened(path: Path) -> int | None:
    """The open file, which is new if it was not there; None if there is no place for it, or if it is another user's."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    if os.fstat(descriptor).st_uid == os.geteuid():
        return descriptor
    os.close(descriptor)
    return None


def _lock_all(descriptor: int, ranges: Iterable[Range], until: float) -> bool:
    """Lock the parts one after another; False if that took too long, or if the file system has no locks."""
    for start, length in ranges:
        pause = SHORTEST_PAUSE
        while True:
            try:
                fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
                break
            except (BlockingIOError, PermissionError):
                if time.monotonic() > until:
                    return False
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            except OSError:
                return False
    return True


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether the open file is still the one of this name."""
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False
