# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistakes in guides that Sphinx notices, in a small site of their own."""

from __future__ import annotations

import re
from pathlib import Path

from tools.site import html_checks, sphinx_run

ROOT = Path(__file__).parents[2]
GUIDES = {
    "docs/index.md": "# Index\n\n## Guides\n\n- [One](one.md)\n- [B](two.md#the-end)\n- [A](../playbooks/demo.yml)\n",
    "docs/one.md": "# One\n\nSee [two](two.md) and [its end](two.md#the-end).\n",
    "docs/two.md": "# Two\n\n## The end\n\nSee [one](one.md).\n",
    "playbooks/demo.yml": "---\n",
}


def build(directory: Path, guides: dict[str, str]) -> list[str]:
    """Build a site of these guides; each mistake."""
    root, source, target = directory / "root", directory / "source", directory / "site"
    for name, text in guides.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "galaxy.yml").write_text("repository: https://git.example.com/siem\n", encoding="utf-8")
    sphinx_run.write_source(root, source, {})
    python = str(ROOT / ".venv-docs" / "bin" / "python")
    found = sphinx_run.mistakes(sphinx_run.start(python, root, source, target), source)
    return found + html_checks.mistakes(target)


def test_guides_without_mistakes_pass(tmp_path: Path) -> None:
    assert build(tmp_path, GUIDES) == []
    index = (tmp_path / "site" / "docs" / "index.html").read_text(encoding="utf-8")
    assert "https://git.example.com/siem/blob/main/playbooks/demo.yml" in index


def test_each_mistake_is_named_with_file_and_line(tmp_path: Path) -> None:
    wrong = {
        "docs/one.md": "# One\n\n[three](three.md)\n\n[two](two.md#start) and [demo](../playbooks/none.yml)\n",
        "docs/four.md": "# Four\n",
    }
    found = build(tmp_path, {**GUIDES, **wrong})
    for message in (
        r"docs/one.md:3: WARNING: .*three.md",
        r"docs/one.md:5: WARNING: .*start",
        r"docs/one.md:5: WARNING: .*none.yml",
        r"docs/four.md: WARNING: document isn't included in any toctree",
    ):
        assert [line for line in found if re.match(message, line)], (message, found)
