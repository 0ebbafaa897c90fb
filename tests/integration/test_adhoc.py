# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules called ad hoc through pytest-ansible, as `ansible -m` would."""

from __future__ import annotations

from typing import Any

from .playing import Stage, alert


def test_an_alert_is_closed_and_stays_closed(local_stage: Stage, ansible_adhoc: Any) -> None:
    local_stage.seed(alert(1))
    hosts = ansible_adhoc(inventory="localhost,", connection="local", host_pattern="localhost")
    options = {
        "url": local_stage.simulator.url,
        "username": "admin",
        "password": "Adm1n-pass",
        "bypass_two_factor": True,
        "alert_ids": [alert(1)["id"]],
        "status": "completed",
    }
    close = getattr(hosts.all, "utmstack.siem.utmstack_alert_status")
    first, second = (close(**options)["localhost"] for _run in range(2))
    assert first["changed"] is True, first
    assert second["changed"] is False
    assert local_stage.simulator.alerts()[alert(1)["id"]]["status"] == 5
