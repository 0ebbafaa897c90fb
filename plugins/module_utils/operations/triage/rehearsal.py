# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a decision table on recorded alerts, without a server. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...dialects import DIALECTS, Dialect, StoredTypes
from ...errors import InvalidInput
from ...model.alert import alert_from
from ...model.recorded_types import types_in
from ...printing import printable
from ...suggestions import check_keys
from ...time_zones import reference_time
from ...writing.selected import Selection
from ..assets.asset_index import AssetIndex
from ..named_lists import rules_with_named_lists
from .asset_context import check_assets
from .decision_table import Decision, Rule, Table
from .judging import coverage, decide_all, explanation, judge
from .lifetimes import REMIND_DAYS, lifecycle_of
from .rules import read_rules, untemplated

_EXPECTED = ("rule", "status", "tags")
_NEXT_STEP = (
    "Record alerts with the playbook utmstack.siem.record, utmstack_alert_info with `raw: true` or "
    "utmstack_alert_export with the column raw."
)


def rehearse(
    documents: Sequence[Mapping[str, Any]],
    rules: Sequence[Mapping[str, Any]],
    expected: Mapping[str, Any] | None = None,
    dialect: str = "v11",
    now: str | datetime | None = None,
    time_zone: str | None = None,
    networks: Mapping[str, Any] | None = None,
    lists: Mapping[str, Any] | None = None,
    assets: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Apply the rules to recorded alerts, and compare the verdicts with expectations.

    :param documents: stored alerts, or rows of utmstack_alert_info with `raw`.
    :param expected: by alert ID, the name of the deciding rule (None for none), or a dictionary with any of `rule`,
        `status` and `tags`.
    :param now: ISO 8601 reference time of ages, as a text or as parsed by YAML; default: the current time.
    :param time_zone: IANA name of the time zone of the rules, None for UTC.
    :param networks: lists of addresses by name, for the queries of the rules.
    :param lists: lists of texts by name, for the queries of the rules.
    :param assets: rows of utmstack_asset_info, for rules with `asset`; None if they were not recorded.
    :returns: `verdicts` by alert ID, `coverage`, `lifecycle` (the rules that end soon or have expired), `warnings`
        about the rules, and `differences`, one line per unmet expectation.
    :raises InvalidInput: a rule, a document or an expectation is invalid.
    """
    recorded = stored_documents(documents, dialect)
    if not rules:
        raise InvalidInput("There is no rule to test. Add at least one.")
    moment = reference_time(now, time_zone)
    known = DIALECTS[dialect]
    spoken = replace(known, stored=StoredTypes(lambda: types_in(recorded), partial=True))
    alerts = [alert_from(document, spoken) for document in recorded]
    table = Table(read_rules(rules_with_named_lists(list(rules), networks, lists), spoken, moment))
    inventory, warnings = recorded_inventory(table.live_rules, assets)
    selection = Selection(alerts)
    judged = judge(selection, table, decide_all([(selection, table.rules)], inventory), elsewhere={})
    edits = {edit.alert.id: edit.after for edit in judged.plan.edits}
    verdicts = {}
    for alert in alerts:
        becomes = edits.get(alert.id)
        verdicts[alert.id] = {
            "name": alert.name,
            **explanation(judged.decisions[alert.id]),
            "status": becomes["status"] if becomes else alert.status,
            "tags": becomes["tags"] if becomes else sorted(set(alert.tags)),
            "changed": becomes is not None,
            "skipped": judged.plan.skipped.get(alert.id),
            "error": judged.plan.errors.get(alert.id),
        }
    return {
        "verdicts": verdicts,
        "coverage": {**coverage(table.live_rules, judged.decisions), **_decided(judged.decisions)},
        "lifecycle": lifecycle_of(((rule.name, rule.lifetime) for rule in table.rules), moment, REMIND_DAYS),
        "warnings": [*(line for line in (untemplated(rules), table.exhaustion) if line is not None), *warnings],
        "differences": differences(verdicts, expected or {}),
    }


def recorded_inventory(
    rules: Sequence[Rule], assets: Sequence[Mapping[str, Any]] | None
) -> tuple[AssetIndex | None, list[str]]:
    """The recorded assets by name and address, None if no rule needs them, and warnings about the rules.

    :raises InvalidInput: a rule needs assets and there are none, or it names a group that does not exist.
    """
    conditions = {rule.name: rule.asset for rule in rules if rule.asset is not None}
    if not conditions:
        return None, []
    if assets is None:
        raise InvalidInput(
            f"Rule {min(conditions)!a} has `asset`, but the recording holds no assets. Record again with the playbook "
            "utmstack.siem.record, or pass rows of utmstack_asset_info as `assets`."
        )
    index = AssetIndex(assets)
    return index, check_assets(conditions, index)


def _decided(decisions: Mapping[str, Decision]) -> dict[str, Any]:
    """How many alerts an acting rule decides, and their share of all."""
    number = sum(bool(decision.acting) for decision in decisions.values())
    return {"decided": number, "share": round(number / len(decisions), 4)}


def stored_documents(rows: Sequence[Any], dialect: str) -> list[Mapping[str, Any]]:
    """The stored alerts of a recording.

    :param rows: stored alerts, or rows of utmstack_alert_info with `raw`.
    :raises InvalidInput: there is none, or a row is none.
    """
    if dialect not in DIALECTS:
        raise InvalidInput(f"`dialect` is {dialect!a}. Use {' or '.join(DIALECTS)}.")
    if not rows:
        raise InvalidInput("The recording holds no alert. Record alerts first.")
    return [stored_document(row, number, DIALECTS[dialect]) for number, row in enumerate(rows, 1)]


def stored_document(row: Any, number: int, dialect: Dialect) -> Mapping[str, Any]:
    """The stored alert in a row. :raises InvalidInput: there is none."""
    document = row.get("raw", row) if isinstance(row, Mapping) else None
    if not isinstance(document, Mapping) or not document.get(dialect.names["id"]):
        raise InvalidInput(f"Alert {number} has no `id`, so it is not a stored alert. {_NEXT_STEP}")
    status = document.get(dialect.names["status"])
    if isinstance(status, bool) or not isinstance(status, int):
        # A result row has words instead, and no rule would match it.
        raise InvalidInput(f"Alert {number} is not the stored document: its status is no number. {_NEXT_STEP}")
    timestamp = dialect.names["timestamp"]
    moment = document.get(timestamp)
    # YAML parses an unquoted time.
    return {**document, timestamp: moment.isoformat()} if isinstance(moment, datetime) else document


def differences(verdicts: Mapping[str, Mapping[str, Any]], expected: Mapping[str, Any]) -> list[str]:
    """List the unmet expectations, one line each."""
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
            raise InvalidInput(f"`expected` of {label}: `tags` must be a list of texts; use [] for none.")
        for name, value in wishes.items():
            given = sorted(set(tags)) if name == "tags" else value
            if verdict[name] != given:
                found.append(f"{label}: {name} is {verdict[name]}, expected {given}")
    return found
