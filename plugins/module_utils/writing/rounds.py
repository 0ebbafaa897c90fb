# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only write loop: read, write, read back, and read again before every repeat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from ..client.client import Client
from ..errors import LoginNeeded, LookedTooLongAgo, Repeat, ScriptRefused, UtmstackError
from .script_pace import NO_PACE, ScriptPace

# Rounds in which the server itself answers with an error; others end with the retry budget.
MAX_ANSWERED_ROUNDS = 5
Item = TypeVar("Item")


class Batch(Protocol[Item]):
    """Items that are written together, with the outcome of each."""

    def subjects(self, items: Sequence[Item]) -> Iterable[str]:
        """What other tasks of this user must not write at the same time."""

    def look(self, items: Sequence[Item]) -> tuple[Sequence[Item], Sequence[Item]]:
        """Read `items` and settle those that need no write.

        :returns: those to send, and those that may still take effect and must not be sent again.
        """

    def send(self, items: Sequence[Item]) -> None:
        """Write `items`, based on the state read last, and keep the errors."""

    def read_back(self, items: Sequence[Item]) -> Sequence[Item]:
        """Read `items` back, settle them, and return those that an error left open."""

    def error_of(self, item: Item) -> UtmstackError:
        """The error that left an item open."""


def write_in_rounds(client: Client, batch: Batch[Item], items: Sequence[Item], pace: ScriptPace = NO_PACE) -> None:
    """Write until every item is stored or refused, or the retry budget is spent.

    Only items with an error response are sent again: the server would drop a change again that it dropped silently.
    Before every repeat they are looked at again, because the wait was time for an analyst or for the lost request.
    Tasks of one user that write the same items take turns, and no task keeps its turn while it waits.

    :param pace: waits for the server to compile scripts.
    """
    attempt = answered = 0
    # A login is needed once in a while; a token that is refused again right after it is an error like others.
    unhurried: tuple[type[UtmstackError], ...] = (LookedTooLongAgo, ScriptRefused, LoginNeeded)
    while items:
        with client.turns.taken(batch.subjects(items)):
            ready, awaited = batch.look(items)
            if ready:
                batch.send(ready)
                ready = batch.read_back(ready)
        items = [*ready, *awaited]
        if not items:
            return
        errors = [batch.error_of(item) for item in items]
        # If only time ran out, another look is all that is needed.
        error = next((one for one in errors if not isinstance(one, unhurried)), None)
        if any(isinstance(one, LoginNeeded) for one in errors):
            unhurried = (LookedTooLongAgo, ScriptRefused)
        if error is None:
            if any(isinstance(one, ScriptRefused) for one in errors) and not pace.wait(len(items)):
                return
            continue
        attempt += 1
        answered += error.repeat is Repeat.AFTER_READING_BACK
        if answered == MAX_ANSWERED_ROUNDS:
            return
        try:
            client.backoff.wait(error, attempt)
        except UtmstackError:
            # The budget is spent; the batch holds the error.
            return
