# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's own history of status changes, with its gaps."""

from __future__ import annotations

from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_history_info, alert_status

from .direct import run
from .playing import Stage, alert, on_11_2_too

IDS = [alert(number)["id"] for number in range(12)]


@on_11_2_too
def test_who_gave_an_alert_which_status(stage: Stage) -> None:
    stage.seed(alert(1))
    close = stage.task("utmstack_alert_status", "close", alert_ids=IDS[1:2], status="completed", observation="by hand")
    history = stage.task("utmstack_alert_history_info", "history", since="1h", alert_ids=IDS[1:2])
    played = stage.play(close, history)
    [entry] = played.result("history")["entries"]
    assert (entry["alert_id"], entry["user"], entry["status"]) == (IDS[1], "admin", "completed")
    assert entry["observation"] == "by hand"
    assert stage.play(history, check=True).result("history")["entries"] == [entry]


@on_11_2_too
def test_of_many_at_once_the_server_notes_ten(local_stage: Stage) -> None:
    local_stage.seed(*(alert(number) for number in range(12)))
    run(local_stage.simulator, alert_status.OPERATION, alert_ids=IDS, status="in_review")
    entries = run(local_stage.simulator, alert_history_info.OPERATION)["entries"]
    assert {entry["status"] for entry in entries} == {"in_review"}
    assert len({entry["alert_id"] for entry in entries}) == 10
    coverage = run(local_stage.simulator, alert_history_info.OPERATION, since="2026-11-01")["coverage"]
    assert coverage == {"touched": 12, "recorded": 10, "missing": 2}
    assert "90m" in run(local_stage.simulator, alert_history_info.OPERATION, since="last week")["msg"]
