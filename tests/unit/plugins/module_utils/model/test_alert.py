# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import COMMON_FIELDS, alert_from, common_fields
from hypothesis import given
from hypothesis import strategies as st

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
DOCUMENTS = st.dictionaries(
    st.sampled_from(
        [
            "id",
            "@timestamp",
            "status",
            "severity",
            "tags",
            "notes",
            "parentId",
            "incidentDetail",
            "isIncident",
            "source",
        ]
    ),
    ODD,
)


@given(DOCUMENTS, st.sampled_from([V10, V11]))
def test_whatever_the_server_stores_becomes_an_alert(document: dict[str, Any], dialect: Any) -> None:
    common = common_fields(alert_from(document, dialect), dialect)
    assert tuple(common) == tuple(COMMON_FIELDS)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (1, "automatic_review"),
        (2, "open"),
        (3, "in_review"),
        (5, "completed"),
        (4, "unknown (4)"),
        (True, "unknown (True)"),
        ([2], "unknown ([2])"),
    ],
)
def test_codes_become_words(code: Any, word: str) -> None:
    assert alert_from({"status": code}, V11).status == word


def test_flat_places_of_v10_stand_where_v11_has_them() -> None:
    document = {"source": {"ip": "10.0.0.5", "country": "Germany", "port": 22}}
    side = common_fields(alert_from(document, V10), V10)["adversary"]
    assert side == {"ip": "10.0.0.5", "port": 22, "geolocation": {"country": "Germany"}}


def test_tags_that_are_no_text_stay_what_they_are() -> None:
    """Null is no tag; written as Python writes it, "None" would become one with the next change of tags."""
    assert alert_from({"tags": [None, 5, True, "Scan"]}, V11).tags == ("5", "true", "Scan")
    assert alert_from({"tags": None}, V11).tags == ()
