# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The writes that edits need, by alert. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .change import AlertChange, Seen
from .families import after_its_alert, copied, spreads
from .plan import Edit, Write
from .states import STATUS


def writing_parents(edits: Sequence[Edit]) -> dict[str, Edit]:
    """By echo with an edit of its own, the edit of its alert, if that writes a status (v11)."""
    writing = {edit.alert.id: edit for edit in edits if spreads(edit)}
    return {edit.alert.id: writing[parent] for edit in edits if (parent := edit.alert.parent_id) in writing}


def needed_writes(
    change: AlertChange, seen: Iterable[Seen], parents: Mapping[str, Edit]
) -> tuple[dict[str, list[tuple[str, Write]]], dict[str, str]]:
    """The writes of each alert, and by echo the ID of its alert, if that writes a status.

    :param seen: the alerts and echoes as they are.
    :param parents: the result of `writing_parents`.
    """
    writes: dict[str, list[tuple[str, Write]]] = {}
    followed: dict[str, str] = {}
    writing: set[str] = set()
    for one in sorted(seen, key=lambda one: one.edit.alert.id in parents):
        if one.alert is None:
            continue
        edit, parent = one.edit, parents.get(one.edit.alert.id)
        if parent is None or parent.alert.id not in writing:
            found = list(change.writes(edit, one.alert, one.echoes))
        else:
            followed[edit.alert.id] = parent.alert.id
            needed = change.writes(edit, copied(one.alert, parent), one.echoes)
            found = [(document_id, after_its_alert(write)) for document_id, write in needed]
        writes[edit.alert.id] = found
        if any(write.kind == STATUS for _id, write in found):
            writing.add(edit.alert.id)
    return writes, followed
