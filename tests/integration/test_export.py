# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts as a file on the controller: right values, atomic, idempotent, wherever the play's hosts are."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .playing import ROOT, SEARCH, Stage, alert, both_entry_points, on_11_2_too

SIDES = {"v10": "source", "v11": "adversary"}
KINDS = ("csv", "json", "jsonl")
OLD = "what was there before\n"


def export(stage: Stage, name: str = "it", **options: Any) -> dict[str, Any]:
    """An export of everything, apart from `options`, into the stage's directory."""
    everything = {} if "alert_ids" in options else {"query": {}}
    return stage.task("utmstack_alert_export", name, **{"path": "alerts.csv", **everything, **options})


def files(stage: Stage) -> list[str]:
    """What the directory holds beside the stage's own files."""
    return sorted(path.name for path in stage.directory.iterdir() if path.suffix not in (".yml", ".jsonl"))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@on_11_2_too
@both_entry_points
def test_a_table_with_the_usual_columns(stage: Stage) -> None:
    near = SIDES[stage.dialect]
    stage.seed(
        alert(1, name="=HYPERLINK(1)", tags=["Tier 1", "VIP"], **{near: {"ip": "10.0.0.5", "host": "web-01"}}),
        alert(2, severity=3, status=5, notes='say "hi",\nŁódź 東京', isIncident=True),
        alert(3, status=1),
    )
    played = stage.play(export(stage))
    result = played.result()
    path = stage.directory / "alerts.csv"
    content = path.read_bytes()
    newest, oldest = table(path)
    assert (newest["id"], newest["status"], newest["severity"]) == (alert(2)["id"], "completed", "high")
    assert (newest["notes"], newest["is_incident"]) == ('say "hi",\nŁódź 東京', "true")
    assert (oldest["name"], oldest["tags"], oldest["adversary.ip"]) == ("'=HYPERLINK(1)", "Tier 1; VIP", "10.0.0.5")
    assert oldest["timestamp"] == alert(1)["@timestamp"]
    assert {name: result[name] for name in ("path", "format", "rows", "bytes", "checksum", "mode", "changed")} == {
        "path": str(path),
        "format": "csv",
        "rows": 2,
        "bytes": len(content),
        "checksum": hashlib.sha256(content).hexdigest(),
        "mode": "0600",
        "changed": True,
    }
    assert result["columns"] == list(newest)
    assert path.stat().st_mode & 0o777 == 0o600
    assert files(stage) == ["alerts.csv"]
    assert "checksum: (none) -> " in result["diff"]["prepared"]


def test_the_second_run_changes_nothing_and_check_mode_predicts_the_first(stage: Stage) -> None:
    stage.seed(*[alert(number) for number in range(1, 31)])
    tasks = [export(stage, kind, path=f"alerts-{kind}.txt", format=kind) for kind in KINDS]
    checked = stage.play(*tasks, check=True)
    assert files(stage) == []
    first, second = stage.play(*tasks), stage.play(*tasks)
    changing = ("requests", "invocation")
    for kind in KINDS:
        predicted, done, again = (
            {key: value for key, value in run.result(kind).items() if key not in changing}
            for run in (checked, first, second)
        )
        assert predicted == {**done, "check_mode": True}
        assert (done["changed"], done["check_mode"]) == (True, False)
        assert again == {**done, "changed": False, "diff": {"prepared": ""}}
    assert stage.play(*tasks, check=True).result("csv")["changed"] is False


def test_json_keeps_what_is_stored(local_stage: Stage) -> None:
    near = SIDES[local_stage.dialect]
    strange = {"name": "emoji \U0001f600 line\u2028 esc\x1b[31m", "notes": "\u0000", near: {"port": 443}, "score": 2.5}
    local_stage.seed(alert(1, **strange, tags=["a"], big=2**53 + 1))
    local_stage.play(
        export(local_stage, "json", path="alerts.json"),
        export(local_stage, "lines", path="alerts.ndjson", columns=["id", "raw"], headings={"raw": "document"}),
    )
    (found,) = json.loads((local_stage.directory / "alerts.json").read_text(encoding="ascii"))
    assert (found["name"], found["status"], found["tags"]) == (strange["name"], "open", ["a"])
    assert found["adversary"] == {"port": 443}
    (line,) = (local_stage.directory / "alerts.ndjson").read_text(encoding="ascii").splitlines()
    assert json.loads(line) == {"id": alert(1)["id"], "document": alert(1, **strange, tags=["a"], big=2**53 + 1)}


def test_columns_headings_order_limit_and_the_mark_for_excel(local_stage: Stage) -> None:
    local_stage.seed(*[alert(number, extra={"n": number}) for number in range(1, 6)])
    task = export(
        local_stage,
        columns=["extra.n", "severity"],
        headings={"extra.n": "Número"},
        sort="timestamp",
        limit=2,
        excel=True,
        mode="0644",
    )
    local_stage.play(task)
    path = local_stage.directory / "alerts.csv"
    assert path.read_bytes() == "\ufeffNúmero,severity\r\n1,medium\r\n2,medium\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o644


def test_alerts_by_id_with_their_echoes_and_ids_of_nothing(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2), alert(3, parentId=alert(1)["id"]), alert(4))
    ids = [alert(2)["id"], "nobody", alert(1)["id"]]
    played = v11_stage.play(export(v11_stage, alert_ids=ids, include_echoes=True, columns=["id"], sort="timestamp"))
    result = played.result()
    rows = [row["id"] for row in table(v11_stage.directory / "alerts.csv")]
    assert rows == [alert(number)["id"] for number in (1, 2, 3)]
    assert (result["rows"], result["missing"]) == (3, ["nobody"])
    assert "do not exist on the server" in played.output


def test_a_user_on_either_side_is_one_row(local_stage: Stage) -> None:
    near, far = ("source", "destination") if local_stage.dialect == "v10" else ("adversary", "target")
    eve = {"user": "eve"}
    local_stage.seed(*[alert(number, **{near if number % 3 else far: eve}) for number in range(1, 9)], alert(9))
    task = export(local_stage, query={"user": ["eve"]}, columns=["id"], limit=7)
    local_stage.play(task)
    rows = [row["id"] for row in table(local_stage.directory / "alerts.csv")]
    assert rows == [alert(number)["id"] for number in range(8, 1, -1)]


def test_nothing_found_is_a_file_without_rows(local_stage: Stage) -> None:
    tasks = [export(local_stage, kind, path=f"alerts.{kind}", columns=["id"]) for kind in KINDS]
    played = local_stage.play(*tasks)
    assert [played.result(kind)["rows"] for kind in KINDS] == [0, 0, 0]
    contents = [(local_stage.directory / f"alerts.{kind}").read_bytes() for kind in KINDS]
    assert contents == [b"id\r\n", b"[]\n", b""]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"path": "alerts.xlsx"}, "Set `format`"),
        ({"path": "missing/alerts.csv"}, "does not exist"),
        ({"path": ".", "format": "csv"}, "is a directory"),
        ({"columns": []}, "`columns` is empty"),
        ({"columns": ["adversary.adress"]}, "Did you mean"),
        ({"headings": {"nothing": "Nothing"}}, "`headings` names 'nothing'"),
        ({"mode": "rwx"}, "octal"),
        ({"mode": 644}, "octal"),
        ({"limit": 0}, "`limit`"),
        ({"format": "json", "excel": True}, "`excel`"),
        ({"query": {"name": []}}, "empty"),
    ],
    ids=str,
)
def test_mistakes_are_named_before_anything_is_read(local_stage: Stage, options: dict[str, Any], said: str) -> None:
    local_stage.seed(alert(1))
    (local_stage.directory / "alerts.csv").write_text(OLD)
    played = local_stage.play(export(local_stage, **options))
    assert played.statuses["it"] == "failed"
    assert said in played.result()["msg"]
    assert played.count(SEARCH) == 0
    assert (local_stage.directory / "alerts.csv").read_text() == OLD
    assert files(local_stage) == ["alerts.csv"]


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "not-json"}], ids=["500", "not-json"])
def test_a_server_that_breaks_on_the_second_page_leaves_the_old_file(stage: Stage, fault: dict[str, Any]) -> None:
    stage.seed(*[alert(number) for number in range(1, 2101)])
    (stage.directory / "alerts.csv").write_text(OLD)
    stage.simulator.faults({**fault, "path": SEARCH, "nth": 2})
    played = stage.play(export(stage))
    assert played.statuses["it"] == "failed"
    assert (stage.directory / "alerts.csv").read_text() == OLD
    assert files(stage) == ["alerts.csv"]
    assert stage.play(export(stage)).result()["rows"] == 2100


def test_a_connection_that_breaks_once_loses_and_doubles_nothing(local_stage: Stage) -> None:
    local_stage.seed(*[alert(number) for number in range(1, 4101)])
    local_stage.simulator.faults(
        {"kind": "drop-after", "path": SEARCH, "nth": 2}, {"kind": "truncate-body", "path": SEARCH, "nth": 4}
    )
    local_stage.play(export(local_stage, columns=["id"]))
    rows = [row["id"] for row in table(local_stage.directory / "alerts.csv")]
    assert rows == [alert(number)["id"] for number in range(4100, 0, -1)]


@pytest.mark.parametrize(
    "keywords",
    [
        pytest.param({"become": True, "become_user": "nobody"}, id="become"),
        pytest.param({"vars": {"ansible_connection": "ansible.builtin.ssh"}, "delegate_to": "localhost"}, id="remote"),
        pytest.param({"delegate_to": "elsewhere"}, id="delegated"),
    ],
)
def test_the_file_is_one_of_the_controller_wherever_the_host_is(v11_stage: Stage, keywords: dict[str, Any]) -> None:
    v11_stage.seed(alert(1))
    task = {**export(v11_stage), **keywords}
    played = v11_stage.play(task, play={"hosts": "localhost"}, arguments=["-i", "localhost,elsewhere,"])
    assert played.result()["rows"] == 1, played.output
    assert files(v11_stage) == ["alerts.csv"]


def test_a_task_environment_counts_on_the_controller(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1))
    task = {**export(v11_stage), "environment": {"UTMSTACK_URL": v11_stage.simulator.url}}
    assert v11_stage.play(task, options={"url": None}).result()["rows"] == 1
    missing = v11_stage.play(export(v11_stage), options={"url": None})
    assert "url" in missing.result()["msg"]


def test_it_cannot_run_in_the_background(v11_stage: Stage) -> None:
    played = v11_stage.play({**export(v11_stage), "async": 60, "poll": 1})
    assert played.statuses["it"] == "failed"
    assert "does not support `async`" in played.result()["msg"]


def test_progress_is_shown_to_those_who_ask(v11_stage: Stage) -> None:
    v11_stage.seed(*[alert(number) for number in range(1, 5101)])
    quiet = v11_stage.play(export(v11_stage, columns=["id"]))
    assert "alerts so far" not in quiet.output
    loud = v11_stage.play(export(v11_stage, columns=["id"]), arguments=["-v"])
    assert "alerts.csv: 5000 alerts so far" in loud.output


def test_the_module_itself_writes_where_it_runs(v11_stage: Stage) -> None:
    """Nothing starts it on other hosts; started by hand it does the same."""
    v11_stage.seed(alert(1))
    options = {
        "url": v11_stage.simulator.url,
        "api_key": v11_stage.simulator.api_key(),
        "path": str(v11_stage.directory / "alerts.csv"),
        "query": {},
    }
    module = "ansible_collections.utmstack.siem.plugins.modules.utmstack_alert_export"
    completed = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": options}),
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / ".venv" / "collections"), "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=60,
    )
    assert json.loads(completed.stdout)["rows"] == 1, completed.stderr
    assert len(table(v11_stage.directory / "alerts.csv")) == 1
