# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts: files with what a run changed, from which it can be undone.

JSON Lines: a head, then one line per alert. The file is written whole before the first write to the server, and again
with what became of each alert, so that a run that is killed leaves a receipt of what it was about to do. Of two runs
with the same file, the one that creates it goes on, and the other writes nothing.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..atomic_file import Content, check_place, create_file, replace_file
from ..errors import FileExists, FileNotWritten, InvalidInput
from ..printing import printable
from ..times import exact
from .change import AlertChange
from .plan import Plan, State
from .result import Outcome

FORMAT = 1
WATCHED = "watched"
_OWNER_ONLY = 0o600
_LEFT_ALONE = (WATCHED, "skipped", "unchanged")


@dataclass(frozen=True)
class Entry:
    """One alert of a receipt.

    :param after: what the run wrote, or was about to write when it was killed; for an alert that it left alone, what
        the server was seen to hold.
    :param became: ``changed``, ``skipped``, ``failed`` or ``unchanged``; None when the run was killed before it knew;
        WATCHED where nothing was to be changed.
    :param echoes: the alert's echoes that follow it: ID to before and after.
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
        """Whether the run wrote the alert, or may have; what it left alone is not its to undo."""
        return self.became not in _LEFT_ALONE

    def as_line(self) -> dict[str, Any]:
        """The entry's line."""
        echoes = [{"id": key, "before": dict(two[0]), "after": dict(two[1])} for key, two in self.echoes.items()]
        line: dict[str, Any] = {"id": self.alert_id, "name": self.name, "became": self.became}
        line.update(before=dict(self.before), after=dict(self.after), echoes=echoes)
        return {**line, **self.more}


@dataclass(frozen=True)
class Annotations:
    """What a receipt says besides the changes.

    :param head: of the run.
    :param of_alert: by the alert's ID.
    :param unchanged_entries: entries of alerts that are not changed.
    """

    head: Mapping[str, Any] = field(default_factory=dict)
    of_alert: Callable[[str], Mapping[str, Any]] = lambda alert_id: {}
    unchanged_entries: Sequence[Entry] = ()


NO_ANNOTATIONS = Annotations()


@dataclass(frozen=True)
class Receipt:
    """A receipt as it was read: `head` says when, where (`server`, `dialect`) and with which plan."""

    head: Mapping[str, Any]
    entries: Sequence[Entry]
    server: str = ""
    dialect: str = ""

    def check_origin(self, server: str, dialect: str) -> list[str]:
        """Warnings for a receipt of another server. :raises InvalidInput: its alerts cannot be of this one."""
        if self.dialect != dialect:
            raise InvalidInput(f"The receipt was made on a {self.dialect} server, this is {dialect}.")
        if self.server != server:
            return [f"The receipt was made on {printable(self.server)}; its alerts may not be here."]
        return []


def entries_of(
    change: AlertChange, plan: Plan, outcomes: Mapping[str, Outcome], annotations: Annotations
) -> list[Entry]:
    """The entries for a plan, and for what became of it where that is known."""
    found = []
    for edit in plan.edits:
        outcome = outcomes.get(edit.alert.id)
        # What was seen of a failed one may be an analyst's, and a lost write may still take effect.
        after = edit.after if outcome is None or outcome.after is None or outcome.error else outcome.after
        echoes = {echo.id: (change.state(echo), change.echo_after(edit, echo)) for echo in edit.echoes}
        became = None if outcome is None or outcome.after is None else outcome.became
        found.append(
            Entry(
                edit.alert.id, edit.alert.name, edit.before, after, became, echoes, annotations.of_alert(edit.alert.id)
            )
        )
    return [*found, *annotations.unchanged_entries]


def path_of(receipt: str, server: str) -> str:
    """The absolute path of a new receipt.

    :param receipt: a file to make, or a directory: one that exists, or any path that ends in a slash. In a directory,
        the file is named after the server and the time, so that no two runs share one.
    :raises InvalidInput: a receipt cannot be written there, or one is there already.
    """
    path = os.path.abspath(receipt)
    if os.path.isdir(path) or receipt.endswith(os.sep):
        host = re.sub(r"[^A-Za-z0-9.-]", "_", urlsplit(server).netloc.rpartition("@")[2])
        path = os.path.join(path, f"{host}-{datetime.now(timezone.utc):%Y%m%dT%H%M%S.%fZ}.jsonl")
    if os.path.lexists(path):
        raise _taken(path)
    try:
        check_place(path)
    except FileNotWritten as error:
        raise _not_written(error) from error
    return path


@dataclass(frozen=True)
class Journal:
    """A receipt that this run began and that does not yet say what became of the alerts.

    :param begun: what was written at first.
    """

    path: str
    head: Mapping[str, Any]
    change: AlertChange
    plan: Plan
    annotations: Annotations
    begun: Content

    def complete(self, outcomes: Mapping[str, Outcome]) -> list[str]:
        """Add what became of the alerts.

        :returns: what went wrong. The alerts are written already, and their results must not be lost.
        """
        lines = _lines(self.head, entries_of(self.change, self.plan, outcomes, self.annotations))
        try:
            replace_file(self.path, lines, _OWNER_ONLY, self.begun)
        except FileNotWritten as error:
            return [
                f"`receipt`: {error.message} The alerts were written, see `alerts`. If the receipt is still there, it "
                "says what was about to be written, and utmstack_undo understands it."
            ]
        return []


def begin(path: str, head: Mapping[str, Any], change: AlertChange, plan: Plan, annotations: Annotations) -> Journal:
    """Write a new receipt, readable by its owner only, before anything is sent to the server.

    :raises InvalidInput: something is there already, or the file system refused it.
    """
    lines = _lines(head, entries_of(change, plan, {}, annotations))
    try:
        begun = create_file(path, lines, _OWNER_ONLY)
    except FileExists as error:
        raise _taken(path) from error
    except FileNotWritten as error:
        raise _not_written(error) from error
    return Journal(path, head, change, plan, annotations, begun)


def _lines(head: Mapping[str, Any], entries: Sequence[Entry]) -> Iterator[str]:
    yield json.dumps({"receipt": FORMAT, **head}, ensure_ascii=True) + "\n"
    for entry in entries:
        yield json.dumps(entry.as_line(), ensure_ascii=True) + "\n"


def _taken(path: str) -> InvalidInput:
    return InvalidInput(
        f"`receipt`: {printable(path)} exists. A receipt is never overwritten, because what it could undo would be "
        "lost; name a new file, for instance with the time in its name."
    )


def _not_written(error: FileNotWritten) -> InvalidInput:
    return InvalidInput(f"`receipt`: {error.message}")


def head_of(server: str, dialect: str, plan: Plan, annotations: Annotations) -> dict[str, Any]:
    """The first line of a receipt; the address holds no credentials."""
    started = exact(datetime.now(timezone.utc))
    return {"server": server, "dialect": dialect, "started": started, "plan_digest": plan.digest, **annotations.head}


def read(path: str) -> Receipt:
    """:raises InvalidInput: there is no file, or it is no receipt."""
    try:
        text = Path(path).read_text(encoding="ascii")
    except OSError as error:
        raise InvalidInput(f"`receipt`: {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise InvalidInput(f"`receipt`: {path} is not a receipt of this collection.") from None
    try:
        head, *lines = [json.loads(line) for line in text.splitlines()]
        if head["receipt"] != FORMAT:
            raise InvalidInput(f"`receipt`: {path} has format {head['receipt']!a}; this version reads {FORMAT}.")
        server, dialect = head["server"], head["dialect"]
        entries = [_entry(line) for line in lines]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"`receipt`: {path} is not a receipt of this collection.") from error
    return Receipt(head, entries, str(server), str(dialect))


def _entry(line: Mapping[str, Any]) -> Entry:
    echoes = {row["id"]: (row["before"], row["after"]) for row in line["echoes"]}
    known = {"id", "name", "before", "after", "became", "echoes"}
    more = {name: value for name, value in line.items() if name not in known}
    return Entry(line["id"], line["name"], line["before"], line["after"], line["became"], echoes, more)
