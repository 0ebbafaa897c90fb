# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put alerts into the incidents that rules name; an alert of another incident stays there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...client.client import Client
from ...client.incidents import incidents_of, names_of
from ...errors import UtmstackError
from ...model.alert import Alert
from ...model.incident import is_marked_for
from ...writing.result import Outcome, Written
from ..incidents.incident import write_incident
from ..incidents.planning import Wanted, belongs_to
from .decision_table import Decision


@dataclass(frozen=True)
class Membership:
    """Which of the alerts that rules want in an incident are in one.

    :param links: number of the incident that each alert is linked to, None for none.
    :param elsewhere: for each alert of another incident than the wanted one, what to say about it.
    """

    links: Mapping[str, int | None] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def membership(client: Client, alerts: Sequence[Alert], decisions: Mapping[str, Decision]) -> Membership:
    """Ask the database, which knows better than the mark in a document; what is marked as wanted needs no question."""
    wished = {alert.id: decisions[alert.id].wish.incident for alert in alerts}
    asked = [alert.id for alert in alerts if (name := wished[alert.id]) and not is_marked_for(alert, name)]
    linked = incidents_of(client, asked)
    names = names_of(client, sorted(set(linked.values())))
    return Membership(
        {alert_id: linked.get(alert_id) for alert_id in asked},
        {key: belongs_to(number, names) for key, number in linked.items() if names.get(number) != wished[key]},
    )


def fill_incidents(
    client: Client, wanted: Mapping[str, Sequence[str]], known: Membership, written: Written, check_mode: bool
) -> Written:
    """Open the incidents that rules name and add their alerts.

    :param wanted: by the names of incidents the IDs of the alerts that they shall hold.
    :param written: what became of the alerts: one that failed or was skipped is added to no incident.
    :returns: the same with ``incidents``, what became of each, and with each alert's membership in its outcome.
    """
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
            done = write_incident(client, Wanted(name), {"alert_ids": chosen}, check_mode, links=links)
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
    """What became of an alert itself, and of it in its incident."""
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
