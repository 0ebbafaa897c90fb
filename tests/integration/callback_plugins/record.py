# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the result of every task as one line of JSON to the file named by SIEM_TEST_RECORD."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: record
    type: aggregate
    short_description: records task results for the tests
    description: One line of JSON for each result.
"""


def _name(result: Any) -> str:
    """The task's name, before which newer versions of ansible-core write the role's."""
    role = result.task._role if hasattr(result, "task") else None
    return str(result.task_name).removeprefix(f"{role.get_name()} : " if role else "")


class CallbackModule(CallbackBase):
    """Notes task name, host, status and result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record"

    def _record(self, status: str, result: Any) -> None:
        row = {
            "task": _name(result),
            "host": getattr(result, "host", None) and result.host.get_name(),
            "status": status,
            "result": json.loads(
                json.dumps(result._result if hasattr(result, "_result") else result.result, default=str)
            ),
        }
        with open(os.environ["SIEM_TEST_RECORD"], "a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        self._record("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._record("failed", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._record("skipped", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._record("unreachable", result)
