# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters, bodies and pages as Spring reads and writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from ..engine.java import INT_MAX, LONG_MAX, instant, instant_of, java_text, whole_number
from ..engine.postgres import in_order
from .answers import ServerError, boot_error, empty, header_error, json_answer, problem, validation_problem
from .context import world


def advice_error(request: web.Request, status: int, text: str) -> ServerError:
    """An error for the exception handlers; which one answers depends on the build (API facts, 1.3)."""
    if world(request).dialect.has_header_errors:
        return ServerError(header_error(status, text))
    return ServerError(problem(request, 500, text))


def null_pointer(request: web.Request, text: str) -> ServerError:
    """A NullPointerException, which has no message: problem+json lacks a detail, and v11's own handler fails itself."""
    dialect = world(request).dialect
    if dialect.own_handler_first:
        return ServerError(boot_error(request, 500))
    if dialect.has_header_errors:
        return ServerError(header_error(500, f"{text}: null"))
    return ServerError(problem(request, 500))


def sorted_rows(
    request: web.Request, rows: Sequence[dict[str, Any]], properties: Sequence[str]
) -> list[dict[str, Any]]:
    """Rows in the order of `sort`. :raises KeyError: it names an unknown property."""
    orders = sort_of(request)
    for name, _descending in orders:
        if name not in properties:
            raise KeyError(name)
    return in_order(rows, orders, lambda row, name: row.get(name))


def unreadable(request: web.Request, text: str) -> ServerError:
    """The framework's 400 for malformed JSON, or a missing or unreadable parameter."""
    return ServerError(problem(request, 400, text))


def resource_error(status: int, text: str) -> ServerError:
    """An error that a resource catches itself, in both major versions."""
    return ServerError(header_error(status, text))


def required(request: web.Request, name: str, kind: str = "String") -> str:
    """A required query parameter."""
    if name not in request.query:
        text = f"Required request parameter '{name}' for method parameter type {kind} is not present"
        raise unreadable(request, text)
    # The first of repeated numbers counts; repeated texts are joined.
    return ",".join(request.query.getall(name)) if kind == "String" else request.query[name]


def integer(request: web.Request, name: str) -> int:
    """A required query parameter of type int."""
    text = required(request, name, "Integer")
    try:
        return whole_number("".join(text.split()), INT_MAX)
    except ValueError:
        raise unreadable(request, f"Failed to convert '{name}'") from None


def boolean(request: web.Request, name: str, default: bool) -> bool:
    """An optional boolean query parameter in one of Spring's words, in any letter case."""
    text = request.query.get(name)
    if not text:
        return default
    lowered = text.lower()
    if lowered in ("true", "on", "yes", "1"):
        return True
    if lowered in ("false", "off", "no", "0"):
        return False
    raise unreadable(request, f"Failed to convert '{name}'")


def page_of(request: web.Request) -> tuple[int, int]:
    """Page number and size; unreadable values become 0 and 20, and 2,000 is the maximum size."""

    def at_least(name: str, default: int, lowest: int) -> int:
        try:
            value = whole_number(request.query.get(name, ""), INT_MAX)
        except ValueError:
            return default
        return value if value >= lowest else default

    return at_least("page", 0, 0), min(at_least("size", 20, 1), 2000)


def sort_of(request: web.Request) -> list[tuple[str, bool]]:
    """Sort fields, with True for descending, from the repeatable `sort=a,b,desc`."""
    orders: list[tuple[str, bool]] = []
    for text in request.query.getall("sort", []):
        parts = [part.strip() for part in text.split(",")]
        descending = False
        if parts[-1].lower() in ("asc", "desc"):
            descending = parts.pop().lower() == "desc"
        orders += [(part, descending) for part in parts if part]
    return orders


def page_headers(path: str, page: int, size: int, total: int) -> dict[str, str]:
    """X-Total-Count and Link."""
    pages = -(-total // size)
    last = max(pages - 1, 0)
    links = []
    if page + 1 < pages:
        links.append((page + 1, "next"))
    if page > 0:
        links.append((page - 1, "prev"))
    links += [(last, "last"), (0, "first")]
    text = ",".join(f'<{path}?page={number}&size={size}>; rel="{name}"' for number, name in links)
    return {"X-Total-Count": str(total), "Link": text}


def page_answer(request: web.Request, rows: Sequence[Any], path: str | None = None) -> web.Response:
    """One page of `rows` with the headers of lists from PostgreSQL."""
    page, size = page_of(request)
    shown = rows[page * size : (page + 1) * size]
    return json_answer(list(shown), headers=page_headers(path or request.path, page, size, len(rows)))


def check_valid(request: web.Request, object_name: str, wrong: Mapping[str, str]) -> None:
    """Refuse a body with invalid members, as bean validation does."""
    if wrong:
        raise ServerError(validation_problem(request, object_name, dict(wrong)))


def check_present(request: web.Request, object_name: str, body: Mapping[str, Any], names: Sequence[str]) -> None:
    """Refuse a body that lacks required members, as bean validation does."""
    check_valid(request, object_name, {name: "must not be null" for name in names if body.get(name) is None})


async def body_text(request: web.Request) -> str:
    """The body as text, in Latin-1 unless it names a charset, as in Spring's string converter."""
    charset = "utf-8" if "json" in request.content_type else (request.charset or "iso-8859-1")
    return (await request.read()).decode(charset, "replace")


async def json_body(request: web.Request, needed: bool = True) -> Any:
    """The JSON value of the body; text after its end is ignored, and an optional body may be missing or empty."""
    raw = await request.read()
    if (raw or "Content-Type" in request.headers) and "json" not in request.content_type:
        raise ServerError(problem(request, 415, f"Content type '{request.content_type}' not supported"))
    if not raw.strip():
        if needed:
            raise unreadable(request, "Required request body is missing")
        return None
    try:
        return json.JSONDecoder(parse_constant=_no_constant).raw_decode(raw.decode("utf-8").lstrip())[0]
    except ValueError:
        raise unreadable(request, "JSON parse error") from None


def _no_constant(text: str) -> None:
    """Refuse NaN and infinities, which Jackson does not accept as JSON."""
    raise ValueError(text)


async def json_object(request: web.Request) -> dict[str, Any]:
    """The body as a JSON object."""
    body = await json_body(request)
    if not isinstance(body, dict):
        raise unreadable(request, "JSON parse error: not an object")
    return body


def text_member(request: web.Request, body: dict[str, Any], name: str) -> str | None:
    """A member that Jackson reads as a string; numbers and booleans become text, lists and objects are refused."""
    value = body.get(name)
    if isinstance(value, (list, dict)):
        raise unreadable(request, f"JSON parse error: {name}")
    return java_text(value) if value is not None else None


def int_member(request: web.Request, body: dict[str, Any], name: str, default: int = 0, most: int = INT_MAX) -> int:
    """A member that Jackson reads as a whole number up to `most`; fractions are cut, numbers in texts are read."""
    value = body.get(name)
    if value is None or value == "":
        return default
    if isinstance(value, (bool, list, dict)):
        raise unreadable(request, f"JSON parse error: {name}")
    try:
        return whole_number(str(int(value)) if isinstance(value, float) else str(value).strip(), most)
    except (ValueError, OverflowError):
        raise unreadable(request, f"JSON parse error: {name}") from None


def id_member(request: web.Request, body: dict[str, Any], name: str = "id") -> int | None:
    """A member that Jackson reads as a Long, None if it is missing."""
    return None if body.get(name) in (None, "") else int_member(request, body, name, most=LONG_MAX)


def path_id(request: web.Request) -> int:
    """The ID in the path."""
    try:
        return whole_number("".join(request.match_info["id"].split()))
    except ValueError:
        raise unreadable(request, "Failed to convert id") from None


def instant_member(request: web.Request, body: dict[str, Any], name: str) -> str | None:
    """A member that Jackson reads as an instant: a text with a zone, or seconds since the epoch."""
    value = body.get(name)
    if value is None or value == "":
        return None
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return instant_of(int(value * 1000))
        return instant_of(instant(str(value)))
    except (ValueError, OverflowError):
        raise unreadable(request, f"JSON parse error: {name}") from None


def bool_member(request: web.Request, body: dict[str, Any], name: str) -> bool | None:
    """A member that Jackson reads as a Boolean."""
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value != 0
    if isinstance(value, str) and value.strip() in ("", "true", "True", "TRUE", "false", "False", "FALSE"):
        return {"true": True, "false": False}.get(value.strip().lower())
    raise unreadable(request, f"JSON parse error: {name}")


def list_member(request: web.Request, body: dict[str, Any], name: str) -> list[str | None] | None:
    """A member that Jackson reads as a list of strings."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or any(isinstance(item, (list, dict)) for item in value):
        raise unreadable(request, f"JSON parse error: {name}")
    return [None if item is None else java_text(item) for item in value]


def done() -> web.Response:
    """200 without a body."""
    return empty()
