# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that answers whatever a test wants, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def text(self) -> str:
        """All of it on one line, as an error page quotes it."""
        quoted = " ".join(f"{name}: {value}" for name, value in self.headers.items())
        return f"{self.method} {self.path} {quoted} {self.body}"


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Rogue:
    """What a rogue server was asked, and where it is."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def rogue(answer: Callable[[Asked], Said]) -> Iterator[Rogue]:
    """A server on loopback that answers with what the function gives."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode(errors="replace")
            asked = Asked(self.command, self.path, dict(self.headers.items()), body)
            here.asked.append(asked)
            said = answer(asked)
            self.send_response(said.status)
            content_type = {"Content-Type": "application/json", "Content-Length": str(len(said.body))}
            for name, value in {**content_type, **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_CONNECT = answer

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Rogue(f"http://127.0.0.1:{server.server_address[1]}")
    # It waits up to an interval before it ends.
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
