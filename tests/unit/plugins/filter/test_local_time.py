# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Local time in templates, and the time zone of every role that takes times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.utmstack.siem.plugins.filter.aging_rules import aging_rules
from ansible_collections.utmstack.siem.plugins.filter.local_time import local_time
from ansible_collections.utmstack.siem.plugins.filter.suppressions import suppressions
from ansible_collections.utmstack.siem.plugins.filter.triage_verdicts import triage_verdicts

ROLES = Path(__file__).parents[4] / "roles"
BERLIN = "Europe/Berlin"
# Options of modules that hold times, or queries with times.
TIMED = ("query", "since", "until", "protect")


@pytest.mark.parametrize(
    ("moment", "zone", "shown"),
    [
        ("2026-11-25T09:00:00.000Z", BERLIN, "2026-11-25 10:00:00"),
        ("2026-07-25T09:00:00Z", BERLIN, "2026-07-25 11:00:00"),
        ("2026-11-25T09:00:00+01:00", "America/New_York", "2026-11-25 03:00:00"),
        # Without an offset, as `now(utc=true)` returns it.
        (datetime(2026, 11, 25, 9), BERLIN, "2026-11-25 10:00:00"),
        (datetime(2026, 11, 25, 9, tzinfo=timezone.utc), BERLIN, "2026-11-25 10:00:00"),
        ("2026-10-25T01:30:00Z", BERLIN, "2026-10-25 02:30:00 CET"),
    ],
)
def test_a_time_is_shown_on_the_clock_of_the_zone(moment: Any, zone: str, shown: str) -> None:
    assert local_time(moment, zone) == shown


def test_a_day_may_be_another_one_there() -> None:
    assert local_time("2026-11-25T23:30:00Z", BERLIN, "%Y-%m-%d") == "2026-11-26"
    assert local_time("2026-11-25T23:30:00Z", format="%Y-%m-%d") == "2026-11-25"


@pytest.mark.parametrize(("moment", "zone"), [("soon", BERLIN), (None, BERLIN), ("2026-11-25", "Berlin")])
def test_mistakes_are_named(moment: Any, zone: str) -> None:
    with pytest.raises(AnsibleFilterError, match=r"local_time takes an ISO 8601 time|Did you mean Europe/Berlin"):
        local_time(moment, zone)


def test_filters_of_rules_take_the_time_zone() -> None:
    known = [{"name": "Backup", "query": {"name": ["Backup"]}, "expires": "2026-11-25"}]
    states = [suppressions(known, now="2026-11-25T23:30:00Z", time_zone=zone)["active"] for zone in ("UTC", BERLIN)]
    assert states == [["Backup"], []]
    # The time of a test is local as well.
    states = [suppressions(known, now="2026-11-25T23:30", time_zone=zone)["active"] for zone in ("UTC", BERLIN)]
    assert states == [["Backup"], ["Backup"]]
    policy, steps = {"low": {"close": "1d"}}, {"close": {"status": "completed"}}
    (rule,) = aging_rules(policy, steps, now="2026-11-25T12:00", time_zone=BERLIN)
    assert rule["when"]["until"] == "2026-11-24T11:00:00.000Z"
    alert = {"id": "a", "name": "Scan", "severity": 1, "status": 2, "@timestamp": "2026-11-25T05:30:00.000Z"}
    rules = [{"name": "Night", "when": {"name": "Scan"}, "during": {"hours": "22:00-06:00"}, "then": {}}]
    decided = [triage_verdicts([alert], rules, time_zone=zone)["verdicts"]["a"]["rule"] for zone in ("UTC", BERLIN)]
    assert decided == ["Night", None]
    for call in (
        lambda: suppressions([], time_zone="Berlin"),
        lambda: aging_rules({}, {}, now="2026-11-25", time_zone="Berlin"),
        lambda: triage_verdicts([alert], rules, time_zone="Berlin"),
    ):
        with pytest.raises(AnsibleFilterError, match="Did you mean Europe/Berlin"):
            call()


def tasks_in(content: Any) -> Iterator[dict[str, Any]]:
    for task in content or ():
        yield task
        for part in ("block", "rescue", "always"):
            yield from tasks_in(task.get(part))


@pytest.mark.parametrize("role", sorted(path.name for path in ROLES.iterdir() if (path / "tasks").is_dir()))
def test_every_task_of_a_role_with_times_has_its_time_zone(role: str) -> None:
    options = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]
    has_zone = f"{role}_time_zone" in options.get("options", {})
    untimed = []
    for file in sorted((ROLES / role / "tasks").rglob("*.yml")):
        for task in tasks_in(yaml.safe_load(file.read_text())):
            for name, given in task.items():
                takes = name.startswith("utmstack.siem.utmstack_") and isinstance(given, dict)
                if takes and set(given) & set(TIMED) and "time_zone" not in given:
                    untimed.append(f"{file.name}: {task['name']}")
    # A role without the variable takes no times: its own queries name none, and tag rules cannot hold them.
    assert not (has_zone and untimed), untimed
    without_times = ("controller_objects", "notification", "session_bootstrap", "tag_governance", "tag_rules")
    assert has_zone is (role not in without_times)
