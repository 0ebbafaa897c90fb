# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send writes: the only place that turns a kind of write into a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..client.alerts import write_note, write_status, write_tags
from ..client.client import Client
from ..client.incidents import mark_alerts
from .plan import Write

# The server cannot store an empty note; the product shows a single space as no note.
NO_NOTE = " "


def _send_status(client: Client, ids: Sequence[str], write: Write) -> None:
    status, observation = write.value
    write_status(client, ids, status, observation)


def _send_tags(client: Client, ids: Sequence[str], write: Write) -> None:
    write_tags(client, ids, write.value)


def _send_notes(client: Client, ids: Sequence[str], write: Write) -> None:
    for alert_id in ids:
        write_note(client, alert_id, write.value or NO_NOTE)


def _send_mark(client: Client, ids: Sequence[str], write: Write) -> None:
    number, name = write.value
    mark_alerts(client, ids, number, name)


@dataclass(frozen=True)
class _Kind:
    """The request of one kind of write; at most `ids_per_write` alerts share one."""

    send: Callable[[Client, Sequence[str], Write], None]
    ids_per_write: int = 1000


_KINDS: Mapping[str, _Kind] = {
    "status": _Kind(_send_status),
    # On v11, a status write also changes the alert's echoes; those that differ are written afterwards.
    "status of echoes": _Kind(_send_status),
    "tags": _Kind(_send_tags),
    # There is no bulk endpoint.
    "notes": _Kind(_send_notes, ids_per_write=1),
    # The server compiles a new script for every call, so there are few calls.
    "mark": _Kind(_send_mark, ids_per_write=4000),
}


def ids_per_write(write: Write) -> int:
    """The maximum number of alerts in one request of this kind."""
    return _KINDS[write.kind].ids_per_write


def send(client: Client, ids: Sequence[str], write: Write) -> None:
    """Send one write for these alerts; the caller reads back, since a successful response proves nothing."""
    _KINDS[write.kind].send(client, ids, write)
