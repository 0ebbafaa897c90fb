# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for groups of alerts, and rules as text for a file. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ...dialects import Dialect
from ...errors import InvalidInput
from .precision import percent
from .rules import MAX_NAME_LENGTH, MODES, read_rules
from .suggesting import Group
from .suggestion_evidence import NAME, Evidence

_WORDS = {
    "source_ip": "from",
    "source_host": "from",
    "target_host": "to",
    "target_ip": "to",
    "source_user": "by",
    "target_user": "for",
}
_DIGITS = 6
_PLAIN_KEY = re.compile(r"[a-z_]+")


def suggestion(
    group: Group, narrowed: Mapping[str, Any], dialect: Dialect, now: datetime, taken: set[str]
) -> dict[str, Any] | None:
    """The rule of a group with its evidence; None if no rule can hold it.

    :param narrowed: the query that all alerts matched, without which the rule would match others as well.
    :param taken: names of other rules, to which this one's is added.
    """
    when = {**narrowed, **{key: [text] for key, text in group.pairs}}
    name = _name(group, when, taken)
    rule = {
        "name": name,
        "description": _description(group.evidence),
        "mode": "shadow",
        "when": when,
        "then": {"false_positive": True},
    }
    try:
        read_rules([rule], dialect, now)
    except InvalidInput:
        return None
    taken.add(name)
    return {"rule": rule, "evidence": group.evidence.result()}


def _name(group: Group, when: Mapping[str, Any], taken: Iterable[str]) -> str:
    """A name that a rule can have; one that is not simply what the rule matches ends with digits of it."""
    words = [text if key == NAME else f"{_WORDS[key]} {text}" for key, text in group.pairs]
    whole = " ".join(words)
    plain = " ".join("".join(map(_allowed, whole)).split())
    if plain == whole and len(plain) <= MAX_NAME_LENGTH and plain not in taken:
        return plain
    text = json.dumps(when, sort_keys=True, ensure_ascii=True, default=str)
    ending = f" #{hashlib.sha256(text.encode('ascii')).hexdigest()[:_DIGITS]}"
    return f"{plain[: MAX_NAME_LENGTH - len(ending)].rstrip()}{ending}"


def _allowed(character: str) -> str:
    if character in '"\\':
        return "'" if character == '"' else "/"
    return character if character.isprintable() else " "


def _description(evidence: Evidence) -> str:
    precision = evidence.precision
    days, closers = len(evidence.days), len(evidence.closers)
    parts = [
        f"Analysts closed {precision.agreed} of {precision.decided} alerts as false positives on {days} days "
        f"({str(evidence.first)[:10]} to {str(evidence.last)[:10]})"
    ]
    parts += [f"{closers} {'login' if closers == 1 else 'logins'}"] if closers else []
    parts += [f"{evidence.unrecorded} closures without history"] if evidence.unrecorded else []
    parts += [f"{evidence.undecided} still open"] if evidence.undecided else []
    return f"{', '.join(parts)}. Precision at least {percent(precision.lower_bound)}."


def rules_text(rules: Sequence[Mapping[str, Any]]) -> str:
    """Rules as YAML for a file; every text stands in quotes, with what does not print as its escape."""
    return "".join(_entry(rule) for rule in rules)


def _entry(rule: Mapping[str, Any]) -> str:
    lines = []
    for key, value in rule.items():
        if isinstance(value, Mapping) and value:
            lines += [f"{_key(key)}:", *(f"  {_key(inner)}: {_flow(item)}" for inner, item in value.items())]
        else:
            lines.append(f"{_key(key)}: {_flow(value)}")
    return "".join(f"{'  ' if number else '- '}{line}\n" for number, line in enumerate(lines))


def _key(key: Any) -> str:
    return str(key) if _PLAIN_KEY.fullmatch(str(key)) else _quoted(str(key))


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None or isinstance(value, (bool, int, float)):
        return json.dumps(value)
    return str(value) if value in MODES else _quoted(str(value))


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
