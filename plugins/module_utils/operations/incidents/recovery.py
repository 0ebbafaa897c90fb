# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restore the alerts of an incident that a killed run left as the server's cascade wrote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...client.client import Client
from ...errors import NotStored, UtmstackError
from ...printing import printable
from ...writing.plan import State
from ...writing.script_pace import ScriptPace
from .recording import Record, Unfinished
from .restoring import Target, failure_text, family_of, missing, restore


@dataclass(frozen=True)
class Recovery:
    """The alerts of killed runs that were restored, or would be in check mode.

    :param states: the restored state, by ID of alert or echo.
    :param problem: why not all could be restored; the record stays for the next run.
    """

    states: Mapping[str, State] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    problem: UtmstackError | None = None


NOTHING_RECOVERED = Recovery()


def recover(client: Client, record: Record, check_mode: bool, pace: ScriptPace) -> Recovery:
    """Restore what killed runs on this incident left. Analysts' changes are never overwritten.

    :param pace: waits for the server to compile scripts.
    """
    states: dict[str, State] = {}
    warnings = []
    # A receipt and a journal of the same run hold the same.
    for left in {str(one.receipt.head.get("started")): one for one in reversed(record.left)}.values():
        found, problem = _recover_one(client, left, check_mode, pace)
        states.update(found)
        if found:
            verb = "would be restored" if check_mode else "were restored"
            started = printable(str(left.receipt.head.get("started")))
            warnings.append(
                f"A run that began at {started} was killed while it changed the incident. {len(found)} alerts (for "
                f"example {printable(min(found))}) still had the incident's status and solution; their own status and "
                f"observation {verb} from {printable(left.path)}."
            )
        if problem is not None:
            return Recovery(states, warnings, problem)
    return Recovery(states, warnings)


def _recover_one(
    client: Client, left: Unfinished, check_mode: bool, pace: ScriptPace
) -> tuple[Mapping[str, State], UtmstackError | None]:
    targets = _targets(left)
    alert_ids = [entry.alert_id for entry in left.receipt.entries]
    if check_mode:
        return {edit.alert.id: edit.after for edit in missing(family_of(client, alert_ids), targets)}, None
    done = restore(client, alert_ids, targets, pace)
    restored = {key: wanted for key, wanted in done.overwritten.items() if done.seen.get(key) == wanted}
    if not done.failed:
        return restored, done.unread
    edit, reason = done.failed[0]
    problem = NotStored(
        f"{failure_text(edit, reason)} {len(done.failed)} alerts of a killed run could not be restored. Nothing else "
        f"was written. Run the task again, or run utmstack_undo with {printable(left.path)}."
    )
    return restored, problem


def _targets(left: Unfinished) -> dict[str, Target]:
    """The target of each alert and echo that holds what the cascade wrote. A closure that did not happen is planned."""
    replaced = (left.incident.written,)
    targets = {}
    for entry in left.receipt.entries:
        targets[entry.alert_id] = Target(entry.after, replaced)
        targets.update({echo_id: Target(after, replaced) for echo_id, (_before, after) in entry.echoes.items()})
    return targets
