# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what a controller holds of a setup, with few requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .existing import Existing, Inventory, Key, key_of
from .fields import ENDPOINTS, fields_of, is_approval, node_fields
from .marks import split_description
from .references import references
from .steps import title_of

# Reads an endpoint: the entries of all pages of a list, or the object itself.
Get = Callable[[str, Mapping[str, Any]], Any]
Raw = Mapping[str, Any]
Found = list[tuple[str, Raw]]
_PAGE = {"page_size": 200}
# Numbers of objects in one query.
_BLOCK = 100
# Kinds whose lists take the number of the organization.
_OF_ORGANIZATION = (
    "execution_environment",
    "notification_template",
    "project",
    "inventory",
    "job_template",
    "workflow_job_template",
    "credential",
)
_TEMPLATES = ("job_template", "workflow_job_template")
_ASSOCIATIONS = ("notification_templates_error", "notification_templates_approvals", "instance_groups")
# A project whose files come from elsewhere says nothing about those that will be there.
_SOURCE = ("scm_type", "scm_url", "scm_branch", "local_path")


def read(get: Get, desired: Sequence[Mapping[str, Any]], organization: str, *, with_users: bool = False) -> Inventory:
    """All that a run has to know of a controller.

    :param get: reads an endpoint.
    :param desired: the objects that the setup should have.
    :param organization: the name of its organization.
    :param with_users: whether to find out what else uses its objects, before they are removed.
    """
    return _Reader(get, desired, organization).read(with_users)


@dataclass(frozen=True)
class _Reader:
    get: Get
    desired: Sequence[Mapping[str, Any]]
    organization: str

    def read(self, with_users: bool) -> Inventory:
        version = str(self.get("ping", {}).get("version") or "")
        (me,) = self.get("me", {})
        own = self._found()
        capabilities = [_summary(raw, "user_capabilities") for kind, raw in own if kind == "organization"]
        missing, ambiguous = self._unresolved()
        objects = [Existing(kind, self._fields(kind, raw)) for kind, raw in own]
        return Inventory(
            version=version,
            username=str(me.get("username") or ""),
            is_superuser=bool(me.get("is_superuser")),
            may_edit=capabilities[0].get("edit") if capabilities else None,
            objects=(*objects, *self._nodes(own), *self._schedules(own)),
            missing=missing,
            ambiguous=ambiguous,
            playbooks=self._playbooks(own),
            users=self._users(own) if with_users else {},
        )

    def _list(self, endpoint: str, **query: Any) -> list[Raw]:
        entries = self.get(endpoint, {**_PAGE, **query})
        return [entry for entry in entries if not entry.get("pending_deletion")]

    def _wanted(self, kind: str) -> dict[Key, Mapping[str, Any]]:
        """The arguments of the desired objects of a kind."""
        arguments = (entry["arguments"] for entry in self.desired if entry["kind"] == kind)
        return {key_of(kind, entry): entry for entry in arguments}

    def _is_own(self, raw: Raw) -> bool:
        return _summary(raw, "organization").get("name") == self.organization

    def _found(self) -> Found:
        """The objects of the organization, and the credential type, which belongs to no one."""
        found: Found = [("organization", raw) for raw in self._list("organizations", name=self.organization)]
        for organization in [raw for _kind, raw in found]:
            for kind in _OF_ORGANIZATION:
                found.extend((kind, raw) for raw in self._list(ENDPOINTS[kind], organization=organization["id"]))
        inventories = {key[1] for key in self._wanted("inventory")}
        for kind, inventory in found[:]:
            if kind == "inventory" and inventory["name"] in inventories:
                found.extend(("host", raw) for raw in self._list("hosts", inventory=inventory["id"]))
        for key in self._wanted("credential_type"):
            found.extend(("credential_type", raw) for raw in self._list("credential_types", name=key[1]))
        return found

    def _fields(self, kind: str, raw: Raw) -> dict[str, Any]:
        """The fields of an object, with those that lists leave out if they matter."""
        fields = fields_of(kind, raw)
        arguments = self._wanted(kind).get(key_of(kind, fields), {}) if kind in _TEMPLATES else {}
        if "survey_spec" in arguments:
            fields["survey_spec"] = self.get(f"{ENDPOINTS[kind]}/{raw['id']}/survey_spec", {})
        for name in _ASSOCIATIONS:
            if name in arguments:
                fields[name] = [entry["name"] for entry in self._list(f"{ENDPOINTS[kind]}/{raw['id']}/{name}")]
        return fields

    def _nodes(self, own: Found) -> Iterator[Existing]:
        names = {key[1] for key in self._wanted("workflow_job_template")}
        for kind, raw in own:
            if kind == "workflow_job_template" and raw["name"] in names:
                nodes = self._list(f"workflow_job_templates/{raw['id']}/workflow_nodes")
                identifiers = {node["id"]: node["identifier"] for node in nodes}
                for node in nodes:
                    fields = node_fields(node, identifiers, self._approval(node))
                    yield Existing("workflow_job_template_node", {**fields, "workflow_job_template": raw["name"]})

    def _approval(self, node: Raw) -> Raw:
        if not is_approval(node):
            return {}
        return dict(self.get(f"workflow_approval_templates/{node['unified_job_template']}", {}))

    def _schedules(self, own: Found) -> Iterator[Existing]:
        numbers = [raw["id"] for kind, raw in own if kind in _TEMPLATES]
        for schedule in self._in_blocks("schedules", "unified_job_template__in", numbers):
            yield Existing("schedule", fields_of("schedule", schedule))

    def _in_blocks(self, endpoint: str, field: str, numbers: Sequence[int]) -> Iterator[Raw]:
        for start in range(0, len(numbers), _BLOCK):
            yield from self._list(endpoint, **{field: ",".join(map(str, numbers[start : start + _BLOCK]))})

    def _unresolved(self) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        """Names that others refer to: those that no object has, and those that several have or would have."""
        missing, ambiguous = [], []
        for kind, name in references(self.desired):
            found = self._list(ENDPOINTS.get(kind, f"{kind}s"), name=name)
            is_desired = any(key[1] == name for key in self._wanted(kind)) or (
                kind == "unified_job_template" and any(key[1] == name for it in _TEMPLATES for key in self._wanted(it))
            )
            others = [raw for raw in found if not self._is_own(raw)] if is_desired else found[1:]
            if others and kind != "unified_job_template":
                ambiguous.append((kind, name))
            if not found and not is_desired:
                missing.append((kind, name))
        return tuple(missing), tuple(ambiguous)

    def _playbooks(self, own: Found) -> tuple[str, ...] | None:
        wanted = self._wanted("project")
        for kind, raw in own:
            fields = fields_of(kind, raw) if kind == "project" else {}
            arguments = wanted.get(key_of("project", fields), {}) if fields else {}
            if arguments and all((fields.get(name) or "") == arguments.get(name, "") for name in _SOURCE):
                return tuple(self.get(f"projects/{raw['id']}/playbooks", {}))
        return None

    def _users(self, own: Found) -> dict[str, tuple[str, ...]]:
        """By kind and name of an object, what outside of the setup uses it."""
        numbers = {raw["id"]: f"{kind} {raw['name']}" for kind, raw in own if kind in _TEMPLATES}
        users: dict[str, tuple[str, ...]] = {}
        # Workflows of a setup are removed together with their templates.
        made = {raw["id"] for _kind, raw in own if split_description(str(raw.get("description") or ""))[1]}
        for node in self._in_blocks("workflow_job_template_nodes", "unified_job_template__in", list(numbers)):
            if node["workflow_job_template"] not in made:
                name = numbers[node["unified_job_template"]]
                workflow = str(_summary(node, "workflow_job_template").get("name") or "")
                users[name] = (*users.get(name, ()), title_of("workflow_job_template", workflow))
        for kind, raw in own:
            if kind in ("project", "inventory", "execution_environment", "credential"):
                field = "credentials" if kind == "credential" else kind
                templates = self._list("job_templates", **{field: raw["id"]})
                users[f"{kind} {raw['name']}"] = tuple(
                    title_of("job_template", template["name"])
                    for template in templates
                    if template["id"] not in numbers
                )
            if kind == "credential_type":
                users[f"{kind} {raw['name']}"] = tuple(
                    title_of("credential", credential["name"])
                    for credential in self._list("credentials", credential_type=raw["id"])
                    if not self._is_own(credential)
                )
            if kind == "organization":
                counts = _summary(raw, "related_field_counts")
                users[f"{kind} {raw['name']}"] = tuple(
                    f"{counts[name]} {name}" for name in ("teams", "users") if counts.get(name)
                )
        return users


def _summary(raw: Raw, name: str) -> Mapping[str, Any]:
    return (raw.get("summary_fields") or {}).get(name) or {}
