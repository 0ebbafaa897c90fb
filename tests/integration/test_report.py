# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report playbook: what it writes, when it leaves the last report alone, and what it says about bad variables."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.compressed import compressed

from .playing import Played, Stage, alert, v10_in_full

STILL = {"triage_report_since": "2020-01-01T00:00:00Z", "triage_report_now": "2040-01-01T00:00:00Z"}


def report(stage: Stage, check: bool = False, **variables: Any) -> Played:
    """Run the playbook with credentials from the environment."""
    given = {"triage_report_directory": str(stage.directory / "reports"), **STILL, **variables}
    environment = {
        "UTMSTACK_URL": stage.simulator.url,
        "UTMSTACK_USERNAME": "admin",
        "UTMSTACK_PASSWORD": "Adm1n-pass",
        "UTMSTACK_BYPASS_TWO_FACTOR": "true",
    }
    arguments = ("utmstack.siem.report", "-e", json.dumps(given), *(["--check"] if check else []))
    return stage.run_playbook(*arguments, check=check, environment=environment)


def recap(played: Played) -> str:
    """The last line about the host."""
    return [line for line in played.output.splitlines() if "changed=" in line][-1]


def files(stage: Stage) -> dict[str, str]:
    """What lies in the folder."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((stage.directory / "reports").glob("*"))}


@pytest.mark.full
@v10_in_full
def test_a_report_is_written_once_until_something_changes(local_stage: Stage) -> None:
    handled = {"statusObservation": "Handled", "name": "<i>Scan</i> | x", "tags": ["False positive"]}
    local_stage.seed(alert(1), alert(2, severity=3), alert(3, status=5, **handled))
    predicted = report(local_stage, check=True)
    assert predicted.code == 0, predicted.output
    assert not (local_stage.directory / "reports").exists()
    assert "would" not in recap(predicted)

    first = report(local_stage)
    assert first.code == 0, first.output
    assert first.writes() == []
    assert recap(first).split()[3] == recap(predicted).split()[3] == "changed=4"
    before = files(local_stage)
    assert sorted(before) == ["localhost.html", "localhost.md", "localhost.state.json"]
    assert (local_stage.directory / "reports" / "localhost.html").stat().st_mode & 0o777 == 0o640
    assert '<b id="figure-open">2</b>' in before["localhost.html"]
    assert "This is the first report" in before["localhost.html"]
    rates = before["localhost.html"].split('id="false-positives"')[1].split("</section>")[0]
    assert "<bdi>&lt;i&gt;Scan&lt;/i&gt; | x</bdi>" in rates
    assert '<td class="n">100.0 %</td><td class="n">27.0 %</td>' in rates
    assert "| `<i>Scan</i> \\| x` | 1 | 1 | 1 | 1 | 100.0 % | 27.0 % |" in before["localhost.md"]
    (row,) = first.role_result("triage_report")["false_positives"]["rows"]
    assert (row["name"], row["by_analysts"], row["rate"]) == (handled["name"], 1, 1.0)
    assert "<i>Scan</i> | x: 1 of 1, 1 closed by analysts" in first.output

    again = report(local_stage)
    assert "changed=0" in recap(again)
    assert files(local_stage) == before

    local_stage.seed(alert(4, severity=3))
    third = report(local_stage)
    assert "changed=3" in recap(third)
    assert "1 arrived late" in files(local_stage)["localhost.md"]


def test_a_report_is_in_local_time_and_says_so(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    played = report(v11_stage, triage_report_time_zone="Europe/Berlin")
    assert played.code == 0, played.output
    written = files(v11_stage)
    page, summary = written["localhost.html"], written["localhost.md"]
    assert "2040-01-01 01:00 Europe/Berlin" in page
    assert "2040-01-01 01:00 Europe/Berlin" in summary
    assert "Raised (Europe/Berlin)" in page
    assert "2026-11-20 01:00" in page
    assert "UTC" not in page
    assert "UTC" not in summary
    assert '"at": "2040-01-01T00:00:00.000Z"' in written["localhost.state.json"]


def test_time_to_triage_comes_from_the_history(v10_stage: Stage) -> None:
    v10_stage.seed(alert(1), alert(2))
    closed = v10_stage.play(
        v10_stage.task("utmstack_alert_status", alert_ids=[alert(1)["id"]], status="completed", observation="Done")
    )
    assert closed.result()["summary"]["changed"] == 1
    assert report(v10_stage).code == 0
    assert "known for 1 of 1 alerts" in files(v10_stage)["localhost.md"]


def test_alert_text_is_never_a_template(v11_stage: Stage) -> None:
    name = "{{ lookup('ansible.builtin.pipe', 'echo owned') }}{% raw %}<script>alert(1)</script>"
    v11_stage.seed(alert(1, name=name, category=name, technique=name, tags=[name]))
    played = report(v11_stage)
    assert played.code == 0, played.output
    written = files(v11_stage)
    assert (
        "{{ lookup(&#39;ansible.builtin.pipe&#39;, &#39;echo owned&#39;) }}{% raw %}&lt;script&gt;"
        in written["localhost.html"]
    )
    assert "<script>alert(1)" not in written["localhost.html"] + re.sub("`[^`]*`", "", written["localhost.md"])


@pytest.mark.full
def test_what_became_of_an_approval_is_reported_until_the_next_report(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    hostile = "{{ 6 * 7 }}<script>alert(1)</script>|`"
    figures = {"approved": 3, "applied": 1, "unchanged": 0, "skipped": 2, "failed": 0}
    artifact = {
        **{"role": "alert_triage", "instance": "localhost", "plan_digest": "a" * 64, **figures, "left": 7},
        **{"finished": True, "ended": "2026-11-29T06:00:00.000Z", "reasons": compressed(json.dumps({hostile: 2}))},
    }
    played = report(v11_stage, utmstack_applied_alert_triage_localhost=artifact)
    assert played.code == 0, played.output
    assert "1 of 3 approved changes applied, 2 skipped" in played.output
    written = files(v11_stage)
    page, summary = written["localhost.html"].split('id="approval"')[1].split("</section>")[0], written["localhost.md"]
    assert "<bdi>{{ 6 * 7 }}&lt;script&gt;alert(1)&lt;/script&gt;|`</bdi>" in page
    assert "{{ 6 * 7 }}<script>alert(1)</script>" in "".join(re.findall(r"``[^\n]*``", summary))
    assert "6 * 7" not in written["localhost.state.json"]
    assert "| alert_triage | " + "a" * 64 + " | – | – | – | 3 | 1 | 2 | 0 | 7 | Applied. |" in summary
    (row,) = json.loads(written["localhost.state.json"])["approval"]["rows"]
    assert (row["outcome"], row["applied"]) == ("applied", 1)

    again = report(v11_stage, utmstack_applied_alert_triage_localhost=artifact)
    assert "changed=0" in recap(again)
    # The next report is about the alerts alone.
    assert report(v11_stage).code == 0
    assert "Approval" not in files(v11_stage)["localhost.md"]


def test_a_page_without_charts_and_history(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    assert (
        report(v11_stage, triage_report_charts="none", triage_report_formats=["html"], triage_report_history=False).code
        == 0
    )
    assert sorted(files(v11_stage)) == ["localhost.html", "localhost.state.json"]
    page = files(v11_stage)["localhost.html"]
    assert 'class="chart"' not in page
    assert "the server's history was not read" in page
    assert '<details class="figures" open>' in page


def test_an_empty_server(v10_stage: Stage) -> None:
    played = report(v10_stage)
    assert played.code == 0, played.output
    assert '<b id="figure-open">0</b>' in files(v10_stage)["localhost.html"]


@pytest.mark.parametrize(
    "variables, words",
    [
        ({"triage_report_name": "../x"}, "triage_report_name must be a plain file name"),
        ({"triage_report_query": {"status": ["open"]}}, "triage_report_query must not contain status"),
        ({"triage_report_formats": ["pdf"]}, "triage_report_formats"),
        ({"triage_report_console": "javascript:alert(1)"}, "which is no URL"),
        ({"triage_report_since": "7d"}, "needs triage_report_since as an ISO 8601 time"),
    ],
)
def test_bad_variables(v11_stage: Stage, variables: dict[str, Any], words: str) -> None:
    played = report(v11_stage, **variables)
    assert played.code != 0
    assert words in " ".join(played.output.split())
    assert "Traceback" not in played.output


@pytest.mark.full
def test_many_servers_one_of_which_is_away(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2, severity=3))
    inventory = v11_stage.directory / "customers.yml"
    key = v11_stage.simulator.api_key()
    hosts: dict[str, Any] = {
        name: {"utmstack_url": v11_stage.simulator.url, "utmstack_api_key": key} for name in ("north", "south")
    }
    hosts["away"] = {"utmstack_url": "http://127.0.0.1:9", "utmstack_api_key": "x"}
    inventory.write_text(json.dumps({"all": {"children": {"customers": {"hosts": hosts}}}}), encoding="utf-8")
    given = {"triage_report_directory": str(v11_stage.directory / "reports"), "utmstack_instances": "customers"}
    played = v11_stage.run_playbook(
        *("-i", str(inventory), "utmstack.siem.report", "-e", json.dumps(given)),
        environment={"UTMSTACK_RETRY_BUDGET": "0"},
    )
    assert played.code != 0
    lines = {line.split()[0]: line for line in played.result("Show the outcome of all instances")["msg"]}
    assert "FAILED" in lines["away"]
    assert lines["north"].endswith("2 open, 1 of them high, 0 incidents")
    assert sorted(files(v11_stage)) == [
        f"{name}.{end}" for name in ("north", "south") for end in ("html", "md", "state.json")
    ]
