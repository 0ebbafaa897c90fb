# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The targets of the Makefile, and those that the parts of a script run."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = frozenset(re.findall(r"^([a-z][a-z-]*):", TEXT, re.MULTILINE))


def targets_of_parts(script: str) -> set[str]:
    """The targets in a script whose parts are ``NAME: make TARGET...``."""
    text = (ROOT / script).read_text(encoding="utf-8")
    return {name for names in re.findall(r": make ([a-z][a-z -]+)", text) for name in names.split()}
