# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a controller."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from .kinds import KINDS, NODES

Fields = dict[str, Any]


class Store:
    """The objects by kind and ID, and what each has many of. No two objects have the same ID."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[int, Fields]] = {endpoint: {} for endpoint in KINDS}
        self.many: dict[tuple[int, str], list[int]] = {}
        self.surveys: dict[int, Fields] = {}
        self._last_id = 0

    def next_id(self) -> int:
        """An ID that no object has or had."""
        self._last_id += 1
        return self._last_id

    def add(self, endpoint: str, **fields: Any) -> Fields:
        """Make an object without any check."""
        kind = KINDS[endpoint]
        number = fields.pop("id", 0) or self.next_id()
        made = {"id": number, **copy.deepcopy(dict(kind.fields)), **fields}
        if endpoint == NODES and not made["identifier"]:
            made["identifier"] = str(uuid.uuid4())
        self.tables[endpoint][made["id"]] = made
        return made

    def found(self, endpoint: str, name: str, **within: Any) -> Fields:
        """The only object of a kind with a name, within others such as `workflow_job_template=3`."""
        named = [
            one
            for one in self.tables[endpoint].values()
            if self.name_of(one) == name and all(one[field] == value for field, value in within.items())
        ]
        if len(named) != 1:
            raise LookupError(f"{len(named)} objects of {endpoint} are named {name!r}")
        return named[0]

    def edit(self, endpoint: str, name: str, **fields: Any) -> None:
        """Change an object as somebody does by hand, without any check."""
        self.found(endpoint, name).update(fields)

    @staticmethod
    def name_of(fields: Mapping[str, Any]) -> str:
        """The name of an object, or what a kind has instead."""
        return str(fields.get("name") or fields.get("username") or fields.get("identifier") or fields["id"])

    def names(self, endpoint: str) -> list[str]:
        """The names of all objects of a kind, sorted."""
        return sorted(self.name_of(one) for one in self.tables[endpoint].values())

    def related(self, owner: int, relation: str) -> list[int]:
        """The IDs of what an object has many of."""
        return self.many.setdefault((owner, relation), [])

    def by_id(self, wanted: int | None) -> tuple[str, Fields] | None:
        """The kind and the object with an ID."""
        for endpoint, table in self.tables.items():
            if wanted in table:
                return endpoint, table[wanted]
        return None

    def referring(self, endpoint: str, wanted: int) -> Iterator[tuple[str, Fields, str, bool]]:
        """What links to an object: the kind, the object, its field, and whether it is deleted with that one."""
        for kind in KINDS.values():
            for name, link in kind.links.items():
                if endpoint in link.endpoints:
                    for one in list(self.tables[kind.endpoint].values()):
                        if one[name] == wanted:
                            yield kind.endpoint, one, name, link.cascade

    def delete(self, endpoint: str, wanted: int) -> None:
        """Delete an object with all that is deleted with it, and end links to it."""
        gone = self.tables[endpoint].pop(wanted)
        for other, one, name, cascade in self.referring(endpoint, wanted):
            if cascade:
                self.delete(other, one["id"])
            else:
                one[name] = None
        self.surveys.pop(wanted, None)
        self.many = {key: [one for one in ids if one != wanted] for key, ids in self.many.items() if key[0] != wanted}
        approval = gone.get("unified_job_template") if endpoint == NODES else None
        if approval in self.tables["workflow_approval_templates"]:
            self.delete("workflow_approval_templates", approval)
