# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller answers to requests for objects."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from .access import Caller
from .kinds import KINDS, LISTED_TEMPLATES, NODES, Kind
from .launch import launched
from .lists import Query, filtered, page
from .refusal import Refused, not_found
from .rules import CHECKS, Projects, Saving, check_association, check_deletion
from .shapes import ROOT, SURVEYED, shown, url_of
from .store import Fields, Store
from .surveys import shown_spec, spec_error

MAX_NAME_LENGTH = 512
# Lists below an object, with the field that links to it.
SUBLISTS = {
    ("workflow_job_templates", "workflow_nodes"): (NODES, "workflow_job_template"),
    ("workflow_job_templates", "schedules"): ("schedules", "unified_job_template"),
    ("job_templates", "schedules"): ("schedules", "unified_job_template"),
    ("inventories", "hosts"): ("hosts", "inventory"),
    ("organizations", "projects"): ("projects", "organization"),
    ("organizations", "credentials"): ("credentials", "organization"),
}

Body = Mapping[str, Any]
Answer = tuple[int, Any]


class Objects:
    """The objects of a controller, as requests see them."""

    def __init__(self, store: Store, projects: Projects) -> None:
        self.store = store
        self.projects = projects
        self.caller: Caller | None = None
        self.jobs: dict[int, dict[str, Any]] = {}
        self.updates: dict[int, dict[str, Any]] = {}

    def answer(self, method: str, parts: list[str], query: Query, body: Body, caller: Caller) -> Answer:
        """The answer to a request by the parts of its path."""
        endpoint, *rest = parts
        self.caller = caller
        if endpoint == "unified_job_templates" and not rest and method == "GET":
            return 200, self.listed("unified_job_templates", LISTED_TEMPLATES, query)
        if endpoint in ("jobs", "workflow_jobs", "project_updates") and rest and method == "GET":
            return 200, self._job(int(rest[0]))
        if endpoint not in KINDS:
            raise not_found()
        if method != "GET" and rest[1:] != ["launch"]:
            caller.check_change(endpoint, method)
        if not rest:
            if method == "GET":
                return 200, self.listed(endpoint, (endpoint,), query)
            if method == "POST" and endpoint != "workflow_approval_templates":
                return 201, self._shown(endpoint, self.save(endpoint, None, body))
        elif len(rest) == 1:
            return self._one(method, endpoint, self.resolved(endpoint, rest[0]), body)
        elif len(rest) == 2:
            return self._below(method, endpoint, self.resolved(endpoint, rest[0]), rest[1], query, body)
        raise Refused(405, {"detail": f'Method "{method}" not allowed.'})

    def _shown(self, endpoint: str, one: Fields) -> dict[str, Any]:
        may_change = self.caller is None or self.caller.may_change(endpoint)
        return shown(self.store, endpoint, one, may_change)

    def listed(self, path: str, endpoints: tuple[str, ...], query: Query) -> dict[str, Any]:
        """A page of objects."""
        found = filtered(self.store, endpoints, query)
        return page(f"{ROOT}/{path}/", query, [self._shown(endpoint, one) for endpoint, one in found])

    def resolved(self, endpoint: str, wanted: str) -> Fields:
        """The object with an ID, or with a name such as `NAME++ORGANIZATION`."""
        table = self.store.tables[endpoint]
        if wanted.isdigit():
            if int(wanted) in table:
                return table[int(wanted)]
            raise not_found()
        name, _sign, organization = unquote(wanted).partition("++")
        for one in table.values():
            owner = self.store.tables["organizations"].get(one.get("organization") or 0, {})
            if one.get("name") == name and owner.get("name", "") == organization:
                return one
        raise not_found()

    def _one(self, method: str, endpoint: str, one: Fields, body: Body) -> Answer:
        if method == "GET":
            return 200, self._shown(endpoint, one)
        if method in ("PATCH", "PUT"):
            return 200, self._shown(endpoint, self.save(endpoint, one, body))
        if method == "DELETE":
            check_deletion(self.store, endpoint, one)
            self.store.delete(endpoint, one["id"])
            return (202 if endpoint == "inventories" else 204), None
        raise Refused(405, {"detail": f'Method "{method}" not allowed.'})

    def _below(self, method: str, endpoint: str, one: Fields, name: str, query: Query, body: Body) -> Answer:
        if name in KINDS[endpoint].many:
            return self._association(method, endpoint, one, name, query, body)
        if (endpoint, name) in SUBLISTS and method == "GET":
            target, field = SUBLISTS[endpoint, name]
            return 200, self.listed(target, (target,), [*query, (field, str(one["id"]))])
        if name == "survey_spec" and endpoint in SURVEYED:
            return self._survey(method, one, body)
        if name == "launch" and endpoint in SURVEYED:
            return self._launch(method, endpoint, one, body)
        if name == "create_approval_template" and endpoint == NODES and method == "POST":
            if not body.get("name"):
                raise Refused(400, {"name": ["This field is required."]})
            fields = {field: body[field] for field in ("name", "description", "timeout") if body.get(field)}
            made = self.store.add("workflow_approval_templates", **fields)
            one["unified_job_template"] = made["id"]
            return 201, self._shown("workflow_approval_templates", made)
        if endpoint == "projects" and name == "playbooks" and method == "GET":
            return 200, self.projects.found(one)
        if endpoint == "projects" and name == "update" and method == "POST":
            return self._update(one)
        raise not_found()

    def _association(self, method: str, endpoint: str, one: Fields, name: str, query: Query, body: Body) -> Answer:
        target, ids = KINDS[endpoint].many[name], self.store.related(one["id"], name)
        if method == "GET":
            rows = [self._shown(target, self.store.tables[target][wanted]) for wanted in ids]
            return 200, page(f"{url_of(endpoint, one['id'])}{name}/", query, rows)
        wanted = body.get("id")
        if wanted not in self.store.tables[target]:
            raise Refused(400, {"detail": f"No {KINDS[target].class_name} matches the given query."})
        if body.get("disassociate"):
            ids[:] = [other for other in ids if other != wanted]
        elif wanted not in ids:
            check_association(self.store, name, one, self.store.tables[target][wanted])
            ids.append(wanted)
        return 204, None

    def _survey(self, method: str, one: Fields, body: Body) -> Answer:
        if method == "GET":
            return 200, shown_spec(self.store.surveys.get(one["id"], {}))
        if method == "DELETE":
            self.store.surveys.pop(one["id"], None)
            return 200, None
        error = spec_error(body)
        if error:
            raise Refused(400, {"error": error})
        self.store.surveys[one["id"]] = dict(body)
        return 200, None

    def _launch(self, method: str, endpoint: str, one: Fields, body: Body) -> Answer:
        survey = self.store.surveys.get(one["id"])
        if method == "GET":
            needed = [question["variable"] for question in (survey or {}).get("spec", []) if question["required"]]
            return 200, {"survey_enabled": one["survey_enabled"], "variables_needed_to_start": needed}
        job = launched(one, survey, body.get("extra_vars") or {})
        if job["errors"]:
            raise Refused(400, job["errors"])
        number = self.store.next_id()
        kind = "job" if endpoint == "job_templates" else "workflow_job"
        self.jobs[number] = {
            **{"id": number, "type": kind, "url": url_of(f"{kind}s", number), "name": one["name"], "status": "pending"},
            **{"extra_vars": json.dumps(job["extra_vars"]), "finished": None},
        }
        return 201, {**self.jobs[number], kind: number, "ignored_fields": job["ignored_fields"]}

    def _update(self, project: Fields) -> Answer:
        if not project["scm_type"]:
            raise Refused(405, {"detail": 'Method "POST" not allowed.'})
        number = self.store.next_id()
        self.updates[number] = {
            **{"id": number, "type": "project_update", "url": url_of("project_updates", number)},
            **{"status": "successful", "failed": False, "scm_revision": project["scm_revision"]},
            **{"event_processing_finished": True, "started": None, "finished": None, "elapsed": 0.0},
        }
        return 202, {**self.updates[number], "project_update": number}

    def _job(self, wanted: int) -> dict[str, Any]:
        found = {**self.jobs, **self.updates}.get(wanted)
        if found is None:
            raise not_found()
        return found

    def save(self, endpoint: str, old: Fields | None, given: Body) -> Fields:
        """Make an object, or change one, after all checks."""
        kind = KINDS[endpoint]
        new = copy.deepcopy(old) if old else {"id": self.store.next_id(), **copy.deepcopy(dict(kind.fields))}
        writable = [name for name in ("name", *kind.fields) if name not in kind.read_only]
        new.update({name: self._value(kind, name, given[name]) for name in writable if name in given})
        missing = [name for name in kind.required if new.get(name) in (None, "")]
        if missing:
            raise Refused(400, {name: ["This field is required."] for name in missing})
        if len(new.get("name", "")) > MAX_NAME_LENGTH:
            raise Refused(400, {"name": [f"Ensure this field has no more than {MAX_NAME_LENGTH} characters."]})
        check = CHECKS.get(endpoint)
        if check:
            check(Saving(self.store, self.projects, new, old, given))
        self._check_unique(kind, new)
        if old is None:
            return self.store.add(endpoint, **new)
        old.update(new)
        return old

    def _value(self, kind: Kind, name: str, value: Any) -> Any:
        if name in kind.choices and value is not None and value not in kind.choices[name]:
            raise Refused(400, {name: [f'"{value}" is not a valid choice.']})
        if name not in kind.links:
            default = kind.fields.get(name)
            if value is None and isinstance(default, str):
                return ""
            if value is None and isinstance(default, (bool, int)):
                raise Refused(400, {name: ["This field may not be null."]})
            # The modules give some numbers as text.
            return int(value) if isinstance(value, str) and value.isdigit() and _is_number(name) else value
        if value in (None, ""):
            return None
        if not isinstance(value, int):
            raise Refused(400, {name: [f"Incorrect type. Expected pk value, received {type(value).__name__}."]})
        found = self.store.by_id(value)
        if found is None or found[0] not in kind.links[name].endpoints:
            raise Refused(400, {name: [f'Invalid pk "{value}" - object does not exist.']})
        return value

    def _check_unique(self, kind: Kind, new: Fields) -> None:
        for one in self.store.tables[kind.endpoint].values():
            if kind.unique and one["id"] != new["id"] and all(one[name] == new[name] for name in kind.unique):
                names = " and ".join(name.replace("_", " ").capitalize() for name in kind.unique)
                key = kind.unique[0] if len(kind.unique) == 1 else "__all__"
                raise Refused(400, {key: [f"{kind.label} with this {names} already exists."]})


def _is_number(name: str) -> bool:
    return name in ("verbosity", "forks", "timeout", "job_slice_count")
