# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an approver reads about a plan: counts and examples by rule, what is left out, and how to apply it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE, MARK
from ...printing import printable
from ...time_zones import local_text, zone_named
from ...times import age, stored_time
from ...writing.plan_document import makes_change
from .alert_changes import alert_changes
from .pages import Page, Quoted, Section

# The examples of all rules share one page.
MAX_EXAMPLES, MAX_EXAMPLES_OF_A_RULE = 40, 10
MAX_RULES = 12
MAX_REASONS, MAX_EXAMPLES_OF_A_REASON = 5, 3
MAX_REMARKS = 10
# The reasons of guardrails by their ends, because some begin with the ID of an echo.
_GUARDRAILS = {"carries a hold tag.": "held by a tag", "(`protect`).": "kept open by `protect`"}
_NAME, _CHANGE, _WHY, _REASON, _LIST = 40, 70, 40, 120, 200


@dataclass(frozen=True)
class Application:
    """How a plan is applied.

    :param variable: the variable or option that takes the plan.
    :param file: the file that holds the plan, if any.
    :param from_stats: the variable that takes the plan from an earlier job of a workflow, if any.
    :param max_age: how long the plan is valid, as an age.
    """

    variable: str = "plan"
    file: str = ""
    from_stats: str = ""
    max_age: str = "24h"


def plan_page(
    document: Mapping[str, Any],
    application: Application,
    instance: str = "",
    time_zone: str = "UTC",
    remarks: Sequence[str] = (),
) -> Page:
    """The page about a plan document.

    :param instance: the inventory's name of the server.
    :param remarks: what the task does besides the plan.
    :raises InvalidInput: the time zone or `max_age` is invalid.
    """
    alerts = document["alerts"]
    rules = _by_rule(filter(_changes, alerts), str(document["module"]))
    final = [row for row in alerts if row["cannot_be_undone"]]
    sections = [
        Section("Changes by rule", _rule_rows(rules), _RULE_COLUMNS),
        Section("Examples", _example_rows(rules), ("Rule", "Alert", "ID", "Change", "Matched by")),
        Section("Left out", _reason_rows(document["left_out"], "reason"), ("Reason", "Alerts", "Examples")),
        Section("Cannot be undone", _reason_rows(final, "cannot_be_undone"), ("Reason", "Alerts", "Examples")),
        Section("Not part of the plan", [(Quoted(text, _REASON),) for text in remarks[:MAX_REMARKS]]),
        Section("How to apply it", _ways(document, application), ("Variable", "What is applied")),
    ]
    title = Quoted(instance or str(document["server"]), 100)
    return Page("Plan for", title, _facts(document, application, time_zone), [part for part in sections if part.rows])


_RULE_COLUMNS = ("Rule", "Alerts", "Closed", "In review", "Tagged", "Noted", "To incidents", "Echoes")
_Row = Mapping[str, Any]


def _changes(row: _Row) -> bool:
    return makes_change(row["before"], row["after"], row["incident"], row["echoes"])


def _facts(document: _Row, application: Application, time_zone: str) -> list[tuple[Any, ...]]:
    counts, final = document["counts"], sum(1 for row in document["alerts"] if row["cannot_be_undone"])
    made = stored_time(document["made"])
    if made is None:
        raise InvalidInput("`made` of the plan is not a time. Pass the document that a check run returned.")
    zone = zone_named(time_zone)

    def shown(moment: datetime) -> str:
        return f"{local_text(moment, zone, seconds=True)} {time_zone}"

    valid = made + age(application.max_age, "max_age")
    return [
        ("Server", Quoted(f"{document['server']} ({document['dialect']})", 200)),
        ("Made", shown(made)),
        ("Valid until", shown(valid)),
        ("Alerts to change", counts["alerts"]),
        ("Echoes that follow", counts["echoes"]),
        ("Alerts left out", counts["left_out"]),
        ("Changes that cannot be undone", final),
        ("Plan digest", Quoted(document["plan_digest"], 64)),
        ("Rules digest", Quoted(document["rules_digest"] or "none", 64)),
    ]


def _by_rule(alerts: Iterable[_Row], module: str) -> dict[str, list[_Row]]:
    """The planned alerts by the rule that decides, the rule with most alerts first."""
    found: dict[str, list[_Row]] = {}
    for row in alerts:
        found.setdefault(str(row["why"].get("rule") or module), []).append(row)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _rule_rows(rules: Mapping[str, Sequence[_Row]]) -> list[tuple[Any, ...]]:
    names = list(rules)
    shown = [(Quoted(name, _NAME), *_numbers(rules[name])) for name in names[:MAX_RULES]]
    rest = [row for name in names[MAX_RULES:] for row in rules[name]]
    return [*shown, (f"{len(names) - MAX_RULES} more rules", *_numbers(rest))] if rest else shown


def _numbers(rows: Sequence[_Row]) -> tuple[int, ...]:
    counts = alert_changes([{**row, "changed": True} for row in rows])
    added = sum(1 for row in rows if row["incident"])
    echoes = sum(len(row["echoes"]) for row in rows)
    return len(rows), counts["closed"], counts["in_review"], counts["tagged"], counts["noted"], added, echoes


def _example_rows(rules: Mapping[str, Sequence[_Row]]) -> list[tuple[Any, ...]]:
    shown = list(rules)[:MAX_RULES]
    each = min(MAX_EXAMPLES_OF_A_RULE, MAX_EXAMPLES // max(len(shown), 1))
    return [
        (Quoted(name, _NAME), *_alert_cells(row), Quoted(_change(row), _CHANGE), Quoted(_why(row), _WHY))
        for name in shown
        for row in _varied(rules[name])[:each]
    ]


def _varied(rows: Sequence[_Row]) -> list[_Row]:
    """The rows in an order in which alerts of different names come first."""
    seen: Counter[str] = Counter()
    ranked = []
    for row in rows:
        ranked.append((seen[row["name"]], row))
        seen[row["name"]] += 1
    return [row for _rank, row in sorted(ranked, key=lambda pair: pair[0])]


def _alert_cells(row: _Row) -> tuple[Quoted, Quoted]:
    return Quoted(row["name"], _NAME), Quoted(row["id"], _NAME)


def _change(row: _Row) -> str:
    """The differing fields in one line, the status and the tags first."""
    before, after = row["before"], row["after"]
    fields = ["status", "tags", *(field for field in after if field not in ("status", "tags"))]
    parts = [
        _field(field, before.get(field), after[field]) for field in fields if before.get(field) != after.get(field)
    ]
    incident = [f"incident: {row['incident']}"] if row["incident"] else []
    return "; ".join([*parts[:1], *incident, *parts[1:]])


def _field(field: str, old: Any, new: Any) -> str:
    if field == "status":
        return f"{old} -> {new}"
    if field == "tags":
        added, removed = set(new or ()) - set(old or ()), set(old or ()) - set(new or ())
        # What closes an alert as a false positive stands first.
        shown = sorted(added, key=lambda tag: (tag != FALSE_POSITIVE, tag))
        return "tags " + " ".join([*(f"+{tag}" for tag in shown), *(f"-{tag}" for tag in sorted(removed))])
    # The mark of a closure repeats the rule.
    text = str(new or "").partition(MARK)[0].strip()
    return f"{field}: {text}" if text else f"{field} removed"


def _why(row: _Row) -> str:
    matched = [f"{field} {value}" for rule in row["why"].get("rules", ()) for field, value in rule["why"].items()]
    return ", ".join(dict.fromkeys(matched))


def _reason_rows(rows: Iterable[_Row], key: str) -> list[tuple[Any, ...]]:
    """How many alerts have each reason, the most frequent one first, with some of the alerts."""
    found: dict[str, list[_Row]] = {}
    for row in rows:
        named = (name for ending, name in _GUARDRAILS.items() if row[key].endswith(ending))
        found.setdefault(next(named, row[key]), []).append(row)
    ranked = sorted(found.items(), key=lambda item: (item[0] not in _GUARDRAILS.values(), -len(item[1])))
    shown = [(Quoted(reason, _REASON), len(group), _some(group)) for reason, group in ranked[:MAX_REASONS]]
    rest = [row for _reason, group in ranked[MAX_REASONS:] for row in group]
    return [*shown, ("other reasons", len(rest), _some(rest))] if rest else shown


def _some(rows: Sequence[_Row]) -> Quoted:
    names = [f"{printable(str(row['name']), _NAME)} ({row['id']})" for row in _varied(rows)[:MAX_EXAMPLES_OF_A_REASON]]
    return Quoted(", ".join(names) + (", …" if len(rows) > len(names) else ""), _LIST)


def _ways(document: _Row, application: Application) -> list[tuple[Any, ...]]:
    """The ways to apply the plan, each for a run of the same task with the same rules and without check mode."""
    kept = "approved changes of unchanged alerts; the others are skipped, each with a reason"
    ways: list[tuple[Any, ...]] = []
    if application.file:
        ways.append((Quoted(f"{application.variable}: {application.file}", 500), kept))
    if application.from_stats:
        ways.append((Quoted(f"{application.from_stats}: true", 200), "the same, in a later job of the workflow"))
    digest = Quoted(f"{application.variable}: {document['plan_digest']}", 200)
    return [*ways, (digest, "all or nothing: nothing is written if anything differs from the plan")]
