# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenario is reproducible, plausible in its numbers, and hostile where it should be."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from utmstack_simulator.engine.documents import DocumentStore
from utmstack_simulator.scenarios import load
from utmstack_simulator.scenarios.soc_day import documents
from utmstack_simulator.scenarios.soc_day_stories import HOSTILE_NAMES

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize("dialect", ["v10", "v11"])
def test_a_day_of_about_1200_alerts(dialect: str) -> None:
    rows = documents(dialect, NOW)
    assert 1150 <= len(rows) <= 1250
    assert len({row["id"] for row in rows}) == len(rows)
    sources = [row["source"] for row in rows]
    assert {source["status"] for source in sources} == {1, 2, 3, 5}
    assert {source["severity"] for source in sources} == {1, 2, 3}
    assert len({row["index"] for row in rows}) >= 2
    assert all(source["@timestamp"] <= "2026-11-20T15:30:00.000Z" for source in sources)
    echoes = [source for source in sources if "parentId" in source]
    assert bool(echoes) is (dialect == "v11")
    ids = {row["id"] for row in rows}
    assert all(source["parentId"] in ids for source in echoes)


@pytest.mark.parametrize("dialect", ["v10", "v11"])
def test_it_is_seeded_and_the_engine_takes_every_document(dialect: str) -> None:
    rows = documents(dialect, NOW)
    assert rows == documents(dialect, NOW)
    store = DocumentStore()
    for row in rows:
        store.put(row["index"], row["id"], row["source"])
    assert len(store) == len(rows)


def test_hostile_names_are_there() -> None:
    names = {row["source"]["name"] for row in documents("v11", NOW)}
    assert set(HOSTILE_NAMES) <= names
    assert any(len(name) == 20_000 for name in names)
    assert any("\u202e" in name for name in names)


def test_an_unknown_scenario_is_named() -> None:
    with pytest.raises(SystemExit, match="no-such-day"):
        load("no-such-day", "v11")
