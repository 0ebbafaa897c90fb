# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/query.md from the code that reads queries."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

import yaml
from ansible_collections.utmstack.siem.plugins.doc_fragments.selection import ModuleDocFragment
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, Dialect
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.fields import OPEN_PREFIXES, Kind, known_fields
from ansible_collections.utmstack.siem.plugins.module_utils.model.filter import Filter
from ansible_collections.utmstack.siem.plugins.module_utils.query.keys import QUERY_WORDS, compile_query
from ansible_collections.utmstack.siem.plugins.module_utils.query.operators import OPERATORS, condition
from ansible_collections.utmstack.siem.plugins.module_utils.query.rule_conditions import NOT_FOR_RULES

from tools.module_pages import ROOT, plain

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
VALUES: dict[str, Any] = {
    "status": ["open", "completed"],
    "severity": ["high"],
    "incident": True,
    "since": "24h",
    "until": "2026-11-20T08:00:00Z",
    "tags": ["a", "b"],
    "where": [{"field": "name", "operator": "start_with", "value": "Port"}],
}
SAMPLES: dict[Kind, tuple[str, list[Any]]] = {
    Kind.TEXT: ("name", ["a", "b"]),
    Kind.NUMBER: ("severity", [1, 2]),
    Kind.BOOLEAN: ("isIncident", [True, False]),
    Kind.DATE: ("@timestamp", ["2026-11-20", "2026-11-21"]),
}

INTRODUCTION = """# The query language

Every module that finds, changes or counts alerts takes the same `query`, and a tag rule takes it, too. This page is
made from the code. All words of a query must hold, and so must all conditions in `where`. In a list any entry may hold,
except for `tags` (all) and `without_tags` (none). Texts are compared whole, letter case included.

A word, field, operator or choice that is not known is refused before anything is sent, and the message proposes what
was probably meant. Refused, too, are empty lists (the server takes some of them for "every alert"), texts of more than
256 characters and lists of more than 1,024 values (the server cannot compare them). A field that only the other
generation has is refused as soon as the generation is known, which may take a login; set `dialect` to have it at once.
"""
OPERATORS_TEXT = """UTMStack answers 200 and leaves out a whole day when a search cannot be carried out on that day's
index. So a text is asked on its exact twin (`.keyword`), patterns are literal (a `*` in a value is a star), and each
operator takes only the kinds of fields that it can compare on every day. Times are ages (`90m`, `24h`, `7d`, `2w`) or
ISO 8601, and exact to the millisecond.
"""


def _shown(item: Filter) -> str:
    value = "" if item.value is None else " " + json.dumps(item.value, ensure_ascii=False)
    return f"`{item.field} {item.operator}{value}`"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    heads = list(heads)
    return [_row(*heads), "|" + "---|" * len(heads), *(_row(*row) for row in rows), ""]


def _filters_of(word: str, value: Any, dialect: Dialect) -> str:
    """What one word adds to a search, or the searches that it makes of one."""
    always = [] if word == "status" else compile_query({}, dialect, NOW, echoes=True)[0]
    searches = compile_query({word: value}, dialect, NOW, echoes=True)
    parts = ["<br>".join(_shown(item) for item in search if item not in always) for search in searches]
    return "<br>and, apart from these,<br>".join(parts)


def _words() -> list[str]:
    options = yaml.safe_load(ModuleDocFragment.KEYS)["options"]["query"]["suboptions"]
    rows = []
    for word in QUERY_WORDS:
        option, value = options[word], VALUES.get(word, ["x"])
        kind = {"list": "list", "bool": "true or false", "str": "time"}[option["type"]]
        choices = f" ({', '.join(option['choices'])})" if option.get("choices") else ""
        asked = [_filters_of(word, value, dialect) for dialect in DIALECTS.values()]
        example = f"`{word}: {json.dumps(value)}`"
        rows.append([f"`{word}`", kind + choices, plain(option["description"]), example, *asked])
    return _table(["Word", "Takes", "Meaning", "Example", *(f"asks on {name}" for name in DIALECTS)], rows)


def _taken(operator: str, kind: Kind, dialect: Dialect) -> tuple[str, str] | None:
    """The value that an operator takes for a kind of field, and the filter; None when it does not compare it."""
    field, values = SAMPLES[kind]
    for form, given in (("no value", None), ("one value", values[0]), ("a list", values)):
        try:
            return form, _shown(condition({"field": field, "operator": operator, "value": given}, dialect, NOW))
        except InvalidInput:
            continue
    return None


def _operators() -> list[str]:
    dialect = next(iter(DIALECTS.values()))
    rows = []
    for name, operator in OPERATORS.items():
        taken = {kind: found for kind in Kind if (found := _taken(name, kind, dialect))}
        form, example = next(iter(taken.values()))
        rows.append([f"`{name}`", operator.meaning, form, ", ".join(kind.value for kind in taken), example])
    return _table(["Operator", "Holds when", "Takes", "Kinds of fields", "Example of what is asked"], rows)


def _fields() -> list[str]:
    known = {name: known_fields(dialect) for name, dialect in DIALECTS.items()}
    rows = []
    names = {field for fields in known.values() for field in fields}
    for field in sorted(names, key=lambda name: (name.lower(), name)):
        kinds = [fields[field].value if field in fields else "" for fields in known.values()]
        rows.append([f"`{field}`", *kinds])
    for prefix in OPEN_PREFIXES:
        rows.append([f"`{prefix}`…", *(Kind.TEXT.value if d.has_echoes else "" for d in DIALECTS.values())])
    return _table(["Field", *DIALECTS], rows)


def page() -> str:
    """The page."""
    lines = [
        INTRODUCTION,
        "## Words",
        "",
        *_words(),
        "Without `status`, alerts in automatic review are left out. Echoes (v11) are left out by a condition of the",
        "modules' own, `parentId DOES_NOT_EXIST`.",
        "",
        "## Conditions in `where`",
        "",
        OPERATORS_TEXT,
        *_operators(),
        "## Fields of `where`",
        "",
        "The names are those of the stored documents, so that they differ between the generations. A trailing",
        "`.keyword` is understood and not needed. What a log line holds differs from source to source, and is asked as",
        "text.",
        "",
        *_fields(),
        "## In tag rules",
        "",
        "`utmstack_tag_rule` takes the same words, apart from these:",
        "",
        *(f"- `{word}`: {reason}." for word, reason in NOT_FOR_RULES.items()),
        "",
        "Conditions on the status or on times are refused likewise. Nothing is added by itself: a rule meets echoes,",
        "too, and the condition `parentId does_not_exist` leaves them out.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    (ROOT / "docs" / "query.md").write_text(page(), encoding="utf-8")
    print("docs/query.md")


if __name__ == "__main__":
    main()
