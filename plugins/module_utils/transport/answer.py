# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of the server, and the reason of an error by the shape of the answer, never by the server's version."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..depth import MAX_DEPTH, TooDeep, parsed_json
from ..errors import IncompleteAnswer, NotUtmstack

ERROR_HEADER = "X-UtmStack-error"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: `headers` are case-insensitive, `body` is the complete text.

    :param redact: takes secrets out of a text that is to be shown.
    """

    status: int
    headers: Mapping[str, str]
    body: str
    endpoint: str
    redact: Callable[[str], str] = str

    def json(self) -> Any:
        """The parsed body; None for an empty one.

        :raises IncompleteAnswer: the body is not JSON.
        """
        if not self.body.strip():
            return None
        try:
            return parsed(self.body)
        except ValueError as error:
            what = (
                f"JSON of more than {MAX_DEPTH} levels" if isinstance(error, TooDeep) else "something other than JSON"
            )
            raise IncompleteAnswer(
                f"{self.endpoint} answered {self.status} with {what}; "
                "check that `url` points at UTMStack itself and not at a portal or proxy in front of it.",
                status=self.status,
                server_text=self.redact(self.body)[:200],
                endpoint=self.endpoint,
            ) from error

    def redacted(self) -> Answer:
        """The same answer, all of whose text may be shown."""
        # The type finds names in any case.
        made: Any = type(self.headers)
        headers = made({name: self.redact(value) for name, value in self.headers.items()})
        return replace(self, headers=headers, body=self.redact(self.body))


def parsed(text: str) -> Any:
    """The value of a JSON text. What JSON cannot write again (NaN, a number beyond the range of floats) is its text.

    :raises ValueError: it is not JSON.
    :raises TooDeep: it is nested too deeply.
    """
    return parsed_json(text, parse_constant=str, parse_float=_number)


def _number(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def error_text(answer: Answer) -> str:
    """What the server says went wrong, empty when it gives no reason.

    Looked up in the order header, problem+json, Spring Boot's JSON, v12's `error` (API facts, section 2).
    """
    header = answer.headers.get(ERROR_HEADER, "")
    if header:
        return header
    try:
        body = parsed(answer.body)
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    reasons = [
        f"{item.get('field', '?')}: {item.get('message', '')}"
        for name in ("fieldErrors", "violations")
        for item in (body[name] if isinstance(body.get(name), list) else [])
        if isinstance(item, dict)
    ]
    if reasons:
        return "; ".join(sorted(reasons))
    for name in ("detail", "error", "title"):
        if isinstance(body.get(name), str) and body[name]:
            return str(body[name])
    return ""


def is_boot_error(answer: Answer) -> bool:
    """Whether the security layer itself answered: Spring Boot's `{timestamp,status,error,path}` without a reason."""
    try:
        body = parsed(answer.body)
    except ValueError:
        return False
    return isinstance(body, dict) and "timestamp" in body and "path" in body and "detail" not in body


def is_web_page(answer: Answer) -> bool:
    """Whether the answer is meant for a browser, as the ones of portals and proxies are."""
    return "html" in answer.headers.get("Content-Type", "")


def web_page(answer: Answer) -> NotUtmstack:
    """The error for a web page in place of an answer."""
    return NotUtmstack(
        f"{answer.endpoint} answered {answer.status} with a web page; check that `url` is the UTMStack server.",
        status=answer.status,
        server_text=error_text(answer),
        endpoint=answer.endpoint,
    )


def mapping_in(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer. :raises IncompleteAnswer: there is something else."""
    content = answer.json()
    if not isinstance(content, dict):
        raise IncompleteAnswer(
            f"{answer.endpoint} did not answer with a JSON object.", status=answer.status, endpoint=answer.endpoint
        )
    return content


def rows_in(answer: Answer) -> list[dict[str, Any]]:
    """The JSON list of objects in an answer. :raises IncompleteAnswer: there is something else."""
    content = answer.json()
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise IncompleteAnswer(
            f"{answer.endpoint} did not answer with a list of objects.", status=answer.status, endpoint=answer.endpoint
        )
    return content
