# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names by which objects of a controller refer to each other. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# By the argument that holds names, the kind that they are names of. Modules look for these in all organizations.
_REFERENCES = {
    "credential": "credential",
    "credentials": "credential",
    "execution_environment": "execution_environment",
    "instance_groups": "instance_group",
    "inventory": "inventory",
    "notification_templates_error": "notification_template",
}


def references(desired: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Kind and name of each object that others name, without doubles."""
    return list(dict.fromkeys(_named(desired)))


def _named(desired: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for entry in desired:
        for argument, kind in _REFERENCES.items():
            value = entry["arguments"].get(argument) or []
            yield from ((kind, name) for name in ([value] if isinstance(value, str) else value))
        if entry["kind"] == "schedule":
            yield "unified_job_template", str(entry["arguments"]["unified_job_template"])
