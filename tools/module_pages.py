# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/modules/*.md from the documentation in the modules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ansible.plugins.loader import fragment_loader, init_plugin_loader
from ansible.utils.plugin_docs import get_docstring

ROOT = Path(__file__).parents[1]
_MARKUP = re.compile(r"\b([OVECM]|RV)\(((?:[^()]|\([^()]*\))*)\)")


def plain(text: Any) -> str:
    """Ansible's markup as Markdown, on one line."""
    parts = text if isinstance(text, list) else [text]
    joined = " ".join(" ".join(str(part).split()) for part in parts)
    return _MARKUP.sub(lambda match: f"`{match[2]}`", joined)


def option_rows(options: dict[str, Any], prefix: str = "") -> list[str]:
    """Rows of a table of options, suboptions below their option."""
    rows = []
    for name in sorted(options, key=lambda name: (not options[name].get("required"), name)):
        option = options[name]
        kind = str(option.get("type", "str"))
        if option.get("elements", "raw") != "raw":
            kind += f" of {option['elements']}"
        notes = []
        if option.get("required"):
            notes.append("required")
        if option.get("default") is not None:
            notes.append(f"default `{option['default']}`")
        if option.get("choices"):
            notes.append("one of " + ", ".join(f"`{choice}`" for choice in option["choices"]))
        about = plain(option["description"]) + (f" ({'; '.join(notes)})" if notes else "")
        rows.append(f"| `{prefix}{name}` | {kind} | {about} |".replace("C( | )", "` \\| `").replace("` | `", "` \\| `"))
        rows += option_rows(option.get("suboptions") or {}, f"{prefix}{name}.")
    return rows


def _returns(values: dict[str, Any], prefix: str = "") -> list[str]:
    rows = []
    for name, value in values.items():
        rows.append(f"| `{prefix}{name}` | {value.get('type', '')} | {plain(value['description'])} |")
        rows += _returns(value.get("contains") or {}, f"{prefix}{name}.")
    return rows


def page(path: Path) -> str:
    """The page of one module."""
    text, examples, returns, _metadata = get_docstring(
        str(path), fragment_loader, collection_name="utmstack.siem", plugin_type="module"
    )
    support = text.get("attributes") or {}
    lines = [
        f"# utmstack.siem.{path.stem}",
        "",
        f"{text['short_description']}. Added in {text['version_added']}.",
        "",
        *(f"- {plain(part)}" for part in text["description"]),
        "",
        *(
            f"- **{name}** ({support[name]['support']}): {plain(support[name]['description'])}"
            for name in sorted(support)
        ),
        "",
        "## Options",
        "",
        "| Option | Type | About |",
        "|---|---|---|",
        *option_rows(text["options"]),
        "",
        "## Notes",
        "",
        *(f"- {plain(note)}" for note in text.get("notes", [])),
        "",
        "## Examples",
        "",
        "```yaml",
        examples.strip(),
        "```",
        "",
        "## Return values",
        "",
        "| Value | Type | About |",
        "|---|---|---|",
        *_returns(returns),
    ]
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Every page by its file name."""
    init_plugin_loader()
    return {f"{path.stem}.md": page(path) for path in sorted((ROOT / "plugins" / "modules").glob("*.py"))}


def main() -> None:
    """Write the pages."""
    folder = ROOT / "docs" / "modules"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        print(f"docs/modules/{name}")


if __name__ == "__main__":
    main()
