# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible shows of a result."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.shown import (
    MAX_MESSAGE,
    MAX_ROWS,
    presentable,
)

# What begins and ends a command to a terminal, a line of its own, and what turns the writing direction.
ACTING = ["\x1b[31m", "\x07", "\r", "\x9b31m", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\u200b", "\ud800"]


def row(number: int, **fields: Any) -> dict[str, Any]:
    state = {"status": "open", "observation": ""}
    plain = {"changed": False, "skipped": None, "error": None}
    return {"id": f"a{number:035}", "name": "Scan", "before": state, "after": state, **plain, **fields}


def failed(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"changed": True, "failed": True, "msg": "1 of many alerts failed.", "alerts": list(rows), **more}


def line(result: dict[str, Any]) -> str:
    """What the default callback prints after ``fatal:``."""
    return json.dumps({key: value for key, value in result.items() if key not in ("diff",)})


def test_one_of_many_comes_first_and_nothing_is_lost() -> None:
    rows = [*(row(number, changed=True) for number in range(4999)), row(1, skipped="Held."), row(2, error="Gone.")]
    result = failed(*rows)
    shown = presentable(result)
    assert [one["error"] or one["skipped"] for one in shown["alerts"][:2]] == ["Gone.", "Held."]
    assert len(shown["alerts"]) == MAX_ROWS
    assert len(line(shown)) < 25_000
    assert shown["diff"]["alerts"] == rows
    assert shown["msg"] == (
        "1 of many alerts failed. `alerts` shows 50 of 5001 entries; the registered result has all of them in "
        "`diff.alerts`."
    )


def test_many_long_failures_and_long_texts_are_bounded() -> None:
    rows = [
        row(number, error="e" * 3000, before={"notes": "n" * 60_000, "tags": ["t" * 900] * 90}) for number in range(9)
    ]
    differences = [f"alert {number} " + "d" * 900 for number in range(4000)]
    result = failed(*rows, error={"type": "PlanChanged", "differences": differences}, msg="m" * 90_000)
    shown = presentable(result)
    assert len(shown["msg"]) < MAX_MESSAGE + 300
    assert len(shown["error"]["differences"]) < MAX_ROWS
    assert len(line(shown)) < 90_000
    assert (shown["diff"]["alerts"], shown["diff"]["error"]) == (rows, result["error"])


def test_a_short_result_is_shown_as_it_is() -> None:
    result = failed(row(1, changed=True), row(2, error="Gone."))
    assert presentable(result) == result
    done = {"changed": True, "alerts": [row(number) for number in range(5001)]}
    assert presentable(done) == done


@pytest.mark.parametrize("text", ACTING, ids=ascii)
def test_nothing_acts_on_a_terminal(text: str) -> None:
    held = {"notes": text, "tags": [text]}
    result = failed(
        row(1, id=text, name=text, error=text, skipped=text, before=held, after=held, rule=text),
        msg=text,
        warnings=[text],
        diff={"prepared": f"{text} (Scan) notes: (none) -> {text}\nnext\n"},
        error={"type": "ServerError", "endpoint": text, "server_text": text, "differences": [text], text: 1},
        incidents=[{"name": text, "alerts": [text]}],
    )
    shown = presentable(result)
    printed = json.dumps({name: value for name, value in shown.items() if name != "diff"}, ensure_ascii=False)
    assert printed.isprintable()
    assert text not in printed
    assert all(one.isprintable() for one in shown["diff"]["prepared"].split("\n"))
    assert shown["diff"]["prepared"].endswith("\nnext\n")
    assert shown["diff"]["alerts"] == result["alerts"]
    done = presentable({**result, "failed": False})
    assert (done["alerts"], done["warnings"]) == (result["alerts"], shown["warnings"])
    assert done["diff"] == {"prepared": shown["diff"]["prepared"]}
