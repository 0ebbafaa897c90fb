# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bound what Ansible shows of a result, and keep it from acting on a terminal. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..printing import printable

MAX_ROWS = 50
# Characters of a text, of a message, and of a list as JSON.
MAX_TEXT, MAX_MESSAGE, MAX_LIST = 500, 6000, 20_000
# Leaves room for what was cut.
_MAX_REASON = 5000
_MAX_LINE = 2000
# Where a failed result keeps what is not shown. Ansible registers it, and prints it for no failed task below -vvv.
COMPLETE = "diff"
# What says why a task failed comes first.
_RANKS = ("error", "skipped", "changed")


def shown_message(text: str) -> str:
    """A message on one line, however it quotes what a user or the server gave."""
    return printable(text, MAX_MESSAGE)


def presentable(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result whose messages and differences are printable; a failed one is also short, because Ansible prints it.

    Lists and texts that are cut or escaped stand complete under ``diff`` as well.
    """
    shown = dict(result)
    if "warnings" in shown:
        shown["warnings"] = [printable(str(warning), _MAX_LINE) for warning in shown["warnings"]]
    if "diff" in shown:
        lines = str(shown["diff"]["prepared"]).split("\n")
        shown["diff"] = {"prepared": "\n".join(printable(line, _MAX_LINE) for line in lines)}
    if not shown.get("failed"):
        return shown
    complete: dict[str, Any] = {}
    notes = []
    for name, value in result.items():
        if name not in ("msg", "warnings", COMPLETE) and (short := _short(value)) != value:
            shown[name], complete[name] = short, value
            if isinstance(value, list) and len(short) < len(value):
                notes.append(
                    f" `{name}` shows {len(short)} of {len(value)} entries; the registered result has all of them in "
                    f"`{COMPLETE}.{name}`."
                )
    shown["msg"] = printable(str(result.get("msg", "")), _MAX_REASON) + "".join(notes)
    if complete:
        shown[COMPLETE] = {**shown.get(COMPLETE, {}), **complete}
    return shown


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value, MAX_TEXT)
    if isinstance(value, Mapping):
        return {_short(name): _short(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return _short_list(value)
    return value


def _short_list(rows: Sequence[Any]) -> list[Any]:
    """The entries in their order if there are few, else as many as fit, and failures first."""
    shown = [_short(row) for row in rows[: MAX_ROWS + 1]]
    if len(shown) <= MAX_ROWS and _length(shown) <= MAX_LIST:
        return shown
    shown, length = [], 0
    for row in sorted(rows, key=_rank)[:MAX_ROWS]:
        short = _short(row)
        length += _length(short)
        if shown and length > MAX_LIST:
            break
        shown.append(short)
    return shown


def _rank(row: Any) -> int:
    found = (number for number, name in enumerate(_RANKS) if isinstance(row, Mapping) and row.get(name))
    return next(found, len(_RANKS))


def _length(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, default=str))
