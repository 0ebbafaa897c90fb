# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look, write, read back, and look again before every repeat: the one loop in which anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from ..client.client import Client
from ..errors import UtmstackError

MAX_ROUNDS = 5
Item = TypeVar("Item")


class Batch(Protocol[Item]):
    """Things that are written together; it remembers what became of each."""

    def look(self, items: Sequence[Item]) -> Sequence[Item]:
        """Read `items`; those that are still to be written. The others are settled."""
        ...

    def send(self, items: Sequence[Item]) -> None:
        """Write `items`, as they were looked at; errors are remembered."""
        ...

    def read_back(self, items: Sequence[Item]) -> tuple[Sequence[Item], UtmstackError | None]:
        """Read `items` again and settle them; those worth another round, and the error to wait for."""
        ...


def write_in_rounds(client: Client, batch: Batch[Item], items: Sequence[Item]) -> None:
    """Write until everything is seen, cannot be written, or the waiting budget is spent.

    Only what an error answer left open is sent again: what the server dropped after a success it would drop again.
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
            # The budget is spent; the batch remembers the error.
            return
