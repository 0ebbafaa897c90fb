# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every recorded exchange, one test each."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from utmstack_simulator.process import SimulatorProcess

from .recordings import HERE, dialects, transcripts


def _replay_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("replay", HERE / "replay.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cases_of(transcript: Path) -> list[dict[str, Any]]:
    """The recorded cases of one area."""
    cases: list[dict[str, Any]] = json.loads(transcript.read_text(encoding="utf-8"))["cases"]
    return cases


REPLAY = _replay_module()
CASES = [
    pytest.param(dialect, case, id=f"{dialect}-{path.stem}-{case['name']}")
    for dialect in dialects()
    for path in transcripts(dialect)
    for case in cases_of(path)
]


@pytest.mark.parametrize(("dialect", "case"), CASES)
def test_the_simulator_answers_as_recorded(
    dialect: str, case: dict[str, Any], utmstack_simulator: Callable[[str], SimulatorProcess]
) -> None:
    simulator = utmstack_simulator(dialect)
    player = REPLAY.Player(simulator.url, dialect, {"username": "admin", "password": "Adm1n-pass"})
    assert REPLAY.replay(case, player, REPLAY.SimulatorControl(simulator.url)) == []
