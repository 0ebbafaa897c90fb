# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task runs: in process, where a run shares a login, or as a module with a login of its own."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import Stage, alert

pytestmark = pytest.mark.cold

LOGIN = "/api/authenticate"


def two_tasks(stage: Stage, **keywords: Any) -> list[dict[str, Any]]:
    """Two tasks that need a login."""
    stage.seed(alert(1))
    names = ("one", "two")
    return [{**stage.task("utmstack_alert_info", name, query={}), **keywords} for name in names]


def test_a_local_connection_shares_one_login(v11_stage: Stage) -> None:
    played = v11_stage.play(*two_tasks(v11_stage))
    assert (played.code, played.count(LOGIN)) == (0, 1), played.output


@pytest.mark.parametrize(
    "keywords",
    [
        pytest.param({"async": 60, "poll": 1}, id="async"),
        pytest.param({"become": True, "become_method": "ansible.builtin.su"}, id="become"),
        pytest.param({"environment": {"SOMETHING": "set"}}, id="environment"),
        pytest.param({"delegate_to": "elsewhere"}, id="delegated"),
        pytest.param({"vars": {"ansible_connection": "ansible.builtin.ssh"}, "delegate_to": "localhost"}, id="remote"),
    ],
)
def test_everything_else_goes_the_module_way(v11_stage: Stage, keywords: dict[str, Any], request: Any) -> None:
    tasks = two_tasks(v11_stage, **keywords)
    played = v11_stage.play(*tasks, play={"hosts": "localhost"}, arguments=["-i", "localhost,elsewhere,"])
    if request.node.callspec.id == "remote":
        # Nobody listens for SSH here: that the task tried is what is to be seen.
        assert played.count(LOGIN) == 0
        assert set(played.statuses.values()) <= {"unreachable", "failed"}
    else:
        assert (played.code, played.count(LOGIN)) == (0, 2), played.output


def test_a_loop_is_one_login_and_a_result_per_item(v11_stage: Stage) -> None:
    v11_stage.seed(alert(1), alert(2))
    task = v11_stage.task("utmstack_alert_tags", alert_ids=["{{ item }}"], tags=["x"])
    played = v11_stage.play({**task, "loop": [alert(1)["id"], alert(2)["id"]]})
    assert [item["changed"] for item in played.result()["results"]] == [True, True]
    assert played.count(LOGIN) == 1
