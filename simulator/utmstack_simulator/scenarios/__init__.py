# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores to start with: by name (a module here) or from a file."""

from __future__ import annotations

import importlib
import importlib.util
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any


def load(scenario: str, dialect: str) -> list[dict[str, Any]]:
    """Documents `{"index", "id", "source"}` of a scenario.

    :param scenario: a file, or the name of a module in this package, with dashes.
    """
    path = Path(scenario)
    if path.exists():
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return rows
    name = f"{__name__}.{scenario.replace('-', '_')}"
    if importlib.util.find_spec(name) is None:
        raise SystemExit(f"There is no file and no scenario {scenario!r}.")
    made: list[dict[str, Any]] = importlib.import_module(name).documents(dialect, datetime.now(timezone.utc))
    return made
