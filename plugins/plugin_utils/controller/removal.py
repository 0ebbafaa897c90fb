# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan how the objects of a setup are removed, and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .existing import Existing, Inventory
from .marks import SHARED
from .obstacles import permission_obstacles, version_obstacles
from .plan import in_removal_order, removal
from .steps import Plan, Stay, title_of

_MAX_USERS = 3
# What an inventory may hold that no run has put there.
_CONTENTS = {"total_groups": "groups", "total_inventory_sources": "inventory sources"}

# The fields by which objects of a kind refer to objects of another one.
_USES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "schedule": {"unified_job_template": ("job_template", "workflow_job_template")},
    "workflow_job_template_node": {"unified_job_template": ("job_template",)},
    "job_template": {
        "project": ("project",),
        "inventory": ("inventory",),
        "credentials": ("credential",),
        "execution_environment": ("execution_environment",),
        "notification_templates_error": ("notification_template",),
    },
    "host": {"inventory": ("inventory",)},
    "credential": {"credential_type": ("credential_type",)},
    "project": {"credential": ("credential",)},
}


def absent_plan(inventory: Inventory, setup: str, minimum_version: str = "") -> Plan:
    """The steps that remove what the setup made, and what stays because someone else made or uses it."""
    ours = [entry for entry in inventory.objects if entry.mark is not None and entry.mark.setup in (setup, SHARED)]
    others = [entry for entry in inventory.objects if entry not in ours and not _is_node_of(entry, ours)]
    removed: list[Existing] = []
    stays: list[Stay] = []
    staying = list(others)
    for entry in in_removal_order(ours):
        reason = _reason(entry, staying, inventory)
        if reason:
            staying.append(entry)
            stays.append(Stay(entry.kind, entry.name, reason))
        else:
            removed.append(entry)
    # A controller removes the hosts of an inventory with it.
    inventories = {entry.name for entry in removed if entry.kind == "inventory"}
    steps = [
        removal(entry) for entry in removed if entry.fields.get("inventory") not in inventories or entry.kind != "host"
    ]
    problems = (*version_obstacles(inventory, minimum_version), *permission_obstacles(inventory, steps))
    return Plan(steps=tuple(steps), stays=(*stays, *_not_ours(others)), problems=problems)


def _is_node_of(entry: Existing, workflows: Sequence[Existing]) -> bool:
    """Whether an object is a node of one of the workflows, which a controller removes with it."""
    key = ("workflow_job_template", entry.fields.get("workflow_job_template"), "")
    return entry.kind == "workflow_job_template_node" and any(workflow.key == key for workflow in workflows)


def _reason(entry: Existing, staying: Sequence[Existing], inventory: Inventory) -> str:
    """Why an object cannot be removed; empty if it can."""
    users = [*inventory.users.get(f"{entry.kind} {entry.name}", ())]
    users.extend(title_of(other.kind, other.name) for other in staying if _uses(other, entry))
    if entry.kind == "inventory":
        users.extend(f"{entry.fields[name]} {label}" for name, label in _CONTENTS.items() if entry.fields.get(name))
    if not users:
        return ""
    return f"It is still used by {', '.join(users[:_MAX_USERS])}{' and others' if len(users) > _MAX_USERS else ''}."


def _uses(user: Existing, used: Existing) -> bool:
    """Whether removing an object would remove or break another one."""
    if used.kind == "organization":
        return user.fields.get("organization") == used.name
    for field, kinds in _USES.get(user.kind, {}).items():
        value = user.fields.get(field)
        names = value if isinstance(value, (list, tuple)) else [value]
        if used.kind in kinds and used.name in names:
            return True
    return False


def _not_ours(others: Sequence[Existing]) -> Iterator[Stay]:
    for entry in others:
        if entry.kind in ("organization", "host"):
            yield Stay(entry.kind, entry.name, "This playbook did not make it.")
