# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The formats of answers and errors (API facts, section 2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from http import HTTPStatus
from typing import Any

from aiohttp import web

from .context import world

PROBLEM = "https://www.jhipster.tech/problem/problem-with-message"
VIOLATION = "https://www.jhipster.tech/problem/constraint-violation"


class ServerError(Exception):
    """An error with the answer that ends the request."""

    def __init__(self, answer: web.Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def empty(status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """An answer without a body."""
    return web.Response(status=status, headers=headers)


def json_answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer in UTF-8 that names no charset, as the servers send it."""
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return web.Response(body=body, status=status, headers={"Content-Type": "application/json", **(headers or {})})


def text_answer(text: str, content_type: str = "application/json", status: int = 200) -> web.Response:
    """A plain string, with the media type that the client prefers."""
    answer = web.Response(body=text.encode(), status=status, headers={"Content-Type": content_type})
    answer["bare"] = True
    return answer


def alert_headers(event: str, params: object = "") -> dict[str, str]:
    """The headers that report a successful change to the web interface."""
    return {"X-UtmStack-alert": event, "X-UtmStack-params": str(params)}


def header_error(status: int, text: str, params: str | None = "") -> web.Response:
    """An error that a resource catches itself: an empty body, and the text in a header (without control characters).

    :param params: the header X-UtmStack-params, None to leave it out, as tag rules do.
    """
    low = "".join(chr(ord(character) & 0xFF) for character in text)
    shown = "".join(character if character >= " " and character != "\x7f" else " " for character in low)
    return empty(status, {"X-UtmStack-error": shown, **({} if params is None else {"X-UtmStack-params": params})})


def problem(request: web.Request, status: int, detail: str | None = None, headers: Any = None) -> web.Response:
    """The framework's problem+json."""
    body: dict[str, Any] = {"type": PROBLEM, "title": HTTPStatus(status).phrase, "status": status}
    if detail is not None:
        body["detail"] = detail
    body.update(path=request.path, message=f"error.http.{status}")
    return json_answer(body, status, {"Content-Type": "application/problem+json", **(headers or {})})


def as_built(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    """The answer of the simulated v11 build.

    The first registered handler answers the framework's errors. In one build it writes problem+json; in the other it
    writes a header and sets status 500, except for bean validation that it knows (API facts, 1.3).
    """
    dialect = world(request).dialect
    is_problem = answer.headers.get("Content-Type") == "application/problem+json"
    if not (dialect.own_handler_first and is_problem and isinstance(answer, web.Response)):
        return answer
    original = json.loads(answer.text or "{}")
    broken = original.get("fieldErrors", [])
    rules = broken or original.get("violations") or [{"message": original["title"]}]
    status = 400 if broken and dialect.release.validates_in_own_handler else 500
    return header_error(status, str(original.get("detail") or rules[0]["message"]))


def validation_problem(request: web.Request, object_name: str, fields: dict[str, str]) -> web.Response:
    """The answer of bean validation to a body."""
    errors = [{"objectName": object_name, "field": name, "message": text} for name, text in fields.items()]
    body = {
        "type": VIOLATION,
        "title": "Method argument not valid",
        "status": 400,
        "path": request.path,
        "message": "error.validation",
        "fieldErrors": errors,
    }
    return json_answer(body, 400, {"Content-Type": "application/problem+json"})


def violations_problem(request: web.Request, fields: Sequence[str]) -> web.Response:
    """The answer to unreadable criteria."""
    body = {
        "type": "https://zalando.github.io/problem/constraint-violation",
        "title": "Constraint Violation",
        "status": 400,
        "path": request.path,
        "violations": [{"field": field, "message": "Failed to convert"} for field in fields],
        "message": "error.validation",
    }
    return json_answer(body, 400, {"Content-Type": "application/problem+json"})


def accepted(request: web.Request) -> list[str]:
    """The media types of Accept by preference, those without a weight first, and without those of ``q=0``."""
    wanted = []
    for part in (request.headers.get("Accept") or "*/*").split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            wanted.append((float(quality), media))
        except ValueError:
            continue
    return [
        media for quality, media in sorted(wanted, key=lambda pair: (pair[1].startswith("*"), -pair[0])) if quality > 0
    ]


def boot_error(request: web.Request, status: int, path: str | None = None) -> web.Response:
    """The security layer's own error, in the format that the client accepts; `path` is shown as given."""
    for media in accepted(request):
        if media in ("application/json", "application/*", "*/*") or media.endswith("+json"):
            now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
            body = {
                "timestamp": now,
                "status": status,
                "error": HTTPStatus(status).phrase,
                "path": path or request.path,
            }
            return json_answer(body, status)
        if media in ("text/html", "text/*"):
            page = f"<html><body><h1>Whitelabel Error Page</h1><div>status={status}</div></body></html>"
            return text_answer(page, "text/html;charset=UTF-8", status)
    return empty(status)
