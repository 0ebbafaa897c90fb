# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each way by which text of a server or user is printed, tried with texts that act on a terminal or are endless."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.filter.failure_reason import failure_reason
from ansible_collections.utmstack.siem.plugins.filter.markdown_text import markdown_text
from ansible_collections.utmstack.siem.plugins.filter.printable import printable
from ansible_collections.utmstack.siem.plugins.filter.table import table
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.shown import presentable, shown_message
from ansible_collections.utmstack.siem.plugins.module_utils.errors import ServerError
from ansible_collections.utmstack.siem.plugins.module_utils.writing.result import Outcome, Written, finish

from tests.matrices import TEXTS, Record

ACTING = {
    "escape": "\x1b]0;owned\x07\x1b[31m",
    "C1": "\x9b31m\x85",
    "line breaks": "\r\nfatal: [prod]: FAILED!\v\f",
    "U+2028": "\u2028\u2029",
    "bidi": "\u202e\u2066\u061c",
    "invisible": "\u200b\ufeff\u00ad",
    "surrogate": "\ud800",
    "100,000 characters": "x" * 100_000,
}
LONGEST = 21_000


def _outcome(text: str) -> Outcome:
    state = {"status": "open", "tags": [text], "notes": text}
    return Outcome(text, text, state, {**state, "notes": "new", "tags": [text, text]}, changed=True, skipped=text)


def _failed(**more: Any) -> Mapping[str, Any]:
    shown = presentable({"changed": False, "failed": True, "msg": "Failed.", **more})
    return {name: value for name, value in shown.items() if name != "diff"}


PATHS: dict[str, Callable[[str], Any]] = {
    "message of a failed task": lambda text: _failed(msg=text),
    "text of the server in `error`": lambda text: _failed(error=ServerError("x", server_text=text).as_result()),
    "differences from an approved plan": lambda text: _failed(error={"differences": [text] * 60}),
    "rows of a failed task": lambda text: _failed(alerts=[_outcome(text).as_result()] * 60),
    "reasons of alerts in the message": lambda text: _failed(
        msg=finish(Written([Outcome(text, text, {}, None, error=text)] * 9, "d"), 1)["msg"]
    ),
    "warning": lambda text: presentable({"warnings": [text]})["warnings"],
    "differences (`--diff`)": lambda text: presentable({"diff": {"prepared": "".join(_outcome(text).lines())}})["diff"][
        "prepared"
    ].split("\n"),
    "name of an alert in a result": lambda text: _outcome(text).as_result()["name"],
    "refused option": shown_message,
    "label of a loop": printable,
    "table of a role": lambda text: table([[text, text]]),
    "reason in a summary": lambda text: failure_reason({"msg": text}, {}),
    "Markdown": markdown_text,
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", ACTING)
def test_a_text_is_printable_and_bounded(path: str, kind: str, record_cell: Record) -> None:
    texts = (ACTING[kind], f"before {ACTING[kind]} after", ACTING[kind] * 3)
    findings = []
    for text in texts:
        shown = json.dumps(PATHS[path](text), ensure_ascii=False)
        is_right = shown.isprintable() and len(shown) < LONGEST
        record_cell(TEXTS, path, kind, is_right)
        if not is_right:
            findings.append(shown[:300])
    assert findings == []
