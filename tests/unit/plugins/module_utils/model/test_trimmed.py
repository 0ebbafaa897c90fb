# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts that a writer keeps without the rest of their documents."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import WritableFields, alert_from, trimmed

V11 = DIALECTS["v11"]
STORED: dict[str, Any] = {
    "id": "a1",
    "name": "Scan",
    "status": 2,
    "statusObservation": "",
    "tags": ["x"],
    "events": [{}],
}


def test_what_may_be_written_is_kept_as_it_is_stored() -> None:
    alert = alert_from(STORED, V11)
    kept = trimmed(alert, V11, {})
    assert kept == alert
    assert dict(kept.document) == {"statusObservation": "", "tags": ["x"], "notes": None}


def test_what_was_let_go_is_an_error_and_not_null() -> None:
    kept = trimmed(alert_from(STORED, V11), V11, {})
    with pytest.raises(KeyError):
        kept.document.get("events")


def test_alerts_share_a_document_only_if_they_hold_the_same() -> None:
    known: dict[str, WritableFields] = {}
    documents = [
        trimmed(alert_from({**STORED, "id": str(number), "notes": note}, V11), V11, known).document
        for number, note in enumerate(["", "", None, "[]", []])
    ]
    assert documents[0] is documents[1]
    assert len({id(document) for document in documents}) == 4
    assert [document.get("notes") for document in documents] == ["", "", None, "[]", []]
