# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the alerts that carry the mark of a run, and their history on the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ...client.alert_history import changes_since, history_start
from ...client.alert_search import by_id
from ...client.client import Client
from ...errors import InvalidInput
from ...model.alert import run_of
from ...model.fields import field_behind
from ...model.filter import Filter
from ...times import instant
from ...writing.selected import Selection
from ...writing.selection import select_ids
from .marks_plan import MarkedRun, plan_marked_run


def check_marks(params: Mapping[str, Any]) -> None:
    """Check the options of an undo from marks. :raises InvalidInput: one of them is missing or contradicts another."""
    if not params["from_marks"]:
        if params["run_began"] is not None:
            raise InvalidInput("`run_began` needs `from_marks: true`. Set it, or leave `run_began` out.")
        return
    if not (params["run_id"] or "").strip():
        raise InvalidInput("`from_marks: true` needs the `run_id` of the run whose marks to look for.")
    if params["receipt"] or params["last"]:
        raise InvalidInput("`from_marks: true` is for a run without a receipt. Leave `receipt` and `last` out.")


def read_marked_run(client: Client, run_id: str, began: str | None) -> tuple[Selection, MarkedRun]:
    """The alerts that a run closed, by its mark in their observation, and what can be restored of them.

    :param began: when the run began; None if that is not known.
    """
    since = None if began is None else instant(began, "run_began", datetime.now(timezone.utc))
    # The words of the mark; the alerts that hold them in another text are left out.
    words = Filter(field_behind("observation", client.dialect).name, "IS", f"run={run_id}")
    marked = {alert.id: alert for alert in by_id(client, [words]) if run_of(alert.observation) == run_id}
    # Echoes follow their alert.
    ids = [alert.id for alert in marked.values() if alert.parent_id not in marked]
    selection = replace(select_ids(client, ids, with_echoes=True), chosen_by="The mark")
    start = history_start(alert.timestamp for alert in selection.alerts)
    history = changes_since(client, start, set(ids)) if ids else []
    return selection, plan_marked_run(selection, history, since, client.dialect)
