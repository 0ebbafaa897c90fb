# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's markup of option descriptions in other forms."""

from __future__ import annotations

import re
from typing import Any

# Its letter, and the text in it.
MARKUP = re.compile(r"\b([OVECM]|RV)\(((?:[^()]|\([^()]*\))*)\)")


def plain(text: Any) -> str:
    """Ansible's markup as Markdown, on one line."""
    parts = text if isinstance(text, list) else [text]
    joined = " ".join(" ".join(str(part).split()) for part in parts)
    return MARKUP.sub(lambda match: f"`{match[2]}`", joined)
