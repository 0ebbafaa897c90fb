# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CONTAIN and IS_IN_FIELDS with more words than the recordings have."""

from __future__ import annotations

import pytest

from utmstack_simulator.engine.documents import DailyIndex, Document
from utmstack_simulator.engine.query import OPERATORS

NAMES = {
    "ab": "alpha - beta",
    "a": "alpha only",
    "b": "beta only",
    "abc": "alpha beta gamma",
    "g": "gamma",
    "t": "İSTANBUL",
}


@pytest.fixture(scope="module")
def daily() -> DailyIndex:
    index = DailyIndex("alert-2026-11-20")
    for number, (alert_id, name) in enumerate(NAMES.items()):
        index.add(Document(index.name, alert_id, {"id": alert_id, "name": name}, number))
    return index


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        # A word that holds no letter is no clause.
        ("CONTAIN", "alpha - beta", "ab abc"),
        ("CONTAIN", "alpha OR - beta", "ab b abc"),
        ("CONTAIN", "alpha OR beta NOT gamma x", ""),
        ("CONTAIN", "alpha OR gamma OR beta", "ab a b abc g"),
        ("CONTAIN", "alpha AND NOT gamma AND beta", "ab"),
        ("CONTAIN", " alpha ", "ab a abc"),
        ("CONTAIN", "İSTAN", "t"),
        ("IS_IN_FIELDS", "alpha NOT gamma beta", "ab a b"),
        ("IS_IN_FIELDS", "alpha NOT gamma AND beta", "ab b"),
        ("IS_IN_FIELDS", "alpha AND beta gamma", "ab abc"),
    ],
)
def test_words_are_joined_as_the_engine_joins_them(daily: DailyIndex, operator: str, value: str, found: str) -> None:
    ids = {daily.documents[number].id for number in OPERATORS[operator](daily, "name", value)}
    assert ids == set(found.split())
