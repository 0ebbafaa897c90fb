# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Record on disk what the alerts of an incident held before its change.

The server's cascade overwrites status and observation of all alerts of an incident, and a run that is killed before it
restored them takes their values with it. They are therefore written to two files before the change: the receipt that
the task names, and a journal in the state directory, which is removed when all alerts are seen as they are to be. The
next run finds the one or the other and restores what the killed run left.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...atomic_file import content_of
from ...directories import absolute_path, check_directory
from ...errors import FileNotWritten, InvalidInput
from ...printing import printable
from ...writing import receipt_files, receipts
from ...writing.plan import State
from ...writing.receipt_files import RECEIPT, STATE_DIRECTORY, Journal
from ...writing.receipts import Entry, Receipt, RecordedIncident
from ...writing.run_receipt import NOT_KEPT, NOT_WANTED, Keeping

_MAX_REQUEST_SECONDS = 600


def user_directory() -> str:
    """The directory of the journals of the user who runs the task, for runs without a state directory."""
    base = os.environ.get("XDG_STATE_HOME", "")
    # The specification of these directories says to ignore a relative path.
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(base, "utmstack.siem")


def _label(server: str, name: str) -> str:
    """A part of file names that is the same for each run on one incident."""
    return f"incident-{hashlib.sha256(f'{server} {name}'.encode('utf-8', 'backslashreplace')).hexdigest()[:16]}-"


def journal_path(server: str, name: str, state_directory: str | None = None) -> str:
    """The path of the journal of an incident's change."""
    directory = absolute_path(state_directory) if state_directory else user_directory()
    return os.path.join(directory, f"{_label(server, name)[:-1]}.jsonl")


def journal_paths(server: str, name: str, state_directory: str | None) -> list[str]:
    """The places of a journal: of this run, and of an earlier one that knew no state directory."""
    return list(dict.fromkeys([journal_path(server, name, state_directory), journal_path(server, name)]))


@dataclass(frozen=True)
class Unfinished:
    """The record of a run on this incident that did not see all alerts as they are to be."""

    path: str
    receipt: Receipt
    incident: RecordedIncident

    def is_stored(self, fields: Mapping[str, Any]) -> bool:
        """Whether the incident holds the change of that run."""
        before, after = self.incident.before, self.incident.after
        return all(fields[name] == value for name, value in after.items() if before[name] != value)

    @property
    def is_old(self) -> bool:
        """Whether the server is done with a request of that run, whatever became of it."""
        try:
            return time.time() - os.path.getmtime(self.path) > _MAX_REQUEST_SECONDS
        except OSError:
            return True


def _unfinished(path: str, server: str, dialect: str, name: str) -> Unfinished | None:
    """The record in a file; None if it is finished, or of something else."""
    try:
        found = receipt_files.read(path)
    except InvalidInput:
        return None
    incident = found.incident
    if incident is None or incident.is_finished or incident.name != name:
        return None
    return Unfinished(path, found, incident) if (found.server, found.dialect) == (server, dialect) else None


@dataclass
class Record:
    """The files of this run, and those that earlier runs on the same incident left unfinished.

    :ivar path: the receipt, None if none is wanted.
    :ivar left: the unfinished records; the receipt that this run continues comes first.
    :ivar warnings: why there is no journal.
    """

    server: str = ""
    dialect: str = ""
    name: str = ""
    path: str | None = None
    left: Sequence[Unfinished] = ()
    warnings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    keeping: Keeping = NOT_WANTED
    state_directory: str | None = None
    _incident: RecordedIncident | None = None
    _digest: str = ""
    _receipt: Journal | None = None
    _journal: Journal | None = None
    # What the receipt holds so far.
    _head: Mapping[str, Any] | None = None
    _entries: Sequence[Entry] = ()

    @classmethod
    def find(
        cls, server: str, dialect: str, name: str, keeping: Keeping = NOT_WANTED, state_directory: str | None = None
    ) -> Record:
        """Look for unfinished records, and check that the receipt can be written.

        :param keeping: how the receipt of this run is kept.
        :param state_directory: where the journal stands; None for the user's own directory.
        :raises InvalidInput: the file is the receipt of something else, or cannot be written.
        """
        journals = journal_paths(server, name, state_directory)
        candidates = [*journals]
        if keeping.place is not None:
            place = os.path.abspath(keeping.place)
            inside = sorted(glob.glob(os.path.join(glob.escape(place), f"*-{_label(server, name)}*.jsonl")))
            candidates = [*([place] if os.path.isfile(place) else inside[::-1]), *journals]
        found = [_unfinished(path, server, dialect, name) for path in candidates]
        left = [one for one in found if one is not None]
        path = None
        if keeping.place is not None:
            continued = next((one.path for one in left if one.path not in journals), None)
            path = continued or receipt_files.path_of(
                keeping.place, server, _label(server, name), keeping.allow_insecure, keeping.option
            )
        return cls(server, dialect, name, path, left, keeping=keeping, state_directory=state_directory)

    def as_result(self, succeeded: bool, has_secret: Callable[[str], bool]) -> dict[str, Any]:
        """The keys of the result about the receipt. Old receipts are removed if the run succeeded.

        :param has_secret: whether a text contains a secret of the task.
        """
        if self._head is None:
            return dict(NOT_KEPT)
        path = self.path if self._receipt is not None else None
        content = self.keeping.content_of(self._head, self._entries, path, has_secret)
        pruned = self.keeping.pruned(path if succeeded and not self.failures else None)
        self.warnings += [*content.warnings, *pruned.warnings]
        return {"receipt": path, "receipt_content": content.text, "removed_receipts": list(pruned.removed)}

    def describe(self, incident: RecordedIncident, digest: str) -> None:
        """Set what the change is, before it is recorded."""
        self._incident, self._digest = incident, digest

    def begin(self, entries: Sequence[Entry]) -> None:
        """Write the entries to disk.

        :raises InvalidInput: the receipt could not be written. Nothing of the change was sent.
        """
        if self._incident is None:
            return
        head = receipts.head_of(self.server, self.dialect, self._digest, self._incident.as_head())
        merged = self._merged(entries)
        if self.path is not None:
            begin = receipt_files.begin if self._continued is None else receipt_files.begin_again
            self._receipt = begin(self.path, head, merged, self.keeping.option)
        self._head, self._entries = head, merged
        # Without a change of the incident, there is no cascade.
        if self._incident.written is not None:
            self._journal = self._begin_journal(head, entries)

    def _begin_journal(self, head: Mapping[str, Any], entries: Sequence[Entry]) -> Journal | None:
        path = journal_path(self.server, self.name, self.state_directory)
        try:
            check_directory(os.path.dirname(path), self.keeping.allow_insecure)
            option = STATE_DIRECTORY if self.state_directory else RECEIPT
            return receipt_files.begin_again(path, head, entries, option)
        except (FileNotWritten, InvalidInput) as error:
            reason = error.message.rstrip(".")
            if self._receipt is None:
                self.warnings.append(
                    f"The status and observation of the alerts could not be recorded in {printable(path)} ({reason}). "
                    "If the run is killed, they may be lost. Set `receipt`."
                )
            return None

    def update(self, entries: Sequence[Entry]) -> None:
        """Replace the entries on disk, because an alert changed before the change was sent.

        :raises InvalidInput: the receipt could not be written.
        """
        self._entries = self._merged(entries)
        try:
            if self._receipt is not None:
                self._receipt = self._receipt.updated(self._entries)
            if self._journal is not None:
                self._journal = self._journal.updated(entries)
        except FileNotWritten as error:
            raise InvalidInput(f"`receipt`: {error.message} The incident was not changed.") from error

    @property
    def _continued(self) -> Unfinished | None:
        """The unfinished receipt that this run continues."""
        return next((one for one in self.left if one.path == self.path), None)

    def _merged(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """The entries of the receipt, which also undo the run that this one continues."""
        return entries if self._continued is None else continuing(entries, self._continued.receipt)

    def see(self, entries: Sequence[Entry], is_complete: bool) -> None:
        """Add the outcomes of the alerts.

        :param is_complete: all alerts are as they are to be, and no request may still change them.
        """
        if self._incident is None:
            return
        head = replace(self._incident, is_finished=is_complete).as_head()
        self._head, self._entries = {**(self._head or {}), **head}, self._merged(entries)
        if self._receipt is not None:
            self.failures += self._receipt.complete(self._entries, **head)
        if self._journal is not None and is_complete:
            _remove(self._journal)

    def close_left(self, incident: Mapping[str, Any]) -> None:
        """Finish the records of earlier runs, whose alerts were restored.

        :param incident: the fields of the incident. A change that is not seen there may still be running, and would
            overwrite the alerts again.
        """
        for one in self.left:
            is_replaced = one.path in {journal.path for journal in (self._receipt, self._journal) if journal}
            if not is_replaced and (one.is_stored(incident) or one.is_old):
                self.warnings += finish(one.path, one.receipt, one.incident, self.state_directory)


def continuing(entries: Sequence[Entry], earlier: Receipt) -> list[Entry]:
    """Entries that also undo the earlier run that this one continues."""
    known = {entry.alert_id: entry for entry in earlier.entries}
    merged = []
    for entry in entries:
        old = known.pop(entry.alert_id, None)
        if old is not None:
            echoes = {
                echo_id: (_before(old.echoes[echo_id], two[0]) if echo_id in old.echoes else two[0], two[1])
                for echo_id, two in entry.echoes.items()
            }
            before = _before((old.before, old.after), entry.before)
            differs = before != entry.after or any(two[0] != two[1] for two in echoes.values())
            became = "changed" if differs and entry.became == "unchanged" else entry.became
            entry = replace(entry, before=before, echoes=echoes, became=became)
        merged.append(entry)
    return [*merged, *known.values()]


def _before(earlier: tuple[State, State], now: State) -> State:
    """The state to restore: what the earlier run found, if it wrote what is there now."""
    return earlier[0] if now == earlier[1] else now


def _remove(journal: Journal) -> None:
    # Another run may have begun its own journal there.
    if content_of(journal.path) == journal.begun:
        _unlink(journal.path)


def _unlink(path: str) -> None:
    # A journal that cannot be removed is found again, and there is nothing left to restore from it.
    with contextlib.suppress(OSError):
        os.unlink(path)


def finish(path: str, receipt: Receipt, incident: RecordedIncident, state_directory: str | None) -> list[str]:
    """Mark the record of an incident's change as finished, or remove it if it is a journal.

    :returns: warnings.
    """
    if path in journal_paths(receipt.server, incident.name, state_directory):
        _unlink(path)
        return []
    try:
        head = {**receipt.head, **replace(incident, is_finished=True).as_head()}
        receipt_files.begin_again(path, head, receipt.entries)
    except InvalidInput as error:
        return [f"The receipt could not be marked as finished. {error.message}"]
    return []


def finish_undone(path: str | None, receipt: Receipt, state_directory: str | None = None) -> list[str]:
    """Finish the record of a run that was undone, so that the next run does not complete it.

    :param path: the receipt's file; None if its content was passed.
    :returns: warnings.
    """
    incident = receipt.incident
    if incident is None or incident.is_finished:
        return []
    for place in journal_paths(receipt.server, incident.name, state_directory):
        journal = _unfinished(place, receipt.server, receipt.dialect, incident.name)
        if journal is not None and journal.receipt.head.get("started") == receipt.head.get("started"):
            _unlink(journal.path)
    return [] if path is None else finish(path, receipt, incident, state_directory)
