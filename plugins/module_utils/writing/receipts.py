# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts (change journals), which record the changes of a run for utmstack_undo. Pure.

JSON Lines: a head, then one line per alert, then a checksum.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from ..depth import parsed_json
from ..errors import InvalidInput
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
        after = edit.after
        # What was read back of a written alert may be an analyst's, or hold what one has added.
        if outcome is not None and outcome.after is not None and not (outcome.changed or outcome.error):
            after = outcome.after
        echoes = change.echo_states(edit)
        became = None if outcome is None or outcome.after is None else outcome.became
        found.append(
            Entry(
                edit.alert.id, edit.alert.name, edit.before, after, became, echoes, annotations.of_alert(edit.alert.id)
            )
        )
    return [*found, *annotations.unchanged_entries]


def lines_of(head: Mapping[str, Any], entries: Sequence[Entry]) -> Iterator[str]:
    """The lines of a receipt, with the number of its entries and a checksum."""
    digest = hashlib.sha256()
    for row in ({"receipt": FORMAT, **head, "entries": len(entries)}, *(entry.as_line() for entry in entries)):
        line = json.dumps(row, ensure_ascii=True) + "\n"
        digest.update(line.encode("ascii"))
        yield line
    yield json.dumps({"checksum": digest.hexdigest()}) + "\n"


def head_of(server: str, dialect: str, digest: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """The first line of a receipt, without credentials."""
    started = exact(datetime.now(timezone.utc))
    return {"server": server, "dialect": dialect, "started": started, "plan_digest": digest, **more}


def from_text(text: str, what: str) -> Receipt:
    """The receipt in a text of JSON Lines.

    :param what: the option and the file or text, for messages.
    :raises InvalidInput: it is no receipt, incomplete, or was edited.
    """
    lines: Sequence[str] = text.splitlines(keepends=True)
    try:
        head = parsed_json(lines[0])
        is_checked = head["receipt"] == FORMAT
        if is_checked:
            lines = _checked(what, int(head["entries"]), lines)
        elif head["receipt"] != _UNCHECKED_FORMAT:
            raise InvalidInput(
                f"{what} has format {head['receipt']!a}; this version of the collection reads {FORMAT}. Install the "
                "version that wrote it."
            )
        server, dialect = head["server"], head["dialect"]
        incident = RecordedIncident(**head["incident"]) if "incident" in head else None
        entries = [_entry(parsed_json(line)) for line in lines[1:]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise not_a_receipt(what) from error
    return Receipt(head, entries, str(server), str(dialect), is_checked, incident)


def not_a_receipt(what: str) -> InvalidInput:
    """The error for a file or text that holds something else."""
    return InvalidInput(
        f"{what} is not a receipt of this collection. Set `receipt` to what the run returned as `receipt` or "
        "`receipt_content`."
    )


def is_head(value: Any) -> bool:
    """Whether a value is the first line of a receipt."""
    if not isinstance(value, dict) or value.get("receipt") not in (FORMAT, _UNCHECKED_FORMAT):
        return False
    return all(isinstance(value.get(name), str) for name in ("server", "dialect", "started", "plan_digest"))


def _checked(what: str, number: int, lines: Sequence[str]) -> Sequence[str]:
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
            f"{what} is incomplete: it holds {held} of {number} alerts{end}. Restore the whole file. "
            "Nothing was written."
        )
    if hashlib.sha256("".join(content).encode("ascii")).hexdigest() != found[1]:
        raise InvalidInput(
            f"{what} was changed after the run: its checksum does not match. Restore the file of the run. "
            "Nothing was written."
        )
    return content


def _entry(line: Mapping[str, Any]) -> Entry:
    echoes = {row["id"]: (row["before"], row["after"]) for row in line["echoes"]}
    known = {"id", "name", "before", "after", "became", "echoes"}
    more = {name: value for name, value in line.items() if name not in known}
    return Entry(line["id"], line["name"], line["before"], line["after"], line["became"], echoes, more)
