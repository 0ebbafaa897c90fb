# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The month is reproducible, its decisions are the planted ones, and its history is what a server would write."""

from __future__ import annotations

import functools
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from utmstack_simulator.backend.alerts import FALSE_POSITIVE, set_note, set_status, set_tags
from utmstack_simulator.backend.start import fill
from utmstack_simulator.scenarios.soc_month import WorkedAlert, start, worked_alerts
from utmstack_simulator.scenarios.soc_month_stories import ANALYSTS, AUTOMATION, DEFAULT_COUNT, INCIDENT, PATTERNS
from utmstack_simulator.state.dialect import dialect as dialect_of
from utmstack_simulator.state.history import LOGGED_PER_BATCH
from utmstack_simulator.state.world import World

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=timezone.utc)
pytestmark = pytest.mark.parametrize("dialect", ["v10", "v11"])


@functools.cache
def month_of(dialect: str, count: int = DEFAULT_COUNT) -> tuple[WorkedAlert, ...]:
    """All alerts, made once for the tests, which do not change them."""
    return tuple(worked_alerts(dialect, NOW, count))


@functools.cache
def server(dialect: str, release: str | None = None) -> World:
    """A server that holds the month, which the tests do not change."""
    here = World(dialect_of(dialect, release))
    fill(here, start(dialect, NOW))
    return here


def of(dialect: str, *keys: str, count: int = DEFAULT_COUNT) -> list[WorkedAlert]:
    """The alerts of some patterns, without echoes."""
    alerts = month_of(dialect, count)
    return [alert for alert in alerts if alert.pattern in keys and "parentId" not in alert.row["source"]]


def verdicts(alerts: list[WorkedAlert]) -> Counter[str]:
    """How many alerts are open, in review, false and true positives, and in incidents."""
    return Counter(verdict(alert.row["source"]) for alert in alerts)


def verdict(source: dict[str, Any]) -> str:
    """What became of an alert."""
    if source["isIncident"]:
        return "incident"
    if source["status"] == 5:
        return "false" if FALSE_POSITIVE in (source["tags"] or []) else "true"
    return {2: "open", 3: "in review"}[source["status"]]


def test_a_month_of_the_same_end_is_the_same_and_fits_into_a_server(dialect: str) -> None:
    month = start(dialect, NOW)
    assert month == start(dialect, NOW)
    assert 3000 <= len(month.documents) == DEFAULT_COUNT <= 5000
    assert len({row["id"] for row in month.documents}) == DEFAULT_COUNT
    times = [row["source"]["@timestamp"] for row in month.documents]
    assert times == sorted(times)
    assert times[0] >= "2026-10-30T10:30"
    assert times[-1] <= "2026-11-29T09:30"
    dates = [row["logDate"] for row in month.history]
    assert dates == sorted(dates)
    assert dates[-1] <= "2026-11-29T09:30"
    here = server(dialect)
    assert len(here.documents) == DEFAULT_COUNT
    assert [entry.row() | {"id": 0} for entry in here.history.rows] == [{**row, "id": 0} for row in month.history]
    assert {*ANALYSTS, AUTOMATION} < set(here.accounts.by_login)
    assert {"Scanners", "Backup"} < {group["groupName"] for group in here.assets.groups.values()}


def test_an_alert_is_the_same_whenever_the_month_ends(dialect: str) -> None:
    def told(end: datetime) -> dict[str, Any]:
        names = ("name", "status", "tags", "dataSource", "target", "destination")
        return {one.row["id"]: [one.row["source"].get(name) for name in names] for one in worked_alerts(dialect, end)}

    first, later = told(NOW), told(NOW + timedelta(hours=17, minutes=3))
    # The reports of a machine come at full hours, the last of which may be ahead.
    assert sum(first[key] != later[key] for key in first) <= 20
    assert set(first) == set(later)


def test_the_decisions_are_the_planted_ones(dialect: str) -> None:
    assert verdicts(of(dialect, "backup")) == {"false": 15 * 29, "open": 15}
    # The alerts of the last three days wait for the next bulk action. One of ten is an echo.
    daily = 54 if dialect == "v11" else 60
    assert verdicts(of(dialect, "scanner")) == {"false": 27 * daily, "open": 3 * daily}
    assert verdicts(of(dialect, "attack")) == {"incident": 32}
    assert verdicts(of(dialect, "theft")) == {"true": 10}
    near_miss = verdicts(of(dialect, "near_miss"))
    assert near_miss == {"false": 275, "true": 15, "open": 10}
    by_user: dict[str, Counter[str]] = {}
    side = "adversary" if dialect == "v11" else "source"
    for alert in of(dialect, "near_miss"):
        by_user.setdefault(alert.row["source"][side]["user"], Counter())[verdict(alert.row["source"])] += 1
    assert len(by_user) == 5
    assert all(count["true"] == 3 for count in by_user.values())
    others = [pattern.key for pattern in PATTERNS if pattern.handling == "various"]
    assert set(verdicts(of(dialect, *others))) == {"open", "in review", "true", "false"}


def test_false_positives_have_several_closers_and_days(dialect: str) -> None:
    for key in ("backup", "scanner"):
        rows = [row for alert in of(dialect, key) for row in alert.history if row["logAction"] == "UPDATE_STATUS"]
        assert {row["logUser"] for row in rows} == set(ANALYSTS)
        assert len({row["logDate"][:10] for row in rows}) >= 4
    one_day = [row for alert in of(dialect, "one_day") for row in alert.history]
    assert len({row["logDate"][:10] for row in one_day}) == 1


def test_a_bulk_action_is_logged_for_its_first_ten_alerts(dialect: str) -> None:
    rows = [row for alert in of(dialect, "scanner") for row in alert.history if row["logAction"] == "UPDATE_STATUS"]
    assert list(Counter(row["logDate"] for row in rows).values()) == [LOGGED_PER_BATCH] * 4


def test_closures_of_machines_are_marked(dialect: str) -> None:
    closed = [alert for alert in of(dialect, "automation") if alert.row["source"]["status"] == 5]
    assert len(closed) > 290
    assert all("[utmstack.siem rule=" in alert.row["source"]["statusObservation"] for alert in closed)
    assert {row["logUser"] for alert in closed for row in alert.history} == {AUTOMATION}
    by_rule = of(dialect, "tag_rule")
    assert verdicts(by_rule) == {"false": 300}
    assert all(alert.row["source"]["TagRulesApplied"] == [501] and alert.history == () for alert in by_rule)
    here = server(dialect)
    assert [(rule.id, rule.tag_ids) for rule in here.tag_rules.rules.values()] == [(501, [1])]


def test_the_attack_is_an_incident(dialect: str) -> None:
    here = server(dialect)
    incident = here.incidents.named(INCIDENT)
    assert incident is not None
    assert incident.status == "COMPLETED"
    linked = {link.alert_id for link in here.incidents.links_of(incident.id)}
    attack = of(dialect, "attack")
    assert linked == {alert.row["id"] for alert in attack}
    assert {alert.row["source"]["incidentDetail"]["incidentId"] for alert in attack} == {str(incident.id)}
    assert sum(len(alert.history) for alert in attack) == LOGGED_PER_BATCH


def test_echoes_follow_their_alert(dialect: str) -> None:
    alerts = {alert.row["id"]: alert.row["source"] for alert in month_of(dialect)}
    echoes = [source for source in alerts.values() if "parentId" in source]
    assert bool(echoes) is (dialect == "v11")
    for echo in echoes:
        parent = alerts[echo["parentId"]]
        assert "parentId" not in parent
        assert [echo[name] for name in ("status", "tags", "name")] == [
            parent[name] for name in ("status", "tags", "name")
        ]


def test_the_history_is_what_the_server_writes(dialect: str) -> None:
    for key in ("backup", "theft"):
        alert = next(alert for alert in of(dialect, key) if alert.history)
        here = World(dialect_of(dialect))
        source = dict(alert.row["source"])
        source.update(status=2, statusLabel="Open", tags=None, notes="")
        source["statusObservation"] = "This alert has been evaluated by the tag rules engine"
        here.documents.put(alert.row["index"], alert.row["id"], source)
        ids, user = [alert.row["id"]], alert.history[0]["logUser"]
        observation = alert.row["source"]["statusObservation"]
        if key == "theft":
            set_status(here, ids, 3, "Asked the owner", user, False)
            set_note(here, ids[0], alert.row["source"]["notes"], user)
            set_status(here, ids, 5, observation, user, False)
        else:
            if dialect == "v10":
                set_tags(here, ids, [FALSE_POSITIVE], user)
            set_status(here, ids, 5, observation, user, dialect == "v11")
        later = {"id": 0, "logDate": ""}
        assert [entry.row() | later for entry in here.history.rows] == [{**row, **later} for row in alert.history]
        assert here.documents.all()[0].source == alert.row["source"]


def test_alerts_without_log_have_no_history_on_11_2(dialect: str) -> None:
    services = {alert.row["id"] for alert in of(dialect, "services")}
    rows = server(dialect, "11.2" if dialect == "v11" else None).history.rows
    shown = {entry.alert_id for entry in rows}
    assert len({entry.alert_id for entry in server(dialect).history.rows} & services) > 100
    assert bool(shown & services) is (dialect == "v10")


def test_a_larger_month_has_the_same_proportions(dialect: str) -> None:
    alerts = of(dialect, "backup", "theft", "near_miss", "few", count=3 * DEFAULT_COUNT)
    assert Counter(alert.pattern for alert in alerts) == {"backup": 1350, "theft": 30, "near_miss": 900, "few": 12}
    assert verdicts([alert for alert in alerts if alert.pattern == "near_miss"])["true"] in range(40, 50)
