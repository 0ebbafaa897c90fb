# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller holds, as plain data that can pass through variables. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .marks import Mark, split_description

# Objects of these kinds have their name within another object.
_PLACES = {
    "host": "inventory",
    "schedule": "unified_job_template",
    "workflow_job_template_node": "workflow_job_template",
}

Key = tuple[str, str, str]


def key_of(kind: str, fields: Mapping[str, Any]) -> Key:
    """What identifies an object: its kind, its name, and the object that it belongs to."""
    name = fields.get("name") or fields.get("identifier") or ""
    return kind, str(name), str(fields.get(_PLACES.get(kind, ""), ""))


@dataclass(frozen=True)
class Existing:
    """An object of the controller.

    :param fields: as the arguments of the module that would make it.
    """

    kind: str
    fields: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """What identifies it."""
        return key_of(self.kind, self.fields)

    @property
    def name(self) -> str:
        """Its name, or the identifier of a node."""
        return self.key[1]

    @property
    def mark(self) -> Mark | None:
        """The mark in its description."""
        return split_description(str(self.fields.get("description") or ""))[1]


@dataclass(frozen=True)
class Inventory:
    """All that a run has to know of a controller.

    :param version: of the controller.
    :param username: of the account that the run uses.
    :param is_superuser: whether the account is a system administrator.
    :param may_edit: whether it may edit the organization; None if the controller does not say.
    :param objects: those of the organization, and those of its credential type.
    :param missing: names that job templates and others refer to, and that do not exist, as `kind` and `name`.
    :param ambiguous: such names that several objects have.
    :param playbooks: files of the project; None if there is no project, or it is another one than desired.
    :param users: by kind and name of an object, what else uses it.
    """

    version: str
    username: str
    is_superuser: bool
    may_edit: bool | None
    objects: tuple[Existing, ...]
    missing: tuple[tuple[str, str], ...] = ()
    ambiguous: tuple[tuple[str, str], ...] = ()
    playbooks: tuple[str, ...] | None = None
    users: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Itself as dictionaries and lists."""
        return {
            "version": self.version,
            "username": self.username,
            "is_superuser": self.is_superuser,
            "may_edit": self.may_edit,
            "objects": [{"kind": entry.kind, "fields": dict(entry.fields)} for entry in self.objects],
            "missing": [list(pair) for pair in self.missing],
            "ambiguous": [list(pair) for pair in self.ambiguous],
            "playbooks": None if self.playbooks is None else list(self.playbooks),
            "users": {name: list(users) for name, users in self.users.items()},
        }


def inventory_of(data: Mapping[str, Any]) -> Inventory:
    """The inventory that was written as data."""
    playbooks = data["playbooks"]
    return Inventory(
        version=str(data["version"]),
        username=str(data["username"]),
        is_superuser=bool(data["is_superuser"]),
        may_edit=data["may_edit"],
        objects=tuple(Existing(entry["kind"], entry["fields"]) for entry in data["objects"]),
        missing=tuple((kind, name) for kind, name in data["missing"]),
        ambiguous=tuple((kind, name) for kind, name in data["ambiguous"]),
        playbooks=None if playbooks is None else tuple(playbooks),
        users={name: tuple(users) for name, users in data["users"].items()},
    )
