# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Record on disk what the alerts of an incident held before its change.

The server's cascade overwrites status and observation of all alerts of an incident, and a run that is killed before it
restored them takes their values with it. They are therefore written to two files before the change: the receipt that
the task names, and a journal in a directory of the user, which is removed when all alerts are seen as they are to be.
The next run finds the one or the other and restores what the killed run left.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...atomic_file import content_of
from ...directories import check_directory
from ...errors import FileNotWritten, InvalidInput
from ...printing import printable
from ...writing import receipts
from ...writing.plan import State
from ...writing.receipts import Entry, Journal, Receipt, RecordedIncident

_MAX_REQUEST_SECONDS = 600


def journal_directory() -> str:
    """The directory of the journals of the user who runs the task."""
    base = os.environ.get("XDG_STATE_HOME", "")
    # The specification of these directories says to ignore a relative path.
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(base, "utmstack.siem")


def _label(server: str, name: str) -> str:
    """A part of file names that is the same for each run on one incident."""
    return f"incident-{hashlib.sha256(f'{server} {name}'.encode('utf-8', 'backslashreplace')).hexdigest()[:16]}-"


def journal_path(server: str, name: str) -> str:
    """The path of the journal of an incident's change."""
    return os.path.join(journal_directory(), f"{_label(server, name)[:-1]}.jsonl")


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
        found = receipts.read(path)
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
    allow_insecure: bool = False
    _incident: RecordedIncident | None = None
    _digest: str = ""
    _receipt: Journal | None = None
    _journal: Journal | None = None

    @classmethod
    def find(cls, server: str, dialect: str, name: str, receipt: str | None, allow_insecure: bool = False) -> Record:
        """Look for unfinished records, and check that the receipt can be written.

        :param receipt: file or directory, None for none.
        :param allow_insecure: other users of the host may replace the files of this run.
        :raises InvalidInput: the file is the receipt of something else, or cannot be written.
        """
        candidates = [journal_path(server, name)]
        if receipt is not None:
            place = os.path.abspath(receipt)
            inside = sorted(glob.glob(os.path.join(glob.escape(place), f"*-{_label(server, name)}*.jsonl")))
            candidates = [*([place] if os.path.isfile(place) else inside[::-1]), *candidates]
        found = [_unfinished(path, server, dialect, name) for path in candidates]
        left = [one for one in found if one is not None]
        path = None
        if receipt is not None:
            continued = next((one.path for one in left if one.path != candidates[-1]), None)
            path = continued or receipts.path_of(receipt, server, _label(server, name), allow_insecure)
        return cls(server, dialect, name, path, left, allow_insecure=allow_insecure)

    @property
    def written(self) -> str | None:
        """The path of the receipt, None if this run wrote none."""
        return self.path if self._receipt is not None else None

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
        if self.path is not None:
            begin = receipts.begin if self._continued is None else receipts.begin_again
            self._receipt = begin(self.path, head, self._merged(entries))
        # Without a change of the incident, there is no cascade.
        if self._incident.written is not None:
            self._journal = self._begin_journal(head, entries)

    def _begin_journal(self, head: Mapping[str, Any], entries: Sequence[Entry]) -> Journal | None:
        path = journal_path(self.server, self.name)
        try:
            check_directory(os.path.dirname(path), self.allow_insecure)
            return receipts.begin_again(path, head, entries)
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
        try:
            if self._receipt is not None:
                self._receipt = self._receipt.updated(self._merged(entries))
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
        incident = replace(self._incident, is_finished=is_complete)
        if self._receipt is not None:
            self.failures += self._receipt.complete(self._merged(entries), **incident.as_head())
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
                self.warnings += finish(one.path, one.receipt, one.incident)


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


def finish(path: str, receipt: Receipt, incident: RecordedIncident) -> list[str]:
    """Mark the record of an incident's change as finished, or remove it if it is a journal.

    :returns: warnings.
    """
    if path == journal_path(receipt.server, incident.name):
        _unlink(path)
        return []
    try:
        head = {**receipt.head, **replace(incident, is_finished=True).as_head()}
        receipts.begin_again(path, head, receipt.entries)
    except InvalidInput as error:
        return [f"The receipt could not be marked as finished. {error.message}"]
    return []


def finish_undone(path: str, receipt: Receipt) -> list[str]:
    """Finish the record of a run that was undone, so that the next run does not complete it.

    :returns: warnings.
    """
    incident = receipt.incident
    if incident is None or incident.is_finished:
        return []
    journal = _unfinished(journal_path(receipt.server, incident.name), receipt.server, receipt.dialect, incident.name)
    if journal is not None and journal.receipt.head.get("started") == receipt.head.get("started"):
        _unlink(journal.path)
    return finish(path, receipt, incident)
