# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the pages in docs/reference, and builds and checks the site."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from tools.site import documents, html_checks, sphinx_run
from tools.site.reference import COLLECTION, SIMPLE, SITE, PagesError, Reference


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
    mistakes = documents.mistakes(root)
    if mistakes:
        # From documentation that does not parse, nothing can be made.
        return report(mistakes)
    source = target.parent / "site-source"
    for folder in (source, target):
        shutil.rmtree(folder, ignore_errors=True)
    linter = start_linter(root)
    try:
        reference = Reference.load(root)
    except PagesError as error:
        return report([*str(error).splitlines(), *linter_mistakes(linter)])
    sphinx_run.write_source(root, source, reference.pages(SITE))
    sphinx = sphinx_run.start(sys.executable, root, source, target)
    mistakes += documents.stale_pages(root, reference.pages(SIMPLE))
    mistakes += sphinx_run.mistakes(sphinx, source)
    mistakes += html_checks.mistakes(target)
    mistakes += linter_mistakes(linter)
    if mistakes:
        return report(mistakes)
    print(f"{html_checks.figures(target)}, {time.monotonic() - began:.0f} s")
    print(f"site: nothing to complain about; open {(target / 'index.html').relative_to(root)}")
    return 0


def report(mistakes: list[str]) -> int:
    """Print the mistakes."""
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    print(f"site: {len(mistakes)} mistakes", file=sys.stderr)
    return 1


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
