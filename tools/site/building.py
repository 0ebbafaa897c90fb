# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the pages in docs/reference, and builds the site."""

from __future__ import annotations

from pathlib import Path

from tools.site.reference import SIMPLE, Reference


def write_pages(root: Path) -> int:
    """Write docs/reference, and remove pages of what is no longer there."""
    folder = root / "docs" / "reference"
    folder.mkdir(exist_ok=True)
    pages = Reference.load(root).pages(SIMPLE)
    for path in sorted(folder.iterdir()):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"docs/reference: {len(pages)} pages")
    return 0


def build(root: Path, target: Path) -> int:
    """Not yet."""
    raise NotImplementedError
