# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The project's copy of the transcripts is complete, unchanged, and the newest there is."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .recordings import HERE, dialects, transcripts

SHARED = HERE.parents[2] / "shared" / "contract"
SUMS = {
    name: digest for digest, name in (line.split(maxsplit=1) for line in (HERE / "SHA256SUMS").read_text().splitlines())
}


def differing(folder: Path) -> list[str]:
    """Files of the list that are missing in `folder` or have other bytes."""
    return [
        name
        for name, digest in SUMS.items()
        if not (folder / name).exists() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]


def test_no_transcript_was_edited() -> None:
    assert len(SUMS) >= 34
    assert differing(HERE) == []


def test_the_copy_is_not_stale() -> None:
    """Where the shared recordings lie beside the checkout, they are the measure; elsewhere the list is."""
    source = SHARED if SHARED.exists() else HERE
    recorded = {f"{dialect}/{path.name}" for dialect in dialects(source) for path in transcripts(dialect, source)}
    assert recorded | {"replay.py", "README.md"} == set(SUMS), (
        "the list of recordings changed; run make contract-refresh"
    )
    assert differing(source) == [], "the copy is stale; run make contract-refresh"
