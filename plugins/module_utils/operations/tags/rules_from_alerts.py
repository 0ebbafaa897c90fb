# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create tag rules for alerts like the selected ones, since the server ignores its own flag `createRule`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...client.client import Client
from ...client.tags import all_rules
from ...dialects import Dialect
from ...errors import CallerRefused, InvalidInput, RuleTooBroad, UtmstackError
from ...model.alert import FALSE_POSITIVE, SEVERITIES, Alert
from ...model.storable_text import checked_line
from ...model.tag import CatalogueTag, TagRule
from ...printing import printable
from ...query.keys import ADDRESS_KEYS, QUERY_KEYS
from ...query.rule_conditions import Condition, compile_conditions, meaning
from ...time_zones import now_in
from ...writing.guardrails import hold_tags_from
from ...writing.plan import digest_of
from ...writing.result import Written
from ...writing.selected import Selection
from .preview import recent, would_match
from .rule_guardrails import sparing_conditions
from .rules_plan import RuleChange, created_lines, resolved_tags
from .storing import create_missing_tag, write_rule

# A rule compares fields of which each alert holds one value.
RULE_ON_KEYS = tuple(key.name for key in QUERY_KEYS if key.has_field and key.in_tag_rules)
# So few alerts are never too many, even on a small server.
FEW_ALERTS = 10
_UNGUARDED = (
    "The tag rule {name!a} (ID {id}) has the same conditions, but not the guardrails: it closes what `protect` and "
    "`hold_tags` hold back. Change or remove it with utmstack_tag_rule."
)
_MAX_NAME_LENGTH = 120

RULE_OPTIONS: dict[str, dict[str, Any]] = {
    "create_rule": {"type": "bool", "default": False},
    "rule_on": {"type": "list", "elements": "str", "choices": list(RULE_ON_KEYS)},
    "rule_name": {"type": "str"},
    "rule_since": {"type": "str", "default": "7d"},
    "rule_max_share": {"type": "float", "default": 0.1},
    "max_rules": {"type": "int", "default": 20},
}


def check_rule_options(params: Mapping[str, Any]) -> None:
    """Check the rule options. :raises InvalidInput: one is set without `create_rule`."""
    for name, option in RULE_OPTIONS.items():
        if not params["create_rule"] and params[name] not in (None, option.get("default")):
            raise InvalidInput(f"`{name}` has no effect without `create_rule: true`. Set both, or leave it out.")


Values = tuple[str, ...]


@dataclass(frozen=True)
class AlertRule:
    """A rule for one combination of values.

    :param change: the planned change of the rule.
    :param matching: the number of alerts in the period that it matches, out of `total`.
    """

    change: RuleChange
    conditions: tuple[Condition, ...]
    matching: int
    total: int

    @property
    def share(self) -> float:
        """The share of recent alerts that the rule matches."""
        return round(self.matching / self.total, 4) if self.total else 0.0


@dataclass(frozen=True)
class AlertRules:
    """The rules for a selection.

    :param errors: by alert ID, why there is no rule for the alert.
    :param tags: the tags to add; those missing from the catalog have no ID yet.
    :param warnings: other rules that close what the guardrails hold back.
    """

    rules: Sequence[AlertRule]
    tags: Sequence[CatalogueTag]
    errors: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()


def value_of(alert: Alert, key: str, dialect: Dialect) -> str | None:
    """The alert's value for a query key; None if a rule cannot compare it."""
    if key == "severity":
        return alert.severity if alert.severity in SEVERITIES else None
    found: Any = alert.document
    for member in dialect.names[key].split("."):
        found = found.get(member) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) and found else None


def combinations(
    alerts: Sequence[Alert], keys: Sequence[str], dialect: Dialect
) -> tuple[dict[Values, tuple[Condition, ...]], dict[str, str]]:
    """Map the distinct values of the query keys to rule conditions, and list errors by alert ID."""
    found: dict[Values, tuple[Condition, ...]] = {}
    errors: dict[str, str] = {}
    for alert in alerts:
        values = [value_of(alert, key, dialect) for key in keys]
        missing = [key for key, value in zip(keys, values) if value is None]
        if missing:
            errors[alert.id] = (
                f"The alert has no text in {', '.join(missing)}, and a rule without it would be broader than "
                "requested. The alert is not tagged either. Remove the key from `rule_on`, or the alert from the "
                "selection."
            )
            continue
        texts = tuple(str(value) for value in values)
        if texts in found:
            continue
        try:
            found[texts] = compile_conditions(_query_for(dict(zip(keys, texts)), dialect), dialect)
        except InvalidInput as error:
            errors[alert.id] = f"A rule for the alert is impossible. {error.message}"
    return found, errors


def _query_for(values: Mapping[str, str], dialect: Dialect) -> dict[str, Any]:
    """The query for values that an alert holds: what stands where an address belongs need not be one."""
    held = [
        {"field": dialect.names[key], "operator": "is", "value": values[key]} for key in values if key in ADDRESS_KEYS
    ]
    query: dict[str, Any] = {key: [text] for key, text in values.items() if key not in ADDRESS_KEYS}
    return {**query, "where": held} if held else query


def rule_name(prefix: str | None, tags: Sequence[str], keys: Sequence[str], values: Values, alone: bool) -> str:
    """Build a stable, printable rule name of limited length.

    :param prefix: the name set by the task; used without values if the rule is the only one (`alone`).
    """
    if prefix is not None and alone:
        return prefix
    said = ", ".join(f"{key} {value!r}" for key, value in zip(keys, values))
    text = f"{prefix or ', '.join(sorted(tags))}: {said}"
    shown = printable(text, _MAX_NAME_LENGTH)
    if shown == text:
        return text
    return f"{shown[:_MAX_NAME_LENGTH]} {hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def rule_change(
    rules: Sequence[TagRule],
    name: str,
    keys: Sequence[str],
    conditions: tuple[Condition, ...],
    tags: Sequence[CatalogueTag],
    dialect: Dialect,
    sparing: tuple[Condition, ...] = (),
) -> RuleChange:
    """Plan a rule, unless one with the same conditions and tags exists under any name.

    :param sparing: further conditions, which leave out what the guardrails hold back. A rule of this name that lacks
        only these gets them.
    :raises InvalidInput: a different rule has this name.
    """
    guarded = (*conditions, *sparing)
    for rule in rules_that_do(rules, guarded, tags, dialect):
        return RuleChange(rule, rule)
    taken = next((rule for rule in rules if rule.name == name), None)
    if taken is not None and taken in rules_that_do(rules, conditions, tags, dialect):
        return RuleChange(taken, replace(taken, conditions=guarded))
    if taken is not None:
        raise InvalidInput(
            f"A different tag rule with the name {name!a} exists (ID {taken.id}). Nothing was written. Set another "
            "`rule_name`, or change that rule with utmstack_tag_rule."
        )
    description = f"Alerts with the same {', '.join(keys)}; created by utmstack_alert_tags"
    return RuleChange(None, TagRule(0, name, description, guarded, tuple(tags)))


def rules_that_do(
    rules: Sequence[TagRule], conditions: tuple[Condition, ...], tags: Sequence[CatalogueTag], dialect: Dialect
) -> list[TagRule]:
    """Find the active rules that add at least these tags under the same conditions."""
    wanted, asked = {tag.name for tag in tags}, meaning(conditions, dialect)
    return [
        rule
        for rule in rules
        if rule.active and meaning(rule.conditions, dialect) == asked and wanted <= {tag.name for tag in rule.tags}
    ]


def prepare(
    client: Client,
    params: Mapping[str, Any],
    selection: Selection,
    names: Sequence[str],
    catalogue: Sequence[CatalogueTag],
) -> AlertRules:
    """Plan and check the rules before anything is written.

    :param names: the tags that the rules add.
    :raises InvalidInput: there are more rules than `max_rules`, a name is taken, or a rule cannot spare what the
        guardrails hold back.
    :raises RuleTooBroad: a new rule would match more than `rule_max_share` of the recent alerts.
    """
    keys = list(dict.fromkeys(params["rule_on"]))
    if not keys:
        raise InvalidInput("`rule_on` is empty. List the query keys that the alerts of a rule have in common.")
    if not 0 < params["rule_max_share"] <= 1:
        raise InvalidInput("`rule_max_share` must be above 0 and at most 1.")
    if params["rule_name"] is not None:
        checked_line("rule_name", params["rule_name"])
    period = recent(params["rule_since"], "rule_since", client.dialect, now_in(params["time_zone"]))
    sparing = _sparing(params, names, client.dialect)
    found, errors = combinations(selection.alerts, keys, client.dialect)
    if len(found) > params["max_rules"]:
        raise InvalidInput(
            f"The alerts have {len(found)} different combinations of {', '.join(keys)}, more than `max_rules: "
            f"{params['max_rules']}`. Nothing was written. Narrow the selection, or remove keys from `rule_on`."
        )
    tags = resolved_tags(catalogue, names, create_missing=True)
    if not found:
        return AlertRules((), (), errors)
    rules = all_rules(client)
    total = would_match(client, (), period)
    made, warnings = [], []
    for values, compared in found.items():
        conditions = (*compared, *sparing)
        name = rule_name(params["rule_name"], names, keys, values, alone=len(found) == 1)
        change = rule_change(rules, name, keys, compared, tags, client.dialect, sparing)
        others = [rule for rule in rules_that_do(rules, compared, tags, client.dialect) if rule.name != name]
        warnings += [_UNGUARDED.format(name=rule.name, id=rule.id) for rule in others if sparing]
        made.append(AlertRule(change, conditions, would_match(client, conditions, period), total))
    for rule in made:
        _guard(rule, params["rule_max_share"], params["rule_since"])
    return AlertRules(made, tags, errors, warnings)


def _sparing(params: Mapping[str, Any], names: Sequence[str], dialect: Dialect) -> tuple[Condition, ...]:
    """The conditions with which the rules leave out what the guardrails hold back; none if they close nothing."""
    if FALSE_POSITIVE not in names:
        return ()
    label = f"A tag rule that adds {', '.join(names)}"
    return sparing_conditions(label, params["protect"], hold_tags_from(params), dialect, now_in(params["time_zone"]))


def _guard(rule: AlertRule, most: float, since: str) -> None:
    after = rule.change.after
    if not rule.change.needed or after is None or rule.matching <= FEW_ALERTS or rule.matching <= most * rule.total:
        return
    raise RuleTooBroad(
        f"The rule {after.name!a} would match {rule.matching} of the {rule.total} alerts since {since}, more than "
        f"`rule_max_share: {most}`. Nothing was written. Add query keys to `rule_on`, or raise the limit."
    )


def write_missing_rules(client: Client, planned: AlertRules, written: Written, check_mode: bool) -> Written:
    """Write the missing rules and add their outcomes to those of the alerts."""
    new = [tag for tag in planned.tags if not tag.id and any(rule.change.needed for rule in planned.rules)]
    if check_mode:
        rows = [_row(rule, rule.change.after, None) for rule in planned.rules]
        return _added(planned, written, rows, [tag.name for tag in new])
    made, refused = _create_tags(client, new)
    living = {tag.name: tag for tag in (*planned.tags, *made)}
    rows = []
    for rule in planned.rules:
        seen, failure = rule.change.after, None
        if rule.change.needed:
            # Without the tags or the permission to write rules, every other rule would fail as well.
            seen, failure = (None, refused) if refused is not None else _write_one(client, rule.change, living)
            refused = failure if isinstance(failure, CallerRefused) else refused
        rows.append(_row(rule, seen, failure))
    return _added(planned, written, rows, [tag.name for tag in made])


def _create_tags(client: Client, new: Sequence[CatalogueTag]) -> tuple[list[CatalogueTag], UtmstackError | None]:
    """Create the missing tags; return those created and the error that stopped the others."""
    made: list[CatalogueTag] = []
    try:
        for tag in new:
            made.append(create_missing_tag(client, tag))
    except UtmstackError as error:
        return made, error
    return made, None


def _write_one(
    client: Client, change: RuleChange, living: Mapping[str, CatalogueTag]
) -> tuple[TagRule | None, UtmstackError | None]:
    """Write one rule; return the rule read back, or the error."""
    after = change.after
    tags = tuple(living.get(tag.name, tag) for tag in after.tags) if after is not None else ()
    try:
        return write_rule(client, RuleChange(change.before, after and replace(after, tags=tags))), None
    except UtmstackError as error:
        return None, error


def _row(rule: AlertRule, seen: TagRule | None, failure: UtmstackError | None) -> dict[str, Any]:
    wanted = rule.change.after
    return {
        "id": (seen.id or None) if seen is not None else None,
        "name": wanted.name if wanted is not None else "",
        "changed": rule.change.needed and failure is None,
        "conditions": [dict(condition) for condition in rule.conditions],
        "would_match": rule.matching,
        "recent": rule.total,
        "share": rule.share,
        "error": failure.message if failure is not None else None,
    }


def _added(planned: AlertRules, written: Written, rows: list[dict[str, Any]], made: list[str]) -> Written:
    changed = [row for row in rows if row["changed"]]
    lines = created_lines(made)
    existing = {rule.change.after.name for rule in planned.rules if rule.change.before and rule.change.after}
    lines += [
        f"rule {printable(row['name'], 80)}: {'changed' if row['name'] in existing else 'created'}, "
        f"{row['would_match']} recent alerts\n"
        for row in changed
    ]
    failed = [f"{printable(row['name'], 80)}: {row['error']}" for row in rows if row["error"]]
    failures = [f"{len(failed)} of {len(rows)} rules failed. {'; '.join(failed[:3])}"] if failed else []
    return replace(
        written,
        digest=_digest_with_rules(written.digest, planned),
        warnings=[*written.warnings, *planned.warnings],
        changed=bool(changed or made),
        lines=(written.lines[0], lines),
        failures=[*written.failures, *failures],
        # A plan holds no tag rules.
        more={
            **{name: value for name, value in written.more.items() if name != "plan"},
            "rules": rows,
            "created_tags": made,
        },
    )


def _digest_with_rules(tagging: str, planned: AlertRules) -> str:
    """The digest of the tag changes and of the rules to create."""
    rules = [
        [rule.change.after.name, [dict(item) for item in rule.conditions], sorted(tag.name for tag in planned.tags)]
        for rule in planned.rules
        if rule.change.needed and rule.change.after is not None
    ]
    return digest_of([tagging, rules]) if rules else tagging
