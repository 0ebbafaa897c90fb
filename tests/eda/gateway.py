# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway in front of a simulator: fails on demand, quotes what it was asked, and knows each secret that passed."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, urlsplit

import requests

from ..integration.rogue import Asked, Said, rogue

Fault = Callable[[Asked], Said]
_SECRET_HEADERS = ("Authorization", "Utm-Api-Key", "Proxy-Authorization")
_SECRET_MEMBERS = ("password", "code", "id_token", "token")
_NOT_PASSED_ON = ("host", "connection", "content-length", "transfer-encoding", "accept-encoding", "content-encoding")
# A piece of a secret is as good as the secret. Shorter ones, such as one-time codes, are looked for as they are.
_PIECE = 12


@dataclass
class Gateway:
    """A running gateway.

    :ivar url: where it listens.
    :ivar fault: what it answers to each request; None to pass it on.
    :ivar failed: how many requests met a fault.
    :ivar secrets: what passed through it.
    """

    target: str
    url: str = ""
    fault: Fault | None = None
    failed: int = 0
    secrets: set[str] = field(default_factory=set)

    def answer(self, asked: Asked) -> Said:
        """Fail, or pass the request on."""
        self._remember(asked.headers, asked.path, asked.body)
        if self.fault is not None:
            said = self.fault(asked)
            self.failed += 1
            return said
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in _NOT_PASSED_ON}
        with requests.Session() as session:
            session.trust_env = False
            body = asked.body.encode() or None
            answer = session.request(
                asked.method, self.target + asked.path, headers=headers, data=body, timeout=30, allow_redirects=False
            )
        given = {name: value for name, value in answer.headers.items() if name.lower() not in _NOT_PASSED_ON}
        self._remember(given, "", answer.text)
        return Said(answer.status_code, answer.content, given)

    def _remember(self, headers: dict[str, str], path: str, body: str) -> None:
        found = [
            headers[name].removeprefix("Bearer ").removeprefix("Basic ") for name in _SECRET_HEADERS if name in headers
        ]
        found += [value for values in parse_qs(urlsplit(path).query).values() for value in values if len(value) == 6]
        found += re.findall(rf'"(?:{"|".join(_SECRET_MEMBERS)})"\s*:\s*"([^"]+)"', body)
        self.secrets.update(found)


@contextmanager
def gateway(target: str) -> Iterator[Gateway]:
    """A gateway in front of the server with this URL."""
    here = Gateway(target)
    with rogue(here.answer) as server:
        here.url = server.url
        yield here


def spelled(secret: str) -> set[str]:
    """The secret in the ways in which it may be written down, or a piece of each."""
    encoded = {base64.b64encode(f"{before}{secret}".encode()).decode().rstrip("=") for before in ("", "x", "xy")}
    written = {secret, json.dumps(secret)[1:-1], quote(secret, safe="")} | {text[4:-4] for text in encoded}
    return {_middle(text) for text in written if text}


def _middle(text: str) -> str:
    first = max((len(text) - _PIECE) // 2, 0)
    return text[first : first + _PIECE]


def quoting(status: int, **headers: str) -> Fault:
    """A fault that quotes the request in the body and in the header of an error."""

    def fault(asked: Asked) -> Said:
        text = asked.text
        body = json.dumps({"detail": text, "message": text, "title": text}).encode()
        return Said(status, body, {"X-UtmStack-error": text.encode("ascii", "replace").decode(), **headers})

    return fault


def web_page(asked: Asked) -> Said:
    """A portal's page that quotes the request."""
    return Said(200, f"<html>{asked.text}</html>".encode(), {"Content-Type": "text/html"})


def elsewhere(asked: Asked) -> Said:
    """A redirect to another host, with what was asked in its address."""
    return Said(302, b"", {"Location": f"http://elsewhere.example/{quote(asked.text)}"})


def cut_off(asked: Asked) -> Said:
    """A body that ends too early."""
    return Said(200, json.dumps([asked.text]).encode()[:-2])


def late(asked: Asked) -> Said:
    """An answer after the time-out of the tests."""
    time.sleep(1.5)
    return quoting(200)(asked)
