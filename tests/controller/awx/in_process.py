# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a module of awx.awx, run in this process."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sys
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible.module_utils import basic

PLUGINS = Path(__file__).parents[3] / ".venv" / "community" / "ansible_collections" / "awx" / "awx" / "plugins"
# A package of its own: Ansible's importer of collections knows only those that it was set up with.
PACKAGE = "awx_awx_plugins"


def result_of(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a module with the arguments that Ansible would give it."""
    package = sys.modules.setdefault(PACKAGE, types.ModuleType(PACKAGE))
    package.__path__ = [str(PLUGINS)]
    module = importlib.import_module(f"{PACKAGE}.modules.{name}")
    with _arguments(arguments), contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        module.main()
    return dict(json.loads(said.getvalue().splitlines()[-1]))


@contextlib.contextmanager
def _arguments(given: Mapping[str, Any]) -> Iterator[None]:
    content = json.dumps({"ANSIBLE_MODULE_ARGS": dict(given)}).encode()
    for_now: dict[str, Any] = {"_ANSIBLE_ARGS": content, "_ANSIBLE_PROFILE": "legacy"}
    before = {name: getattr(basic, name, None) for name in for_now}
    for name, value in for_now.items():
        setattr(basic, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(basic, name, value)
