# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every recorded exchange of the areas that the simulator plays, one test each."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from utmstack_simulator.process import SimulatorProcess

HERE = Path(__file__).parent
AREAS = ("auth", "search", "alerts_status", "alerts_tags", "alerts_notes")


def _replay_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("replay", HERE / "replay.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REPLAY = _replay_module()
CASES = [
    pytest.param(dialect, case, id=f"{dialect}-{area}-{case['name']}")
    for dialect in ("v10", "v11")
    for area in AREAS
    for case in json.loads((HERE / dialect / f"{area}.json").read_text(encoding="utf-8"))["cases"]
]


@pytest.mark.parametrize(("dialect", "case"), CASES)
def test_the_simulator_answers_as_recorded(
    dialect: str, case: dict[str, Any], utmstack_simulator: Callable[[str], SimulatorProcess]
) -> None:
    simulator = utmstack_simulator(dialect)
    player = REPLAY.Player(simulator.url, dialect, {"username": "admin", "password": "Adm1n-pass"})
    assert REPLAY.replay(case, player, REPLAY.SimulatorControl(simulator.url)) == []
