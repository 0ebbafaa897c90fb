# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version stands in galaxy.yml; where programs need it, `make release` writes it, and nowhere else is it named."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tools.release import FOLLOWING, OWN_VERSION

from ..makefile import TARGETS

ROOT = Path(__file__).parents[2]
# The name of something that has this version, and a version after it.
NAMED = re.compile(
    r"utmstack[-_.](?:siem|simulator|[ed]e)(?:[-_@:]|==|>=| |\n +version: |\"\nversion = \")*\"?(\d+\.\d+\.\d+)"
)
# What tells of past versions: in which something changed, was measured or was added.
HISTORY = ("CHANGELOG.md", "changelogs/", "docs/performance.md", "docs/reference/", "docs/upgrade.md")


def tracked() -> list[str]:
    """The files that are tracked, without pictures and recordings."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for path in listed.split("\0") if path and not path.endswith((".png", ".json"))]


def strays(path: str, text: str) -> list[str]:
    """Each place in a text that names the version, with its line."""
    known = {found.start(2) for found in FOLLOWING[path].finditer(text)} if path in FOLLOWING else set()
    return [
        f"{path}:{text.count(chr(10), 0, found.start(1)) + 1}: {found[1]} is named here; galaxy.yml is its only place"
        for found in NAMED.finditer(text)
        if found.start(1) not in known
    ]


def test_the_version_is_named_nowhere_else() -> None:
    found: list[str] = []
    for path in tracked():
        if not path.startswith((*HISTORY, "tests/unit/test_versions.py")) and (ROOT / path).is_file():
            found += strays(path, (ROOT / path).read_text(encoding="utf-8"))
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "install build/utmstack-siem-1.2.3.tar.gz",
        "- name: utmstack.siem\n    version: 1.2.3",
        "utmstack.siem:1.2.3",
        "utmstack-simulator==1.2.3",
        "registry.example.com/soc/utmstack-ee:1.2.3",
        'name = "utmstack-simulator"\nversion = "1.2.3"',
    ],
)
def test_a_stray_version_is_found_with_its_line(text: str) -> None:
    (found,) = strays("docs/page.md", f"# Page\n\n{text}\n")
    line = 3 + text.count("\n")
    assert found == f"docs/page.md:{line}: 1.2.3 is named here; galaxy.yml is its only place"


def test_the_files_that_follow_have_the_version_of_galaxy_yml() -> None:
    own = OWN_VERSION.findall((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert len(own) == 1
    for path, pattern in FOLLOWING.items():
        assert [found[1] for found in pattern.findall((ROOT / path).read_text(encoding="utf-8"))] == [own[0][1]], path


def tag_check(tag: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["tools/tag-check.sh", tag], cwd=ROOT, capture_output=True, text=True, check=False)


def test_only_the_tag_of_the_version_is_released() -> None:
    ((_key, version),) = OWN_VERSION.findall((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert tag_check(f"v{version}").returncode == 0
    for tag in ("", version, f"v{version}.1"):
        refused = tag_check(tag)
        assert refused.returncode == 1
        assert refused.stderr.endswith(f"galaxy.yml has version {version}, whose tag is v{version}\n")


def test_the_workflow_of_a_release_runs_targets_alone() -> None:
    """On a tag only, with the token in the one job that uploads, after the one that checks."""
    # YAML 1.1 takes the key `on` for true.
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    assert workflow[True] == {"push": {"tags": ["v*"]}}
    assert workflow["permissions"] == {"contents": "read"}
    jobs = workflow["jobs"]
    assert jobs["publish"]["needs"] == "check"
    assert "secrets." not in str(jobs["check"])
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    for command in commands:
        make, *named = command.partition(" TAG=")[0].split()
        assert make == "make"
        assert set(named) <= TARGETS
    assert "make release-check" in commands
