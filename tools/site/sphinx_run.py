# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lays out what Sphinx reads, and runs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
# Written by hand, and pages of the site at the same place.
PAGES = (
    "docs/*.md",
    "roles/*/README.md",
    "controller/README.md",
    "simulator/README.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
)


def write_source(root: Path, source: Path, reference: Mapping[str, str]) -> None:
    """Lay out what Sphinx reads: the pages written by hand, where they are in the repository, and the made ones."""
    for pattern in PAGES:
        for path in sorted(root.glob(pattern)):
            copy = source / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    if (root / "docs" / "images").is_dir():
        shutil.copytree(root / "docs" / "images", source / "docs" / "images")
    folder = source / "docs" / "reference"
    folder.mkdir(parents=True)
    for name, text in reference.items():
        (folder / name).write_text(text, encoding="utf-8")


def start(python: str, root: Path, source: Path, target: Path) -> subprocess.Popen[str]:
    """Start Sphinx with warnings as errors, with the Python of the environment that has it."""
    command = [python, "-m", "sphinx", "--builder", "html", "--conf-dir", str(HERE), "--jobs", "2", "--quiet"]
    command += ["--fail-on-warning", "--keep-going", "--doctree-dir", str(target.parent / "site-doctrees")]
    return subprocess.Popen(
        [*command, "--fresh-env", str(source), str(target)],
        env={**os.environ, "SITE_ROOT": str(root), "PYTHONPATH": str(HERE.parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def mistakes(sphinx: subprocess.Popen[str], source: Path) -> list[str]:
    """The warnings of Sphinx, by the file in the repository."""
    output, _nothing = sphinx.communicate()
    lines = re.sub(r"\x1b\[[0-9;]*m", "", output).replace(f"{source}/", "").splitlines()
    found = [line for line in lines if line.strip() and not line.startswith("build finished with")]
    if sphinx.returncode and not found:
        found.append(f"sphinx ended with {sphinx.returncode}")
    return found
