# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan, approval, apply and report as jobs of their own, with artifacts passed on as a controller passes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.playing import DAY, alert
from utmstack_simulator.process import SimulatorProcess

from .awx.launch import Node, node_extra_vars
from .running import Job, Runner

ANSWERS = {
    "utmstack_instances": "siems",
    "alert_triage_rules": [{"name": "Logins", "when": {"severity": ["medium"]}, "then": {"status": "completed"}}],
    "alert_triage_since": "all",
}
# Of the job templates, as the role controller_objects makes them.
PLAN = {"alert_triage_plan_stats": True}
APPLY = {"alert_triage_plan_from_stats": True}


def seeded(simulator: SimulatorProcess, *numbers: int) -> None:
    """Store open alerts."""
    rows = [alert(number) for number in numbers]
    simulator.documents([{"index": DAY[simulator.dialect], "id": row["id"], "source": row} for row in rows])


def statuses(simulator: SimulatorProcess) -> dict[str, int]:
    """The status of each stored alert by the number in its ID."""
    return {key[:8]: source["status"] for key, source in simulator.alerts().items()}


@pytest.fixture
def siems() -> Iterator[dict[str, SimulatorProcess]]:
    """A server of each major version, with two alerts and with three."""
    with SimulatorProcess("v11") as new, SimulatorProcess("v10") as old:
        seeded(new, 1, 2)
        seeded(old, 3, 4, 5)
        yield {"siem-new": new, "siem-old": old}


@pytest.fixture
def runner(tmp_path: Path, controller_venv: Path, collections_path: str, siems: dict[str, SimulatorProcess]) -> Runner:
    """The project, and an inventory with the two servers and one that is not planned for."""
    hosts: dict[str, dict[str, Any]] = {
        "siem-new": {"utmstack_api_key": siems["siem-new"].api_key()},
        "siem-old": {
            "utmstack_username": "admin",
            "utmstack_password": "Adm1n-pass",
            "utmstack_bypass_two_factor": True,
        },
    }
    for name, simulator in siems.items():
        hosts[name]["utmstack_url"] = simulator.url
    made = Runner(tmp_path / "data", controller_venv, collections_path, tmp_path)
    made.prepare({"siems": {"hosts": {**hosts, "siem-absent": dict(hosts["siem-new"])}}})
    return made


def last_lines(job: Job) -> list[str]:
    """The last message of a job."""
    lines: list[str] = job.messages()[-1]
    return lines


def test_a_workflow_applies_what_was_approved_and_reports_what_became_of_it(
    runner: Runner, siems: dict[str, SimulatorProcess], tmp_path: Path
) -> None:
    # Two slices, whose artifacts are merged by their names.
    slices = [runner.run("triage", f"plan-{name}", {**ANSWERS, **PLAN}, ["--check", "--limit", name]) for name in siems]
    assert [job.code for job in slices] == [0, 0], slices[0].output + slices[1].output
    planned = Node(slices=[job.artifacts() for job in slices])
    for job, (name, count) in zip(slices, (("siem-new", 2), ("siem-old", 3)), strict=True):
        ((key, artifact),) = job.artifacts().items()
        assert key == f"utmstack_plan_alert_triage_{name.replace('-', '_')}"
        assert artifact["counts"] == {"alerts": count, "echoes": 0, "left_out": 0}
        assert [line.split() for line in last_lines(job)] == [
            ["instance", "plan", "digest", "to", "change", "left", "out", "plan"],
            [name, artifact["plan_digest"], str(count), "0", "artifact", key],
        ]

    # The approver denies it: a report says so, and nothing is changed.
    reports = {**ANSWERS, "triage_report_directory": str(tmp_path / "denied")}
    given = node_extra_vars([Node(parents=[planned]).handed_on()], reports, {"triage_report_approval": "denied"})
    job = runner.run("report", "denied", given, ["--limit", "siem-new"])
    assert job.code == 0, job.output
    for ending in ("html", "md"):
        page = (tmp_path / "denied" / f"siem-new.{ending}").read_text(encoding="utf-8")
        assert "The approval was denied or timed out. Nothing was applied." in page
    assert "approval denied or timed out" in job.output
    assert {status for simulator in siems.values() for status in statuses(simulator).values()} == {2}

    # Until the approval, an alert changes, and another one is raised.
    siems["siem-old"].documents(
        [{"index": DAY["v10"], "id": alert(4)["id"], "source": alert(4, status=3, statusLabel="In review")}]
    )
    seeded(siems["siem-new"], 6)
    approval = Node(parents=[planned])

    # The instance that fails is the first one of its job.
    limits = ["siem-absent:siem-new", "siem-old"]
    applied = [
        runner.run(
            "triage",
            f"apply-{number}",
            node_extra_vars([approval.handed_on()], ANSWERS, APPLY),
            ["--limit", limit],
        )
        for number, limit in enumerate(limits)
    ]
    assert [job.code for job in applied] == [2, 0], applied[0].output + applied[1].output
    assert statuses(siems["siem-new"]) == {"a0000001": 5, "a0000002": 5, "a0000006": 2}
    assert statuses(siems["siem-old"]) == {"a0000003": 5, "a0000004": 3, "a0000005": 5}
    absent = "There is no plan for siem-absent: utmstack_plan_alert_triage_siem_absent is not set."
    assert absent in " ".join(applied[0].output.split())
    assert "Changed since the plan was made: status is in_review instead of open." in applied[1].output
    shown = [[line.split() for line in last_lines(job)] for job in applied]
    digests = [job.artifacts().popitem()[1]["plan_digest"] for job in slices]
    assert [row[:6] for row in shown[0][1:]] == [
        ["siem-absent", "no", "result"],
        ["siem-new", digests[0], "2", "2", "0", "1"],
    ]
    assert shown[1][1:] == [["siem-old", digests[1], "3", "2", "1", "0"]]

    ended = Node(parents=[approval], slices=[job.artifacts() for job in applied])
    assert {*ended.slices[0], *ended.slices[1]} == {
        "utmstack_applied_alert_triage_siem_new",
        "utmstack_applied_alert_triage_siem_old",
    }
    reports = {**ANSWERS, "triage_report_directory": str(tmp_path / "reports")}
    job = runner.run("report", "report", node_extra_vars([ended.handed_on()], reports, {}))
    assert job.code == 0, job.output
    wanted = {
        "siem-new": ("applied", 2, 2, 2, 0, 1),
        "siem-old": ("applied", 3, 3, 2, 1, 0),
        "siem-absent": ("no_plan", None, None, 0, None, None),
    }
    for name, figures in wanted.items():
        state = json.loads((tmp_path / "reports" / f"{name}.state.json").read_text(encoding="utf-8"))
        (row,) = state["approval"]["rows"]
        names = ("outcome", "planned", "approved", "applied", "skipped", "left")
        assert tuple(row[key] for key in names) == figures
    for ending in ("html", "md"):
        page = (tmp_path / "reports" / f"siem-old.{ending}").read_text(encoding="utf-8")
        assert digests[1] in page
        assert "status is in_review instead of open" in page
    assert "2 of 3 approved changes applied, 1 skipped" in " ".join(job.output.split())
