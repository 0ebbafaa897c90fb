# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the receipts of runs: in a file, in a directory, or in the text that a result held."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...compressed import decompressed, is_compressed
from ...directories import absolute_path
from ...errors import InvalidInput
from ...printing import printable
from ...times import exact
from ...writing import receipt_files, receipts
from ...writing.receipt_files import ReceiptFile, receipts_in
from ...writing.receipts import Receipt

RECEIPT = "receipt"
_SHOWN = 5
# In the head of a receipt, the names of the shadow rules of its run.
SHADOW_RULES = "shadow_rules"
# What a receipt begins with in its file.
_LINES = "{"


@dataclass(frozen=True)
class FoundReceipt:
    """A receipt, and the file that holds it; None for a text."""

    receipt: Receipt
    path: str | None = None


@dataclass(frozen=True)
class FoundReceipts:
    """The receipts of several runs.

    :param without_shadow_rules: the number of receipts that were passed over.
    :param of_other_servers: the number of receipts of other servers in the directory.
    """

    found: Sequence[FoundReceipt]
    without_shadow_rules: int = 0
    of_other_servers: int = 0


def is_content(receipt: str) -> bool:
    """Whether the option holds a receipt itself, and does not name a file or directory."""
    return is_compressed(receipt) or receipt.lstrip().startswith(_LINES)


def find_receipt(params: Mapping[str, Any], server: str) -> FoundReceipt:
    """The receipt that the options name.

    :param server: the address of the server; a directory may hold receipts of several.
    :raises InvalidInput: there is none, or more than one.
    """
    given = _given(params)
    if is_content(given):
        return FoundReceipt(_receipt_in(given))
    place = absolute_path(given)
    if os.path.isdir(place):
        place = _path_in(place, params, server)
    else:
        _check_chosen_from(place, params, ("run_id", "last"))
    return FoundReceipt(receipt_files.read(place), place)


def find_shadow_receipts(params: Mapping[str, Any], server: str, since: datetime | None) -> FoundReceipts:
    """The receipts with shadow rules that the options name, the oldest first.

    :param server: the address of the server; a directory may hold receipts of several.
    :param since: when the runs of a directory began at the earliest; None for any time.
    :raises InvalidInput: there is none.
    """
    given = _given(params)
    if is_content(given):
        return FoundReceipts([_with_shadow_rules(FoundReceipt(_receipt_in(given)), "The text")])
    place = absolute_path(given)
    if os.path.isdir(place):
        return _shadow_receipts_in(place, params, server, since)
    _check_chosen_from(place, params, ("run_id", "last", "since"))
    return FoundReceipts([_with_shadow_rules(FoundReceipt(receipt_files.read(place), place), printable(place))])


def _with_shadow_rules(found: FoundReceipt, what: str) -> FoundReceipt:
    if not found.receipt.head.get(SHADOW_RULES):
        raise InvalidInput(f"`receipt`: {what} is from a run without shadow rules. Use the receipt of another run.")
    return found


def _shadow_receipts_in(
    directory: str, params: Mapping[str, Any], server: str, since: datetime | None
) -> FoundReceipts:
    place = printable(directory)
    found = _all_in(directory)
    of_server = _some_of_server(found, server, params["other_server"], place)
    recent = [one for one in of_server if since is None or one.started >= exact(since)]
    if not recent:
        raise InvalidInput(
            f"No run in {place} began since {params['since']!a}. Set an earlier `since`. It holds {_listed(of_server)}."
        )
    chosen = recent if params["run_id"] is None else _with_run_id(recent, params["run_id"], server, place)
    shadow = [one for one in chosen if one.head.get(SHADOW_RULES)]
    if not shadow:
        raise InvalidInput(
            f"`receipt`: None of the {len(chosen)} receipts in {place} is from a run with shadow rules. Run "
            "utmstack_triage with rules in `mode: shadow` and a receipt first."
        )
    read = [FoundReceipt(receipt_files.read(one.path), one.path) for one in (shadow[-1:] if params["last"] else shadow)]
    return FoundReceipts(read, len(chosen) - len(shadow), len(found) - len(of_server))


def _given(params: Mapping[str, Any]) -> str:
    given: str = (params["receipt"] or "").strip() or (params["state_directory"] or "").strip()
    if not given:
        raise InvalidInput(
            "Neither `receipt` nor `state_directory` is set. Set `receipt` to the file, the directory or the content "
            "of the receipt."
        )
    return given


def _receipt_in(content: str) -> Receipt:
    return receipts.from_text(_text_in(content), "`receipt`: The text")


def _check_chosen_from(place: str, params: Mapping[str, Any], options: Sequence[str]) -> None:
    """Refuse options that choose from a directory where there is none."""
    if any(params[name] for name in options):
        *names, last = (f"`{name}`" for name in options)
        raise InvalidInput(
            f"{', '.join(names)} and {last} choose from a directory, but {printable(place)} {_why_none(place)}. Name a "
            "directory, or leave them out."
        )


def _why_none(path: str) -> str:
    return "is a file" if os.path.lexists(path) else "does not exist"


def _text_in(content: str) -> str:
    text = decompressed(content, "receipt") if is_compressed(content) else content
    # Templates drop the line break at the end.
    return text if text.endswith("\n") else f"{text}\n"


def _path_in(directory: str, params: Mapping[str, Any], server: str) -> str:
    """The path of the receipt in a directory that `run_id` or `last` chooses."""
    place, run_id = printable(directory), params["run_id"]
    chosen = _some_of_server(_all_in(directory), server, params["other_server"], place)
    if run_id is not None:
        chosen = _with_run_id(chosen, run_id, server, place)
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


def _all_in(directory: str) -> list[ReceiptFile]:
    try:
        return receipts_in(directory)
    except OSError as error:
        raise InvalidInput(
            f"`receipt`: cannot read {printable(directory)}: {error.strerror}. Check the path and its permissions."
        ) from error


def _some_of_server(found: Sequence[ReceiptFile], server: str, other_server: bool, place: str) -> list[ReceiptFile]:
    """The receipts of the server. :raises InvalidInput: there is none."""
    of_server = _of_server(found, server, other_server)
    if not of_server:
        others = sorted({printable(one.head["server"]) for one in found})
        only = f", only of {', '.join(others[:_SHOWN])}" if others else ""
        raise InvalidInput(
            f"`receipt`: {place} holds no receipt of {printable(server)}{only}. Check the directory and `url`."
        )
    return of_server


def _with_run_id(found: Sequence[ReceiptFile], run_id: str, server: str, place: str) -> list[ReceiptFile]:
    """The receipts of a run. :raises InvalidInput: there is none."""
    chosen = [one for one in found if one.head.get("run_id") == run_id]
    if not chosen:
        raise InvalidInput(
            f"No receipt of {printable(server)} in {place} has `run_id: {printable(run_id)}`. Choose another one: "
            f"{_listed(found)}."
        )
    return chosen


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
