# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Set the status of alerts, with an observation, and add tags and a note in the same plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client.client import Client
from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.alert import SETTABLE_STATUSES
from ...model.storable_text import checked_tag, checked_texts, storable_note, storable_observation
from ...time_zones import now_in
from ...writing.approval import approval_from
from ...writing.guardrail_matches import matches_among
from ...writing.guardrails import check_guardrails, guardrails_from
from ...writing.plan_document import source_of
from ...writing.proposal import propose
from ...writing.result import finish
from ...writing.run import limits_from, write
from ...writing.selection import select
from ..operation import Operation, Task
from ..options import OPERATOR_GUARDRAIL_OPTIONS, PLAN_OPTIONS, SELECTION_RULES, TAGS, WRITER_OPTIONS, options
from ..tags.added_tags import misspelling_warnings
from .status_plan import StatusChange, plan_status


def change_from(params: Mapping[str, Any], dialect: Dialect) -> tuple[StatusChange, list[str]]:
    """Read the change and the warnings about its text from the options.

    :raises InvalidInput: the options contradict each other, or a text or tag cannot be stored.
    """
    status, observation, note = params["status"], params["observation"], params["note"]
    warnings: list[str] = []
    if params["false_positive"] and status not in (None, "completed"):
        raise InvalidInput("`false_positive: true` completes alerts. Leave `status` out, or set it to completed.")
    if params["update_observation"] and observation is None:
        raise InvalidInput("`update_observation: true` needs an `observation`.")
    if observation is not None:
        storable = storable_observation(observation, params["unsupported_text"])
        observation = storable.text
        warnings += [storable.warning] if storable.warning else []
    if note is not None:
        if not note.strip():
            raise InvalidInput("`note` is blank. Leave it out, or set a text.")
        storable = storable_note(note, params["unsupported_text"])
        note = storable.text
        warnings += [storable.warning] if storable.warning else []
    change = StatusChange(
        "completed" if params["false_positive"] else status,
        observation,
        params["update_observation"],
        params["false_positive"],
        params["reopen"],
        params["unsupported_text"],
        guardrails_from(params, dialect, now_in(params["time_zone"])),
        tuple(checked_tag(tag) for tag in params["tags"] or ()),
        note,
    )
    return change, warnings


def check_options(params: Mapping[str, Any], dialect: Dialect) -> None:
    """Check tags and guardrails before the first request. :raises InvalidInput: one of them is invalid."""
    checked_texts("tags", params["tags"] or ())
    check_guardrails(params, dialect)


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Write the status, tags and note."""
    change, warnings = change_from(params, client.dialect)
    approval = approval_from(params)
    # Only queries look at more than what may be written.
    selection = select(client, params, change.takes_echoes, whole=bool(change.guardrails.protect))
    source = source_of(OPERATION.name, change)
    proposal = propose(client, change, source, approval, selection, lambda chosen: plan_status(chosen, change))
    matches = matches_among(client, change.guardrails, selection)
    warnings += [*misspelling_warnings(client, proposal.plan), *matches.warnings]
    limits = limits_from(client, params, task.report)
    written = write(client, change, proposal, limits, task.check_mode, warnings)
    return finish(written.with_more(guardrails=matches.result), client.requests_sent, params["rows"], task.diff)


OPERATION = Operation(
    name="utmstack_alert_status",
    options=options(
        WRITER_OPTIONS,
        PLAN_OPTIONS,
        OPERATOR_GUARDRAIL_OPTIONS,
        status={"type": "str", "choices": list(SETTABLE_STATUSES)},
        observation={"type": "str"},
        update_observation={"type": "bool", "default": False},
        false_positive={"type": "bool", "default": False},
        reopen={"type": "bool", "default": False},
        tags=TAGS,
        note={"type": "str"},
        unsupported_text={"type": "str", "choices": ["replace", "fail"], "default": "replace"},
    ),
    rules={**SELECTION_RULES, "required_if": [("false_positive", False, ("status",))]},
    run=run,
    needs_alerts=True,
    check=check_options,
)
