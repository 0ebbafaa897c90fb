# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The receipt of one run: in a file, in the result of its task, or in both. Pure."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..compressed import MAX_IN_RESULT, compressed
from ..directories import absolute_path
from ..errors import InvalidInput
from ..printing import printable
from . import receipt_files, receipts
from .receipt_files import RECEIPT, STATE_DIRECTORY, Journal
from .receipts import Entry

# The keys of the result of a run that keeps no receipt.
NOT_KEPT: Mapping[str, Any] = {"receipt": None, "receipt_content": None, "removed_receipts": []}


@dataclass(frozen=True)
class Keeping:
    """How a run keeps its receipt.

    :param place: file or directory; None for none.
    :param option: the option that names it.
    :param allow_insecure: other users of the host may replace it.
    :param in_result: whether the result holds it.
    :param days: after how many days the receipts beside it are removed; None for never.
    """

    place: str | None = None
    option: str = RECEIPT
    allow_insecure: bool = False
    in_result: bool = False
    days: int | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether there is to be a receipt."""
        return self.place is not None or self.in_result

    def content_of(
        self,
        head: Mapping[str, Any],
        entries: Sequence[Entry],
        path: str | None,
        has_secret: Callable[[str], bool],
    ) -> Content:
        """The receipt for the result.

        :param path: the file that holds it as well; None for none.
        :param has_secret: whether a text contains a secret of the task.
        """
        if not self.in_result:
            return Content()
        lines = "".join(receipts.lines_of(head, entries))
        kept = (
            f"The receipt is in {printable(path)}."
            if path is not None
            else "Set `receipt` to a file that outlives the job."
        )
        if has_secret(lines):
            # Without it, the receipt could not be undone.
            return Content(
                warnings=[
                    "`receipt_in_result`: The receipt was left out, because an alert in it contains a password, key or "
                    f"token of this task. Change the secret. {kept}"
                ]
            )
        text = compressed(lines)
        if len(text) <= MAX_IN_RESULT:
            return Content(text)
        return Content(
            warnings=[
                f"`receipt_in_result`: The compressed receipt has {len(text)} characters, more than the limit of "
                f"{MAX_IN_RESULT}, and was left out. {kept}"
            ]
        )

    def pruned(self, path: str | None) -> receipt_files.Pruned:
        """Remove the old receipts beside the one of this run."""
        if path is None or self.days is None:
            return receipt_files.Pruned()
        return receipt_files.prune(os.path.dirname(path), self.days, spared=path)


NOT_WANTED = Keeping()


@dataclass(frozen=True)
class Content:
    """The compressed receipt, None if the result does not hold it."""

    text: str | None = None
    warnings: Sequence[str] = ()


def keeping_from(params: Mapping[str, Any]) -> Keeping:
    """How the options of a writer want the receipt to be kept; `receipt` replaces the state directory.

    :raises InvalidInput: `keep_days` is no number of days.
    """
    days = params["keep_days"]
    if days is not None and days < 1:
        raise InvalidInput("`keep_days` must be at least 1. Leave it out to keep all receipts.")
    place, option = params["receipt"] or None, RECEIPT
    if place is None and params["state_directory"]:
        place, option = os.path.join(absolute_path(params["state_directory"]), ""), STATE_DIRECTORY
    return Keeping(place, option, params["allow_insecure_directory"], params["receipt_in_result"], days)


class RunReceipt:
    """The receipt of one run.

    :ivar warnings: what the user must know about it, after `finish`.
    """

    def __init__(self, keeping: Keeping, server: str) -> None:
        """Check the place. :raises InvalidInput: it cannot be written."""
        self._keeping = keeping
        self._path: str | None = None
        if keeping.place is not None:
            self._path = receipt_files.path_of(
                keeping.place, server, allow_insecure=keeping.allow_insecure, option=keeping.option
            )
        self._journal: Journal | None = None
        self._head: Mapping[str, Any] = {}
        self._entries: Sequence[Entry] = ()
        self.warnings: list[str] = []

    def begin(self, head: Mapping[str, Any], entries: Sequence[Entry]) -> None:
        """Record the planned changes before the first write, so that a killed run can be undone.

        :raises InvalidInput: the file cannot be written. Nothing was written to the server.
        """
        if self._path is not None:
            self._journal = receipt_files.begin(self._path, head, entries, self._keeping.option)
        self._head, self._entries = head, entries

    def complete(self, entries: Sequence[Entry]) -> list[str]:
        """Add the outcomes of the alerts. :returns: failures."""
        self._entries = entries
        return self._journal.complete(entries) if self._journal is not None else []

    def finish(self, succeeded: bool, has_secret: Callable[[str], bool]) -> dict[str, Any]:
        """The keys of the result. Old receipts are removed if the run succeeded."""
        content = self._keeping.content_of(self._head, self._entries, self._path, has_secret)
        pruned = self._keeping.pruned(self._path) if succeeded else receipt_files.Pruned()
        self.warnings += [*content.warnings, *pruned.warnings]
        return {"receipt": self._path, "receipt_content": content.text, "removed_receipts": list(pruned.removed)}
