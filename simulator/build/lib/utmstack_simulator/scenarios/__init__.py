# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to start a server with, by the name of a scenario or from a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..backend.start import Start
from . import soc_day, soc_month

SCENARIOS: dict[str, Callable[[str, datetime], Start]] = {"soc-day": soc_day.start, "soc-month": soc_month.start}


def load(scenario: str, dialect: str) -> Start:
    """Return what a server holds in a scenario.

    :param scenario: a JSON file of documents `{"index", "id", "source"}`, or one of `SCENARIOS`.
    """
    path = Path(scenario)
    if path.exists():
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return Start(documents=rows)
    if scenario not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        raise SystemExit(f"{scenario!r} is neither a file nor a scenario. Give the path of a JSON file, or {known}.")
    return SCENARIOS[scenario](dialect, datetime.now(timezone.utc))
