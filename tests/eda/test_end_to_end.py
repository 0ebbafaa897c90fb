# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the event to the changed alert, and how a rulebook ends."""

from __future__ import annotations

from pathlib import Path

from utmstack_simulator.process import SimulatorProcess

from ..integration.playing import DAY, alert
from .conftest import Start

PLAYBOOKS = Path(__file__).parent / "playbooks"


def test_a_playbook_of_a_rulebook_changes_the_alert(siem: SimulatorProcess, rulebook_process: Start) -> None:
    row = alert()
    siem.documents([{"index": DAY[siem.dialect], "id": row["id"], "source": row}])
    rulebook = {
        "name": "Acknowledge",
        "hosts": "all",
        "sources": [{"eda.builtin.generic": {"payload": [{"alert_ids": [row["id"]]}], "shutdown_after": 60}}],
        "rules": [
            {
                "name": "Acknowledge each alert",
                "condition": "event.alert_ids is defined",
                "action": {"run_playbook": {"name": str(PLAYBOOKS / "acknowledge.yml"), "copy_files": False}},
            }
        ],
    }
    process = rulebook_process([rulebook])
    process.wait_for(lambda: siem.alerts()[row["id"]]["status"] == 3)
