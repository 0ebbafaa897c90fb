# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The definition of an operation: the work of one module, independent of Ansible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..client.client import Client
from ..dialects import Dialect


def _silent(_message: str) -> None:
    """Discard a progress message."""


@dataclass(frozen=True)
class Task:
    """The context of the task that runs an operation.

    :param no_log: the task hides its result, which may therefore contain a token.
    :param diff: the result shows differences.
    :param report: shows the progress of a long task in verbose mode.
    """

    check_mode: bool = False
    no_log: bool = False
    diff: bool = True
    report: Callable[[str], None] = _silent


@dataclass(frozen=True)
class Operation:
    """One module.

    :param name: the module's name.
    :param options: its argument spec.
    :param rules: relations between options, by their ``AnsibleModule`` keywords.
    :param run: runs the operation and returns its result; raises UtmstackError.
    :param check: refuses options that no server of this major version supports; runs before the login.
    :param takes_empty_query: a `query` without keys is no mistake: the operation only reads, or it refuses one itself.
    :param needs_alerts: without any alert there is nothing to do, so that an empty `alert_ids` sends no request.
    :param on_controller: the operation handles files of the controller and always runs there.
    """

    name: str
    options: dict[str, dict[str, Any]]
    run: Callable[[Client, Mapping[str, Any], Task], dict[str, Any]]
    rules: Mapping[str, Any] = field(default_factory=dict)
    on_controller: bool = False
    takes_empty_query: bool = False
    needs_alerts: bool = False
    check: Callable[[Mapping[str, Any], Dialect], None] | None = None
