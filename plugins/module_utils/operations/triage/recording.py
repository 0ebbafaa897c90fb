# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of alerts with the decisions of analysts, as JSON or JSON Lines. Pure.

JSON Lines are read line by line, so that a recording may be larger than the memory: a head, one line per alert, and an
end with their number, without which a recording was cut short.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...depth import parsed_json
from ...dialects import DIALECTS, Dialect, supported_versions
from ...errors import InvalidInput
from ...printing import printable
from .analyst_decisions import ANALYST, COLLECTION, TAG_RULE, UNDECIDED, AnalystDecision
from .rehearsal import stored_document

# Tags that the history shows as added by a person, beside the decision about an alert.
TAGS_ADDED = "tags_added"
LINES = ".jsonl"
_SOURCES = (ANALYST, COLLECTION, TAG_RULE, UNDECIDED)
_AGAIN = "Record the alerts again with the playbook utmstack.siem.record."


@dataclass(frozen=True)
class RecordedAlert:
    """A stored alert, and what became of it.

    :param decision: None if the recording has none for this alert.
    :param tags_added: tags that a person added.
    """

    document: Mapping[str, Any]
    decision: AnalystDecision | None
    tags_added: Sequence[str] = ()


@dataclass(frozen=True)
class Recording:
    """A recording whose alerts can be read any number of times.

    :param name: the file as the user named it.
    :param recorded_at: ISO 8601 time, None if the recording does not name it.
    :param server_history: whether the server's history was read.
    :param assets: rows of utmstack_asset_info; None if they were not recorded.
    :param alerts: reads the alerts.
    """

    name: str
    dialect: Dialect
    recorded_at: str | None
    server_history: bool
    assets: Sequence[Mapping[str, Any]] | None
    alerts: Callable[[], Iterator[RecordedAlert]]

    def expected_from(self, dialect: str | None) -> Recording:
        """The same recording. :raises InvalidInput: it is not of this major version."""
        if dialect is not None and dialect not in DIALECTS:
            raise InvalidInput(f"`dialect` is {dialect!a}. Use {' or '.join(DIALECTS)}.")
        if dialect not in (None, self.dialect.name):
            raise InvalidInput(
                f"{self.name} was recorded on UTMStack {_major(self.dialect)}, not on {str(dialect).lstrip('v')}. Test "
                "the rules on a recording of the same major version."
            )
        return self


def recording_from(content: Any, name: str) -> Recording:
    """The recording in the content of a JSON file.

    :param name: the file as the user named it, for messages.
    :raises InvalidInput: it is no complete recording with decisions.
    """
    head = content if isinstance(content, Mapping) else {}
    rows = content if isinstance(content, list) else head.get("alerts")
    if not isinstance(rows, list):
        raise InvalidInput(f"{name} is no recording of alerts. {_AGAIN}")
    if not rows:
        raise _no_alert(name)
    decisions = head.get("decisions")
    if not isinstance(decisions, Mapping) or not decisions:
        raise _no_decision(name)
    if head.get("complete") is not True:
        raise InvalidInput(f"{name} is not marked as complete, so alerts may be missing. {_AGAIN}")
    recording = _with_head(head, name)

    def alerts() -> Iterator[RecordedAlert]:
        identity = recording.dialect.names["id"]
        for number, row in enumerate(rows, 1):
            document = _document(row, number, recording)
            yield _recorded(document, decisions.get(str(document[identity])), recording)

    return replace(recording, alerts=alerts)


def recording_in_lines(lines: Callable[[], Iterable[str]], name: str, decided: bool = True) -> Recording:
    """The recording in a file of JSON Lines; each use of its alerts reads the file.

    :param lines: opens the file.
    :param name: the file as the user named it, for messages.
    :param decided: refuse a recording without decisions.
    :raises InvalidInput: it does not begin as a recording. The other lines are checked when they are read.
    """
    first = next(iter(lines()), None)
    if first is None:
        raise InvalidInput(f"{name} is empty. {_AGAIN}")
    head = _parsed(first, 1, name)
    if "dialect" not in head or "alert" in head:
        raise InvalidInput(f"{name} does not begin with the line that describes a recording. {_AGAIN}")
    recording = _with_head(head, name)

    def alerts() -> Iterator[RecordedAlert]:
        return _alerts_in(lines(), recording, decided)

    return replace(recording, alerts=alerts)


def _alerts_in(lines: Iterable[str], recording: Recording, decided: bool) -> Iterator[RecordedAlert]:
    name, count, end, decisions = recording.name, 0, None, 0
    for number, line in enumerate(lines, 1):
        if number == 1:
            continue
        if end is not None:
            raise InvalidInput(f"{name} holds a second recording from line {number} on. Test each recording by itself.")
        row = _parsed(line, number, name)
        if "end" in row:
            end = row["end"]
            continue
        if "dialect" in row:
            raise InvalidInput(f"{name} holds a second recording from line {number} on. Test each recording by itself.")
        count += 1
        decision = row.get("decision")
        decisions += decision is not None
        yield _recorded(_document(row.get("alert"), count, recording), decision, recording)
    if end is None:
        raise InvalidInput(f"{name} was cut short: it ends after {count} alerts without its last line. {_AGAIN}")
    if end != count:
        raise InvalidInput(f"{name} holds {count} alerts, but {end!a} were recorded. {_AGAIN}")
    if not count:
        raise _no_alert(name)
    if decided and not decisions:
        raise _no_decision(name)


def _parsed(line: str, number: int, name: str) -> Mapping[str, Any]:
    try:
        row = parsed_json(line)
    except ValueError:
        row = None
    if isinstance(row, Mapping):
        return row
    if line.endswith("\n"):
        raise InvalidInput(f"{name} holds no JSON object in line {number}. {_AGAIN}")
    raise InvalidInput(f"{name} was cut short within line {number}. {_AGAIN}")


def _no_alert(name: str) -> InvalidInput:
    return InvalidInput(f"{name} holds no alert. Record alerts again, with a wider `record_query`.")


def _no_decision(name: str) -> InvalidInput:
    return InvalidInput(
        f"{name} holds no decisions of analysts, so nothing can be compared. Record the alerts again with the playbook "
        "utmstack.siem.record and `record_decisions: true`."
    )


def _with_head(head: Mapping[str, Any], name: str) -> Recording:
    """A recording without its alerts."""
    dialect = head.get("dialect")
    if not isinstance(dialect, str) or dialect not in DIALECTS:
        raise InvalidInput(
            f"{name} does not name a supported major version of its server ({supported_versions()}). {_AGAIN}"
        )
    assets, recorded_at = head.get("assets"), head.get("recorded_at")
    return Recording(
        name,
        DIALECTS[dialect],
        recorded_at if isinstance(recorded_at, str) else None,
        head.get("server_history") is True,
        [asset for asset in assets if isinstance(asset, Mapping)] if isinstance(assets, list) else None,
        lambda: iter(()),
    )


def _document(row: Any, number: int, recording: Recording) -> Mapping[str, Any]:
    try:
        document = stored_document(row, number, recording.dialect)
    except InvalidInput as error:
        raise InvalidInput(f"{recording.name}: {error.message}") from None
    for other in DIALECTS.values():
        if other is not recording.dialect and _is_of(document, other) and not _is_of(document, recording.dialect):
            raise InvalidInput(
                f"Alert {number} of {recording.name} comes from UTMStack {_major(other)}, and the recording from "
                f"{_major(recording.dialect)}. Record each server by itself."
            )
    return document


def _is_of(document: Mapping[str, Any], dialect: Dialect) -> bool:
    return isinstance(document.get(dialect.adversary), dict) or isinstance(document.get(dialect.target), dict)


def _major(dialect: Dialect) -> str:
    return dialect.name.lstrip("v")


def _recorded(document: Mapping[str, Any], given: Any, recording: Recording) -> RecordedAlert:
    if given is None:
        return RecordedAlert(document, None)
    alert_id = str(document[recording.dialect.names["id"]])
    values = given if isinstance(given, Mapping) else {}
    status, source, by, at = (values.get(name) for name in ("status", "source", "by", "at"))
    tags = values.get(TAGS_ADDED, ())
    if not isinstance(status, str) or source not in _SOURCES or not isinstance(tags, (list, tuple)):
        raise InvalidInput(
            f"{recording.name}: the decision about the alert {printable(alert_id, 80)} has no valid `status` or "
            f"`source`. {_AGAIN}"
        )
    decision = AnalystDecision(
        alert_id,
        status,
        values.get("false_positive") is True,
        values.get("incident") is True,
        source,
        by if isinstance(by, str) else None,
        at if isinstance(at, str) else None,
    )
    return RecordedAlert(document, decision, [tag for tag in tags if isinstance(tag, str)])


def recording_pieces(
    head: Mapping[str, Any], alerts: Iterable[Mapping[str, Any]], decisions: Mapping[str, Any] | None, name: str
) -> Iterator[str]:
    """A recording as ASCII text, piece by piece; JSON Lines if the name of its file ends in .jsonl.

    :param head: what is known about all alerts.
    :param alerts: stored alerts.
    :param decisions: by alert ID; None if they were not recorded.
    """
    identity = DIALECTS[str(head["dialect"])].names["id"]
    if name.endswith(LINES):
        count = 0
        yield f"{json.dumps(head)}\n"
        for alert in alerts:
            count += 1
            decision = None if decisions is None else decisions.get(str(alert.get(identity)))
            yield f"{json.dumps({'alert': alert, 'decision': decision})}\n"
        yield f"{json.dumps({'end': count})}\n"
        return
    members = {**head, **({} if decisions is None else {"decisions": decisions, "complete": True})}
    for number, (key, value) in enumerate(members.items()):
        yield f"{',' if number else '{'}\n{json.dumps(key)}: {json.dumps(value, indent=1)}"
    yield ',\n"alerts": ['
    for number, alert in enumerate(alerts):
        yield f"{',' if number else ''}\n{json.dumps(alert, indent=1)}"
    yield "\n]\n}\n"
