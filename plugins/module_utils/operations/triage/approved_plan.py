# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan that was looked at is what is done, or nothing is: the result of a check run against the plan of this one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import InvalidInput, PlanChanged
from ...model.incident import MEMBERSHIP
from ...printing import printable
from ...writing.plan import Plan

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHOWN = 5


def insist_on(approved: str, plan: Plan, digest: str, entering: Mapping[str, Sequence[str]]) -> None:
    """Do nothing when `plan` is the approved one.

    :param approved: a digest, or a file with the result of a check run as JSON.
    :param digest: of all that is planned.
    :param entering: by the names of incidents the ids of the alerts that would be added to them.
    :raises InvalidInput: there is no such file, or it holds no such result.
    :raises PlanChanged: alerts or their state are no longer what was planned; nothing was sent.
    """
    if _DIGEST.fullmatch(approved):
        wanted, differences = approved, []
    else:
        wanted, rows, added = _read(approved)
        found = [*_differences(rows, plan), *_differing_incidents(added, entering)]
        differences = [line.format(*(printable(text, 60) for text in texts)) for line, *texts in found]
    if digest == wanted:
        return
    named = "".join(f" {line}." for line in differences[:_SHOWN])
    more = " There are more, see `error.differences`." if differences[_SHOWN:] else ""
    raise PlanChanged(
        f"The plan is no longer the approved one ({wanted[:12]}, now {digest[:12]}).{named}{more} "
        "Nothing was written; look at a new check run.",
        differences,
    )


def _read(path: str) -> tuple[str, dict[str, Mapping[str, Any]], dict[str, list[str]]]:
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        rows = {row["id"]: row for row in content["alerts"] if row["changed"] and _is_edited(row)}
        added = {row["name"]: list(row["alerts"]) for row in content["incidents"] if not row["error"]}
        return str(content["plan_digest"]), rows, added
    except OSError as error:
        raise InvalidInput(
            f"`plan`: {path} is no digest (64 hex digits), and no file that can be read: {error.strerror}."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"`plan`: {path} does not hold the result of a check run as JSON.") from error


def _is_edited(row: Mapping[str, Any]) -> bool:
    """Whether an alert was to be written itself, and not only to enter an incident."""
    return any(value != row["after"].get(name) for name, value in row["before"].items() if name not in MEMBERSHIP)


def _differences(rows: Mapping[str, Mapping[str, Any]], plan: Plan) -> Iterator[tuple[str, ...]]:
    """Differing alerts, each as a line with places for texts of the server, and these texts."""
    edits = {edit.alert.id: edit for edit in plan.edits}
    for alert_id, row in rows.items():
        edit, name = edits.get(alert_id), str(row["name"])
        if edit is None:
            yield "{} ({}) was planned and needs no change now, or may not be changed", alert_id, name
            continue
        for verb, held, planned in (("is", edit.before, row["before"]), ("would become", edit.after, row["after"])):
            for field, value in held.items():
                if planned.get(field) != value:
                    was = str(planned.get(field))
                    yield f"{{}} ({{}}) {verb} {field} {{}}, planned was {{}}", alert_id, name, str(value), was
    for alert_id, edit in edits.items():
        if alert_id not in rows:
            yield "{} ({}) was not planned", alert_id, edit.alert.name


def _differing_incidents(
    added: Mapping[str, Sequence[str]], entering: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, ...]]:
    """The same for alerts that enter incidents."""
    for name in dict.fromkeys([*added, *entering]):
        planned, now = added.get(name, ()), entering.get(name, ())
        for alert_id in planned:
            if alert_id not in now:
                yield "{} was planned to enter the incident '{}' and does not now", alert_id, name
        for alert_id in now:
            if alert_id not in planned:
                yield "{} would enter the incident '{}', which was not planned", alert_id, name
