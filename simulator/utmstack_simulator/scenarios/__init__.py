# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts to start a server with, by the name of a scenario or from a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from . import soc_day

SCENARIOS: dict[str, Callable[[str, datetime], list[dict[str, Any]]]] = {"soc-day": soc_day.documents}


def load(scenario: str, dialect: str) -> list[dict[str, Any]]:
    """Return the documents `{"index", "id", "source"}` of a scenario.

    :param scenario: a JSON file, or one of `SCENARIOS`.
    """
    path = Path(scenario)
    if path.exists():
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return rows
    if scenario not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        raise SystemExit(f"{scenario!r} is neither a file nor a scenario. Give the path of a JSON file, or {known}.")
    return SCENARIOS[scenario](dialect, datetime.now(timezone.utc))
