# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Undo a run: restore the unchanged alerts of its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client.client import Client
from ...writing import receipts
from ...writing.result import finish
from ...writing.run import Limits, write
from ...writing.selection import select_ids
from ..operation import Operation, Task
from ..options import WRITER_OPTIONS, options
from .undo_plan import Restoration, plan_undo


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Restore the alerts of the receipt."""
    receipt = receipts.read(params["receipt"])
    warnings = receipt.check_origin(client.settings.url, client.dialect.name, params["other_server"])
    restoration = Restoration(receipt)
    selection = select_ids(client, list(restoration.entries), with_echoes=True)
    plan = plan_undo(selection, restoration)
    written = write(client, restoration, selection, plan, Limits(params["max_affected"]), task.check_mode, warnings)
    result = finish(written, client.requests_sent)
    # Undo writes no receipt.
    result.pop("receipt")
    return result


OPERATION = Operation(
    name="utmstack_undo",
    options=options(
        receipt={"type": "path", "required": True},
        other_server={"type": "bool", "default": False},
        max_affected=WRITER_OPTIONS["max_affected"],
        concurrency=WRITER_OPTIONS["concurrency"],
    ),
    run=run,
)
