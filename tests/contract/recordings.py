# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which recordings there are: a folder for each major version, a transcript for each area."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def dialects(folder: Path = HERE) -> list[str]:
    """The major versions that `folder` holds recordings of, the oldest first."""
    return sorted((path.name for path in folder.glob("v[0-9]*") if path.is_dir()), key=lambda name: int(name[1:]))


def transcripts(dialect: str, folder: Path = HERE) -> list[Path]:
    """The transcripts of a major version, by area."""
    return sorted((folder / dialect).glob("*.json"))
