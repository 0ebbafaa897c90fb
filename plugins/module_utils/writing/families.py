# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An alert and its echoes are one unit: v11 copies status and observation of an alert to its echoes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from graphlib import TopologicalSorter

from ..model.alert import Alert
from .plan import Edit, State, Write
from .states import STATUS, STATUS_FIELDS, STATUS_OF_ECHOES, status_differs


def spreads(edit: Edit) -> bool:
    """Whether the edit writes a status, which the server copies to all echoes of the alert."""
    return status_differs(edit.before, edit.after)


def families(edits: Iterable[Edit]) -> list[list[Edit]]:
    """The edits by family, the alert before its echoes; equal changes next to each other."""
    edits = list(edits)
    known = {edit.alert.id for edit in edits}
    found: dict[str, list[Edit]] = {}
    for edit in sorted(edits, key=lambda edit: repr(edit.after)):
        parent = edit.alert.parent_id
        head = parent if parent in known and parent is not None else edit.alert.id
        found.setdefault(head, []).append(edit)
    for head, members in found.items():
        members.sort(key=lambda edit: edit.alert.id != head)
    return list(found.values())


def blocks(edits: Iterable[Edit], size: int) -> Iterator[Sequence[Edit]]:
    """Blocks of about `size` edits that separate no family."""
    block: list[Edit] = []
    for family in families(edits):
        if block and len(block) + len(family) > size:
            yield block
            block = []
        block += family
    if block:
        yield block


def copied(echo: Alert, parent: Edit) -> Alert:
    """The echo as the write of its alert leaves it."""
    if not spreads(parent):
        return echo
    return replace(echo, status=parent.after["status"], observation=parent.after["observation"])


def holds_copy(state: State, edit: Edit, alert_state: State) -> bool:
    """Whether an echo's state is its own one with the status and observation of its alert."""
    if "status" not in state or "status" not in alert_state:
        return False
    rest = {name: value for name, value in state.items() if name not in STATUS_FIELDS}
    return not status_differs(state, alert_state) and all(
        value in (edit.before[name], edit.after[name]) for name, value in rest.items()
    )


def after_its_alert(write: Write) -> Write:
    """The write of an echo's own status, sent after the alert's, which would overwrite it."""
    return replace(write, kind=STATUS_OF_ECHOES) if write.kind == STATUS else write


def kinds_in_order(sequences: Iterable[Sequence[str]]) -> list[str]:
    """Every kind of write once, in an order that is right for each alert."""
    graph: dict[str, set[str]] = {}
    for kinds in sequences:
        distinct = list(dict.fromkeys(kinds))
        for kind in distinct:
            graph.setdefault(kind, set())
        for before, kind in zip(distinct, distinct[1:]):
            graph[kind].add(before)
    if STATUS in graph and STATUS_OF_ECHOES in graph:
        graph[STATUS_OF_ECHOES].add(STATUS)
    return list(TopologicalSorter(graph).static_order())
