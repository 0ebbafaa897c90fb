# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the alerts of a triage task and decide on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...client.assets import assets_found
from ...client.client import Client
from ...query.written import written_query
from ...writing.approval import Approval
from ...writing.plan import comparable_state
from ...writing.proposal import by_approval
from ...writing.selected import Selection, joined
from ...writing.selection import select
from ...writing.states import full_state
from ..assets.asset_index import AssetIndex
from ..assets.asset_info import asset_of
from .asset_context import check_assets
from .decision_table import Decision, Rule, Table
from .judging import decide_all


@dataclass(frozen=True)
class Inventory:
    """The assets of the server; empty and without an index if no rule needs them.

    :param rows: the assets as the server returned them.
    :param warnings: what rules name and no asset has.
    """

    rows: Sequence[Mapping[str, Any]] | None = None
    index: AssetIndex | None = None
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Candidates:
    """The alerts of a task and the decision on each, by alert ID.

    :param chosen: those that the task may change.
    :param rest: further ones, which an approved plan does not contain.
    :param inventory: the assets of the server, if a rule needs them.
    """

    chosen: Selection
    rest: Selection
    decisions: Mapping[str, Decision]
    inventory: Inventory

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
    has_work = selection.by_query or selection.alerts or chosen.alerts
    inventory = _read_inventory(client, table) if has_work else Inventory()
    parts = _parts(table, main, further, approval, chosen)
    decisions = decide_all(parts, inventory.index, _done_before(approval, chosen))
    return Candidates(chosen, rest, decisions, inventory)


def _read_inventory(client: Client, table: Table) -> Inventory:
    """Read all assets once, if a rule needs them. :raises InvalidInput: a rule names a group that does not exist."""
    conditions = {rule.name: rule.asset for rule in table.live_rules if rule.asset is not None}
    if not conditions:
        return Inventory()
    rows = assets_found(client, {})
    index = AssetIndex([asset_of(row, client.dialect) for row in rows])
    return Inventory(rows, index, check_assets(conditions, index))


def _done_before(approval: Approval | None, chosen: Selection) -> dict[str, set[str]]:
    """By rule, the alerts to which the approved plan has already been applied.

    They still count in the groups of the plan, so that a run that was interrupted can be completed.
    """
    named = approval.alerts if approval is not None else {}
    found: dict[str, set[str]] = {}
    for alert in chosen.alerts if named else ():
        approved = named[alert.id]
        is_in = approved.incident is None or alert.is_marked_for(approved.incident)
        if approved.changes and is_in and comparable_state(full_state(alert)) == comparable_state(approved.after):
            for row in approved.why.get("rules", ()):
                found.setdefault(str(row["name"]), set()).add(alert.id)
    return found


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
