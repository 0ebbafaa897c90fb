# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the alerts of a triage task and decide on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...client.client import Client
from ...query.written import written_query
from ...writing.approval import Approval
from ...writing.proposal import by_approval
from ...writing.selected import Selection, joined
from ...writing.selection import select
from .decision_table import Decision, Rule, Table
from .judging import decide_all


@dataclass(frozen=True)
class Candidates:
    """The alerts of a task and the decision on each, by alert ID.

    :param chosen: those that the task may change.
    :param rest: further ones, which an approved plan does not contain.
    """

    chosen: Selection
    rest: Selection
    decisions: Mapping[str, Decision]

    @property
    def everything(self) -> Selection:
        """All alerts that the task read."""
        return joined(self.chosen, self.rest)


def read_candidates(client: Client, params: Mapping[str, Any], table: Table, approval: Approval | None) -> Candidates:
    """Read the alerts that the task selects and those that were approved, and decide on each."""
    main = selection = select(client, params, with_echoes=True)
    further = None
    if params["also"] is not None:
        further = _select_further(client, params["also"], params["time_zone"])
        selection = joined(selection, further)
    chosen, rest = by_approval(client, approval, selection, with_echoes=True)
    return Candidates(chosen, rest, decide_all(_parts(table, main, further, approval, chosen)))


def _select_further(client: Client, also: Mapping[str, Any], time_zone: str | None) -> Selection:
    """Read the further alerts of the task."""
    query = written_query(also["query"], "also.query") if also["query"] else also["query"]
    selected = {"alert_ids": also["alert_ids"], "query": query, "time_zone": time_zone}
    return select(client, selected, with_echoes=True)


def _parts(
    table: Table, main: Selection, further: Selection | None, approval: Approval | None, chosen: Selection
) -> list[tuple[Selection, Sequence[Rule]]]:
    """The alerts of the task with their rules; approved alerts beyond its selection keep those of their plan."""
    selected = {alert.id for part in (main, further) if part is not None for alert in part.alerts}
    named = approval.alerts if approval is not None else {}
    aged = [alert for alert in chosen.alerts if alert.id in named and alert.id not in selected]
    main_names, further_names = ({rule.name for rule in rules} for rules in (table.rules, table.further))
    decided_by = {alert.id: named[alert.id].why.get("rule") for alert in aged}
    only_further = [alert for alert in aged if decided_by[alert.id] in further_names - main_names]
    others = [alert for alert in aged if decided_by[alert.id] not in further_names - main_names]
    parts = [(replace(main, alerts=[*main.alerts, *others]), table.rules)]
    if further is not None:
        parts.append((replace(further, alerts=[*further.alerts, *only_further]), table.further))
    return parts
