# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read recordings of alerts, on which rules are tested without a server."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible_collections.utmstack.siem.plugins.module_utils.depth import TooDeep, parsed_json
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.recording import (
    LINES,
    Recording,
    recording_from,
    recording_in_lines,
)
from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable

from .data_files import MAX_BYTES, entries_in, lines_of, read_data, readable_file

_TOO_DEEP = "is nested too deeply"


def recording_in(loader: DataLoader, path: str, name: str) -> dict[str, Any]:
    """The `alerts` of a recording, the `dialect` of their server and its `assets`, None if the file does not hold them.

    :param path: the absolute path.
    :param name: the file as the user named it, for messages.
    :raises InvalidInput: it cannot be read, or holds no alert.
    """
    if path.endswith(LINES):
        return _lines_in(loader, path, printable(name))
    data = read_data(loader, path, name)
    alerts, _path = entries_in(data, "alerts")
    if alerts is None:
        raise InvalidInput(f"{data.name} must hold a list of alerts, or `alerts:` with such a list.")
    if not alerts:
        raise InvalidInput(f"{data.name} holds no alert, so there is nothing to test. Record alerts first.")
    head = data.content if isinstance(data.content, Mapping) else {}
    dialect, assets = head.get("dialect"), head.get("assets")
    return {
        "alerts": alerts,
        "dialect": dialect if dialect in DIALECTS else None,
        "assets": assets if isinstance(assets, list) else None,
    }


def _lines_in(loader: DataLoader, path: str, name: str) -> dict[str, Any]:
    """A recording in JSON Lines as a whole."""
    with readable_file(loader, path, name, MAX_BYTES) as real:
        recording = recording_in_lines(lambda: lines_of(real, name), name, decided=False)
        alerts = [dict(recorded.document) for recorded in recording.alerts()]
    return {"alerts": alerts, "dialect": recording.dialect.name, "assets": recording.assets}


@contextlib.contextmanager
def decided_recording(loader: DataLoader, path: str, name: str) -> Iterator[Recording]:
    """A recording with the decisions of analysts, whose alerts can be read inside the block.

    :param path: the absolute path. One that ends in .jsonl is read line by line, any other one as a whole.
    :param name: the file as the user named it, for messages.
    :raises InvalidInput: it cannot be read, or is no complete recording with decisions.
    """
    shown = printable(name)
    in_lines = path.endswith(LINES)
    with readable_file(loader, path, shown, None if in_lines else MAX_BYTES) as real:
        if in_lines:
            yield recording_in_lines(lambda: lines_of(real, shown), shown)
        else:
            yield recording_from(_json_in("".join(lines_of(real, shown)), shown), shown)


def _json_in(text: str, name: str) -> Any:
    if not text.strip():
        raise InvalidInput(f"{name} is empty. Record the alerts again with the playbook utmstack.siem.record.")
    try:
        return parsed_json(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            reason = f"was cut short in line {error.lineno}"
        else:
            reason = f"is no JSON: line {error.lineno}, column {error.colno}"
    except TooDeep:
        reason = _TOO_DEEP
    raise InvalidInput(f"{name} {reason}. Record the alerts again with the playbook utmstack.siem.record.")
