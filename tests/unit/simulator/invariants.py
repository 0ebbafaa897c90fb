# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random calls that change alerts, and what holds for the stored documents after each."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from utmstack_simulator.backend.alerts import LABELS

from .simulated import IDS

TEXTS = st.text("ab'\"\\\n ü", max_size=6)


CHOSEN = st.lists(st.sampled_from([*IDS, "e1", "nobody"]), min_size=1, max_size=3)


CALLS = st.one_of(
    st.tuples(st.just("status"), CHOSEN, st.sampled_from(list(LABELS)), TEXTS, st.booleans()),
    st.tuples(st.just("tags"), CHOSEN, st.lists(TEXTS, max_size=3)),
    st.tuples(st.just("note"), st.sampled_from(IDS), TEXTS),
    st.tuples(st.just("incident"), CHOSEN, TEXTS, st.integers(0, 9), TEXTS),
    st.tuples(st.just("tick")),
)


def check(sources: dict[str, dict[str, Any]], marked: set[str]) -> None:
    """The invariants; `marked` are the alerts that were in an incident before, and gets those that are now."""
    for alert_id, source in sources.items():
        assert source["statusLabel"] == LABELS[source["status"]]
        assert source["tags"] is None or isinstance(source["tags"], list)
        assert all(isinstance(tag, str) for tag in source["tags"] or [])
        assert isinstance(source["statusObservation"], str)
        assert isinstance(source["notes"], str)
        if source["isIncident"]:
            marked.add(alert_id)
            assert source["incidentDetail"]["incidentId"].isdigit()
        assert source["isIncident"] is (alert_id in marked)
