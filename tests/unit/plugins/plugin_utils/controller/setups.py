# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the role and data of controller/objects for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

CONTROLLER = Path(__file__).parents[5] / "controller"
URL = "https://siem-1.example.com"
Object = Mapping[str, Any]


def shipped_data() -> dict[str, Any]:
    """The files of controller/objects, as the role reads them."""
    files = (CONTROLLER / "objects").glob("*.yml")
    surveys = (CONTROLLER / "objects/surveys").glob("*.json")
    return {
        **{path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in files},
        "surveys": {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in surveys},
    }


def settings(**changes: Any) -> dict[str, Any]:
    """The defaults of the role with two instances."""
    return {
        "organization": "SOC",
        "create_organization": True,
        "name_prefix": "UTMStack",
        "project_url": "https://git.example.com/soc/triage.git",
        "instances": [{"name": "siem-1", "url": URL}, {"name": "siem-2", "url": "https://siem-2.example.com"}],
        "credentials": "shared",
        "credential": {"api_key": "not-a-real-key"},
        "playbooks": sorted({entry["playbook"] for entry in shipped_data()["job_templates"]}),
        "workflow": True,
        "approval_timeout": 3600,
        "slices": 1,
        **changes,
    }


def of_kind(objects: Sequence[Object], kind: str) -> list[Mapping[str, Any]]:
    """The arguments of the objects of a kind."""
    return [entry["arguments"] for entry in objects if entry["kind"] == kind]


def named(objects: Sequence[Object], kind: str, name: str) -> Mapping[str, Any]:
    """The arguments of one object."""
    (found,) = (
        arguments for arguments in of_kind(objects, kind) if arguments.get("name", arguments.get("identifier")) == name
    )
    return found
