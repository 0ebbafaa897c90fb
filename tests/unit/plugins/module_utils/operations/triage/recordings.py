# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small recordings with decisions, for the tests of the backtest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SIDES = {"v10": ("source", "destination"), "v11": ("adversary", "target")}


def stored(number: int, dialect: str = "v11", **fields: Any) -> dict[str, Any]:
    """A stored alert that an analyst closed as a false positive."""
    source, target = SIDES[dialect]
    return {
        "id": f"a{number}",
        "@timestamp": "2026-11-20T10:00:00.000Z",
        "name": "Port scan",
        "status": 5,
        "statusObservation": "closed by hand",
        "severity": 2,
        "tags": ["False positive"],
        source: {"ip": "10.20.0.5"},
        target: {"host": "web-01"},
        **fields,
    }


def decision(**values: Any) -> dict[str, Any]:
    """What an analyst decided, as recorded: closed as a false positive."""
    return {
        "status": "completed",
        "false_positive": True,
        "incident": False,
        "source": "analyst",
        "by": "alice",
        "at": "2026-11-20T11:00:00Z",
        **values,
    }


def recorded(*pairs: tuple[Mapping[str, Any], Any], dialect: str = "v11", **head: Any) -> dict[str, Any]:
    """The content of a recording of alerts and what was decided about each, None for nothing."""
    return {
        "dialect": dialect,
        "recorded_at": "2026-11-21T00:00:00Z",
        "server_history": True,
        "decisions": {alert["id"]: decided for alert, decided in pairs if decided is not None},
        "assets": [],
        "anonymized": False,
        "complete": True,
        "alerts": [alert for alert, _decided in pairs],
        **head,
    }
