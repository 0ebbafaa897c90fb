# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Add alerts to the incidents of their rules; alerts of another incident stay there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...client.client import Client
from ...client.incidents import incidents_of, names_of
from ...errors import UtmstackError
from ...model.alert import Alert
from ...writing.result import Outcome, Written
from ...writing.run import Limits
from ...writing.script_pace import ScriptPace
from ..incidents.incident import write_incident
from ..incidents.planning import Wanted, belongs_to
from .decision_table import Decision


@dataclass(frozen=True)
class Membership:
    """The current incidents of the alerts that rules add to an incident.

    :param links: by alert ID, the number of its incident, None for no incident.
    :param elsewhere: by alert ID, the reason to skip an alert of another incident.
    """

    links: Mapping[str, int | None] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def membership(client: Client, alerts: Sequence[Alert], decisions: Mapping[str, Decision]) -> Membership:
    """Read the current incidents of alerts from the database, except alerts already marked for the right one."""
    wished = {alert.id: decisions[alert.id].wish.incident for alert in alerts}
    marked = {alert.id: alert.mark[1] for alert in alerts if alert.mark is not None}
    asked = [key for key, name in wished.items() if name and marked.get(key) != name]
    linked = incidents_of(client, asked)
    names = names_of(client, sorted(set(linked.values())))
    return Membership(
        {alert_id: linked.get(alert_id) for alert_id in asked},
        {key: belongs_to(number, names) for key, number in linked.items() if names.get(number) != wished[key]},
    )


def fill_incidents(
    client: Client,
    wanted: Mapping[str, Sequence[str]],
    known: Membership,
    written: Written,
    check_mode: bool,
    pace: ScriptPace,
) -> Written:
    """Open the incidents of the rules and add their alerts.

    :param wanted: by incident name, the IDs of the alerts to add.
    :param written: the outcomes of the alerts; failed and skipped ones are not added.
    :param pace: waits for the server to compile scripts.
    :returns: a copy with the outcomes of the ``incidents`` and with the incident in the outcome of each alert.
    """
    if written.problem is not None:
        return replace(written, more={**written.more, "incidents": []})
    outcomes = {outcome.alert_id: outcome for outcome in written.outcomes}
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    warnings = list(written.warnings)
    for name, alert_ids in wanted.items():
        row: dict[str, Any] = {"name": name, "id": None, "changed": False, "alerts": [], "error": None}
        rows.append(row)
        chosen = [key for key in alert_ids if not (outcomes[key].error or outcomes[key].skipped)]
        if not chosen:
            continue
        links = {alert_id: known.links[alert_id] for alert_id in chosen if alert_id in known.links}
        try:
            limits = Limits(pace=pace)
            done = write_incident(client, Wanted(name), {"alert_ids": chosen}, check_mode, limits=limits, links=links)
        except UtmstackError as error:
            row["error"] = error.message
            for alert_id in links:
                outcomes[alert_id] = replace(outcomes[alert_id], error=f"Not added to the incident. {error.message}")
            continue
        row.update(id=(done.more["incident"] or {}).get("id"), changed=done.has_changed, error=done.message)
        row["alerts"] = [outcome.alert_id for outcome in done.outcomes if outcome.changed]
        warnings += [line for line in done.warnings if line not in warnings]
        lines += done.lines[0]
        for outcome in done.outcomes:
            if outcome.alert_id in outcomes:
                outcomes[outcome.alert_id] = _together(outcomes[outcome.alert_id], outcome)
    failures = "; ".join(f"{row['name']}: {row['error']}" for row in rows if row["error"])
    return replace(
        written,
        outcomes=[outcomes[outcome.alert_id] for outcome in written.outcomes],
        warnings=warnings,
        changed=any(row["changed"] for row in rows),
        lines=((), lines),
        failures=[*written.failures, *([failures] if failures else [])],
        more={**written.more, "incidents": rows},
    )


def _together(triaged: Outcome, entered: Outcome) -> Outcome:
    """Combine the outcome of an alert with that of its addition to an incident."""
    after = triaged.after
    if after is not None:
        after = None if entered.after is None else {**after, **entered.after}
    return replace(
        triaged,
        before={**triaged.before, **entered.before},
        after=after,
        changed=triaged.changed or entered.changed,
        skipped=entered.skipped,
        error=entered.error,
    )
