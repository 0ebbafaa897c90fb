# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of README.md show what runs of today do, and load nothing."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from tools import recording, screenshot

MAX_BYTES = 200_000


@pytest.mark.full
def test_the_terminal_shows_what_the_playbook_does() -> None:
    drawn = recording.TARGET.read_text(encoding="utf-8")
    assert recording.facts(drawn) == recording.facts(recording.picture(recording.record())), "run make pictures"


@pytest.mark.full
def test_the_figures_of_the_report_are_those_of_a_new_one(tmp_path: Path) -> None:
    assert screenshot.shown() == screenshot.alternative(screenshot.written(tmp_path)), "run make pictures"


def test_the_terminal_shows_three_runs() -> None:
    drawn = recording.TARGET.read_text(encoding="utf-8")
    assert [fact for fact in recording.facts(drawn) if fact.startswith("$ ")] == [f"$ {run}" for run in recording.RUNS]


def test_another_count_is_another_fact() -> None:
    lines = [f"{number:08x}-0000 (Scan) status: open -> completed" for number in range(9)]
    outputs = ["\n".join([*lines[:last], f"    msg: {last} closed, 0 skipped", "ok=2  changed=1"]) for last in (8, 9)]
    found = [recording.facts(recording.picture([recording.Run("play", output)])) for output in outputs]
    assert found == [
        ["$ play", f"… {last - 3} more lines", f"{last} closed, 0 skipped", "ok=2 changed=1"] for last in (8, 9)
    ]


def test_the_pictures_are_small_and_load_nothing() -> None:
    for target in (recording.TARGET, screenshot.TARGET):
        assert 0 < target.stat().st_size < MAX_BYTES, target
    drawn = recording.TARGET.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|@import|@font-face|url\((?!\"?#)|<image|<script|href", drawn)
    assert struct.unpack(">4xII", screenshot.TARGET.read_bytes()[12:24]) == (screenshot.WIDTH, screenshot.HEIGHT)
