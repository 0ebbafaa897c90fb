# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make lint` notices what it is for: each part fails with the place of a fault that is planted in a copy."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = (
    "tools/lint.sh",
    "tools/environment.sh",
    "tools/parts.sh",
    "pyproject.toml",
    "REUSE.toml",
    "LICENSE",
    ".yamllint",
    ".gitignore",
    "galaxy.yml",
    "changelogs/config.yaml",
    "changelogs/changelog.yaml",
)
# In two parts, or it would be taken for the license of this file.
HEADER = "# SPDX-License" + "-Identifier: GPL-3.0-or-later\n"
FAULTS = {
    "changelog": (
        "changelogs/fragments/odd.yml",
        "---\nnews:\n  - It is faster.\n",
        "changelogs/fragments/odd.yml:0:0: ",
    ),
    "spelling": ("docs/page.md", "# A page\n\nIt is writen here.\n", "docs/page.md:3: writen ==> written"),
    "licenses": ("plugins/odd.py", '"""No header."""\n', "plugins/odd.py: no license identifier"),
    "shell": (
        "tools/odd.sh",
        "#!/usr/bin/env bash\nfor file in $1; do\n    rm $file\ndone\n",
        "tools/odd.sh:3:8: note: ",
    ),
    "style": ("plugins/odd.py", f"{HEADER}import os\n", "plugins/odd.py:2:8: F401"),
    "yaml": ("roles/odd.yml", "---\nname: one\nname: two\n", "roles/odd.yml:3:1: [error]"),
}


def copy_of_the_settings(directory: Path) -> None:
    """What the parts need, and nothing that they look at, in a repository of its own."""
    for name in SETTINGS:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, directory / name)
    (directory / "LICENSES").mkdir()
    shutil.copy(ROOT / "LICENSE", directory / "LICENSES/GPL-3.0-or-later.txt")
    (directory / "tests").mkdir()
    (directory / "tests/odd.yml").write_text("---\n", encoding="utf-8")
    (directory / ".venv").symlink_to(sys.prefix)


def lint(directory: Path, part: str) -> subprocess.CompletedProcess[str]:
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=directory, check=True)
    return subprocess.run(["tools/lint.sh", part], cwd=directory, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("part", FAULTS)
def test_a_planted_fault_is_reported_with_its_place(part: str, tmp_path: Path) -> None:
    copy_of_the_settings(tmp_path)
    before = lint(tmp_path, part)
    assert before.returncode == 0, before.stdout + before.stderr
    name, text, report = FAULTS[part]
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text, encoding="utf-8")
    after = lint(tmp_path, part)
    assert after.returncode == 1
    assert any(line.removeprefix("./").startswith(report) for line in after.stdout.splitlines()), after.stdout
    assert after.stdout.endswith(f"FAILED: {part}\n")


def test_tests_may_give_mistyped_words_as_input_only(tmp_path: Path) -> None:
    """What stands in quotes in a test is input; what it says is checked like a page."""
    copy_of_the_settings(tmp_path)
    text = 'given = "statuss"\n"""A mistyped adress."""\n'  # codespell:ignore
    (tmp_path / "tests/test_odd.py").write_text(text, encoding="utf-8")
    found = lint(tmp_path, "spelling").stdout.splitlines()
    assert found == [
        "== spelling",
        "tests/test_odd.py:2: adress ==> address",
        "FAILED: spelling",
    ]
