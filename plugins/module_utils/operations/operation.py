# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An operation is what a module does, apart from Ansible; it is run in one way, whichever door it is called through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..client.client import Client
from ..dialects import Dialect


def _silent(_message: str) -> None:
    """Nobody follows."""


@dataclass(frozen=True)
class Task:
    """What the operation has to know of the task that calls it.

    :param no_log: the task hides its result, so that it may hold a token.
    :param directory: where relative paths start; empty for the current directory.
    :param report: shows how far a long task is, to a user who wants to know.
    """

    check_mode: bool = False
    no_log: bool = False
    directory: str = ""
    report: Callable[[str], None] = _silent


@dataclass(frozen=True)
class Operation:
    """One module.

    :param name: the module's name.
    :param options: its argument spec.
    :param rules: relations between options, by the names that ``AnsibleModule`` gives them.
    :param run: does it; returns the result, raises UtmstackError.
    :param check: refuses options that no server of this major version could serve; runs before the login.
    :param on_controller: it handles files of the controller and always runs there.
    """

    name: str
    options: dict[str, dict[str, Any]]
    run: Callable[[Client, Mapping[str, Any], Task], dict[str, Any]]
    rules: Mapping[str, Any] = field(default_factory=dict)
    on_controller: bool = False
    check: Callable[[Mapping[str, Any], Dialect], None] | None = None
