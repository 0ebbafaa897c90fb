# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make release` in a clone of this repository: what it refuses, and what it makes."""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from .clones import ROOT, Clone

PAGE = "schemas/triage-rules.json"
FRAGMENT = "changelogs/fragments/zz-release-test.yml"
VERSION = "27.1.0"


def release(clone: Clone, version: str) -> subprocess.CompletedProcess[str]:
    """What `make release` runs."""
    return subprocess.run(
        ["tools/release.sh", version],
        cwd=clone.root,
        env={**os.environ, "VENV": ".venv"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Clone, str]:
    """A clone with a fragment, and its commit."""
    clone = Clone(tmp_path_factory.mktemp("release"))
    # Git keeps no empty folder, which it is after a release.
    (clone.root / FRAGMENT).parent.mkdir(exist_ok=True)
    (clone.root / FRAGMENT).write_text("---\nbugfixes:\n  - release - a change to be released.\n", encoding="utf-8")
    return clone, clone.commit("A change")


@pytest.fixture
def clone(pristine: tuple[Clone, str]) -> Clone:
    """The clone as it was made."""
    found, commit = pristine
    found.git("reset", "--quiet", "--hard", commit)
    found.git("clean", "--quiet", "--force", "-d")
    for tag in found.git("tag").splitlines():
        found.git("tag", "--delete", tag)
    return found


@pytest.fixture(scope="module")
def documented(pristine: tuple[Clone, str]) -> None:
    """The clone has the programs of the documentation, too."""
    subprocess.run(["tools/set-up-docs.sh"], cwd=ROOT, check=True)
    pristine[0].use(".venv-docs", ".venv-docs")


def refusal(clone: Clone, version: str) -> str:
    """What is said about a release that is refused, and that left the last commit, the tags and the version alone."""
    commit, tags = clone.git("rev-parse", "HEAD"), clone.git("tag")
    galaxy = (clone.root / "galaxy.yml").read_bytes()
    done = release(clone, version)
    assert done.returncode == 1, done.stdout
    assert (clone.git("rev-parse", "HEAD"), clone.git("tag")) == (commit, tags)
    assert (clone.root / "galaxy.yml").read_bytes() == galaxy
    assert done.stderr.startswith("No release: ")
    return done.stderr.removeprefix("No release: ").rstrip("\n")


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("", "No version is given. Give the next one, such as: make release VERSION=1.2.3."),
        ("1.0", "1.0 is not a semantic version. Use MAJOR.MINOR.PATCH, such as 1.2.3."),
        ("v1.0.0", "v1.0.0 is not a semantic version. Use MAJOR.MINOR.PATCH, such as 1.2.3."),
        ("0.0.9", "0.0.9 is not newer than {current}, the version in galaxy.yml."),
        ("{current}", "{current} is not newer than {current}, the version in galaxy.yml."),
    ],
)
def test_a_wrong_version_is_refused(clone: Clone, version: str, said: str) -> None:
    current = yaml.safe_load((clone.root / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert refusal(clone, version.format(current=current)) == said.format(current=current)


def test_a_version_that_has_a_tag_is_refused(clone: Clone) -> None:
    clone.git("tag", f"v{VERSION}")
    assert refusal(clone, VERSION) == f"There is already a tag v{VERSION}. Choose the next version."


def test_a_dirty_tree_is_refused(clone: Clone) -> None:
    with (clone.root / "README.md").open("a", encoding="utf-8") as readme:
        readme.write("\n")
    (clone.root / "notes.txt").write_text("untracked", encoding="utf-8")
    assert refusal(clone, VERSION) == "Some files are not committed: README.md, notes.txt. Commit or remove them first."


def test_a_release_without_a_fragment_is_refused(clone: Clone) -> None:
    for fragment in (clone.root / "changelogs" / "fragments").glob("*.yml"):
        fragment.unlink()
    clone.commit("No fragment")
    assert refusal(clone, VERSION) == "There is no changelog fragment. Describe what is new in changelogs/fragments."


def test_an_invalid_fragment_is_refused_by_name(clone: Clone) -> None:
    (clone.root / FRAGMENT).write_text("---\nfixes:\n  - a section that does not exist.\n", encoding="utf-8")
    clone.commit("Invalid fragment")
    said = refusal(clone, VERSION)
    assert said.startswith("A changelog fragment has a mistake:\n")
    assert FRAGMENT in said
    assert "fixes" in said


def script(clone: Clone, name: str, text: str) -> None:
    """Put another script in place of one in tools, and commit it."""
    (clone.root / "tools" / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    clone.commit(f"Another {name}")


@pytest.mark.full
def test_a_release_that_cannot_be_completed_leaves_no_commit(clone: Clone) -> None:
    """The tag is to be signed, and there is no key."""
    script(clone, "stale.sh", "")
    script(clone, "build.sh", "touch new.txt")
    clone.git("config", "tag.gpgSign", "true")
    clone.git("config", "gpg.program", "false")
    try:
        said = refusal(clone, VERSION)
    finally:
        clone.git("config", "--unset", "tag.gpgSign")
    assert "'tag'" in said
    assert clone.git("status", "--porcelain") == ""


def test_a_page_that_is_stale_is_named_also_if_it_is_not_committed(clone: Clone) -> None:
    script(clone, "docs.sh", f"echo made >{PAGE}")
    (clone.root / PAGE).write_text("changed\n", encoding="utf-8")
    found = [subprocess.run(["tools/stale.sh"], cwd=clone.root, capture_output=True, text=True) for _again in "12"]
    assert [(run.returncode, run.stdout) for run in found] == [
        (1, f"{PAGE}: stale, and made anew by make docs; commit it\n"),
        (0, ""),
    ]


@pytest.mark.full
@pytest.mark.usefixtures("documented")
def test_a_stale_page_is_refused_by_name(clone: Clone) -> None:
    page = clone.root / PAGE
    page.write_text(page.read_text(encoding="utf-8").replace("{", "{ ", 1), encoding="utf-8")
    clone.commit("A stale page")
    said = refusal(clone, VERSION)
    assert said == f"Not all pages agree with the code:\n{PAGE}: stale, and made anew by make docs; commit it."


@pytest.mark.full
@pytest.mark.usefixtures("documented")
def test_a_release_is_committed_tagged_and_built_and_nothing_is_pushed(clone: Clone) -> None:
    done = release(clone, VERSION)
    assert done.returncode == 0, done.stdout + done.stderr
    archive = Path("build", f"utmstack-siem-{VERSION}.tar.gz")
    assert f"ansible-galaxy collection publish {archive}\n" in done.stdout
    assert f"git push origin HEAD v{VERSION}\n" in done.stdout
    assert clone.git("status", "--porcelain") == ""
    assert clone.git("cat-file", "-t", f"v{VERSION}") == "tag"
    assert clone.git("rev-list", "-n", "1", f"v{VERSION}") == clone.git("rev-parse", "HEAD")
    changed = clone.git("show", "--name-only", "--format=", "HEAD").splitlines()
    assert {name for name in changed if not name.startswith("changelogs/fragments/")} == {
        "CHANGELOG.md",
        "changelogs/changelog.yaml",
        "controller/collections/requirements.yml",
        "decision-environment.yml",
        "execution-environment.yml",
        "galaxy.yml",
        "simulator/pyproject.toml",
    }
    assert not (clone.root / FRAGMENT).exists()
    with tarfile.open(clone.root / archive) as opened:
        changelog = opened.extractfile("CHANGELOG.md")
        manifest = opened.extractfile("MANIFEST.json")
        assert changelog is not None
        assert manifest is not None
        assert "a change to be released" in changelog.read().decode()
        assert f'"version": "{VERSION}"' in manifest.read().decode()
    pushed = subprocess.run(
        ["git", "tag", "--list", f"v{VERSION}"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert pushed.stdout == ""
