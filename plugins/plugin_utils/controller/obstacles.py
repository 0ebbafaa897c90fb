# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasons why a run must not write to a controller. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .existing import Inventory
from .steps import CREATE, REMOVE, UPDATE, Step, title_of

# Only a system administrator may write these.
_SYSTEM_WIDE = (
    ("credential_type", CREATE),
    ("credential_type", UPDATE),
    ("credential_type", REMOVE),
    ("organization", CREATE),
)


def obstacles(
    desired: Sequence[Mapping[str, Any]], inventory: Inventory, steps: Sequence[Step], minimum_version: str
) -> Iterator[str]:
    """One message for each reason."""
    yield from version_obstacles(inventory, minimum_version)
    yield from permission_obstacles(inventory, steps)
    made = {entry["arguments"]["name"] for entry in desired if entry["kind"] == "organization"}
    organizations = {entry.name for entry in inventory.objects if entry.kind == "organization"}
    for name in {str(entry["arguments"].get("organization") or "") for entry in desired} - made - organizations - {""}:
        yield f"There is no organization {name!r}. Create it, or set controller_objects_create_organization to true."
    for kind, name in inventory.missing:
        yield f"There is no {title_of(kind, name)} on the controller. Create it, or correct the name."
    for kind, name in inventory.ambiguous:
        yield (
            f"More than one {title_of(kind, name)} would be on the controller, and modules find it by name. "
            "Rename the other one, or set another controller_objects_name_prefix."
        )
    yield from _fields_in_use(inventory, steps)
    hosts = [step for step in steps if step.kind == "host" and step.action == REMOVE]
    if hosts and not any(entry["kind"] == "host" for entry in desired):
        yield (
            f"controller_objects_instances is empty, so the run would remove all {len(hosts)} hosts. "
            "List the instances, or set controller_objects_state to absent."
        )


def _fields_in_use(inventory: Inventory, steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        is_changed = step.action == UPDATE and any(item.field == "inputs" for item in step.differences)
        used = [
            entry.name
            for entry in inventory.objects
            if entry.kind == "credential" and entry.fields.get("credential_type") == step.name
        ]
        if step.kind == "credential_type" and is_changed and used:
            yield (
                f"The {title_of(step.kind, step.name)} has other fields, and a controller does not change them while a "
                "credential has this type. Run the playbook with controller_objects_state=absent first, or remove "
                f"{used[0]!r} and the other credentials of this type."
            )


def version_obstacles(inventory: Inventory, minimum: str) -> Iterator[str]:
    """The message about a controller that is too old."""
    if minimum.strip() and _numbers(inventory.version) < _numbers(minimum):
        yield (
            f"The controller runs version {inventory.version or 'unknown'}, but controller_objects_minimum_version "
            f"requires {minimum}. Update the controller, or lower the variable."
        )


def permission_obstacles(inventory: Inventory, steps: Sequence[Step]) -> Iterator[str]:
    """The message about an account that may not do the steps."""
    if inventory.is_superuser or not steps:
        return
    for step in steps:
        if (step.kind, step.action) in _SYSTEM_WIDE:
            yield (
                f"The account {inventory.username} is no system administrator, who alone may {step.action} the "
                f"{title_of(step.kind, step.name)}. Run the playbook once as a system administrator."
            )
    if inventory.may_edit is False:
        yield (
            f"The account {inventory.username} may not change the organization. "
            "Make it an administrator of the organization, or use another account."
        )


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)[:3]]
