# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the receipt to undo: in a file, in a directory, or in the text that a result held."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...compressed import decompressed, is_compressed
from ...directories import absolute_path
from ...errors import InvalidInput
from ...printing import printable
from ...writing import receipt_files, receipts
from ...writing.receipt_files import ReceiptFile, receipts_in
from ...writing.receipts import Receipt

_SHOWN = 5
# What a receipt begins with in its file.
_LINES = "{"


@dataclass(frozen=True)
class FoundReceipt:
    """A receipt, and the file that holds it; None for a text."""

    receipt: Receipt
    path: str | None = None


def is_content(receipt: str) -> bool:
    """Whether the option holds a receipt itself, and does not name a file or directory."""
    return is_compressed(receipt) or receipt.lstrip().startswith(_LINES)


def find_receipt(params: Mapping[str, Any], server: str) -> FoundReceipt:
    """The receipt that the options name.

    :param server: the address of the server; a directory may hold receipts of several.
    :raises InvalidInput: there is none, or more than one.
    """
    given = (params["receipt"] or "").strip()
    if is_content(given):
        return FoundReceipt(receipts.from_text(_text_in(given), "`receipt`: The text"))
    place = given or (params["state_directory"] or "").strip()
    if not place:
        raise InvalidInput(
            "Neither `receipt` nor `state_directory` is set. Set `receipt` to the file, the directory or the content "
            "of the receipt."
        )
    place = absolute_path(place)
    if os.path.isdir(place):
        place = _path_in(place, params, server)
    elif params["run_id"] or params["last"]:
        raise InvalidInput(
            f"`run_id` and `last` choose from a directory, but {printable(place)} {_why_none(place)}. Name a "
            "directory, or leave them out."
        )
    return FoundReceipt(receipt_files.read(place), place)


def _why_none(path: str) -> str:
    return "is a file" if os.path.lexists(path) else "does not exist"


def _text_in(content: str) -> str:
    text = decompressed(content, "receipt") if is_compressed(content) else content
    # Templates drop the line break at the end.
    return text if text.endswith("\n") else f"{text}\n"


def _path_in(directory: str, params: Mapping[str, Any], server: str) -> str:
    """The path of the receipt in a directory that `run_id` or `last` chooses."""
    place, run_id = printable(directory), params["run_id"]
    try:
        found = receipts_in(directory)
    except OSError as error:
        raise InvalidInput(
            f"`receipt`: cannot read {place}: {error.strerror}. Check the path and its permissions."
        ) from error
    of_server = _of_server(found, server, params["other_server"])
    if not of_server:
        others = sorted({printable(one.head["server"]) for one in found})
        only = f", only of {', '.join(others[:_SHOWN])}" if others else ""
        raise InvalidInput(
            f"`receipt`: {place} holds no receipt of {printable(server)}{only}. Check the directory and `url`."
        )
    chosen = of_server if run_id is None else [one for one in of_server if one.head.get("run_id") == run_id]
    if not chosen:
        raise InvalidInput(
            f"No receipt of {printable(server)} in {place} has `run_id: {printable(run_id)}`. Choose another one: "
            f"{_listed(of_server)}."
        )
    if params["last"]:
        return chosen[-1].path
    if run_id is None:
        raise InvalidInput(
            f"`receipt`: {place} is a directory. Set `run_id`, or `last: true` for the newest receipt. It holds "
            f"{_listed(chosen)}."
        )
    if len(chosen) > 1:
        raise InvalidInput(
            f"{len(chosen)} receipts in {place} have `run_id: {printable(run_id)}`. Set `receipt` to one of them: "
            f"{_listed(chosen)}."
        )
    return chosen[0].path


def _of_server(found: Sequence[ReceiptFile], server: str, other_server: bool) -> list[ReceiptFile]:
    """The receipts of the server, the oldest first, each run once: an incident's journal repeats its receipt.

    :param other_server: whether those of another address count where there are none of this one.
    """
    own = [one for one in found if one.head["server"] == server]
    addresses = {one.head["server"] for one in found}
    if not own and other_server and len(addresses) == 1:
        own = list(found)
    runs: dict[tuple[str, str], ReceiptFile] = {}
    for one in own:
        key = (one.head["started"], one.head["plan_digest"])
        if key not in runs or "incident" in one.head:
            runs[key] = max(one, runs.get(key, one), key=lambda receipt: len(os.path.basename(receipt.path)))
    return list(runs.values())


def _listed(found: Sequence[ReceiptFile]) -> str:
    """The receipts in words, the newest first."""
    shown = [_described(one) for one in reversed(found[-_SHOWN:])]
    more = [f"and {len(found) - _SHOWN} older ones"] if len(found) > _SHOWN else []
    return "; ".join([*shown, *more])


def _described(one: ReceiptFile) -> str:
    run_id = one.head.get("run_id")
    run = f"run {printable(str(run_id), 40)}, " if run_id is not None else ""
    return f"{printable(os.path.basename(one.path), 120)} ({run}{printable(one.head['started'], 40)})"
