# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Require that the plan of a run is the reviewed one from a check run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import InvalidInput, PlanChanged
from ...model.alert import without_run
from ...model.incident import MEMBERSHIP
from ...printing import printable
from ...writing.plan import Plan

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHOWN = 5


def is_digest(approved: str) -> bool:
    """Whether an approved plan is named by its digest, and not by a file."""
    return _DIGEST.fullmatch(approved) is not None


def require_approved_plan(approved: str, plan: Plan, digest: str, entering: Mapping[str, Sequence[str]]) -> None:
    """Refuse a plan that differs from the approved one.

    :param approved: a digest, or a file with the result of a check run as JSON.
    :param digest: the digest of the whole plan.
    :param entering: by incident name, the IDs of the alerts to add.
    :raises InvalidInput: the file is missing or contains no result of a check run.
    :raises PlanChanged: alerts or their state differ from the approved plan; nothing was written.
    """
    if is_digest(approved):
        wanted, differences = approved, []
    else:
        wanted, rows, added = _read(approved)
        found = [*_differences(rows, plan), *_differing_incidents(added, entering)]
        differences = [line.format(*(printable(text, 60) for text in texts)) for line, *texts in found]
    if digest == wanted:
        return
    named = "".join(f" {line}." for line in differences[:_SHOWN])
    more = " See `error.differences` for the rest." if differences[_SHOWN:] else ""
    raise PlanChanged(
        f"The plan differs from the approved one ({wanted[:12]}, now {digest[:12]}).{named}{more} "
        "Nothing was written. Review a new check run.",
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
            f"`plan`: {path} is neither a digest (64 hex digits) nor a readable file: {error.strerror}."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            f"`plan`: {path} is not the result of a check run as JSON. Save the registered result with `to_json`."
        ) from error


def _is_edited(row: Mapping[str, Any]) -> bool:
    """Whether the plan writes the alert itself, and does not only add it to an incident."""
    return any(value != row["after"].get(name) for name, value in row["before"].items() if name not in MEMBERSHIP)


def _differences(rows: Mapping[str, Mapping[str, Any]], plan: Plan) -> Iterator[tuple[str, ...]]:
    """Yield a line for each differing alert, as a format string and its arguments from the server."""
    edits = {edit.alert.id: edit for edit in plan.edits}
    for alert_id, row in rows.items():
        edit, name = edits.get(alert_id), str(row["name"])
        if edit is None:
            yield "{} ({}) was planned, but needs no change now or may not be changed", alert_id, name
            continue
        for verb, held, planned in (("has", edit.before, row["before"]), ("would get", edit.after, row["after"])):
            for field, value in held.items():
                if without_run(planned.get(field)) != without_run(value):
                    was = str(planned.get(field))
                    yield f"{{}} ({{}}) {verb} {field} {{}} instead of {{}}", alert_id, name, str(value), was
    for alert_id, edit in edits.items():
        if alert_id not in rows:
            yield "{} ({}) was not planned", alert_id, edit.alert.name


def _differing_incidents(
    added: Mapping[str, Sequence[str]], entering: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, ...]]:
    """Yield a line for each alert that differs in its incident."""
    for name in dict.fromkeys([*added, *entering]):
        planned, now = added.get(name, ()), entering.get(name, ())
        for alert_id in planned:
            if alert_id not in now:
                yield "{} was planned for the incident '{}', but would not be added now", alert_id, name
        for alert_id in now:
            if alert_id not in planned:
                yield "{} would be added to the incident '{}', which was not planned", alert_id, name
