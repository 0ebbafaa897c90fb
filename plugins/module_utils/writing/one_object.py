# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write one object that is not an alert, such as a tag, a rule, an incident or its note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from ..client.client import Client
from ..errors import CallerRefused, NotStored, Repeat, UtmstackError
from .rounds import write_in_rounds

Seen = TypeVar("Seen")


class ObjectChange(Protocol[Seen]):
    """A change of one object: how to read it, how to send it, and when it is stored."""

    def look(self, client: Client) -> Seen:
        """Read what is in question."""
        ...

    def send(self, client: Client, seen: Seen) -> None:
        """Send the change of the object as it was seen last; an answer proves nothing."""
        ...

    def is_stored(self, seen: Seen) -> bool:
        """Whether the server holds what is wanted."""
        ...

    def may_repeat(self, before: Seen, seen: Seen, error: UtmstackError) -> bool:
        """Whether sending again is useful and harmless, after this error and with nothing stored."""
        return may_repeat_unchanged(before, seen, error)


def may_repeat_unchanged(before: object, seen: object, error: UtmstackError) -> bool:
    """Allow a repeat only while nothing has changed the object: neither an analyst nor the lost request."""
    return error.repeat is not Repeat.USELESS and seen == before


def write_object(client: Client, label: str, change: ObjectChange[Seen], before: Seen) -> Seen:
    """Send a change until the server is seen to hold it.

    :param label: the change and its object, such as "Creating the tag 'Tier 1'".
    :param before: what `look` returned before the change.
    :returns: what the server was seen to hold.
    :raises NotStored: it does not hold what is wanted, or could not be read back.
    :raises CallerRefused: the caller may not do this; nothing was written.
    """
    job = _Job(client, label, change, before)
    write_in_rounds(client, job, [change])
    if job.problem is not None:
        raise job.problem
    return job.seen


class _Job(Generic[Seen]):
    """One object on its way through the rounds; `problem` is why it is not stored."""

    def __init__(self, client: Client, label: str, change: ObjectChange[Seen], before: Seen) -> None:
        self._client = client
        self._label = label
        self._change = change
        self._before = before
        self._error: UtmstackError | None = None
        self.seen = before
        self.problem: UtmstackError | None = None

    def look(self, items: Sequence[ObjectChange[Seen]]) -> Sequence[ObjectChange[Seen]]:
        """Read the object before a repeat; the caller has looked before the first round."""
        if self._error is None:
            return items
        missing, _error = self.read_back(items)
        return missing

    def send(self, items: Sequence[ObjectChange[Seen]]) -> None:
        """Send the change. :raises CallerRefused: no repeat will be accepted."""
        self._error = None
        try:
            self._change.send(self._client, self.seen)
        except CallerRefused:
            raise
        except UtmstackError as error:
            self._error = error

    def read_back(
        self, items: Sequence[ObjectChange[Seen]]
    ) -> tuple[Sequence[ObjectChange[Seen]], UtmstackError | None]:
        """Read the object and judge it."""
        label, error = self._label, self._error
        try:
            self.seen = self._change.look(self._client)
        except UtmstackError as unread:
            text = f"{label}: sent, but it could not be read back whether it was stored. Run the task again."
            self.problem = _not_stored(text, error or unread)
            return [], None
        if self._change.is_stored(self.seen):
            self.problem = None
            return [], None
        if error is None:
            self.problem = NotStored(f"{label}: the server returned success and did not do it. Check it and run again.")
            return [], None
        self.problem = _not_stored(f"{label}: the server did not do it.", error)
        return (items, error) if self._change.may_repeat(self._before, self.seen, error) else ([], None)


def _not_stored(text: str, cause: UtmstackError) -> NotStored:
    return NotStored(
        f"{text} {cause.message}",
        status=cause.status,
        server_text=cause.server_text,
        endpoint=cause.endpoint,
        repeat=cause.repeat,
    )
