# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts and selections for tests on plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert
from ansible_collections.utmstack.siem.plugins.module_utils.writing.selected import Selection

PLAIN = Alert(
    id="a1",
    name="Repeated failed logins",
    timestamp="2026-11-20T10:00:00.000Z",
    status="open",
    severity="medium",
    tags=(),
    notes="",
    observation="",
    parent_id=None,
)


def alert(alert_id: str = "a1", **fields: Any) -> Alert:
    """An open alert, apart from `fields`."""
    return replace(PLAIN, id=alert_id, **fields)


def selection(*alerts: Alert, echoes: dict[str, Sequence[Alert]] | None = None, **fields: Any) -> Selection:
    """A selection of exactly these alerts."""
    return Selection(alerts, echoes=echoes, **fields)
