# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only write loop: read, write, read back, and read again before every repeat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from ..client.client import Client
from ..errors import UtmstackError

MAX_ROUNDS = 5
Item = TypeVar("Item")


class Batch(Protocol[Item]):
    """Items that are written together, with the outcome of each."""

    def look(self, items: Sequence[Item]) -> Sequence[Item]:
        """Read `items`, settle those that need no write, and return the others."""

    def send(self, items: Sequence[Item]) -> None:
        """Write `items`, based on the state read last, and keep the errors."""

    def read_back(self, items: Sequence[Item]) -> tuple[Sequence[Item], UtmstackError | None]:
        """Read `items` back, settle them, and return those worth another round with the error to wait for."""


def write_in_rounds(client: Client, batch: Batch[Item], items: Sequence[Item]) -> None:
    """Write until every item is stored or refused, or the retry budget is spent.

    Only items with an error response are sent again: the server would drop a change again that it dropped silently.
    """
    for attempt in range(1, MAX_ROUNDS + 1):
        items = batch.look(items)
        if not items:
            return
        batch.send(items)
        items, error = batch.read_back(items)
        if not items or error is None or attempt == MAX_ROUNDS:
            return
        try:
            client.backoff.wait(error, attempt)
        except UtmstackError:
            # The budget is spent; the batch holds the error.
            return
