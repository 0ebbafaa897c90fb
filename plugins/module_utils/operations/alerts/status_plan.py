# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan a status change of alerts and their echoes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE, Alert
from ...model.storable_text import storable_observation
from ...writing.plan import Edit, Plan, State, Write
from ...writing.selected import Selection


@dataclass(frozen=True)
class Wanted:
    """What the task asks for.

    :param status: a word of SETTABLE_STATUSES; None leaves the status.
    :param observation: text to store with a status change; None keeps each alert's own.
    :param update_observation: store the observation also where the status is as wanted.
    :param false_positive: complete the alerts and add the tag ``False positive``.
    :param reopen: completed alerts may become open or in review.
    :param unsupported_text: ``replace``, ``fail`` or KEEP, for the alerts' own observations that cannot be sent back.
    """

    status: str
    observation: str | None = None
    update_observation: bool = False
    false_positive: bool = False
    reopen: bool = False
    unsupported_text: str = "replace"


def state_of(alert: Alert, wanted: Wanted) -> State:
    """The fields in question: with `false_positive` the tags belong to them."""
    state = {"status": alert.status, "observation": alert.observation}
    return {**state, "tags": sorted(alert.tags)} if wanted.false_positive else state


def after(alert: Alert, wanted: Wanted) -> State:
    """What the alert's fields shall be; an observation goes along with a status change only, unless asked for.

    :raises InvalidInput: the alert's own observation cannot be sent back unchanged, unless `unsupported_text` is
        ``replace``.
    """
    observation = alert.observation
    if alert.status != wanted.status:
        # The server replaces the text in any case: what an analyst wrote is sent back to stay.
        kept = storable_observation(alert.observation, wanted.unsupported_text).text
        observation = kept if wanted.observation is None else wanted.observation
    elif wanted.update_observation and wanted.observation is not None:
        observation = wanted.observation
    state: dict[str, Any] = {"status": wanted.status, "observation": observation}
    if wanted.false_positive:
        state["tags"] = sorted({*alert.tags, FALSE_POSITIVE})
    return state


def plan(selection: Selection, wanted: Wanted) -> Plan:
    """Edits for the alerts that are not as wanted; completed ones are reopened only when asked."""
    edits: list[Edit] = []
    skipped: dict[str, str] = {}
    errors: dict[str, str] = {}
    for alert in selection.alerts:
        before = state_of(alert, wanted)
        if alert.status == "completed" and wanted.status != "completed" and not wanted.reopen:
            skipped[alert.id] = "The alert is completed; set `reopen: true` to take it up again."
            continue
        try:
            target = after(alert, wanted)
        except InvalidInput as error:
            errors[alert.id] = f"The alert's own observation would be lost. {error.message}"
            continue
        if target != before:
            edits.append(Edit(alert, before, target))
    own = {edit.alert.id for edit in edits}
    with_echoes = []
    for edit in edits:
        follow = [echo for echo in selection.echoes_of(edit.alert.id) if echo.id not in own]
        moved = [echo for echo in follow if echo_after(edit, echo, wanted) != state_of(echo, wanted)]
        with_echoes.append(replace(edit, echoes=tuple(moved)))
    return Plan(with_echoes, skipped, errors, _plan_warnings(edits, wanted))


def _plan_warnings(edits: Sequence[Edit], wanted: Wanted) -> list[str]:
    warnings = []
    if engine := [edit.alert.id for edit in edits if edit.alert.status == "automatic_review"]:
        warnings.append(
            f"{len(engine)} alerts are in automatic review ({engine[0]} for one): the server's rule engine owns "
            "them for up to 40 seconds and may overwrite their status and observation."
        )
    rewritten = [
        e.alert.id for e in edits if wanted.observation is None and e.after["observation"] != e.before["observation"]
    ]
    if rewritten:
        warnings.append(
            f"{len(rewritten)} alerts have an observation that UTMStack cannot store again as it is ({rewritten[0]} "
            "for one); its line breaks, controls and backslash-u are replaced by blanks."
        )
    return warnings


def echo_after(edit: Edit, echo: Alert, wanted: Wanted) -> State:
    """What becomes of an echo: it takes its parent's status and observation when these are written."""
    state: dict[str, Any] = dict(state_of(echo, wanted))
    if _writes_status(edit.before, edit.after):
        state.update(status=edit.after["status"], observation=edit.after["observation"])
    if wanted.false_positive:
        state["tags"] = sorted({*echo.tags, FALSE_POSITIVE})
    return state


def _writes_status(current: State, target: State) -> bool:
    return any(current[name] != target[name] for name in ("status", "observation"))


def writes(edit: Edit, alert: Alert, echoes: Sequence[Alert], wanted: Wanted) -> list[tuple[str, Write]]:
    """Requests for what is not yet as wanted: the status of the alert, and the tags of it and its echoes.

    The tag is written as an own step on both generations: v10 ignores the server's flag for it.
    """
    found = []
    lagging = [echo for echo in echoes if _writes_status(state_of(echo, wanted), echo_after(edit, echo, wanted))]
    if _writes_status(state_of(alert, wanted), edit.after) or lagging:
        found.append((alert.id, Write("status", (edit.after["status"], edit.after["observation"]))))
    if wanted.false_positive:
        for document in (alert, *echoes):
            tags = tuple(sorted({*document.tags, FALSE_POSITIVE}))
            if FALSE_POSITIVE not in document.tags:
                found.append((document.id, Write("tags", tags)))
    return found
