# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of alerts keep the documents as a real server does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utmstack_simulator.backend.alerts import mark_as_incident, set_note, set_status, set_tags
from utmstack_simulator.backend.rule_engine import run_rule_engine
from utmstack_simulator.engine.scripts import ScriptRefused
from utmstack_simulator.state.dialect import dialect
from utmstack_simulator.state.world import World

from ..invariants import CALLS, check
from ..simulated import IDS, document


def carry_out(here: World, call: tuple[Any, ...]) -> None:
    kind, *rest = call
    try:
        if kind == "status":
            ids, status, text, false_positive = rest
            set_status(here, ids, status, text, "admin", false_positive)
        elif kind == "tags":
            set_tags(here, *rest, "admin")
        elif kind == "note":
            set_note(here, *rest, "admin")
        elif kind == "incident":
            mark_as_incident(here, *rest, "admin")
        else:
            run_rule_engine(here)
    except ScriptRefused:
        # The backend answers 500 and stores nothing.
        return


@pytest.mark.parametrize("name", ["v10", "v11"])
@given(st.lists(CALLS, max_size=12))
def test_documents_obey_the_invariants(name: str, calls: list[tuple[Any, ...]]) -> None:
    here = World(dialect(name))
    here.compile_budget.resize(None, 1)
    index = here.dialect.alert_pattern.replace("*", "2026-11-20")
    for row in (*(document(alert_id) for alert_id in IDS), document("e1", parentId=IDS[0])):
        here.documents.put(index, row["id"], row["source"])
    marked: set[str] = set()
    for call in calls:
        carry_out(here, call)
        check({stored.id: stored.source for stored in here.documents.all()}, marked)
    # The lists behind the searches say the same as the documents.
    daily = here.documents.indices[index]
    for stored in here.documents.all():
        assert stored.number in daily.terms("status")[stored.source["status"]]


def test_children_follow_a_status_on_v11_only() -> None:
    for name, expected in (("v10", 2), ("v11", 5)):
        here = World(dialect(name))
        index = here.dialect.alert_pattern.replace("*", "2026-11-20")
        for row in (document("p"), document("c", parentId="p")):
            here.documents.put(index, row["id"], row["source"])
        set_status(here, ["p"], 5, "", "admin", False)
        statuses = {stored.id: stored.source["status"] for stored in here.documents.all()}
        assert SimpleNamespace(**statuses) == SimpleNamespace(p=5, c=expected)
