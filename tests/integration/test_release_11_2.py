# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What 11.2 does differently from 11.0.1, as the collection shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.connect import connect
from ansible_collections.utmstack.siem.plugins.module_utils.errors import ApiKeyRefused, Repeat, ServerError
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_history_info,
    alert_status,
    alert_tags,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import shadow_info, triage
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

from .direct import run
from .playing import Stage, alert
from .test_report import files, report

ONE, TWO, THREE = (alert(number)["id"] for number in (1, 2, 3))
WITH_LOG = {"events": [{"id": "e", "log": {"user": "root"}}]}
WITHOUT_LOG = {"events": [{"id": "e", "log": {"user": "root"}}, {"id": "f"}]}
NEWEST = pytest.mark.parametrize("server", ["v11.2", "v11.2 own-first"])


@pytest.fixture
def newest(open_stage: Callable[[str, str], Stage]) -> Stage:
    """An empty 11.2 server."""
    return open_stage("v11.2", "in_process")


@pytest.mark.parametrize("tags", [["False positive"], ["Not false, but positive"]])
def test_a_tag_that_keeps_alerts_in_automatic_review_is_warned_about(newest: Stage, tags: list[str]) -> None:
    newest.seed(alert(1, status=1), alert(2, status=2))
    task = newest.task("utmstack_alert_tags", alert_ids=[ONE, TWO], tags=tags)
    predicted, applied = newest.play(task, check=True).result(), newest.play(task).result()
    for result in (predicted, applied):
        [warning] = [text for text in result["warnings"] if "automatic review" in text]
        assert "1 alerts" in warning
        assert "false_positive: true" in warning
    assert predicted["alerts"] == applied["alerts"]
    newest.simulator.tick()
    assert newest.simulator.alerts()[ONE]["status"] == 1

    run(newest.simulator, alert_status.OPERATION, alert_ids=[ONE], false_positive=True)
    newest.simulator.tick()
    assert newest.simulator.alerts()[ONE]["status"] == 5


def test_triage_warns_as_well(newest: Stage) -> None:
    newest.seed(alert(1, status=1))
    rules = [{"name": "Scan", "when": {"status": ["automatic_review"]}, "then": {"tags": ["False positive"]}}]
    for check in (True, False):
        result = run(newest.simulator, triage.OPERATION, check=check, alert_ids=[ONE], rules=rules)
        assert any("never release" in text for text in result["warnings"])
    other = run(newest.simulator, alert_tags.OPERATION, alert_ids=[ONE], tags=["Seen"])
    assert not any("never release" in text for text in other["warnings"])


def test_what_the_history_lacks_is_counted(newest: Stage) -> None:
    newest.seed(alert(1, **WITH_LOG), alert(2, **WITHOUT_LOG), alert(3))
    run(newest.simulator, alert_status.OPERATION, alert_ids=[ONE, TWO], status="completed", observation="by hand")
    history = run(newest.simulator, alert_history_info.OPERATION, since="2026-11-01")
    assert [entry["alert_id"] for entry in history["entries"]] == [ONE]
    assert history["coverage"] == {"touched": 2, "recorded": 1, "missing": 1}
    named = run(newest.simulator, alert_history_info.OPERATION, since="2026-11-01", alert_ids=[TWO, THREE])
    assert named["coverage"] == {"touched": 1, "recorded": 0, "missing": 1}


def test_the_report_shows_what_the_history_lacks(newest: Stage) -> None:
    newest.seed(alert(1, **WITHOUT_LOG), alert(2, **WITHOUT_LOG))
    run(newest.simulator, alert_status.OPERATION, alert_ids=[ONE, TWO], status="completed", observation="by hand")
    played = report(newest)
    assert played.code == 0, played.output
    pages = files(newest)
    assert "median\nunknown" in pages["localhost.md"]
    assert "no entry for 2 of the alerts" in pages["localhost.md"]
    assert '<b id="figure-missing">2</b>' in pages["localhost.html"]


def test_the_comparison_of_shadow_rules_counts_closures_without_history(newest: Stage, tmp_path: Path) -> None:
    newest.seed(alert(1, **WITH_LOG), alert(2, **WITHOUT_LOG), alert(3, **WITHOUT_LOG))
    rule = {"name": "Scan", "when": {"name": ["Repeated failed logins"]}, "then": {"status": "completed"}}
    receipt = str(tmp_path / "receipt.jsonl")
    run(newest.simulator, triage.OPERATION, query={}, rules=[{**rule, "mode": "shadow"}], receipt=receipt)
    run(newest.simulator, alert_status.OPERATION, alert_ids=[ONE, TWO], status="completed", observation="by hand")
    compared = run(newest.simulator, shadow_info.OPERATION, receipt=receipt)
    assert (compared["summary"]["closed_by_analysts"], compared["summary"]["without_history"]) == (2, 1)


def test_a_failure_without_a_reason_is_no_refused_key(open_stage: Callable[[str, str], Stage]) -> None:
    """UTMStack's own exception handler fails with the same answer as a refused API key."""
    stage = open_stage("v11.2 own-first", "in_process")
    settings = Settings(stage.simulator.url, api_key=stage.simulator.api_key(), dialect="v11")
    with connect(settings) as client, pytest.raises(ServerError, match="no reason given") as caught:
        client.write("POST", "/utm-alerts/status", json={"status": 5})
    assert (type(caught.value), caught.value.repeat) == (ServerError, Repeat.AFTER_READING_BACK)
    with connect(Settings(stage.simulator.url, api_key="x" * 43, dialect="v11")) as client:
        with pytest.raises(ApiKeyRefused):
            client.write("POST", "/utm-alerts/status", json={"status": 5})
        assert client.requests_sent == 2


@NEWEST
def test_the_bootstrap_playbook(open_stage: Callable[[str, str], Stage], server: str) -> None:
    stage = open_stage(server, "in_process")
    stage.seed(alert(1), alert(2, status=5))
    identities = [
        {"UTMSTACK_USERNAME": "admin", "UTMSTACK_PASSWORD": "Adm1n-pass", "UTMSTACK_BYPASS_TWO_FACTOR": "true"},
        {"UTMSTACK_API_KEY": stage.simulator.api_key()},
    ]
    for identity in identities:
        environment = {"UTMSTACK_URL": stage.simulator.url, **identity}
        played = stage.run_playbook("utmstack.siem.bootstrap", environment=environment)
        assert played.code == 0, played.output
        result = played.role_result("session_bootstrap")
        assert result["version"].startswith("11.2.")
        assert (result["dialect"], result["open_alerts"], played.writes()) == ("v11", 1, [])
