# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/query.md from the table of query keys."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS, Dialect, Kind
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.filter import Filter
from ansible_collections.utmstack.siem.plugins.module_utils.model.network_filters import AS_TEXTS, about_networks
from ansible_collections.utmstack.siem.plugins.module_utils.query.keys import QUERY_KEYS, QueryKey
from ansible_collections.utmstack.siem.plugins.module_utils.query.operators import OPERATORS, condition
from ansible_collections.utmstack.siem.plugins.module_utils.query.searches import compile_query

from tools.markup import plain

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
VALUES: dict[str, Any] = {
    "status": ["open", "completed"],
    "severity": ["high"],
    "incident": True,
    "all": True,
    "since": "24h",
    "until": "2026-11-20T08:00:00Z",
    "source_ip": ["10.0.0.5"],
    "target_ip": ["10.0.0.0/16"],
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

Every module that finds, changes or counts alerts takes the same `query`, and so does a tag rule. This page is generated
from the code. All query keys must match, and so must all conditions in `where`. Any entry of a list may match, except
for `tags` (all) and `without_tags` (none). Texts are compared whole, letter case included.

A query without any key is refused wherever alerts are changed: `query: {all: true}` means every alert, and keys beside
`all` still narrow the selection. Modules that only read take an empty query, or none, for all alerts; so does
`utmstack_triage`, whose rules name the alerts. `query: null` and keys whose value is null or empty are refused
everywhere, because they are usually the blank answer to a question.

Texts must be texts. YAML reads an unquoted `NO` or `on` as a truth value and `007` as a number, so these are refused
where a text is compared; put them in quotes. Numbers are fine where the field holds numbers. A list may be a text
with commas or line breaks, and a dictionary or list may be a text of JSON or YAML, as surveys and `-e` give them.

An unknown query key, field, operator or choice is refused before anything is sent, and the message suggests what was
probably meant. Also refused are empty lists (the server takes some of them for "every alert"), texts of more than 256
characters and lists of more than 1,024 values (the server cannot compare them). A field that only the other major
version has is refused as soon as the version is known, which may take a login; set `dialect` to have it refused at
once. The message names the same field of the server's version.

A query selects what it finds now. If a task closes the open alerts of a query, a second task with the same query finds
none of them: close by query, then tag by the same query, and nothing is tagged. Do both in one task of
`utmstack_triage`, or [register the IDs](finding.md#one-query-in-two-tasks).
"""
OPERATORS_TEXT = """UTMStack returns 200 and silently omits a whole day when a search fails on that day's index. So
texts are compared on their exact twin (`.keyword`), patterns are literal (a `*` in a value is an asterisk), and each
operator takes only the kinds of fields that it can compare on every day. Times are ages (`90m`, `24h`, `7d`, `2w`) or
ISO 8601, and exact to the millisecond. `today`, `yesterday`, days and times without an offset are in the `time_zone` of
the task, see [local time](finding.md#local-time).
"""
ADDRESS_TEXT = """## Addresses and networks

`source_ip` and `target_ip` take, in any mixture:

| Entry | Means |
|---|---|
| `10.0.0.5`, `2001:db8::5` | an address. An IPv6 address matches in every spelling |
| `10.20.0.0/16`, `2001:db8::/32` | a network |
| `10.0.0.1-10.0.0.20` | a range, from the first address to the last |
| `scanners` | a list in the option `networks` of the task |

```yaml
- name: Close alerts of the scanners, but never those of a domain controller
  utmstack.siem.utmstack_triage:
    query: {status: [open]}
    networks:
      scanners: [10.20.0.0/24, 10.20.1.5]
      crown_jewels: [10.0.0.1-10.0.0.20, 2001:db8:1::/64]
    rules:
      - {name: Scanners, when: {source_ip: scanners}, then: {false_positive: true}}
    protect:
      - {target_ip: crown_jewels}
```

- A query, a rule, `unless`, `protect` and a suppression mean the same alerts. The digests of rules and plans cover the
  addresses behind a name, so a changed list needs a new approval.
- UTMStack stores addresses as texts and cannot search for networks. A task with a network therefore requests the
  addresses in alerts, once per field, and searches for those of the network. If there are none, it sends no search.
  Where alerts hold more than 10,000 different addresses, only those of the alerts in question are requested. Rules and
  guardrails are decided in the task and need no request.
- An IPv4 address in its IPv6 form (`::ffff:10.0.0.5`) belongs to the networks of the IPv4 address. `protect` and
  `unless` with a single address cover that form, too. A query for a single IPv4 address compares the address as it is.
- Refused are an address with a prefix length (`10.20.0.5/24`; the message names the network), leading zeros, patterns
  (`10.20.0.*`), several addresses in one entry, and host names, which belong in `source_host` and `target_host`.
- In `where`, `is`, `is_not`, `is_one_of` and `is_not_one_of` take networks, ranges and IPv6 addresses on fields named
  `ip`, and names from `networks` on the fields behind `source_ip` and `target_ip`. Other texts are compared as they
  are, so this is how to look for an entry that is no address.
- A tag rule is carried out by the server, which compares texts. Networks and ranges are refused there. List the
  addresses one by one, or use a rule of `utmstack_triage`; for a suppression, set `tag_rule: false`. Of an IPv6
  address, a tag rule compares the usual spellings. An IPv4 address in `protect` of a closing tag rule covers its IPv4
  form alone.

"""
LIST_TEXT = """## Named lists

`lists` of a task gives lists of texts a name. An entry `{list: NAME}` of any query key that takes texts, or of a value
in `where`, stands for the entries of its list, alone or among others:

```yaml
- name: Acknowledge alerts of the backup hosts
  utmstack.siem.utmstack_alert_status:
    query:
      source_host: [{list: backup_hosts}, nas-01]
      where:
        - {field: name, operator: is_not_one_of, value: {list: never_benign}}
    lists:
      backup_hosts: [bak-01, bak-02]
      never_benign: [Ransomware note, Data exfiltration]
    status: in_review
```

- The names are resolved before anything else. Searches, digests of rules and plans, and receipts hold the texts.
- A list of texts may contain names of `networks`.
- An unknown name, an empty list and an empty text are refused.

"""
LOG_TEXT = """## Parts of a log line

Log sources decide what `lastEvent.log.…`, `events.log.…` and the other fields marked "as stored" hold. If a query or
rule names such a field, the task reads the types of all fields from the server, once.

- A number is compared as a number: `4625`, `"4625"` and `"4625.0"` are the same. A boolean is true or false. Operators
  that cannot compare the stored type are refused.
- If a field is a text on some days and a number on others, all days are searched.
- Later releases of 11.2 store `lastEvent.event.…` and `events.event.…` instead of `lastEvent.log.…` and
  `events.log.…`. Both names work on every server, also on one that holds alerts of both kinds. Such a condition may
  take two searches.
- If no alert has ever had the field, the task warns. It fails where a misspelled name could change too many alerts:
  with an operator that also matches a missing value, and in `protect` and `unless`.
- A tag rule is one search. A field that takes two searches is refused there.

A rule, a suppression and `protect` decide as a query does, even if the server stores a value in another type than the
alert shows.
"""


def _shown(item: Filter) -> str:
    if about_networks(item):
        return f"`{item.field} {AS_TEXTS[item.operator]}` the addresses in alerts that are in {item.value.texts[0]}"
    value = "" if item.value is None else " " + json.dumps(item.value, ensure_ascii=False)
    return f"`{item.field} {item.operator}{value}`"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    heads = list(heads)
    return [_row(*heads), "|" + "---|" * len(heads), *(_row(*row) for row in rows), ""]


def _filters_of(key: QueryKey, value: Any, dialect: Dialect) -> str:
    """What one key adds to a search, or the searches that it makes of one."""
    always = [] if key.default else compile_query({}, dialect, NOW, echoes=True)[0]
    searches = compile_query({key.name: value}, dialect, NOW, echoes=True)
    parts = ["<br>".join(_shown(item) for item in search if item not in always) for search in searches]
    return "no condition" if parts == [""] else "<br>and, apart from these,<br>".join(parts)


def _keys() -> list[str]:
    rows = []
    for key in QUERY_KEYS:
        value = VALUES.get(key.name, ["x"])
        kind = {"list": "list", "bool": "true or false", "str": "time"}[key.option["type"]]
        choices = f" ({', '.join(key.option['choices'])})" if key.option.get("choices") else ""
        searched = [_filters_of(key, value, dialect) for dialect in DIALECTS.values()]
        example = f"`{key.name}: {json.dumps(value)}`"
        rows.append([f"`{key.name}`", kind + choices, plain(key.description), example, *searched])
    return _table(["Query key", "Takes", "Meaning", "Example", *(f"Search on {name}" for name in DIALECTS)], rows)


def _taken(operator: str, kind: Kind, dialect: Dialect) -> tuple[str, str] | None:
    """The value that an operator takes for a kind of field, and the filter; None when it does not compare it."""
    field, values = SAMPLES[kind]
    for form, given in (("no value", None), ("one value", values[0]), ("a list", values)):
        try:
            ((example,),) = condition({"field": field, "operator": operator, "value": given}, dialect, NOW)
            return form, _shown(example)
        except InvalidInput:
            continue
    return None


def _operators() -> list[str]:
    dialect = next(iter(DIALECTS.values()))
    rows = []
    for name, operator in OPERATORS.items():
        taken = {kind: found for kind in SAMPLES if (found := _taken(name, kind, dialect))}
        form, example = next(iter(taken.values()))
        rows.append([f"`{name}`", operator.meaning, form, ", ".join(kind.value for kind in taken), example])
    return _table(["Operator", "Matches when", "Takes", "Kinds of fields", "Example of a filter"], rows)


def _fields() -> list[str]:
    known = {name: dialect.fields for name, dialect in DIALECTS.items()}
    rows = []
    names = {field for fields in known.values() for field in fields}
    for field in sorted(names, key=lambda name: (name.lower(), name)):
        kinds = [fields[field].value if field in fields else "" for fields in known.values()]
        rows.append([f"`{field}`", *kinds])
    for prefix in dict.fromkeys(prefix for dialect in DIALECTS.values() for prefix in dialect.open_prefixes):
        kinds = ["as stored" if prefix in dialect.open_prefixes else "" for dialect in DIALECTS.values()]
        rows.append([f"`{prefix}`…", *kinds])
    return _table(["Field", *DIALECTS], rows)


def page() -> str:
    """The page."""
    lines = [
        INTRODUCTION,
        "## Query keys",
        "",
        *_keys(),
        "Without `status`, alerts in automatic review are left out. The modules leave out echoes (v11) by a condition",
        "of their own, `parentId DOES_NOT_EXIST`.",
        "",
        "## Conditions in `where`",
        "",
        OPERATORS_TEXT,
        *_operators(),
        "## Fields of `where`",
        "",
        "The names are those of the stored documents, so they differ between major versions. A trailing `.keyword` is",
        "accepted and not needed.",
        "",
        *_fields(),
        ADDRESS_TEXT + LIST_TEXT + LOG_TEXT,
        "## In tag rules",
        "",
        "`utmstack_tag_rule` takes the same query keys, except these:",
        "",
        *(f"- `{key.name}`: {key.not_in_tag_rules}." for key in QUERY_KEYS if not key.in_tag_rules),
        "",
        "Conditions on the status or on times are refused, too. Nothing is added by default: a rule also meets echoes,",
        "and the condition `parentId does_not_exist` leaves them out.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    (ROOT / "docs" / "query.md").write_text(page(), encoding="utf-8")
    print("docs/query.md")


if __name__ == "__main__":
    main()
