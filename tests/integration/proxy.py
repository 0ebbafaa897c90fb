# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A forward proxy for plain HTTP, which can lose answers."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

# Headers that are for this hop alone.
_HOPS = (
    "connection",
    "proxy-connection",
    "proxy-authorization",
    "keep-alive",
    "transfer-encoding",
    "content-length",
)


class Proxy(ThreadingHTTPServer):
    """A running proxy.

    :ivar seen: the number of requests that it passed on.
    :ivar lost: the numbers, from 1, of the requests whose answer it loses: it resets the connection of the client.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen = 0
        self.lost: frozenset[int] = frozenset()

    @property
    def address(self) -> str:
        """Host and port, for an option `proxy` with or without credentials."""
        return f"127.0.0.1:{self.server_address[1]}"

    def restart(self, lost: frozenset[int] = frozenset()) -> None:
        """Count from 1 again."""
        self.seen, self.lost = 0, lost


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def pass_on(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOPS}
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=60)
        try:
            connection.request(self.command, url._replace(scheme="", netloc="").geturl(), body or None, headers)
            answer = connection.getresponse()
            status, fields, content = answer.status, answer.getheaders(), answer.read()
        except (http.client.HTTPException, OSError):
            # The server ended the connection.
            self._reset()
            return
        finally:
            connection.close()
        self.server.seen += 1
        if self.server.seen in self.server.lost:
            self._reset()
            return
        self.send_response_only(status)
        for name, value in fields:
            if name.lower() not in _HOPS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = pass_on

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


@contextmanager
def running_proxy() -> Iterator[Proxy]:
    """A proxy while it is needed."""
    with Proxy() as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy
        proxy.shutdown()
