# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in as a server on loopback, with a journal of requests."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .access import Access, Caller, User
from .lists import page
from .objects import Objects
from .refusal import Refused, not_found
from .rules import Projects
from .shapes import ROOT
from .store import Store

PASSWORD = "S3cret-of-the-controller"
# Credential types that a controller brings: name, kind and the fields that matter.
TYPES = (
    ("Machine", "ssh", "username", "password"),
    ("Vault", "vault", "vault_id", "vault_password"),
    ("Source Control", "scm", "username", "password"),
)


@dataclass(frozen=True)
class Call:
    """A request, who sent it and what became of it."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: Any
    user: str | None
    token: int | None
    status: int

    @property
    def writes(self) -> bool:
        """Whether it changes objects: tokens are none."""
        return self.method != "GET" and not self.path.startswith(f"{ROOT}/tokens/")


@dataclass
class Fault:
    """What goes wrong with requests: they fail with a status, or answer 200 without having saved a field."""

    method: str
    path: str
    status: int = 0
    drop: str = ""
    times: int = 1

    def takes(self, method: str, path: str) -> bool:
        """Whether it happens to this request. It happens as often as it was set to."""
        if self.times < 1 or self.method != method or not re.fullmatch(self.path, path):
            return False
        self.times -= 1
        return True


@dataclass
class Controller:
    """A controller that runs no jobs: its objects, users, version, playbooks of projects, faults and journal."""

    store: Store = field(default_factory=Store)
    projects: Projects = field(default_factory=Projects)
    version: str = "24.6.1"
    product: str = "AWX"
    faults: list[Fault] = field(default_factory=list)
    journal: list[Call] = field(default_factory=list)
    url: str = ""
    user: str = "admin"
    password: str = PASSWORD

    def __post_init__(self) -> None:
        self.access = Access(self.store)
        self.objects = Objects(self.store, self.projects)
        self.access.add_user(self.user, User(self.password))
        self._lock = threading.Lock()
        # What every controller has from the start.
        self.store.add("organizations", name="Default")
        for name, kind, *fields in TYPES:
            inputs = {
                "fields": [{"id": one, "label": one, "type": "string", "secret": "word" in one} for one in fields]
            }
            self.store.add("credential_types", name=name, kind=kind, managed=True, inputs=inputs)
        for name in ("controlplane", "default"):
            self.store.add("instance_groups", name=name)
        self.store.add("execution_environments", name="AWX EE (latest)", image="quay.io/ansible/awx-ee:latest")

    def token(self) -> str:
        """A token of the administrator, the same each time."""
        mine = [token["token"] for token in self.access.tokens.values() if token["description"] == "of the tests"]
        if mine:
            return str(mine[0])
        caller = Caller(self.user, self.access.users[self.user])
        return str(self.access.answer("POST", "", caller, {"description": "of the tests"})[1]["token"])

    @property
    def writes(self) -> list[Call]:
        """The requests that changed objects or tried to."""
        return [call for call in self.journal if call.writes]

    def answer(self, method: str, target: str, headers: Mapping[str, str], text: str) -> tuple[int, Any]:
        """The answer to a request, which is written to the journal."""
        with self._lock:
            path, query = urlsplit(target).path, parse_qsl(urlsplit(target).query, keep_blank_values=True)
            path = path if path.endswith("/") else f"{path}/"
            body: Any = {}
            caller: Caller | None = None
            try:
                body = json.loads(text) if text else {}
                fault = next((one for one in self.faults if one.takes(method, path)), None)
                if fault and fault.status:
                    raise Refused(fault.status, {"detail": "A server error has occurred."})
                kept = {name: value for name, value in body.items() if not (fault and name == fault.drop)}
                caller = None if path in ("/api/", f"{ROOT}/ping/") else self.access.caller(headers)
                status, answer = self._answered(method, path, query, kept, caller)
            except Refused as exc:
                status, answer = exc.status, exc.body
            user, token = (caller.name, caller.token) if caller else (None, None)
            self.journal.append(Call(method, path, tuple(query), body, user, token, status))
            return status, answer

    def _answered(
        self, method: str, path: str, query: list[tuple[str, str]], body: Any, caller: Caller | None
    ) -> tuple[int, Any]:
        if path == "/api/":
            return 200, {"current_version": f"{ROOT}/", "available_versions": {"v2": f"{ROOT}/"}}
        if not path.startswith(f"{ROOT}/"):
            raise not_found()
        parts = path.removeprefix(f"{ROOT}/").strip("/").split("/")
        if caller is None:
            return 200, {"version": self.version, "ha": False, "instances": [], "instance_groups": []}
        if parts == ["config"]:
            paths = sorted(self.projects.manual)
            return 200, {"version": self.version, "time_zone": "UTC", "project_local_paths": paths}
        if parts == ["me"]:
            return 200, self.objects.listed("me", ("users",), [("username", caller.name)])
        if parts[0] == "tokens":
            status, answer = self.access.answer(method, "".join(parts[1:]), caller, body)
            return status, page(f"{ROOT}/tokens/", query, answer) if isinstance(answer, list) else answer
        return self.objects.answer(method, parts, query, body, caller)


@contextmanager
def serving(controller: Controller) -> Iterator[Controller]:
    """Serve a controller on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            status, answer = controller.answer(self.command, self.path, dict(self.headers.items()), text)
            content = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-API-Product-Name", controller.product)
            self.send_header("X-API-Product-Version", controller.version)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    controller.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield controller
    finally:
        server.shutdown()
        server.server_close()
