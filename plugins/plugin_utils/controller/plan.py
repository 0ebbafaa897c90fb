# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan how a controller gets the objects that a setup should have. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .comparing import Difference, differences
from .existing import Existing, Inventory, Key, key_of
from .marks import HIDDEN, SHARED, digest_of, split_description
from .obstacles import obstacles
from .steps import BY_HAND, CREATE, NOT_BY_HAND, PERHAPS_BY_HAND, REMOVE, UPDATE, Plan, Stay, Step, title_of

# The order in which objects can be removed: what refers to others comes first.
REMOVAL_ORDER = (
    "schedule",
    "workflow_job_template",
    "job_template",
    "host",
    "inventory",
    "project",
    "notification_template",
    "execution_environment",
    "credential",
    "credential_type",
    "organization",
)
# What is left alone within objects of the setup, and is worth a line.
_NOTED = {
    "host": "It was added by hand. Job templates run on it, too.",
    "workflow_job_template_node": "It was added by hand.",
}
_MARK = "mark in the description"


@dataclass(frozen=True)
class Options:
    """What a run may do.

    :param setup: the short name of the setup, as in marks.
    :param update_secrets: whether to write secrets again, which no controller shows.
    :param adopt: whether to take over objects that have the right name and no mark.
    :param minimum_version: of the controller; empty for any.
    """

    setup: str
    update_secrets: bool = False
    adopt: bool = False
    minimum_version: str = ""


def present_plan(desired: Sequence[Mapping[str, Any]], inventory: Inventory, options: Options) -> Plan:
    """The steps that make the controller as desired, in the order in which they can be done."""
    existing = {entry.key: entry for entry in inventory.objects}
    wanted = {key_of(entry["kind"], entry["arguments"]): entry for entry in desired}
    steps = [step for entry in desired if (step := _step(entry, existing, options)) is not None]
    # An organization takes everything in it along, so no change of variables removes it.
    removable = [kind for kind in REMOVAL_ORDER if kind != "organization"]
    surplus = [entry for key, entry in existing.items() if key not in wanted and entry.kind in removable]
    removed = [entry for entry in surplus if _is_ours(entry, options.setup)]
    plan = (*steps, *(removal(entry) for entry in in_removal_order(removed)))
    return Plan(
        steps=plan,
        unchanged=len(wanted) - len(steps),
        stays=tuple(_noted(existing, wanted, options.setup)),
        problems=tuple(obstacles(desired, inventory, plan, options.minimum_version))
        + tuple(_taken(wanted, existing, options)),
    )


def removal(entry: Existing) -> Step:
    """The step that removes an object."""
    places = ("organization", "inventory", "unified_job_template", "credential_type")
    arguments = {"name": entry.name, **{name: entry.fields[name] for name in places if entry.fields.get(name)}}
    return Step(REMOVE, entry.kind, entry.name, arguments)


def in_removal_order(entries: Sequence[Existing]) -> list[Existing]:
    """What refers to others comes first."""
    return sorted(entries, key=lambda entry: REMOVAL_ORDER.index(entry.kind))


def _step(entry: Mapping[str, Any], existing: Mapping[Key, Existing], options: Options) -> Step | None:
    """What becomes of a desired object; None if it is as it should be."""
    kind, arguments = entry["kind"], entry["arguments"]
    key = key_of(kind, arguments)
    shown = existing.get(key)
    if shown is None:
        return Step(CREATE, kind, key[1], arguments)
    if kind == "organization" and shown.mark is None:
        return None
    found = differences(kind, arguments, shown.fields)
    if not found and "description" in arguments and split_description(arguments["description"])[1] != shown.mark:
        found = [Difference(_MARK, str(shown.mark or "(not set)"), str(split_description(arguments["description"])[1]))]
    if options.update_secrets:
        found.extend(_secrets(kind, arguments))
    if not found:
        return None
    return Step(UPDATE, kind, key[1], arguments, tuple(found), _by_hand(kind, arguments, shown))


def _secrets(kind: str, arguments: Mapping[str, Any]) -> Iterator[Difference]:
    name = HIDDEN.get(kind, "")
    if arguments.get(name):
        yield Difference(f"{name} (secrets)", "(not shown)", "(written again)")


def _by_hand(kind: str, arguments: Mapping[str, Any], shown: Existing) -> str:
    """Whether a person changed the object: it is no longer as the run left it that wrote its mark."""
    if shown.mark is None:
        return PERHAPS_BY_HAND
    if shown.mark.digest == digest_of(kind, arguments):
        found = differences(kind, arguments, shown.fields)
        # The digest holds no secrets, nor what stands beside them, so it cannot tell who changed these.
        hidden = [item for item in found if item.field.partition(".")[0] == HIDDEN.get(kind)]
        if not found:
            return NOT_BY_HAND
        return PERHAPS_BY_HAND if len(hidden) == len(found) else BY_HAND
    left = digest_of(kind, {name: shown.fields.get(name) for name in arguments})
    return NOT_BY_HAND if left == shown.mark.digest else PERHAPS_BY_HAND


def _is_ours(entry: Existing, setup: str) -> bool:
    return entry.mark is not None and entry.mark.setup == setup


def _noted(existing: Mapping[Key, Existing], wanted: Mapping[Key, Mapping[str, Any]], setup: str) -> Iterator[Stay]:
    for key, entry in existing.items():
        if key not in wanted and entry.kind in _NOTED and not _is_ours(entry, setup):
            yield Stay(entry.kind, entry.name, _NOTED[entry.kind])


def _taken(
    wanted: Mapping[Key, Mapping[str, Any]], existing: Mapping[Key, Existing], options: Options
) -> Iterator[str]:
    """One message for each object that has a name of the setup, and was made by someone else."""
    for key, entry in existing.items():
        is_marked = entry.mark is not None and entry.mark.setup in (options.setup, SHARED)
        if (
            key not in wanted
            or entry.kind in ("organization", "workflow_job_template_node")
            or is_marked
            or options.adopt
        ):
            continue
        yield (
            f"{title_of(entry.kind, entry.name)} exists without the mark of this playbook: someone else made it, or "
            "edited its description. Rename it, set another controller_objects_name_prefix, or set "
            "controller_objects_adopt to true to overwrite it."
        )
