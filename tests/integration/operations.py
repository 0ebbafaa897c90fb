# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the collection by module name: those of the action group, as the action plugins name them."""

from __future__ import annotations

import importlib
from typing import Any

import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.connection import argument_spec
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation

from .playing import ROOT

RUNTIME: dict[str, Any] = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))


def _operation(module: str) -> Operation:
    plugin = importlib.import_module(f"ansible_collections.utmstack.siem.plugins.action.{module}")
    operation: Operation = plugin.ActionModule.operation
    return operation


OPERATIONS: dict[str, Operation] = {module: _operation(module) for module in RUNTIME["action_groups"]["utmstack"]}
SPECS = {module: argument_spec(operation) for module, operation in OPERATIONS.items()}
