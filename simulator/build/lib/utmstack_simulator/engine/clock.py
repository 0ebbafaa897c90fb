# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The current time in the server's format."""

from __future__ import annotations

import time

from .java import instant_of


def instant_text() -> str:
    """The current time as Java prints it: ``2026-11-20T10:00:00.250Z``, on a full second ``2026-11-20T10:00:00Z``."""
    return instant_of(time.time_ns() // 1_000_000)
