# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A decision table is tried on recorded alerts, without a server. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ...dialects import DIALECTS, Dialect
from ...errors import InvalidInput
from ...model.alert import alert_from
from ...printing import printable
from ...suggestions import check_keys
from ...times import instant
from ...writing.selected import Selection
from .decision_table import Table
from .judging import coverage, decide_all, explanation, judge
from .rules import read_rules

_EXPECTED = ("rule", "status", "tags")


def rehearse(
    documents: Sequence[Mapping[str, Any]],
    rules: Sequence[Mapping[str, Any]],
    expected: Mapping[str, Any] | None = None,
    dialect: str = "v11",
    now: str | datetime | None = None,
) -> dict[str, Any]:
    """What the rules would make of these alerts.

    :param documents: alerts as they are stored, or rows of utmstack_alert_info with `raw`.
    :param expected: by alert id the name of the rule that shall decide (None for none), or a dictionary with any of
        `rule`, `status` and `tags`.
    :param now: ISO 8601 time that ages count from, also as YAML reads one without quotes; by default this moment.
    :returns: `verdicts` by alert id, `coverage`, and `differences`, one line per unmet expectation.
    :raises InvalidInput: a rule, a document or an expectation cannot be read.
    """
    if dialect not in DIALECTS:
        raise InvalidInput(f"The dialect is {dialect!a}; there are {', '.join(DIALECTS)}.")
    this_moment = datetime.now(timezone.utc)
    moment = this_moment if now is None else instant(str(now), "now", this_moment)
    spoken = DIALECTS[dialect]
    alerts = [alert_from(_document(row, number, spoken), spoken) for number, row in enumerate(documents, 1)]
    table = Table(read_rules(rules, spoken, moment))
    selection = Selection(alerts)
    judged = judge(selection, table, decide_all(selection, table), elsewhere={})
    edits = {edit.alert.id: edit.after for edit in judged.plan.edits}
    verdicts = {}
    for alert in alerts:
        becomes = edits.get(alert.id)
        verdicts[alert.id] = {
            "name": alert.name,
            **explanation(judged.decisions[alert.id]),
            "status": becomes["status"] if becomes else alert.status,
            "tags": becomes["tags"] if becomes else sorted(alert.tags),
            "changed": becomes is not None,
            "skipped": judged.plan.skipped.get(alert.id),
            "error": judged.plan.errors.get(alert.id),
        }
    return {
        "verdicts": verdicts,
        "coverage": coverage(table.rules, judged.decisions),
        "differences": differences(verdicts, expected or {}),
    }


def _document(row: Any, number: int, dialect: Dialect) -> Mapping[str, Any]:
    document = row.get("raw", row) if isinstance(row, Mapping) else None
    if not isinstance(document, Mapping) or not document.get(dialect.names["id"]):
        raise InvalidInput(f"Alert {number} is no stored alert: it has no `id`. Record alerts with `raw: true`.")
    timestamp = dialect.names["timestamp"]
    moment = document.get(timestamp)
    # YAML reads a time without quotes as one.
    return {**document, timestamp: moment.isoformat()} if isinstance(moment, datetime) else document


def differences(verdicts: Mapping[str, Mapping[str, Any]], expected: Mapping[str, Any]) -> list[str]:
    """One line per expectation that a verdict does not meet."""
    found = []
    for alert_id, wanted in expected.items():
        label = printable(str(alert_id))
        if alert_id not in verdicts:
            found.append(f"{label}: expected, but not among the alerts")
            continue
        verdict = verdicts[alert_id]
        label = f"{label} ({printable(verdict['name'], 60)})"
        wishes = wanted if isinstance(wanted, Mapping) else {"rule": wanted}
        check_keys(wishes, _EXPECTED, "expected")
        tags = wishes.get("tags", [])
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            raise InvalidInput(f"`expected` of {label}: `tags` is a list of texts, [] for none.")
        for name, value in wishes.items():
            given = sorted(tags) if name == "tags" else value
            if verdict[name] != given:
                found.append(f"{label}: {name} is {verdict[name]}, expected was {given}")
    return found
