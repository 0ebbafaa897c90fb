# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An Ansible inventory of simulated servers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

_HEAD = """\
# The simulated servers, with the connection options of each as its host variables. They contain secrets.
siems:
  vars:
    ansible_connection: local
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  hosts:
"""


def names(count: int) -> list[str]:
    """The names of so many hosts, all of the same length: siem-001, siem-002 and so on."""
    width = max(3, len(str(count)))
    return [f"siem-{number:0{width}d}" for number in range(1, count + 1)]


def inventory(connections: Sequence[Mapping[str, Any]]) -> str:
    """The inventory as YAML, with one host for the connection options of each server."""
    lines = [_HEAD]
    for name, connection in zip(names(len(connections)), connections, strict=True):
        lines.append(f"    {name}:\n")
        # A JSON text is a YAML text in double quotes.
        lines += [f"      utmstack_{option}: {json.dumps(value)}\n" for option, value in connection.items()]
    return "".join(lines)
