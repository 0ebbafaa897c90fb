# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/security.md says about files with personal data is so, and its commands work."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import alert_export, alert_status
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import applying, incident
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import api_key
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import alert_recording

from .direct import run
from .eda_source import RunningSource
from .playing import ROOT, Stage, alert
from .walks import environment_of, walk

PAGE = ROOT / "docs" / "security.md"
ONE: dict[str, Any] = {"alert_ids": [alert(1)["id"]]}


def test_the_commands_of_the_page_work(v11_stage: Stage, tmp_path: Path) -> None:
    now = datetime.now(timezone.utc).isoformat()
    v11_stage.seed(*({**alert(number), "@timestamp": now} for number in range(1, 4)))
    server = v11_stage.simulator
    connection = {"UTMSTACK_URL": server.url, "UTMSTACK_API_KEY": server.api_key()}
    walk("docs/security.md", tmp_path, environment_of(tmp_path, **connection))


def receipts(stage: Stage, directory: Path) -> None:
    run(stage.simulator, alert_status.OPERATION, **ONE, status="completed", receipt=f"{directory}/")


def journals(stage: Stage, directory: Path) -> None:
    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    options = {"name": "INC-1", **ONE, "status": "in_review", "state_directory": str(directory)}
    with patch.object(applying, "change_incident", killed), pytest.raises(KeyboardInterrupt):
        run(stage.simulator, incident.OPERATION, **options)


def exports(stage: Stage, directory: Path) -> None:
    run(stage.simulator, alert_export.OPERATION, path=str(directory / "alerts.csv"), columns=["id", "name"])


def recordings(stage: Stage, directory: Path) -> None:
    run(stage.simulator, alert_recording.OPERATION, path=str(directory / "alerts.jsonl"))


def api_keys(stage: Stage, directory: Path) -> None:
    run(stage.simulator, api_key.OPERATION, name="robot", expires="never", key_file=str(directory / "robot.api_key"))


def cursor(stage: Stage, directory: Path) -> None:
    path = directory / "cursor"
    with RunningSource(stage.simulator, feedback=True, cursor=str(path)) as source:
        source.wait(path.exists)


# By the first words of a row.
FILES: dict[str, Callable[[Stage, Path], None]] = {
    "Receipts": receipts,
    "Journals of incidents": journals,
    "Exports": exports,
    "Recordings": recordings,
    "API keys": api_keys,
    "Cursor of the event source": cursor,
}


def mode_on_the_page(what: str) -> str:
    """The mode in the table of files."""
    (mode,) = re.findall(
        rf"^\| {re.escape(what)}[^|]*\|[^|]*\| `(\d+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return str(mode)


@pytest.mark.parametrize("what", FILES)
def test_a_file_with_personal_data_has_the_mode_of_the_page(v11_stage: Stage, tmp_path: Path, what: str) -> None:
    v11_stage.seed(alert(1))
    directory = tmp_path / "files"
    directory.mkdir()
    FILES[what](v11_stage, directory)
    modes = {f"{path.stat().st_mode & 0o777:04o}" for path in directory.rglob("*") if path.is_file()}
    assert modes == {mode_on_the_page(what)}


def test_the_files_of_roles_and_playbooks_have_the_mode_of_the_page() -> None:
    defaults = yaml.safe_load((ROOT / "roles" / "triage_report" / "defaults" / "main.yml").read_text(encoding="utf-8"))
    assert defaults["triage_report_mode"] == mode_on_the_page("Reports and their state file")
    for name in ("suggest", "promote"):
        text = (ROOT / "playbooks" / f"{name}.yml").read_text(encoding="utf-8")
        assert re.findall(r'\bmode: "(\d+)"', text) == [mode_on_the_page("Suggested rules, patches of rules")]
