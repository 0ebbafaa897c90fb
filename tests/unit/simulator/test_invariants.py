# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever sequence of calls comes, the documents keep what a real server's documents keep."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utmstack_simulator.alerts import LABELS, mark_as_incident, set_note, set_status, set_tags
from utmstack_simulator.dialect import dialect
from utmstack_simulator.rule_engine import run_rule_engine
from utmstack_simulator.scripts import ScriptRefused
from utmstack_simulator.world import World

from .conftest import IDS, document

TEXTS = st.text("ab'\"\\\n ü", max_size=6)
CHOSEN = st.lists(st.sampled_from([*IDS, "e1", "nobody"]), min_size=1, max_size=3)
CALLS = st.one_of(
    st.tuples(st.just("status"), CHOSEN, st.sampled_from(list(LABELS)), TEXTS, st.booleans()),
    st.tuples(st.just("tags"), CHOSEN, st.lists(TEXTS, max_size=3)),
    st.tuples(st.just("note"), st.sampled_from(IDS), TEXTS),
    st.tuples(st.just("incident"), CHOSEN, TEXTS, st.integers(0, 9), TEXTS),
    st.tuples(st.just("tick")),
)


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
        for stored in here.documents.all():
            source = stored.source
            assert source["statusLabel"] == LABELS[source["status"]]
            assert source["tags"] is None or isinstance(source["tags"], list)
            assert all(isinstance(tag, str) for tag in source["tags"] or [])
            assert isinstance(source["statusObservation"], str)
            if source["isIncident"]:
                marked.add(stored.id)
                assert source["incidentDetail"]["incidentId"].isdigit()
            assert source["isIncident"] is (stored.id in marked)
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
