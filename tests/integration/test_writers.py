# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Status, tags and notes: changed means stored, a second run changes nothing, check mode predicts and sends nothing."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_notes, alert_status
from ansible_collections.utmstack.siem.plugins.module_utils.writing import apply

from .direct import run, writes
from .playing import SEARCH, SIGHT, VALUES, Stage, alert, both_entry_points, on_11_2_too, v10_in_full

STATUS, TAGS, NOTES = "/api/utm-alerts/status", "/api/utm-alerts/tags", "/api/utm-alerts/notes"
ONE, TWO = alert(1)["id"], alert(2)["id"]

WRITERS = [
    pytest.param(
        "utmstack_alert_status",
        {"status": "completed", "observation": "Planned scan"},
        {"status": 5, "statusLabel": "Completed", "statusObservation": "Planned scan"},
        id="status",
    ),
    pytest.param(
        "utmstack_alert_status",
        {"false_positive": True, "observation": "Planned scan"},
        {"status": 5, "statusObservation": "Planned scan", "tags": ["False positive"]},
        id="false_positive",
    ),
    pytest.param(
        "utmstack_alert_tags",
        {"tags": ["Campaign 42", "Überprüfung"]},
        {"tags": ["Campaign 42", "Überprüfung"]},
        id="tags",
    ),
    pytest.param(
        "utmstack_alert_notes", {"note": 'Host "web-01" isolated'}, {"notes": 'Host "web-01" isolated'}, id="notes"
    ),
]


@on_11_2_too
@both_entry_points
@pytest.mark.parametrize(("module", "options", "stored"), WRITERS)
def test_check_apply_and_again(stage: Stage, module: str, options: dict[str, Any], stored: dict[str, Any]) -> None:
    stage.seed(alert(1), alert(2), alert(3))
    task = stage.task(module, alert_ids=[ONE, TWO], **options)

    predicted = stage.play(task, check=True).result()
    assert stage.simulator.alerts()[ONE]["statusLabel"] == "Open"
    applied = stage.play(task).result()

    assert predicted["changed"] is applied["changed"] is True
    for part in ("alerts", "plan_digest", "echoes_changed", "diff"):
        assert predicted[part] == applied[part]
    assert applied["summary"] == {**predicted["summary"], "requests": applied["summary"]["requests"]}
    documents = stage.simulator.alerts()
    for alert_id in (ONE, TWO):
        assert {name: documents[alert_id][name] for name in stored} == stored
    untouched = {**alert(3)}
    assert documents[alert(3)["id"]] == untouched

    again = stage.play(task)
    assert again.result()["changed"] is False
    assert again.result()["summary"]["unchanged"] == 2
    assert again.writes() == []


def test_both_entry_points_give_the_same_result(local_stage: Stage) -> None:
    """The result in process is compared with the result as a module, key by key."""
    tasks = [
        local_stage.task(
            *("utmstack_alert_status", "status"),
            **{"query": {"severity": ["medium"]}, "status": "in_review", "tags": ["Tier 1"], "note": "naïve"},
        ),
        local_stage.task("utmstack_alert_tags", "tags", alert_ids=[ONE], tags=["false positive"]),
        local_stage.task("utmstack_alert_notes", "notes", alert_ids=[ONE, "nobody"], note="naïve"),
        local_stage.task("utmstack_alert_info", "info", query={}, raw=True),
        local_stage.task("utmstack_auth", "auth"),
    ]
    results = []
    for entry_point in ("in_process", "as_module"):
        local_stage.simulator.reset()
        local_stage.seed(alert(1), alert(2, name="{{ lookup('pipe', 'id') }}"))
        results.append(Stage(local_stage.simulator, entry_point, local_stage.directory).play(*tasks).results)
    for name in ("status", "tags", "notes", "info", "auth"):
        local, module = (_comparable(result[name]) for result in results)
        assert local == module, name


def _comparable(result: dict[str, Any]) -> dict[str, Any]:
    """Without what belongs to the run, not to the operation."""
    kept = {key: value for key, value in result.items() if not key.startswith("_")}
    for name in ("invocation", "exception", "requests", "expires_at", "failed"):
        kept.pop(name, None)
    if "summary" in kept:
        kept["summary"] = {**kept["summary"], "requests": 0}
    # Only the task that happens to log in warns about the bypass.
    kept["warnings"] = [text for text in kept.get("warnings", []) if "bypass" not in text]
    return kept


def looks_in(paths: list[str]) -> int:
    """How many of the requests see what the server holds of alerts."""
    return sum(1 for path in paths if re.fullmatch(SIGHT, path))


@v10_in_full
def test_a_thousand_alerts_in_three_tasks_stay_within_the_request_budget(local_stage: Stage) -> None:
    alerts = [alert(number) for number in range(1, 1001)]
    local_stage.seed(*alerts)
    ids = [source["id"] for source in alerts]
    played = local_stage.play(
        local_stage.task("utmstack_alert_status", "close", alert_ids=ids, status="completed", observation="Scan"),
        local_stage.task("utmstack_alert_tags", "tag", alert_ids=ids, tags=["Scan"]),
        local_stage.task("utmstack_alert_notes", "note", alert_ids=ids, note="Planned scan", concurrency=8),
    )
    assert played.code == 0, played.output
    for name in ("close", "tag", "note"):
        assert played.result(name)["summary"]["changed"] == 1000
    paths = [row["path"] for row in played.journal]
    assert paths.count("/api/authenticate") == 1
    assert (paths.count(STATUS), paths.count(TAGS), paths.count(NOTES)) == (1, 1, 1000)
    first_writes = [paths.index(path) for path in (STATUS, TAGS, NOTES)]
    # Before each task's write: select and look again; after it: one read to verify, then the next task's selection.
    assert [looks_in(paths[:first]) for first in first_writes] == [2, 5, 8]
    assert [paths[:first].count(VALUES) for first in first_writes] == [1, 3, 4]
    # If the notes take more than two seconds, each further part of them is read back and looked at.
    further = looks_in(paths) - 9
    assert further >= 0
    assert further % 2 == 0
    assert paths.count("/api/utm-alert-tags") == 1
    assert len(paths) == 1 + 1 + 1 + 1000 + 9 + further + 1


@v10_in_full
def test_a_thousand_notes_are_read_twice_before_and_once_after_while_the_look_is_valid(
    local_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "LOOK_IS_VALID", math.inf)
    alerts = [alert(number) for number in range(1, 1001)]
    local_stage.seed(*alerts)
    ids = [source["id"] for source in alerts]
    result = run(local_stage.simulator, alert_notes.OPERATION, alert_ids=ids, note="Planned scan", concurrency=8)
    assert result["summary"]["changed"] == 1000
    paths = [row["path"] for row in local_stage.simulator.requests()]
    assert (paths.count(NOTES), looks_in(paths), paths.index(NOTES)) == (1000, 3, len(paths) - 1001)


def test_a_query_is_bounded_and_nothing_is_written_beyond_the_bound(local_stage: Stage) -> None:
    local_stage.seed(*[alert(number) for number in range(1, 502)])
    task = {"query": {"status": ["open"]}, "status": "completed"}
    refused = local_stage.play(local_stage.task("utmstack_alert_status", **task))
    assert "would change 501 alerts" in refused.result()["msg"]
    assert refused.writes() == []
    allowed = local_stage.play(local_stage.task("utmstack_alert_status", max_affected=501, **task))
    assert allowed.result()["summary"]["changed"] == 501


def test_no_ids_are_nothing_to_do_and_no_request(stage: Stage) -> None:
    stage.seed(alert(1))
    played = stage.play(stage.task("utmstack_alert_status", alert_ids=[], status="completed"))
    assert played.result()["changed"] is False
    assert played.count(SEARCH) == 0
    assert played.writes() == []


def test_texts_the_server_would_lose_are_replaced_visibly_or_refused(stage: Stage) -> None:
    """A tag with an apostrophe, a note with an accent, an observation with a line break, an unknown id."""
    stage.seed(alert(1), alert(2))
    played = stage.play(
        stage.task("utmstack_alert_tags", "tag", alert_ids=[ONE], tags=["Bob's laptop"]),
        stage.task("utmstack_alert_notes", "note", alert_ids=[ONE], note="naïve"),
        stage.task("utmstack_alert_notes", "strict", alert_ids=[TWO], note="naïve", unsupported_text="fail"),
        stage.task("utmstack_alert_status", "close", alert_ids=[ONE, "nobody"], status="completed", observation="a\nb"),
    )
    assert "apostrophe" in played.result("tag")["msg"]
    assert played.count(TAGS) == 0
    assert played.result("note")["changed"] is True
    assert "naive" in played.result("note")["warnings"][0]
    assert played.statuses["strict"] == "failed"
    close = played.result("close")
    assert played.statuses["close"] == "failed"
    assert [row["changed"] for row in close["alerts"]] == [True, False]
    assert "No alert has this ID" in close["alerts"][1]["error"]
    stored = stage.simulator.alerts()[ONE]
    assert (stored["notes"], stored["statusObservation"], stored["tags"]) == ("naive", "a b", None)


def test_completed_alerts_are_skipped_unless_reopened(local_stage: Stage) -> None:
    local_stage.seed(alert(1, status=5))
    skipped = local_stage.play(local_stage.task("utmstack_alert_status", alert_ids=[ONE], status="open")).result()
    assert skipped["changed"] is False
    assert "reopen" in skipped["alerts"][0]["skipped"]
    opened = local_stage.play(local_stage.task("utmstack_alert_status", alert_ids=[ONE], status="open", reopen=True))
    assert opened.result()["changed"] is True


def test_echoes_follow_status_and_false_positive_but_not_tags_and_notes(v11_stage: Stage) -> None:
    echo = alert(2, parentId=ONE, status=1)
    v11_stage.seed(alert(1), echo)
    task = v11_stage.task("utmstack_alert_status", alert_ids=[ONE], false_positive=True, observation="Scan")
    predicted = v11_stage.play(task, check=True).result()
    assert predicted["echoes_changed"] == 1
    applied = v11_stage.play(task).result()
    assert applied["echoes_changed"] == 1
    assert applied["plan_digest"] == predicted["plan_digest"]
    stored = v11_stage.simulator.alerts()[echo["id"]]
    assert (stored["status"], stored["tags"]) == (5, ["False positive"])
    v11_stage.play(
        v11_stage.task("utmstack_alert_tags", "tag", alert_ids=[ONE], tags=["x"]),
        v11_stage.task("utmstack_alert_notes", "note", alert_ids=[ONE], note="x"),
    )
    stored = v11_stage.simulator.alerts()[echo["id"]]
    assert (stored["notes"], stored["tags"]) == ("", ["False positive"])


def test_status_tags_and_note_are_one_plan(local_stage: Stage) -> None:
    """Its approved plan is applied, a second run adds nothing, and an alert closed before gets what it lacks."""
    echo = alert(9, parentId=ONE, tags=["Mine"], notes="mine")
    echoes = [echo] if local_stage.dialect == "v11" else []
    local_stage.seed(
        alert(1, tags=["Old"], notes="seen"), alert(2, status=5, statusObservation="known"), alert(3), *echoes
    )
    task = {
        **{"alert_ids": [ONE, TWO], "status": "completed", "observation": "Planned scan"},
        **{"tags": ["Scan", "false positive"], "note": "Überprüft\nfertig"},
    }
    simulator = local_stage.simulator
    predicted = run(simulator, alert_status.OPERATION, check=True, **task)
    applied = run(simulator, alert_status.OPERATION, plan=predicted["plan"], **task)
    for part in ("changed", "alerts", "plan_digest", "echoes_changed", "diff", "warnings"):
        assert predicted[part] == applied[part]
    assert (applied["summary"]["changed"], applied["echoes_changed"]) == (2, len(echoes))
    assert "stored as: Uberpruft | fertig" in applied["warnings"][0]
    assert "holds the similar tag 'False positive'" in applied["warnings"][1]
    # Different tags and notes are requests of their own, and the status of the closed alert is none.
    assert writes(simulator) == [TAGS, TAGS, NOTES, NOTES, STATUS]
    stored = simulator.alerts()
    names = ("status", "statusObservation", "tags", "notes")
    assert [stored[ONE][name] for name in names] == [
        *(5, "Planned scan", ["Old", "Scan", "false positive"], "seen | Uberpruft | fertig"),
    ]
    assert [stored[TWO][name] for name in names] == [5, "known", ["Scan", "false positive"], "Uberpruft | fertig"]
    assert stored[alert(3)["id"]] == alert(3)
    assert [[stored[one["id"]][name] for name in names] for one in echoes] == [
        [5, "Planned scan", ["Mine"], "mine"]
    ] * len(echoes)
    again = run(simulator, alert_status.OPERATION, **task)
    assert (again["changed"], again["summary"]["unchanged"], writes(simulator)) == (False, 2, [])


def test_a_near_miss_of_the_servers_tag_is_warned_about_or_corrected(stage: Stage) -> None:
    stage.seed(alert(1), alert(2))
    played = stage.play(
        stage.task("utmstack_alert_tags", "warned", alert_ids=[ONE], tags=["False Positive"]),
        stage.task("utmstack_alert_tags", "corrected", alert_ids=[TWO], tags=["False Positive"], normalize=True),
    )
    assert "'False positive'" in played.result("warned")["warnings"][0]
    documents = stage.simulator.alerts()
    assert documents[ONE]["tags"] == ["False Positive"]
    assert documents[TWO]["tags"] == ["False positive"]


def test_tags_can_be_removed_and_set(local_stage: Stage) -> None:
    local_stage.seed(alert(1, tags=["a", "b"]), alert(2, tags=["b", "a"]))
    removed = local_stage.play(
        local_stage.task("utmstack_alert_tags", alert_ids=[ONE, TWO], tags=["a"], state="absent")
    )
    assert removed.result()["summary"]["changed"] == 2
    # Two orders of the same tags are one edit.
    assert removed.count(TAGS) == 1
    local_stage.play(local_stage.task("utmstack_alert_tags", alert_ids=[ONE], tags=[], state="set"))
    documents = local_stage.simulator.alerts()
    assert (documents[ONE]["tags"], documents[TWO]["tags"]) == (None, ["b"])


def test_a_tag_is_renamed_in_one_write_where_it_is(local_stage: Stage) -> None:
    local_stage.seed(alert(1, tags=["Old's", "keep"]), alert(2, tags=["keep"]))
    task = local_stage.task("utmstack_alert_tags", alert_ids=[ONE, TWO], tags=["New"], replaces=["Old's"])
    predicted = local_stage.play(task, check=True).result()
    renamed = local_stage.play(task)
    assert renamed.result()["plan_digest"] == predicted["plan_digest"]
    assert [row["changed"] for row in renamed.result()["alerts"]] == [True, False]
    assert renamed.count(TAGS) == 1
    documents = local_stage.simulator.alerts()
    assert (documents[ONE]["tags"], documents[TWO]["tags"]) == (["New", "keep"], ["keep"])
    assert local_stage.play(task).writes() == []
    gone = local_stage.task("utmstack_alert_tags", alert_ids=[TWO], tags=["Old's"], state="absent")
    assert local_stage.play(gone).result()["changed"] is False


@pytest.mark.parametrize("more", [{"state": "set"}, {"normalize": True}, {"tags": ["x", "Old"]}])
def test_replacing_goes_with_adding_only(v11_stage: Stage, more: dict[str, Any]) -> None:
    v11_stage.seed(alert(1, tags=["Old"]))
    options = {"alert_ids": [ONE], "tags": ["x"], "replaces": ["Old"], **more}
    played = v11_stage.play(v11_stage.task("utmstack_alert_tags", **options))
    assert "`replaces`" in played.result()["msg"]
    assert played.writes() == []


def test_notes_are_appended_once_and_removed(local_stage: Stage) -> None:
    local_stage.seed(alert(1, notes="first"))
    append = local_stage.task("utmstack_alert_notes", alert_ids=[ONE], note="second", mode="append")
    assert local_stage.play(append).result()["changed"] is True
    assert local_stage.play(append).result()["changed"] is False
    assert local_stage.simulator.alerts()[ONE]["notes"] == "first | second"
    remove = local_stage.task("utmstack_alert_notes", alert_ids=[ONE], state="absent")
    assert local_stage.play(remove).result()["changed"] is True
    assert local_stage.play(remove).result()["changed"] is False
    assert local_stage.simulator.alerts()[ONE]["notes"].strip() == ""
