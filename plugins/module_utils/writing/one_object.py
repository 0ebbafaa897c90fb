# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How one object (a tag, a rule) is written: send, read back, repeat only what is missing and harmless."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..client.client import Client
from ..errors import CallerRefused, NotStored, Repeat, UtmstackError

Seen = TypeVar("Seen")
MAX_ROUNDS = 5


def write_and_see(
    client: Client,
    label: str,
    send: Callable[[], None],
    look: Callable[[], Seen],
    stored: Callable[[Seen], bool],
    before: Seen,
) -> Seen:
    """Send a change and read it back until it is there.

    :param label: the object and what is wanted of it, such as "Creating the tag 'Tier 1'".
    :param look: reads what is in question; `before` is what it gave before the change.
    :param stored: whether what was read is as wanted.
    :returns: what the server was seen to hold.
    :raises NotStored: it does not hold what is wanted, or could not be asked.
    :raises CallerRefused: the caller may not do this; nothing was written.
    """
    attempt = 0
    while True:
        attempt += 1
        refused: UtmstackError | None = None
        try:
            send()
        except CallerRefused:
            raise
        except UtmstackError as error:
            refused = error
        try:
            seen = look()
        except UtmstackError as error:
            raise _not_stored(
                f"{label}: sent, but it could not be read back whether it was stored.", refused or error
            ) from error
        if stored(seen):
            return seen
        if refused is None:
            raise NotStored(
                f"{label}: the server answered as if it had done it, and did not. Look at it and run again."
            )
        # Sending again is harmless only while nobody, the lost request included, has changed anything.
        if refused.repeat is Repeat.USELESS or seen != before or attempt == MAX_ROUNDS:
            raise _not_stored(f"{label}: the server did not do it.", refused)
        try:
            client.backoff.wait(refused, attempt)
        except UtmstackError as error:
            raise _not_stored(f"{label}: the server did not do it.", error) from error


def _not_stored(text: str, cause: UtmstackError) -> NotStored:
    return NotStored(
        f"{text} {cause.message}",
        status=cause.status,
        server_text=cause.server_text,
        endpoint=cause.endpoint,
        repeat=cause.repeat,
    )
