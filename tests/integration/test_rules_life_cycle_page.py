# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/rules-life-cycle.md does what it says, command by command."""

from __future__ import annotations

from pathlib import Path

import pytest

from .walks import walk


@pytest.mark.full
def test_the_commands_of_the_page_do_what_it_says(tmp_path: Path) -> None:
    walk("docs/rules-life-cycle.md", tmp_path)
