# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the section "Variables" of each role's README.md from its argument specification."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from tools.module_pages import plain

ROLES = Path(__file__).parents[1] / "roles"
_SECTION = re.compile(r"(?<=^## Variables\n\n).*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def table(options: dict[str, Any]) -> str:
    """Rows for variables and for the members of their entries."""
    rows = ["| Variable | Type | Default | Meaning |", "|---|---|---|---|", *_rows(options)]
    return "\n".join(rows) + "\n\n"


def free_prefix(role: str) -> str:
    """The sentence about variables of the user's own."""
    return (
        f"Variables that begin with `{role}_my_` are free for your own use. The role fails on a misspelled variable "
        f"and warns about any other that begins with `{role}_`.\n\n"
    )


def _rows(options: dict[str, Any], prefix: str = "") -> list[str]:
    rows = []
    for name, option in options.items():
        kind = str(option.get("type", "str")) + (f" of {option['elements']}" if option.get("elements") else "")
        default = "required" if option.get("required") else ""
        if "default" in option:
            default = f"`{json.dumps(option['default'])}`".replace("|", r"\|")
        about = plain(option["description"])
        if option.get("choices"):
            about += " One of " + ", ".join(f"`{choice}`" for choice in option["choices"] if choice) + "."
        rows.append(f"| `{prefix}{name}` | {kind} | {default} | {about} |")
        rows += _rows(option.get("options") or {}, f"{prefix}{name}.")
    return rows


def main() -> None:
    """Write the sections."""
    for readme in sorted(ROLES.glob("*/README.md")):
        specs = yaml.safe_load((readme.parent / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
        section = table(specs["argument_specs"]["main"]["options"]) + free_prefix(readme.parent.name)
        text = _SECTION.sub(lambda _match, section=section: section, readme.read_text(encoding="utf-8"))
        readme.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
