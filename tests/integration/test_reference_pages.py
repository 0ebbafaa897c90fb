# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of README and of pages about playbooks, inventory and simulator do what these say."""

from __future__ import annotations

from pathlib import Path

from utmstack_simulator.scenarios import load

from .playing import Stage, alert
from .walks import reader_on, walk


def test_readme(v11_stage: Stage, tmp_path: Path) -> None:
    v11_stage.simulator.fill(load("soc-day", "v11"))
    walk("README.md", tmp_path, instead=reader_on(v11_stage.simulator))
    closed = [row for row in v11_stage.simulator.alerts().values() if row["statusObservation"] == "Planned scan"]
    assert len(closed) > 100


def test_playbooks(v11_stage: Stage, tmp_path: Path) -> None:
    v11_stage.simulator.fill(load("soc-day", "v11"))
    walk("docs/playbooks.md", tmp_path, instead=reader_on(v11_stage.simulator))


def test_inventory(v11_stage: Stage, tmp_path: Path) -> None:
    v11_stage.seed({**alert(1), "target": {"host": "dc-01"}})
    asset = {"assetName": "dc-01", "assetIp": "10.0.0.2", "assetOsPlatform": "windows", "assetTypeId": 5}
    v11_stage.simulator.assets({"assets": [asset]})
    walk("docs/inventory.md", tmp_path, instead=reader_on(v11_stage.simulator))


def test_simulator(tmp_path: Path) -> None:
    walk("docs/simulator.md", tmp_path)
