# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""See what the server holds of the alerts of edits.

Of many alerts that are expected to be in one state, the server is asked for the IDs of those that are. The documents of
all others are read, and of those for which no search can tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Optional

from ..client.alert_search import IDS_PER_COUNT, alerts_with_ids, chunks, ids_among, in_parallel
from ..client.client import Client
from ..dialects import Dialect
from ..model.alert import Alert
from .change import AlertChange, Seen
from .expected import Expected, Stored, filters_for
from .plan import Edit

# Documents of fewer alerts cost no more than their IDs.
MIN_ALIKE = 250
Expect = Callable[[AlertChange, Edit, Dialect], Optional[list[Expected]]]


def see(client: Client, change: AlertChange, edits: Sequence[Edit], expect: Expect | None) -> dict[str, Seen]:
    """The alerts of edits, with the echoes that change with them, by alert ID.

    :param expect: the state in which they probably are; None to read all documents.
    """
    found = {} if expect is None or len(edits) < MIN_ALIKE else _as_expected(client, change, edits, expect)
    others = [edit for edit in edits if edit.alert.id not in found]
    return {**found, **_read(client, change, others)}


def _as_expected(client: Client, change: AlertChange, edits: Sequence[Edit], expect: Expect) -> dict[str, Seen]:
    """The edits whose alert and echoes all are as expected."""
    dialect = client.dialect
    hopes = {edit.alert.id: (edit, expected) for edit in edits if (expected := expect(change, edit, dialect))}
    # Of two alerts with one ID, a search for one state says nothing about the other alert.
    times = Counter(alert.id for edit in edits for alert in (edit.alert, *edit.echoes, *edit.unmoved))
    alike: dict[Stored, list[str]] = {}
    for _edit, family in hopes.values():
        for one in family:
            if times[one.alert.id] == 1:
                alike.setdefault(one.stored, []).append(one.alert.id)
    met = _with_values(client, alike)
    found = {}
    for alert_id, (edit, family) in hopes.items():
        if all(one.alert.id in met for one in family):
            itself, *echoes = (one.alert for one in family)
            moving = len(edit.echoes)
            found[alert_id] = Seen(edit, itself, echoes[:moving], echoes[moving:])
    return found


def _with_values(client: Client, alike: Mapping[Stored, Sequence[str]]) -> set[str]:
    """The IDs of the documents that hold the values; only those of large groups are asked for."""
    questions = [
        (part, filters_for(stored, client.dialect))
        for stored, ids in alike.items()
        if len(ids) >= MIN_ALIKE
        for part in chunks(ids, IDS_PER_COUNT)
    ]
    return set().union(*in_parallel(client, lambda question: ids_among(client, *question), questions))


def _read(client: Client, change: AlertChange, edits: Sequence[Edit]) -> dict[str, Seen]:
    """The same from their documents."""
    itself: dict[str, Alert] = {}
    children: dict[str, list[Alert]] = {}
    for alert in alerts_with_ids(client, [edit.alert.id for edit in edits], change.takes_echoes):
        itself[alert.id] = alert
        if alert.parent_id is not None:
            children.setdefault(alert.parent_id, []).append(alert)
    found = {}
    for edit in edits:
        echoes, unmoved = (
            [echo for echo in children.get(edit.alert.id, []) if echo.id in {one.id for one in planned}]
            for planned in (edit.echoes, edit.unmoved)
        )
        found[edit.alert.id] = Seen(edit, itself.get(edit.alert.id), echoes, unmoved)
    return found
