# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write one object other than an alert, such as a tag, a rule, an incident or its note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from ..client.client import Client
from ..errors import CallerRefused, NotStored, Repeat, UtmstackError
from .rounds import write_in_rounds
from .script_pace import NO_PACE, ScriptPace

Seen = TypeVar("Seen")


class ObjectChange(Protocol[Seen]):
    """A change of one object: how to read it, how to send it and when it is stored."""

    @property
    def is_idempotent(self) -> bool:
        """Whether carrying it out twice does what doing it once does.

        Any other change is not sent again after a lost answer, because the first one may still be running.
        """
        return True

    def look(self, client: Client) -> Seen:
        """Read the current state of the object."""

    def send(self, client: Client, seen: Seen) -> None:
        """Send the change, based on the state read last; a successful response proves nothing."""

    def is_stored(self, seen: Seen) -> bool:
        """Whether the server holds the desired state."""

    def may_repeat(self, before: Seen, seen: Seen, error: UtmstackError) -> bool:
        """Whether a repeat is useful and safe after this error, with nothing stored."""
        return may_repeat_unchanged(before, seen, error)


def may_repeat_unchanged(before: object, seen: object, error: UtmstackError) -> bool:
    """Allow a repeat only while neither an analyst nor the lost request has changed the object."""
    return error.repeat is not Repeat.USELESS and seen == before


def write_object(
    client: Client, label: str, change: ObjectChange[Seen], before: Seen, pace: ScriptPace = NO_PACE
) -> Seen:
    """Send a change and read it back until the server holds it.

    :param label: the change and its object, such as "Creating the tag 'Tier 1'".
    :param before: the result of `look` before the change.
    :param pace: waits for the server to compile scripts, for a change that also writes alerts.
    :returns: the state read back from the server.
    :raises NotStored: the server does not hold the desired state, or reading it back failed.
    :raises CallerRefused: the account lacks the permission; nothing was written.
    """
    job = _Job(client, label, change, before, pace)
    write_in_rounds(client, job, [change], pace)
    if job.problem is not None:
        raise job.problem
    return job.seen


class _Job(Generic[Seen]):
    """One object in the write loop; `problem` says why it is not stored."""

    def __init__(self, client: Client, label: str, change: ObjectChange[Seen], before: Seen, pace: ScriptPace) -> None:
        self._client = client
        self._pace = pace
        self._label = label
        self._change = change
        self._before = before
        self._error: UtmstackError | None = None
        self.seen = before
        self.problem: UtmstackError | None = None

    def subjects(self, items: Sequence[ObjectChange[Seen]]) -> Sequence[str]:
        """None: the server keeps names and links unique."""
        return ()

    @property
    def _is_awaited(self) -> bool:
        """Whether the change may still take effect and would be made twice by a repeat."""
        error = self._error
        return error is not None and error.repeat is Repeat.PERHAPS_RUNNING and not self._change.is_idempotent

    def look(
        self, items: Sequence[ObjectChange[Seen]]
    ) -> tuple[Sequence[ObjectChange[Seen]], Sequence[ObjectChange[Seen]]]:
        """Read the object before a repeat; the caller did so before the first round."""
        if self._error is None:
            return items, []
        if self._is_settled():
            return [], []
        return ([], items) if self._is_awaited else (items, [])

    def send(self, items: Sequence[ObjectChange[Seen]]) -> None:
        """Send the change. :raises CallerRefused: the server would refuse a repeat, too."""
        self._error = None
        try:
            self._change.send(self._client, self.seen)
        except CallerRefused:
            raise
        except UtmstackError as error:
            self._error = self._pace.refused(error) or error

    def read_back(self, items: Sequence[ObjectChange[Seen]]) -> Sequence[ObjectChange[Seen]]:
        """Read the object, unless the server did nothing with the change."""
        if self._error is not None and self._error.repeat is Repeat.HARMLESS:
            self.problem = _not_stored(f"{self._label}: not done.", self._error)
            return items
        return [] if self._is_settled() else items

    def error_of(self, item: ObjectChange[Seen]) -> UtmstackError:
        """The error that the change met last."""
        if self._error is None:
            raise AssertionError("a change without an error is settled")
        return self._error

    def _is_settled(self) -> bool:
        """Read the object; whether no further round would help."""
        label, error = self._label, self._error
        try:
            self.seen = self._change.look(self._client)
        except UtmstackError as unread:
            text = f"{label}: sent, but reading it back failed, so the result is unknown."
            self.problem = _not_stored(text, error or unread, " Run the task again.")
            return True
        if self._change.is_stored(self.seen):
            self.problem = None
            return True
        if error is None:
            self.problem = NotStored(
                f"{label}: the server reported success but did not store the change. Check the object in UTMStack and "
                "run the task again."
            )
            return True
        if error.repeat is Repeat.PERHAPS_RUNNING:
            text = f"{label}: sent, but not stored so far."
            self.problem = _not_stored(text, error, " It may still take effect: check before you run the task again.")
        else:
            self.problem = _not_stored(f"{label}: the server did not store the change.", error)
        return not self._change.may_repeat(self._before, self.seen, error)


def _not_stored(text: str, cause: UtmstackError, next_step: str = "") -> NotStored:
    return NotStored(
        f"{text} {cause.message}{next_step}",
        status=cause.status,
        server_text=cause.server_text,
        endpoint=cause.endpoint,
        repeat=cause.repeat,
    )
