# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages of tests and simulator are locked, and all places name the same oldest version of requests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKED = (
    "tests/requirements.txt",
    "tests/controller/requirements.txt",
    "tests/eda/requirements.txt",
    "tests/release/requirements.txt",
    "tests/site/requirements.txt",
    "simulator/requirements.txt",
)
# The pairs of Python and ansible-core that are tested.
PAIRS = [tuple(line.split()) for line in (ROOT / "tests/versions.txt").read_text(encoding="utf-8").splitlines()]
PYTHONS = sorted({python for python, _core in PAIRS})
CORES = sorted({core for _python, core in PAIRS})
LOCKED_CORES = tuple(f"tests/ansible-core/{core}.txt" for core in CORES)
OLDEST_REQUESTS = {
    "README.md": r"`requests` (\d[\d.]*\d) or later",
    "plugins/doc_fragments/connection.py": r"- requests >= (\d[\d.]*\d)\n",
    "tools/fragments.py": r'"requests >= (\d[\d.]*\d)"',
    "meta/ee-requirements.txt": r"^requests>=(\d[\d.]*\d)$",
    "simulator/pyproject.toml": r'"requests>=(\d[\d.]*\d)"',
    "tests/requirements.in": r"^requests>=(\d[\d.]*\d),",
}


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def entries(path: str) -> dict[str, str]:
    """The locked packages as requirements, each with the lines that belong to it."""
    blocks = re.split(r"\n(?=[A-Za-z])", text_of(path))[1:]
    return {block.partition(" \\\n")[0]: block for block in blocks}


def requirements_in(path: str) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for line in text_of(path).splitlines()]
    return [Requirement(line) for line in lines if line]


@pytest.mark.parametrize("path", [*LOCKED, *LOCKED_CORES])
def test_each_package_has_one_version_and_hashes(path: str) -> None:
    locked = entries(path)
    assert len(locked) > (10 if path in LOCKED else 1)
    for entry, block in locked.items():
        requirement = Requirement(entry)
        assert [one.operator for one in requirement.specifier] == ["=="], entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), entry


@pytest.mark.parametrize("path", [*LOCKED, *LOCKED_CORES])
def test_no_registry_is_named(path: str) -> None:
    assert not re.search(r"https?:|--(extra-)?index|--find-links|--trusted", text_of(path))


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("folder", ["tests", "tests/controller", "tests/eda", "tests/site", "tests/release"])
def test_what_the_tests_need_is_locked(folder: str, python: str) -> None:
    """For each Python, its ansible-core among it."""
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    locked: dict[str, Version] = {}
    for entry in map(Requirement, entries(f"{folder}/requirements.txt")):
        if entry.marker is None or entry.marker.evaluate(environment):
            assert entry.name not in locked, "two versions for one Python"
            locked[entry.name] = Version(next(iter(entry.specifier)).version)
    for wanted in requirements_in(f"{folder}/requirements.in"):
        if wanted.marker is None or wanted.marker.evaluate(environment):
            name = re.sub(r"[._]", "-", wanted.name).lower()
            assert wanted.specifier.contains(locked[name]), wanted


def test_each_ansible_core_is_locked() -> None:
    """In the newest release that the lists of the tests know, where they name one."""
    assert {path.stem for path in (ROOT / "tests/ansible-core").iterdir()} == set(CORES)
    in_tests = {entry for entry in entries("tests/requirements.txt") if entry.startswith("ansible-core==")}
    versions = {entry.partition(" ;")[0] for core in CORES for entry in entries(f"tests/ansible-core/{core}.txt")}
    assert {entry.partition(" ;")[0] for entry in in_tests} <= versions
    for core in CORES:
        assert any(entry.startswith(f"ansible-core=={core}.") for entry in entries(f"tests/ansible-core/{core}.txt"))


def test_what_the_collection_requires_is_the_oldest_tested_ansible_core() -> None:
    required = re.search(r'^requires_ansible: ">=([\d.]+)"$', text_of("meta/runtime.yml"), re.MULTILINE)
    assert required
    assert Version(required.group(1)) == min(Version(core) for core in CORES)


def test_the_simulator_is_tested_with_what_it_is_installed_with() -> None:
    versions = [{entry.partition(" ;")[0] for entry in entries(path)} for path in LOCKED]
    assert versions[-1] <= versions[0]


def test_all_places_name_the_same_oldest_requests() -> None:
    found = {path: re.findall(pattern, text_of(path), re.MULTILINE) for path, pattern in OLDEST_REQUESTS.items()}
    assert all(found.values()), found
    assert len({version for versions in found.values() for version in versions}) == 1, found


def test_set_up_installs_nothing_that_is_not_locked() -> None:
    scripts = sorted((ROOT / "tools").glob("set-up*.sh"))
    lines = [line for path in [*scripts, ROOT / "tools/venvs.sh"] for line in path.read_text("utf-8").splitlines()]
    # Where set-up.sh names the installer, nothing is installed yet.
    used = [line.strip() for line in lines if "install=(" not in line]
    installs = [line for line in used if line.startswith('"${install[@]}"') or re.search(r"\bpip\b.* install ", line)]
    assert len(installs) == 4
    unlocked = [line for line in installs if "--require-hashes" not in line]
    assert all("--no-deps" in line and "--no-build-isolation" in line for line in unlocked)
