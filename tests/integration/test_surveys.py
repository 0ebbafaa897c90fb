# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launches of the playbooks with the surveys of a controller: an empty answer is as good as none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from utmstack_simulator.scenarios import load

from .playing import ROOT, Played, Stage, alert, v10_in_full

SURVEYS: dict[str, list[dict[str, Any]]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))["spec"]
    for path in sorted((ROOT / "controller" / "objects" / "surveys").iterdir())
}
# It fails without an answer; the others run after each other.
REFUSED = "undo"
# `try` and `triage_test` read what `record` leaves.
ORDER = sorted(SURVEYS.keys() - {REFUSED}, key=lambda name: (name.startswith("t") and "r" not in name[:2], name))
RULE = {"name": "Scan", "when": {"severity": ["high"]}, "then": {"status": "in_review"}}
GIVEN = {"try_rules": [RULE], "triage_test_rules": [RULE]}
EMPTY = {
    item["variable"]: [] if item["type"] == "multiselect" else "" for survey in SURVEYS.values() for item in survey
}
DEFAULTS = {item["variable"]: item["default"] for survey in SURVEYS.values() for item in survey if "default" in item}


def launch(stage: Stage, playbook: str, given: dict[str, Any]) -> Played:
    """Run a playbook as a job does: the connection in the environment, the answers as extra variables."""
    environment = {"UTMSTACK_URL": stage.simulator.url, "UTMSTACK_API_KEY": stage.simulator.api_key()}
    environment["UTMSTACK_STATE_DIR"] = str(stage.directory / "state")
    return stage.run_playbook(playbook, "-e", json.dumps(given), environment=environment)
