# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the page about rule files from their JSON schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_INTRODUCTION = """# Rule files

A rule file is a list of rules in YAML, or a dictionary with `rules`.
[Triage with rules](../triage.md) explains what the keys do.

```yaml
# yaml-language-server: $schema=schemas/triage-rules.json
- name: Planned scans
  when: {source_ip: [10.20.0.5]}
  then: {false_positive: true, tags: [Planned scan]}
```

Editors complete and check rule files with the schema [triage-rules.json](../../schemas/triage-rules.json) of the
collection. This page is made from it.

| Key | Takes | Meaning |
|---|---|---|
"""
_REFERENCES = {"query": "[query keys](../query.md#query-keys)", "list": "`{list: NAME}`"}


def page(root: Path) -> str:
    """The page in Markdown."""
    schema = json.loads((root / "schemas" / "triage-rules.json").read_text(encoding="utf-8"))
    rule = next(form["items"] for form in schema["anyOf"] if form["type"] == "array")
    return _INTRODUCTION + "".join(f"{row}\n" for row in _rows(rule, ""))


def _rows(schema: Mapping[str, Any], prefix: str) -> Iterator[str]:
    required = schema.get("required", ())
    for name, value in schema["properties"].items():
        about = [value["description"]] if "description" in value else []
        if name in required:
            about.append("Required.")
        if "default" in value:
            about.append(f"Default: `{json.dumps(value['default'])}`.")
        takes = " or ".join(dict.fromkeys(_forms(value)))
        yield f"| `{prefix}{name}` | {takes} | {' '.join(about)} |"
        for member in _objects(value):
            yield from _rows(member, f"{prefix}{name}.")


def _forms(value: Mapping[str, Any]) -> Iterator[str]:
    """What a value may be, in words."""
    if "$ref" in value:
        yield _REFERENCES[value["$ref"].rpartition("/")[2]]
    elif "enum" in value:
        yield ", ".join(f"`{choice}`" for choice in value["enum"])
    elif value.get("type") == "array":
        yield "a list of these"
    elif "type" in value:
        yield {"object": "dictionary", "string": "text", "boolean": "true or false"}.get(value["type"], value["type"])
    else:
        for form in value["anyOf"]:
            yield from _forms(form)


def _objects(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Dictionaries that a value may be, whose keys are worth a row."""
    if "properties" in value:
        yield value
        return
    for form in value.get("anyOf", ()):
        found = list(_objects(form))
        yield from found
        if found:
            return
