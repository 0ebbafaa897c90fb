# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller in memory, which shows objects as the lists of a real one do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.fields import ENDPOINTS, LINKS

_NAMED = ("organization", "credential_type", "credential", "execution_environment", "project", "inventory")
_TEXTS = ("extra_vars", "variables")
_SECRETS = ("password", "token", "api_key", "totp_secret")
_ASSOCIATIONS = ("notification_templates_error", "notification_templates_approvals", "instance_groups")
Raw = dict[str, Any]


class HeldObjects:
    """The objects of a controller.

    :param is_superuser: whether the account that reads is a system administrator.
    """

    def __init__(self, desired: Sequence[Mapping[str, Any]] = (), is_superuser: bool = True) -> None:
        self.version = "24.6.1"
        self.is_superuser = is_superuser
        self.may_edit = True
        self.raw: dict[str, list[Raw]] = {endpoint: [] for endpoint in ENDPOINTS.values()}
        self.raw["unified_job_templates"] = []
        self.requests: list[str] = []
        for entry in desired:
            self.add(entry["kind"], entry["arguments"])

    def add(self, kind: str, arguments: Mapping[str, Any]) -> Raw:
        """Store an object as its module would."""
        number = sum(map(len, self.raw.values())) + 1
        raw: Raw = {"id": number, "type": kind, "summary_fields": {}, **json.loads(json.dumps(arguments))}
        for name in _NAMED:
            if raw.get(name):
                self._refer(raw, name, name, raw[name])
        for name in _TEXTS:
            if name in raw:
                raw[name] = json.dumps(raw[name])
        for name, value in (raw.get("inputs") or {}).items() if kind == "credential" else ():
            raw["inputs"][name] = "$encrypted$" if name in _SECRETS else value
        if kind == "project" and raw["scm_type"] == "manual":
            raw["scm_type"] = ""
        if kind == "organization":
            raw["summary_fields"]["user_capabilities"] = {"edit": self.may_edit}
        if kind == "job_template":
            raw["summary_fields"]["credentials"] = [{"name": name} for name in raw.pop("credentials")]
        if kind == "workflow_job_template_node":
            self._refer(raw, "workflow_job_template", "workflow_job_template", raw["workflow_job_template"])
        if "unified_job_template" in raw:
            kinds = [
                it for it in ("job_template", "workflow_job_template") if self.find(it, raw["unified_job_template"])
            ]
            self._refer(raw, "unified_job_template", kinds[0], raw["unified_job_template"])
        if "approval_node" in raw:
            raw["unified_job_template"] = 10_000 + number
            raw["summary_fields"]["unified_job_template"] = {"unified_job_type": "workflow_approval"}
        self.raw[ENDPOINTS[kind]].append(raw)
        return raw

    def find(self, kind: str, name: str) -> Raw:
        """One object by its name, empty if there is none."""
        found = [raw for raw in self.raw[ENDPOINTS[kind]] if name in (raw.get("name"), raw.get("identifier"))]
        return found[0] if found else {}

    def _refer(self, raw: Raw, field: str, kind: str, name: str) -> None:
        raw[field] = self.find(kind, name).get("id", 0)
        raw["summary_fields"][field] = {"name": name, "id": raw[field]}

    def get(self, endpoint: str, query: Mapping[str, Any]) -> Any:
        """Answer a request."""
        self.requests.append(endpoint)
        fixed: dict[str, Any] = {
            "ping": {"version": self.version},
            "me": [{"username": "ann", "is_superuser": self.is_superuser}],
        }
        if endpoint in fixed:
            return fixed[endpoint]
        kind, _, below = endpoint.partition("/")
        if not below:
            return [self._shown(raw) for raw in self._all(kind) if _matches(raw, query)]
        number, _, name = below.partition("/")
        if kind == "workflow_approval_templates":
            return next(
                raw["approval_node"]
                for raw in self._all("workflow_job_template_nodes")
                if raw["unified_job_template"] == int(number)
            )
        (raw,) = [entry for entry in self._all(kind) if entry["id"] == int(number)]
        if name == "survey_spec":
            return raw.get("survey_spec") or {}
        if name == "playbooks":
            return ["triage.yml"]
        if name == "workflow_nodes":
            nodes = [
                node for node in self._all("workflow_job_template_nodes") if node["workflow_job_template"] == raw["id"]
            ]
            numbers = {node["identifier"]: node["id"] for node in nodes}
            return [
                {**self._shown(node), **{link: [numbers[it] for it in node.get(link, [])] for link in LINKS}}
                for node in nodes
            ]
        return [{"name": entry} for entry in raw.get(name) or []]

    def _all(self, endpoint: str) -> list[Raw]:
        if endpoint == "unified_job_templates":
            return self.raw["job_templates"] + self.raw["workflow_job_templates"]
        return self.raw.get(endpoint, [])

    def _shown(self, raw: Raw) -> Raw:
        hidden = ("survey_spec", "approval_node", *_ASSOCIATIONS)
        return {name: value for name, value in raw.items() if name not in hidden}


def _matches(raw: Raw, query: Mapping[str, Any]) -> bool:
    for name, value in query.items():
        if name == "page_size":
            continue
        field = name.removesuffix("__in")
        if str(raw.get(field)) not in (str(value).split(",") if field != name else [str(value)]):
            return False
    return True
