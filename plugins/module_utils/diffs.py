# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``--diff`` shows: one compact line per changed field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import printable


def field_lines(label: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """One line per field of `after` that `before` has not or has otherwise; no text can act on the terminal."""
    return [
        f"{label} {name}: {_shown(before.get(name))} -> {_shown(value)}\n"
        for name, value in after.items()
        if name not in before or before[name] != value
    ]


def _shown(value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, list):
        return "[" + ", ".join(printable(str(item), 80) for item in value) + "]"
    return printable(str(value), 120) or '""'
