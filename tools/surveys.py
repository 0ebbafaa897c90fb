# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the surveys of the playbooks for a controller, and their tables in docs/playbooks.md.

A question is made from the option of the role or the playbook: its type, choices and default, and the first sentence of
its description. tools/surveys.yml says which options are asked.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.model import incident
from ansible_collections.utmstack.siem.plugins.plugin_utils.role_variables import DEFAULT_IF_EMPTY

from tools.markup import MARKUP, plain

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "controller" / "objects" / "surveys"
PAGE = ROOT / "docs" / "playbooks.md"
BEGIN, END = "<!-- Written by `make docs`: begin -->\n", "<!-- Written by `make docs`: end -->"
_SECTION = re.compile(f"(?<={re.escape(BEGIN)}).*?(?={re.escape(END)})", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[^.]\.)\s+(?=[A-Z0-9`])")
_TRUTH = ["false", "true"]
MAX_TEXT_LENGTH = 1024
# What the code refuses, by the name of the option without that of the role; None for no bound.
RANGES: dict[str, tuple[float | None, float | None]] = {
    "limit": (0, None),
    "max_affected": (1, None),
    "max_clock_skew": (0, None),
    "max_share": (0, 1),
    "minimum_agreement": (0.5, 1),
    "minimum_alerts": (1, None),
    "minimum_coverage": (0, 1),
    "minimum_days": (1, None),
    "minimum_decisions": (1, None),
    "minimum_precision": (0, 1),
    "script_wait": (0, None),
    "tag_rule_max_match": (0, None),
    "withdraw_below": (0, 1),
}
LENGTHS = {
    "alert_escalation_description": incident.MAX_DESCRIPTION_LENGTH,
    "alert_escalation_incident": incident.MAX_NAME_LENGTH,
    "alert_escalation_incident_note": incident.MAX_NOTE_LENGTH,
    "incident_runbook_description": incident.MAX_DESCRIPTION_LENGTH,
    "incident_runbook_name": incident.MAX_NAME_LENGTH,
    "incident_runbook_note": incident.MAX_NOTE_LENGTH,
    "incident_runbook_solution": incident.MAX_SOLUTION_LENGTH,
}
# How the page calls the types of questions.
_TYPES = {
    "text": "Text",
    "textarea": "Textarea",
    "integer": "Integer",
    "float": "Float",
    "multiplechoice": "Multiple choice (single select)",
    "multiselect": "Multiple choice (multiple select)",
}


@dataclass(frozen=True)
class Question:
    """A question about one option.

    :param variable: the name of the option with that of the role.
    :param is_long: a text of several lines.
    """

    variable: str
    name: str
    option: Mapping[str, Any]
    is_long: bool = False

    @cached_property
    def type(self) -> str:
        """The controller's name of the type."""
        choices, kind = self.option.get("choices"), self.option.get("type", "str")
        if kind == "list":
            return "multiselect" if choices else "textarea"
        if kind == "bool" or choices:
            return "multiplechoice"
        return {"int": "integer", "float": "float", "dict": "textarea"}.get(
            kind, "textarea" if self.is_long else "text"
        )

    @cached_property
    def sentences(self) -> list[str]:
        """The sentences of the first paragraph of the description, in Ansible's markup."""
        described = self.option["description"]
        first = described if isinstance(described, str) else described[0]
        return _SENTENCE_END.split(" ".join(first.split()))

    @property
    def text(self) -> str:
        """The question, in Ansible's markup."""
        text = self.sentences[0].removesuffix(".")
        if self.option.get("type") != "bool":
            return text
        asked = text.removeprefix("Whether to ")
        return f"{asked[0].upper()}{asked[1:]}?"

    @property
    def help(self) -> str:
        """What helps to answer, in Ansible's markup: the rest of the paragraph, and how the answer is written."""
        return " ".join([*self.sentences[1:], *self._hints()])

    def _hints(self) -> Iterator[str]:
        kind = self.option.get("type", "str")
        if self.type == "multiselect" and self.name in DEFAULT_IF_EMPTY:
            yield f"With nothing chosen: {', '.join(self.option['default'])}."
        elif self.type == "textarea" and kind == "list":
            yield "One per line."
        elif kind == "dict":
            yield "Written as YAML, such as V({severity: [high]})." if self.name == "query" else "Written as YAML."

    @property
    def default(self) -> Any:
        """The default of the option, as a controller takes it; empty for none."""
        value = self.option.get("default")
        if self.type == "multiselect" or value is None:
            # A controller does not apply the default of a multiselect when a launch leaves the question out.
            return ""
        if self.type in ("integer", "float"):
            return float(value) if self.type == "float" else value
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, list):
            return "\n".join(map(str, value))
        return value or ""

    @property
    def bounds(self) -> dict[str, int]:
        """Least and greatest answer or length. A controller takes whole numbers only, also for shares."""
        if self.type in ("text", "textarea"):
            longest = LENGTHS.get(self.variable, MAX_TEXT_LENGTH if self.type == "text" else None)
            # An answer may always be empty.
            return {"min": 0} | ({} if longest is None else {"max": longest})
        if self.type not in ("integer", "float"):
            return {}
        least, most = RANGES[self.name]
        bounds = {} if least is None else {"min": math.floor(least)}
        return bounds if most is None else {**bounds, "max": math.ceil(most)}

    def as_item(self) -> dict[str, Any]:
        """The question as an item of a survey."""
        item: dict[str, Any] = {
            "question_name": MARKUP.sub(r"\2", self.text),
            # Only values are in quotes: a controller shows the text as it is.
            "question_description": MARKUP.sub(_quoted, self.help),
            "required": bool(self.option.get("required")),
            "type": self.type,
            "variable": self.variable,
            **self.bounds,
        }
        if self.default != "":
            # A controller passes on an empty default as well, and it would override the inventory.
            item["default"] = self.default
        if self.type in ("multiplechoice", "multiselect"):
            item["choices"] = list(self.option.get("choices") or _TRUTH)
        return item

    def row(self) -> str:
        """The question as a row of the page."""
        type_name = _TYPES[self.type] + (" `false`, `true`" if self.option.get("type") == "bool" else "")
        default = self.option.get("default", "")
        shown = ", ".join(default) if isinstance(default, (list, dict)) else str(default)
        shown = shown.lower() if isinstance(default, bool) else shown
        asked = " ".join([self.text if self.text.endswith("?") else f"{self.text}.", self.help])
        return f"| `{self.variable}` | {plain(asked)} | {type_name} | {shown} |".replace("|  |", "| |")


def _quoted(match: re.Match[str]) -> str:
    return f'"{match[2]}"' if match[1] == "V" else match[2]


def plan() -> dict[str, Any]:
    """The content of tools/surveys.yml."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "tools" / "surveys.yml").read_text(encoding="utf-8"))
    return content


def prefix_of(playbook: str, entry: Mapping[str, Any]) -> str:
    """What the variables of a playbook begin with."""
    return f"{entry.get('role', playbook)}_"


def options_of(playbook: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a playbook by their names without the prefix, from its role, or else from its variables."""
    if "role" in entry:
        specs = _yaml(ROOT / "roles" / entry["role"] / "meta" / "argument_specs.yml")
    else:
        named = {"_specs", f"{playbook}_specs", f"_{playbook}_specs"}
        play = _yaml(ROOT / "playbooks" / f"{playbook}.yml")[0]
        beside = ROOT / "playbooks" / "vars" / f"{playbook}.yml"
        variables = {**play["vars"], **(_yaml(beside) if beside.exists() else {})}
        (specs,) = (variables[name] for name in variables if name in named)
    prefix = prefix_of(playbook, entry)
    options: dict[str, Any] = specs["argument_specs"]["main"]["options"]
    return {name.removeprefix(prefix): option for name, option in options.items()}


def questions(playbook: str, entry: Mapping[str, Any]) -> list[Question]:
    """The questions of a playbook in their order."""
    options, prefix, long = options_of(playbook, entry), prefix_of(playbook, entry), entry.get("long", ())
    return [Question(f"{prefix}{name}", name, options[name], name in long) for name in entry["ask"]]


def surveys() -> dict[str, dict[str, Any]]:
    """The surveys by playbook."""
    return {
        playbook: {
            "name": f"utmstack.siem.{playbook}",
            "description": _yaml(ROOT / "playbooks" / f"{playbook}.yml")[0]["name"],
            "spec": [question.as_item() for question in questions(playbook, entry)],
        }
        for playbook, entry in plan()["playbooks"].items()
    }


def files() -> dict[Path, str]:
    """The files of the surveys as they should be."""
    return {TARGET / f"{name}.json": json.dumps(survey, indent=2) + "\n" for name, survey in surveys().items()}


def page() -> str:
    """docs/playbooks.md with the tables as they should be."""
    text = PAGE.read_text(encoding="utf-8")
    return _SECTION.sub(lambda _match: "".join(_tables()), text)


def _tables() -> Iterator[str]:
    content = plan()
    for playbook, entry in content["playbooks"].items():
        yield f"\n### utmstack.siem.{playbook}\n\n| Variable | Question | Type | Default |\n|---|---|---|---|\n"
        yield from (f"{question.row()}\n" for question in questions(playbook, entry))
    yield "\n### What is not asked\n\n| Variables | Why |\n|---|---|\n"
    for reason, why in content["reasons"].items():
        yield f"| {', '.join(f'`{name}`' for name in _not_asked(content, reason))} | {why} |\n"
    yield "\n"


def _not_asked(content: Mapping[str, Any], reason: str) -> Sequence[str]:
    entries = content["playbooks"].values()
    return sorted({name for entry in entries for name in entry["not_asked"].get(reason, ())})


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def main() -> None:
    """Write the surveys and the tables."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for stale in set(TARGET.glob("*.json")) - set(files()):
        stale.unlink()
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
