# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns of the tasks of a run that write the same alerts, so that none overwrites what another one has just stored."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

# Locks of a server. Alerts that share one take turns without need.
SLOTS = 256


def _slot(subject: str) -> int:
    return int.from_bytes(hashlib.sha256(subject.encode("utf-8", "surrogatepass")).digest()[:4], "big") % SLOTS


class Turns:
    """Turns of one task on one server; without a directory every task has its turn at once.

    The locks are parts of a file in the run's own directory. They are taken in order, so that no two tasks wait for
    each other, and the system releases those of a process that ends.

    :param directory: the run's own directory, None for a task that shares nothing.
    :param url: the server.
    :ivar interruptions: how often a turn was given up for a while.
    """

    def __init__(self, directory: str | None = None, url: str = "") -> None:
        name = f"utmstack-{hashlib.sha256(url.lower().encode()).hexdigest()[:32]}.turns"
        self._path = Path(directory, name) if directory else None
        self._slots: list[int] = []
        self._descriptor: int | None = None
        self._away = 0
        self._is_sending = False
        self._lock = threading.Lock()
        self.interruptions = 0

    @contextlib.contextmanager
    def taken(self, subjects: Iterable[str]) -> Iterator[None]:
        """Wait until no other task of the run reads, writes or verifies one of the subjects, and keep it so."""
        self._slots = sorted({_slot(subject) for subject in subjects}) if self._path is not None else []
        try:
            self._take()
            yield
        finally:
            self._release()
            self._slots = []

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
        return self._is_sending and bool(self._slots)

    @contextlib.contextmanager
    def given_up(self) -> Iterator[None]:
        """Let other tasks have their turn while this one waits; what it has read may have changed afterwards."""
        if not self._slots or self._is_sending:
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
        if self._path is None or not self._slots:
            return
        try:
            self._descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        except FileNotFoundError:
            # A background task has outlived its run.
            return
        for slot in self._slots:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX, 1, slot)

    def _release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
