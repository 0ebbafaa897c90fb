# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make build` says of an archive that lacks something, holds too much or is too large."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from tools.archive import LIMIT, NEEDED, problems, summary

ROOT = Path(__file__).parents[2]
GOOD = {path if not path.endswith("/") else f"{path}known_fields.py": 10 for path in NEEDED}
README = '![A run](docs/images/run.svg)\n<img src="docs/images/report.png">\n![Badge](https://example.com/badge.svg)'
PICTURES = {"docs/images/run.svg": 10, "docs/images/report.png": 10}


def test_a_good_archive_has_no_problem() -> None:
    assert problems({**GOOD, **PICTURES}, README, LIMIT) == []


@pytest.mark.parametrize("path", GOOD)
def test_a_missing_file_is_named(path: str) -> None:
    (problem,) = problems({name: 1 for name in GOOD if name != path}, "", 1)
    assert problem.partition(" is missing")[0] in path


@pytest.mark.parametrize(
    "path",
    [
        "plugins/modules/__pycache__/utmstack_auth.cpython-311.pyc",
        "roles/alert_triage/molecule/default/molecule.yml",
        "roles/alert_triage/tests/test.yml",
        "changelogs/fragments/undo.yml",
        "changelogs/.plugin-cache.yaml",
        "changelogs/interface.json",
        "docs/reference/index.rst",
        "controller/.gitkeep",
        "tests/unit/test_archive.py",
        ".github/workflows/ci.yml",
        ".ci/run",
        "Makefile",
        "simulator/pyproject.toml",
        "notes.txt",
    ],
)
def test_a_file_that_does_not_belong_there_is_named(path: str) -> None:
    (problem,) = problems({**GOOD, path: 1}, "", 1)
    assert problem.startswith(path)


@pytest.mark.parametrize("path", PICTURES)
def test_a_missing_picture_is_named(path: str) -> None:
    kept = {name: size for name, size in PICTURES.items() if name != path}
    assert problems({**GOOD, **kept}, README, 1) == [f"{path} is a picture of README.md and is missing in the archive"]


def test_an_archive_over_the_limit_is_refused() -> None:
    (problem,) = problems(GOOD, "", LIMIT + 1)
    assert problem == "The archive has 1,000,001 bytes, which is more than 1,000,000"


def test_the_summary_counts_by_folder() -> None:
    lines = summary(
        {"README.md": 5, "plugins/modules/a.py": 1, "plugins/filter/b.py": 2, "docs/a.md": 3, "docs/b/c.md": 4}
    )
    assert [line.split() for line in lines] == [
        ["(top)", "1", "files", "5", "bytes"],
        ["docs", "2", "files", "7", "bytes"],
        ["plugins/filter", "1", "files", "2", "bytes"],
        ["plugins/modules", "1", "files", "1", "bytes"],
    ]


def test_what_is_needed_is_not_left_out() -> None:
    """No pattern of build_ignore covers a file that the archive needs."""
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["build_ignore"]
    assert "tests" in ignored
    assert [path for path in NEEDED for pattern in ignored if fnmatch(path, pattern)] == []
