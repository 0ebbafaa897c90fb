# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check runs of the roles leave plans, as files and as artifacts, and later runs apply exactly these."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.filter.plan_document import plan_document

from .playing import DAY, ROOT, Played, Stage, alert, v10_in_full
from .server_tags import RULES, server_get

HOSTILE = "{{ 6 * 7 }} | `[x](y)`\x1b[31m"
SHARED = {
    "rules": [{"name": "Logins", "when": {"severity": ["medium"]}, "then": {"status": "completed"}}],
    "since": "all",
}


def include(role: str, check: bool = False, **variables: Any) -> dict[str, Any]:
    """A task that includes a role."""
    name: dict[str, Any] = {"name": f"utmstack.siem.{role}"}
    if check:
        name["apply"] = {"check_mode": True}
    given = {f"{role}_{key}": value for key, value in variables.items()}
    return {"name": f"{role} {check}", "ansible.builtin.include_role": name, "vars": given}


def arrival(stage: Stage, source: dict[str, Any]) -> dict[str, Any]:
    """A task that stores an alert, as a server does that goes on raising alerts."""
    rows = [{"index": DAY[stage.dialect], "id": source["id"], "source": source}]
    options = {"url": f"{stage.simulator.url}/simulator/documents", "method": "POST", "body": rows}
    return {"name": "arrival", "ansible.builtin.uri": {**options, "body_format": "json"}}


def artifacts(played: Played) -> dict[str, Any]:
    """What the last host passed on to later jobs."""
    stats = played.result("Pass the plan on to later jobs")["ansible_stats"]
    assert stats["aggregate"] is False
    data: dict[str, Any] = stats["data"]
    return data


def statuses(stage: Stage) -> dict[str, int]:
    """The status of each stored alert by the number in its ID."""
    return {key[:8]: source["status"] for key, source in stage.simulator.alerts().items()}


@v10_in_full
def test_a_plan_in_a_directory_is_applied_to_its_alerts_alone(local_stage: Stage) -> None:
    local_stage.seed(alert(1, name=HOSTILE), alert(2, name=HOSTILE), alert(3, name=HOSTILE, tags=["Hold"]))
    played = local_stage.play(
        include("alert_triage", True, **SHARED, plan_directory="plans/new"),
        arrival(local_stage, alert(4, name=HOSTILE)),
        local_stage.task("utmstack_alert_status", alert_ids=[alert(2)["id"]], status="in_review"),
        include("alert_triage", **SHARED, plan="plans/new"),
    )
    assert played.code == 0, played.output
    assert statuses(local_stage) == {"a0000001": 5, "a0000002": 3, "a0000003": 2, "a0000004": 2}
    done = played.role_result("alert_triage")
    approval = {name: done["approval"][name] for name in ("policy", "approved", "applied", "skipped", "left")}
    assert approval == {"policy": "approved", "approved": 2, "applied": 1, "skipped": 1, "left": 1}
    assert done["headline"].endswith(", 1 of 2 approved, 1 left")
    shown = played.result("Show what became of the approved plan")["msg"]
    assert "status is in_review instead of open" in shown[4]

    directory = Path("plans/new")
    assert oct(directory.stat().st_mode & 0o777) == "0o700"
    files = sorted(directory.iterdir())
    assert [path.suffixes[-2:] for path in files] == [[".plan", ".json"], [".plan", ".md"], [".plan", ".txt"]]
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}
    document = json.loads(files[0].read_text(encoding="utf-8"))
    assert document == plan_document(str(files[0]))
    assert sorted(row["id"] for row in document["alerts"]) == [alert(1)["id"], alert(2)["id"]]
    assert "| held by a tag | 1 |" in files[1].read_text(encoding="utf-8").replace("`", "")
    assert "held by a tag  1" in files[2].read_text(encoding="utf-8")
    assert r"{{ 6 * 7 }} | `[x](y)`\x1b[31m" in files[2].read_text(encoding="utf-8")
    assert f"alert_triage_plan: {files[0].absolute()}" in files[1].read_text(encoding="utf-8")


@v10_in_full
def test_an_artifact_approves_for_its_instance_and_holds_no_text_in_clear(local_stage: Stage, tmp_path: Path) -> None:
    local_stage.seed(alert(1, name=HOSTILE))
    hosts = tmp_path / "hosts.yml"
    hosts.write_text("all: {hosts: {siem.example.com: {}, twin-1: {}, twin.1: {}}}", encoding="utf-8")
    play: dict[str, Any] = {"vars": {"ansible_connection": "local"}}
    book = str(local_stage.written_play([include("alert_triage", True, **SHARED)], play=play))
    planned = local_stage.run_playbook("-i", str(hosts), book, "--limit", "siem.example.com", check=True)
    ((key, entry),) = artifacts(planned).items()
    assert key == "utmstack_plan_alert_triage_siem_example_com"
    assert "6 * 7" not in json.dumps(entry)
    assert (entry["counts"]["alerts"], entry["file"] or None) == (1, None)
    assert entry["plan_digest"] == plan_document(entry["plan"])["plan_digest"]

    # Twins would overwrite each other, so nothing is passed on for them.
    both = local_stage.run_playbook("-i", str(hosts), book, "--limit", "twin*", check=True)
    assert both.code == 0, both.output
    assert both.statuses["Pass the plan on to later jobs"] == "skipped"

    local_stage.seed(alert(2, name=HOSTILE))
    variables = {key: entry, key.replace("siem_example_com", "twin_1"): entry}
    book = str(local_stage.written_play([include("alert_triage", **SHARED, plan_from_stats="true")], play=play))
    applied = local_stage.run_playbook("-i", str(hosts), book, "--limit", "siem*:twin-1", "-e", json.dumps(variables))
    assert "utmstack_plan_alert_triage_twin_1 holds the plan of siem.example.com." in " ".join(applied.output.split())
    assert statuses(local_stage) == {"a0000001": 5, "a0000002": 2}


@pytest.mark.full
def test_a_plan_that_is_missing_ambiguous_or_empty_never_applies_everything(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1, name=HOSTILE))
    both = Path("both")
    both.mkdir()
    for time in ("20261129T053000000Z", "20261130T053000000Z"):
        (both / f"localhost-{time}.plan.json").write_text("{}", encoding="utf-8")
    # Plans of another host, and files of another kind, are none of this host.
    for name in ("localhost-2-20261129T053000000Z.plan.json", "localhost-20261129T053000000Z.plan.md"):
        (both / name).write_text("{}", encoding="utf-8")
    Path("none").mkdir()
    too_open = Path("open")
    too_open.mkdir()
    too_open.chmod(0o777)
    cases: dict[str, tuple[dict[str, Any], bool, str]] = {
        "missing": ({"plan_from_stats": True}, False, "There is no plan for localhost"),
        "twice": ({"plan_from_stats": True, "plan": "a" * 64}, False, "are both set"),
        "empty": ({"plan": {}}, False, "alert_triage_plan is empty"),
        "blank": ({"plan": " "}, False, "alert_triage_plan is set, but blank"),
        "two": ({"plan": "both"}, False, "localhost-20261129T053000000Z.plan.json, localhost-20261130T053000000Z"),
        "none": ({"plan": "none"}, False, "which has no plan for localhost"),
        "open": ({"plan_directory": "open"}, True, "Every user of the host can replace files in the directory"),
    }
    tasks = [
        {"name": name, "block": [include("alert_triage", check, **SHARED, **variables)], "rescue": [kept(name)]}
        for name, (variables, check, _said) in cases.items()
    ]
    played = v11_stage.play(*tasks)
    assert played.code == 0, played.output
    for name, (_variables, _check, said) in cases.items():
        assert said in " ".join(played.result(f"kept {name}")["msg"].split())
    assert played.writes() == []
    assert list(too_open.iterdir()) == []


def kept(name: str) -> dict[str, Any]:
    """A task that shows why a block failed."""
    return {"name": f"kept {name}", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result.msg }}"}}


@pytest.mark.full
@v10_in_full
def test_a_plan_of_suppressions_closes_the_approved_alerts_and_leaves_tag_rules_alone(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2, name="Other"))
    suppression = {"name": "Proxy", "query": {"name": ["Repeated failed logins"]}, "expires": "2099-12-31"}
    shared = {"suppressions": [{**suppression, "tag_rule": True}], "since": "2026-11-01"}
    played = local_stage.play(
        include("false_positives", True, **shared, plan_directory="plans"),
        include("false_positives", **shared, plan="plans", prune=True),
    )
    assert played.code == 0, played.output
    assert statuses(local_stage) == {"a0000001": 5, "a0000002": 2}
    done = played.role_result("false_positives")
    assert (int(done["closed"]), done["rules_written"], done["approval"]["applied"]) == (1, [], 1)
    assert server_get(local_stage, RULES) == []
    (summary,) = Path("plans").glob("*.md")
    assert "A run without a plan would store the tag rule Suppression: Proxy" in summary.read_text(encoding="utf-8")
    again = local_stage.play_role("false_positives", **shared)
    assert again.role_result("false_positives")["rules_written"] == ["Suppression: Proxy"]


@v10_in_full
def test_a_plan_of_an_aging_policy_takes_the_approved_steps(local_stage: Stage) -> None:
    local_stage.seed(alert(1), alert(2, severity=3))
    escalated = Path("escalated.yml")
    escalated.write_text("- {name: Page, ansible.builtin.debug: {var: stale_alerts_result.escalated_ids}}")
    shared = {
        "policy": {"medium": {"remind": "1h"}, "high": {"escalate": "1h"}},
        "escalation_tasks": str(escalated.absolute()),
    }
    played = local_stage.play(
        include("stale_alerts", True, **shared, plan_directory="plans"),
        arrival(local_stage, alert(3, severity=3)),
        include(
            "stale_alerts", **shared, plan="{{ query('ansible.builtin.fileglob', playbook_dir ~ '/plans/*.json')[0] }}"
        ),
    )
    assert played.code == 0, played.output
    done = played.role_result("stale_alerts")
    assert (int(done["reminded"]), done["escalated_ids"], done["approval"]["left"]) == (1, [alert(2)["id"]], 1)
    assert statuses(local_stage) == {"a0000001": 2, "a0000002": 3, "a0000003": 2}


@pytest.mark.parametrize("role", ["alert_triage", "false_positives", "stale_alerts"])
def test_the_roles_with_a_plan_have_the_same_variables(role: str) -> None:
    from .test_roles import specification

    def about(name: str) -> dict[str, Any]:
        options = specification(name)
        kept = {key.removeprefix(f"{name}_"): value for key, value in options.items() if key.startswith(f"{name}_plan")}
        text = json.dumps(kept).replace(f"{name}_", "")
        found: dict[str, Any] = json.loads(text)
        return found

    assert about(role) == about("alert_triage")
    assert len(about(role)) == 6


def test_a_plan_is_read_for_its_outline_and_for_its_summary_only() -> None:
    text = (ROOT / "roles" / "alert_triage" / "tasks" / "record_plan.yml").read_text(encoding="utf-8")
    tasks = {task["name"]: task for task in yaml.safe_load(text)}
    reading = {name for name, task in tasks.items() if "plan_document" in str(task)}
    assert reading == {"Read the plan", "Show the summary for the approver"}
    # A variable of a task would be evaluated at each mention.
    assert not any("plan_document" in str(task.get("vars")) for task in tasks.values())
