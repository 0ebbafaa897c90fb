# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The current time in the server's format."""

from __future__ import annotations

from datetime import datetime, timezone

MILLISECONDS = "%Y-%m-%dT%H:%M:%S.%f"


def instant_text() -> str:
    """The current time with milliseconds, such as ``2026-11-20T10:00:00.000Z``."""
    return datetime.now(timezone.utc).strftime(MILLISECONDS)[:-3] + "Z"
