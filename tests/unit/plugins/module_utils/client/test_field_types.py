# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types of fields are read once per task."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import ServerError

from ..exchanges import Exchange, exchanged


def answered(**answer: Any) -> Exchange:
    return Exchange("GET", "/api/elasticsearch/index/properties", [("indexPattern", "v11-alert-*")], **answer)


def test_they_are_read_once_and_other_types_outrank_text(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("a", "text"), ("a", "long"), ("a.keyword", "keyword"), ("b", "boolean"), ("b", "text"), ("c", "text")]
    with exchanged(monkeypatch, answered(answer=[{"name": name, "type": kind} for name, kind in rows])) as (client, _):
        for _again in range(2):
            stored = client.dialect.stored
            assert stored is not None
            assert stored.types == {"a": "long", "a.keyword": "keyword", "b": "boolean", "c": "text"}


@pytest.mark.parametrize("answer", [{"status": 404}, {"answer": []}])
def test_before_the_first_alert_there_are_none(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]) -> None:
    with exchanged(monkeypatch, answered(**answer)) as (client, _waits):
        assert client.stored.types == {}


def test_types_that_cannot_be_read_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with exchanged(monkeypatch, answered(status=403)) as (client, _waits), pytest.raises(ServerError):
        _types = client.stored.types
