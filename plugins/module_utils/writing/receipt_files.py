# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of receipts (change journals), and the directories that keep them. Pure.

The complete file is written before the first write to the server and replaced at the end with the outcome of each
alert, so a killed run leaves a receipt of its planned changes. If two runs name the same file, the one that creates it
continues and the other writes nothing.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..atomic_file import Content, create_file, replace_file, write_file
from ..depth import parsed_json
from ..directories import check_directory, create_directory
from ..errors import FileExists, FileNotWritten, InvalidInput
from ..printing import printable
from ..times import exact, exact_time
from . import receipts
from .receipts import Entry, Receipt

# The options that name a file or a directory.
RECEIPT, STATE_DIRECTORY = "receipt", "state_directory"
_OWNER_ONLY = 0o600
_START = '{"receipt": '
# The first line of a receipt lists the candidates of shadow rules.
_MAX_HEAD = 64 * 1024 * 1024


def path_of(receipt: str, server: str, label: str = "", allow_insecure: bool = False, option: str = RECEIPT) -> str:
    """The absolute path of a new receipt.

    :param receipt: a new file or a directory: an existing one, or any path that ends in a slash. In a directory, the
        file is named after the server and the time, so each run gets its own.
    :param label: stands between the two.
    :param allow_insecure: other users of the host may replace the file.
    :param option: the option that names it, for messages.
    :raises InvalidInput: the path exists or is not writable.
    """
    path = os.path.abspath(receipt)
    if os.path.isdir(path) or receipt.endswith(os.sep):
        host = re.sub(r"[^A-Za-z0-9.-]", "_", urlsplit(server).netloc.rpartition("@")[2])
        path = os.path.join(path, f"{host}-{label}{datetime.now(timezone.utc):%Y%m%dT%H%M%S.%fZ}.jsonl")
    if os.path.lexists(path):
        raise _taken(path)
    try:
        check_directory(os.path.dirname(path), allow_insecure)
    except FileNotWritten as error:
        raise _not_written(error, option) from error
    return path


@dataclass(frozen=True)
class Journal:
    """The receipt of this run, still without the outcomes of the alerts.

    :param begun: the content of the file so far.
    """

    path: str
    head: Mapping[str, Any]
    begun: Content

    def updated(self, entries: Sequence[Entry], **head: Any) -> Journal:
        """Replace the content of the file.

        :param head: keys of the head that changed.
        :raises FileNotWritten: the file system refused the write, or the file is no longer this run's.
        """
        changed = {**self.head, **head}
        lines = receipts.lines_of(changed, entries)
        return Journal(self.path, changed, replace_file(self.path, lines, _OWNER_ONLY, self.begun))

    def complete(self, entries: Sequence[Entry], **head: Any) -> list[str]:
        """Add the outcomes of the alerts.

        :returns: failures, not raised because the results of the writes must not be lost.
        """
        try:
            self.updated(entries, **head)
        except FileNotWritten as error:
            return [
                f"`receipt`: {error.message} The alerts were written, see `alerts`. If the receipt still exists, it "
                "holds the planned changes, and utmstack_undo accepts it."
            ]
        return []


def begin(path: str, head: Mapping[str, Any], entries: Sequence[Entry], option: str = RECEIPT) -> Journal:
    """Write a new receipt, readable by its owner only, before the first write to the server.

    :raises InvalidInput: the path exists, or the file system refused the write.
    """
    _create_directory_of(path, option)
    try:
        begun = create_file(path, receipts.lines_of(head, entries), _OWNER_ONLY)
    except FileExists as error:
        raise _taken(path) from error
    except FileNotWritten as error:
        raise _not_written(error, option) from error
    return Journal(path, head, begun)


def begin_again(path: str, head: Mapping[str, Any], entries: Sequence[Entry], option: str = RECEIPT) -> Journal:
    """Write a receipt that replaces an unfinished one.

    :raises InvalidInput: the file system refused the write.
    """
    _create_directory_of(path, option)
    try:
        _before, begun = write_file(path, receipts.lines_of(head, entries), _OWNER_ONLY, check_mode=False)
    except FileNotWritten as error:
        raise _not_written(error, option) from error
    return Journal(path, head, begun)


def _create_directory_of(path: str, option: str) -> None:
    """Create the directory of a receipt. A state directory without any file is also hidden from Git."""
    directory = os.path.dirname(path)
    try:
        create_directory(directory)
        if option == STATE_DIRECTORY and not os.listdir(directory):
            with contextlib.suppress(FileExists):
                create_file(os.path.join(directory, ".gitignore"), ["*\n"], _OWNER_ONLY)
    except FileNotWritten as error:
        raise _not_written(error, option) from error
    except OSError as error:
        raise InvalidInput(
            f"`{option}`: The directory {printable(directory)} could not be created: {error.strerror}. "
            "Nothing was written."
        ) from error


def _taken(path: str) -> InvalidInput:
    return InvalidInput(
        f"`receipt`: {printable(path)} exists. Receipts are never overwritten, since they are needed for undo. Name a "
        "new file, for example with the time in its name, or a directory."
    )


def _not_written(error: FileNotWritten, option: str) -> InvalidInput:
    return InvalidInput(f"`{option}`: {error.message}")


def read(path: str) -> Receipt:
    """Read a receipt. :raises InvalidInput: the file is missing or not a receipt."""
    what = f"`receipt`: {printable(path)}"
    try:
        return receipts.from_text(Path(path).read_text(encoding="ascii"), what)
    except OSError as error:
        raise InvalidInput(
            f"`receipt`: cannot read {printable(path)}: {error.strerror}. Check the path and its permissions."
        ) from error
    except UnicodeDecodeError:
        raise receipts.not_a_receipt(what) from None


@dataclass(frozen=True)
class ReceiptFile:
    """A file that begins as a receipt does, and its first line."""

    path: str
    head: Mapping[str, Any]

    @property
    def started(self) -> str:
        """When the run began, as a text that sorts by time; empty if the file does not say it."""
        return exact_time(self.head["started"]) or ""


def receipts_in(directory: str) -> list[ReceiptFile]:
    """The receipts in a directory, the oldest first; links are not followed.

    :raises OSError: the directory cannot be read.
    """
    with os.scandir(directory) as entries:
        paths = [entry.path for entry in entries if entry.is_file(follow_symlinks=False)]
    found = [ReceiptFile(path, head) for path in sorted(paths) if (head := _head_in(path)) is not None]
    return sorted(found, key=lambda one: one.started)


def _head_in(path: str) -> Mapping[str, Any] | None:
    """The first line of a receipt; None for any other file."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), encoding="ascii") as stream:
            if stream.read(len(_START)) != _START:
                return None
            head = parsed_json(_START + stream.readline(_MAX_HEAD))
    except (OSError, ValueError):
        return None
    return head if receipts.is_head(head) else None


@dataclass(frozen=True)
class Pruned:
    """The receipts that were removed, and why others could not be."""

    removed: Sequence[str] = ()
    warnings: Sequence[str] = ()


def prune(directory: str, days: int, spared: str) -> Pruned:
    """Remove the receipts of a directory that are older than so many days.

    Only whole receipts are removed, and none of an incident whose change is still to be completed.

    :param spared: the receipt of this run.
    """
    oldest = exact(datetime.now(timezone.utc) - timedelta(days=days))
    removed: list[str] = []
    warnings: list[str] = []
    try:
        old = [one.path for one in receipts_in(directory) if one.started and one.started < oldest]
        for path in old:
            if path != spared and _is_done(path):
                # Another run may have removed it.
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
                    removed.append(path)
    except OSError as error:
        warnings.append(
            f"`keep_days`: Old receipts in {printable(directory)} could not be removed: {error.strerror}. Check the "
            "permissions of the directory."
        )
    return Pruned(removed, warnings)


def _is_done(path: str) -> bool:
    """Whether a file is a whole receipt that no later run continues."""
    try:
        found = read(path)
    except InvalidInput:
        return False
    return found.incident is None or found.incident.is_finished
