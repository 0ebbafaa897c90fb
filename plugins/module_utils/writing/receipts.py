# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts (change journals): files that record the changes of a run for utmstack_undo.

JSON Lines: a head, then one line per alert. The complete file is written before the first write to the server and
replaced at the end with the outcome of each alert, so a killed run leaves a receipt of its planned changes. If two
runs name the same file, the one that creates it continues and the other writes nothing.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..atomic_file import Content, create_file, replace_file, write_file
from ..directories import check_directory, create_directory
from ..errors import FileExists, FileNotWritten, InvalidInput
from ..printing import printable
from ..times import exact
from .change import AlertChange
from .plan import Plan, State
from .result import Outcome

FORMAT = 2
# Without a number of entries and a checksum at the end.
_UNCHECKED_FORMAT = 1
_LAST_LINE = re.compile(r'\{"checksum": "([0-9a-f]{64})"\}\n')
WATCHED = "watched"
_OWNER_ONLY = 0o600
_LEFT_ALONE = (WATCHED, "skipped", "unchanged")


@dataclass(frozen=True)
class Entry:
    """One alert of a receipt.

    :param after: the state that the run wrote, or planned to write when it was killed; for an alert that it did not
        write, the state on the server.
    :param became: ``changed``, ``skipped``, ``failed`` or ``unchanged``; None if the run was killed before it knew;
        WATCHED if only shadow rules matched.
    :param echoes: echoes that change with the alert: ID to before and after.
    """

    alert_id: str
    name: str
    before: State
    after: State
    became: str | None = None
    echoes: Mapping[str, tuple[State, State]] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_written(self) -> bool:
        """Whether the run wrote the alert or may have written it, so that undo applies to it."""
        return self.became not in _LEFT_ALONE

    def as_line(self) -> dict[str, Any]:
        """The entry as a line of the file."""
        echoes = [{"id": key, "before": dict(two[0]), "after": dict(two[1])} for key, two in self.echoes.items()]
        line: dict[str, Any] = {"id": self.alert_id, "name": self.name, "became": self.became}
        line.update(before=dict(self.before), after=dict(self.after), echoes=echoes)
        return {**line, **self.more}


@dataclass(frozen=True)
class Annotations:
    """Additional content of a receipt.

    :param head: further keys of the head.
    :param of_alert: further keys of an alert's line, by alert ID.
    :param unchanged_entries: entries of alerts that do not change.
    """

    head: Mapping[str, Any] = field(default_factory=dict)
    of_alert: Callable[[str], Mapping[str, Any]] = lambda alert_id: {}
    unchanged_entries: Sequence[Entry] = ()


NO_ANNOTATIONS = Annotations()


@dataclass(frozen=True)
class RecordedIncident:
    """The incident whose change a receipt belongs to.

    :param before: its fields before the change.
    :param after: its fields after the change, as planned.
    :param written: the state that the change writes to all alerts of the incident; None if only alerts change.
    :param is_finished: the run saw all its alerts as they are to be; a run that was killed did not.
    """

    id: int
    name: str
    before: State
    after: State
    written: State | None
    is_finished: bool = False

    def as_head(self) -> dict[str, Any]:
        """The incident in the head of a receipt."""
        return {"incident": dataclasses.asdict(self)}


@dataclass(frozen=True)
class Receipt:
    """A receipt read from a file; `head` holds the time, the server and the plan.

    `is_checked`: number of entries and checksum were those of the run.
    """

    head: Mapping[str, Any]
    entries: Sequence[Entry]
    server: str = ""
    dialect: str = ""
    is_checked: bool = True
    incident: RecordedIncident | None = None

    def check_origin(self, server: str, dialect: str, other_server: bool) -> list[str]:
        """Check that the receipt belongs to this server, and return what to warn about.

        :param other_server: whether an address other than the receipt's is accepted, such as an alias or a tunnel.
        :raises InvalidInput: it is of another server or major version.
        """
        if self.dialect != dialect:
            raise InvalidInput(
                f"The receipt is from a {self.dialect} server, but this server is {dialect}. Run the task against the "
                "server of the receipt."
            )
        warnings = []
        if not self.is_checked:
            warnings.append("The receipt was written by an earlier version; whether it is complete cannot be checked.")
        if self.server != server:
            if not other_server:
                raise InvalidInput(
                    f"The receipt is from {printable(self.server)}, but this server is {printable(server)}. If both "
                    "are the same server, for example behind an alias or a tunnel, set `other_server: true`."
                )
            warnings.append(f"The receipt is from {printable(self.server)}; its alerts may not exist on this server.")
        return warnings


def entries_of(
    change: AlertChange, plan: Plan, outcomes: Mapping[str, Outcome], annotations: Annotations
) -> list[Entry]:
    """The entries of a plan, with the outcomes known so far."""
    found = []
    for planned in plan.edits:
        outcome = outcomes.get(planned.alert.id)
        edit = planned if outcome is None or outcome.edit is None else outcome.edit
        # The state of a failed alert may be an analyst's, and a lost write may still take effect.
        after = edit.after if outcome is None or outcome.after is None or outcome.error else outcome.after
        echoes = {
            echo.id: (change.state(echo), change.echo_after(edit, echo)) for echo in (*edit.echoes, *edit.unmoved)
        }
        became = None if outcome is None or outcome.after is None else outcome.became
        found.append(
            Entry(
                edit.alert.id, edit.alert.name, edit.before, after, became, echoes, annotations.of_alert(edit.alert.id)
            )
        )
    return [*found, *annotations.unchanged_entries]


def path_of(receipt: str, server: str, label: str = "", allow_insecure: bool = False) -> str:
    """The absolute path of a new receipt.

    :param receipt: a new file or a directory: an existing one, or any path that ends in a slash. In a directory, the
        file is named after the server and the time, so each run gets its own.
    :param label: stands between the two.
    :param allow_insecure: other users of the host may replace the file.
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
        raise _not_written(error) from error
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
        return Journal(self.path, changed, replace_file(self.path, _lines(changed, entries), _OWNER_ONLY, self.begun))

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


def begin(path: str, head: Mapping[str, Any], entries: Sequence[Entry]) -> Journal:
    """Write a new receipt, readable by its owner only, before the first write to the server.

    :raises InvalidInput: the path exists, or the file system refused the write.
    """
    _create_directory_of(path)
    try:
        begun = create_file(path, _lines(head, entries), _OWNER_ONLY)
    except FileExists as error:
        raise _taken(path) from error
    except FileNotWritten as error:
        raise _not_written(error) from error
    return Journal(path, head, begun)


def begin_again(path: str, head: Mapping[str, Any], entries: Sequence[Entry]) -> Journal:
    """Write a receipt that replaces an unfinished one.

    :raises InvalidInput: the file system refused the write.
    """
    _create_directory_of(path)
    try:
        _before, begun = write_file(path, _lines(head, entries), _OWNER_ONLY, check_mode=False)
    except FileNotWritten as error:
        raise _not_written(error) from error
    return Journal(path, head, begun)


def _create_directory_of(path: str) -> None:
    directory = os.path.dirname(path)
    try:
        create_directory(directory)
    except OSError as error:
        raise InvalidInput(
            f"`receipt`: The directory {printable(directory)} could not be created: {error.strerror}. "
            "Nothing was written."
        ) from error


def _lines(head: Mapping[str, Any], entries: Sequence[Entry]) -> Iterator[str]:
    digest = hashlib.sha256()
    for row in ({"receipt": FORMAT, **head, "entries": len(entries)}, *(entry.as_line() for entry in entries)):
        line = json.dumps(row, ensure_ascii=True) + "\n"
        digest.update(line.encode("ascii"))
        yield line
    yield json.dumps({"checksum": digest.hexdigest()}) + "\n"


def _taken(path: str) -> InvalidInput:
    return InvalidInput(
        f"`receipt`: {printable(path)} exists. Receipts are never overwritten, since they are needed for undo. Name a "
        "new file, for example with the time in its name, or a directory."
    )


def _not_written(error: FileNotWritten) -> InvalidInput:
    return InvalidInput(f"`receipt`: {error.message}")


def head_of(server: str, dialect: str, digest: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """The first line of a receipt, without credentials."""
    started = exact(datetime.now(timezone.utc))
    return {"server": server, "dialect": dialect, "started": started, "plan_digest": digest, **more}


def read(path: str) -> Receipt:
    """Read a receipt. :raises InvalidInput: the file is missing or not a receipt."""
    try:
        text = Path(path).read_text(encoding="ascii")
    except OSError as error:
        raise InvalidInput(
            f"`receipt`: cannot read {path}: {error.strerror}. Check the path and its permissions."
        ) from error
    except UnicodeDecodeError:
        raise InvalidInput(f"`receipt`: {path} is not a receipt of this collection.") from None
    lines: Sequence[str] = text.splitlines(keepends=True)
    try:
        head = json.loads(lines[0])
        is_checked = head["receipt"] == FORMAT
        if is_checked:
            lines = _checked(path, int(head["entries"]), lines)
        elif head["receipt"] != _UNCHECKED_FORMAT:
            raise InvalidInput(
                f"`receipt`: {path} has format {head['receipt']!a}; this version of the collection reads {FORMAT}."
            )
        server, dialect = head["server"], head["dialect"]
        incident = RecordedIncident(**head["incident"]) if "incident" in head else None
        entries = [_entry(json.loads(line)) for line in lines[1:]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise InvalidInput(f"`receipt`: {path} is not a receipt of this collection.") from error
    return Receipt(head, entries, str(server), str(dialect), is_checked, incident)


def _checked(path: str, number: int, lines: Sequence[str]) -> Sequence[str]:
    """The lines of a receipt without its last one, which proves that the others are complete and unchanged.

    :raises InvalidInput: they are not.
    """
    *content, last = lines
    found = _LAST_LINE.fullmatch(last)
    complete = sum(line.endswith("\n") for line in lines)
    held = complete - 1 - bool(found)
    if not found or held < number:
        end = "" if found else " and no checksum"
        raise InvalidInput(
            f"`receipt`: {path} is incomplete: it holds {held} of {number} alerts{end}. Restore the whole file. "
            "Nothing was written."
        )
    if hashlib.sha256("".join(content).encode("ascii")).hexdigest() != found[1]:
        raise InvalidInput(
            f"`receipt`: {path} was changed after the run: its checksum does not match. Restore the file of the run. "
            "Nothing was written."
        )
    return content


def _entry(line: Mapping[str, Any]) -> Entry:
    echoes = {row["id"]: (row["before"], row["after"]) for row in line["echoes"]}
    known = {"id", "name", "before", "after", "became", "echoes"}
    more = {name: value for name, value in line.items() if name not in known}
    return Entry(line["id"], line["name"], line["before"], line["after"], line["became"], echoes, more)
