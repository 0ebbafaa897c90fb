# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading lists page by page."""

from __future__ import annotations

# The server silently cuts larger pages; with pages of this size the whole search window of 10,000 rows can be read.
PAGE_SIZE = 2000
