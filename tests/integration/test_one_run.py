# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts of one run that write the same alerts at the same time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .playing import Stage, alert

pytestmark = pytest.mark.cold

HOSTS = [f"pc-{number}" for number in range(3)]
ONE, TWO = alert(1)["id"], alert(2)["id"]
SEARCH = "/api/elasticsearch/search"
LINE = "{{ inventory_hostname }} is isolated"


def test_each_host_adds_its_line_and_its_tag(v11_stage: Stage) -> None:
    """In the controller's process, as a module, and in the background."""
    v11_stage.seed(alert(1, notes="first"), alert(2, tags=["Kept"]))
    # Slow reads, so that each host has read the alert before another one has written it.
    v11_stage.simulator.faults({"kind": "delay", "seconds": 0.15, "path": SEARCH})
    note: dict[str, Any] = {"alert_ids": [ONE], "note": LINE, "mode": "append"}
    tag: dict[str, Any] = {"alert_ids": [ONE, TWO], "tags": ["{{ inventory_hostname }}"]}
    tasks = [
        v11_stage.task("utmstack_alert_notes", "note", **note),
        {**v11_stage.task("utmstack_alert_tags", "tag", **tag), "environment": {"SOMETHING": "set"}},
        {
            **v11_stage.task("utmstack_alert_notes", "more", **{**note, "note": "{{ inventory_hostname }} is clean"}),
            **{"async": 60, "poll": 1},
        },
    ]
    hosts = ["-i", ",".join(HOSTS), "-e", json.dumps({"ansible_connection": "local"}), "--forks", "4"]
    played = v11_stage.play(*tasks, arguments=hosts, play={"hosts": ",".join(HOSTS)})
    v11_stage.simulator.faults()
    assert played.code == 0, played.output
    held = v11_stage.simulator.alerts()
    first, *lines = held[ONE]["notes"].split(" | ")
    assert first == "first"
    assert sorted(lines) == sorted([f"{host} is {state}" for host in HOSTS for state in ("isolated", "clean")])
    assert (sorted(held[ONE]["tags"]), sorted(held[TWO]["tags"])) == (HOSTS, ["Kept", *HOSTS])


def test_one_of_many_that_fails_is_shown_first(stage: Stage) -> None:
    stage.seed(*(alert(number) for number in range(1, 121)))
    ids = [alert(number)["id"] for number in range(1, 121)]
    tagged = {**stage.task("utmstack_alert_tags", alert_ids=[*ids, "gone"], tags=["x"]), "register": "tagged"}
    complete = [
        "tagged.diff.alerts | selectattr('changed') | map(attribute='id') | sort == ids | sort",
        "tagged.diff.alerts | selectattr('error') | map(attribute='id') == ['gone']",
    ]
    check = {"name": "check", "ansible.builtin.assert": {"that": complete}}
    played = stage.play(tagged, check, options=None, play={"vars": {"ids": ids}})
    assert (played.statuses["it"], played.code) == ("failed", 0), played.output
    shown = played.output[played.output.index("fatal:") :].partition("...ignoring")[0]
    assert ids[-1] not in shown
    assert shown.index("gone") < shown.index(ids[0])
    assert len(shown) < 40_000
