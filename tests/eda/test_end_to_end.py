# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the alert to the event, and from the event to the playbook that changes the alert."""

from __future__ import annotations

from utmstack_simulator.process import SimulatorProcess

from .conftest import Start
from .kill_lab import IN_REVIEW, Arrivals

RULEBOOK = [
    {
        "name": "Triage",
        "hosts": "all",
        "sources": [{"utmstack.siem.alerts": {"interval": 0.5}}],
        "rules": [
            {
                "name": "Triage each alert",
                "condition": 'event.kind == "opened"',
                "action": {
                    "run_playbook": {
                        "name": "utmstack.siem.triage",
                        "extra_vars": {
                            "alert_triage_alert_ids": ["{{ event.alert.id }}"],
                            "alert_triage_review_severities": ["medium"],
                        },
                    }
                },
            }
        ],
    }
]


def test_triage_changes_the_alert_of_the_event_and_no_other(siem: SimulatorProcess, rulebook_process: Start) -> None:
    arrivals = Arrivals(siem)
    arrivals.release(1)
    (earlier,) = arrivals.ids
    process = rulebook_process(RULEBOOK)
    process.wait_for(lambda: siem.requests(path="/api/elasticsearch/property/values-with-count"))
    arrivals.release(1)
    process.wait_for(lambda: siem.alerts()[arrivals.ids[1]]["status"] == IN_REVIEW)
    process.wait_for("PLAY RECAP")
    # What was open when the source started is not new.
    assert arrivals.waiting() == [earlier]
