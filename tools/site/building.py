# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the pages in docs/reference, and builds and checks the site."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tools.site import documents, html_checks
from tools.site.reference import COLLECTION, SIMPLE, SITE, PagesError, Reference

HERE = Path(__file__).parent
# Written by hand, and pages of the site at the same place.
PAGES = (
    "docs/*.md",
    "roles/*/README.md",
    "controller/README.md",
    "simulator/README.md",
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
)


def write_pages(root: Path) -> int:
    """Write docs/reference, and remove pages of what is no longer there."""
    folder = root / "docs" / "reference"
    folder.mkdir(exist_ok=True)
    pages = Reference.load(root).pages(SIMPLE)
    for path in sorted(folder.iterdir()):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"docs/reference: {len(pages)} pages")
    return 0


def build(root: Path, target: Path) -> int:
    """Build the site, and print each mistake with its file and line. The exit code is 1 if there is one."""
    began = time.monotonic()
    source = target.parent / "site-source"
    for folder in (source, target):
        shutil.rmtree(folder, ignore_errors=True)
    mistakes = documents.mistakes(root)
    linter = start_linter(root)
    try:
        reference = Reference.load(root)
    except PagesError as error:
        mistakes += str(error).splitlines()
    else:
        write_source(root, source, reference.pages(SITE))
        sphinx = start_sphinx(root, source, target)
        mistakes += stale_pages(root, reference.pages(SIMPLE))
        mistakes += sphinx_mistakes(sphinx, source)
        mistakes += html_checks.mistakes(target)
    mistakes += linter_mistakes(linter)
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes:
        print(f"site: {len(mistakes)} mistakes", file=sys.stderr)
        return 1
    print(f"{html_checks.figures(target)}, {time.monotonic() - began:.0f} s")
    print(f"site: nothing to complain about; open {(target / 'index.html').relative_to(root)}")
    return 0


def stale_pages(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Pages in docs/reference that are not what the documentation says now."""
    folder = root / "docs" / "reference"
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    names = sorted(name for name in {*present, *wanted} if present.get(name) != wanted.get(name))
    return [f"docs/reference/{name}:1: The page is stale. Run `make docs`." for name in names]


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


def start_sphinx(root: Path, source: Path, target: Path) -> subprocess.Popen[str]:
    """Start Sphinx with warnings as errors."""
    command = [sys.executable, "-m", "sphinx", "--builder", "html", "--conf-dir", str(HERE), "--jobs", "2", "--quiet"]
    command += ["--fail-on-warning", "--keep-going", "--doctree-dir", str(target.parent / "site-doctrees")]
    return subprocess.Popen(
        [*command, "--fresh-env", str(source), str(target)],
        env={**os.environ, "SITE_ROOT": str(root), "PYTHONPATH": str(HERE.parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def sphinx_mistakes(sphinx: subprocess.Popen[str], source: Path) -> list[str]:
    """The warnings of Sphinx, by the file in the repository."""
    output, _nothing = sphinx.communicate()
    lines = re.sub(r"\x1b\[[0-9;]*m", "", output).replace(f"{source}/", "").splitlines()
    found = [line for line in lines if line.strip() and not line.startswith("build finished with")]
    if sphinx.returncode and not found:
        found.append(f"sphinx ended with {sphinx.returncode}")
    return found


def start_linter(root: Path) -> subprocess.Popen[str]:
    """Start antsibull-docs on schema and markup of the documentation."""
    command = ["antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", str(root)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def linter_mistakes(linter: subprocess.Popen[str]) -> list[str]:
    """What antsibull-docs complains about."""
    output, _nothing = linter.communicate()
    found = [line for line in output.splitlines() if line.strip()]
    if linter.returncode and not found:
        found.append(f"{COLLECTION}: antsibull-docs ended with {linter.returncode}")
    return found
