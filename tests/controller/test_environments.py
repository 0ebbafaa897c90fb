# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-builder makes of the execution environments."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import ROOT

COLLECTION = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
# The name does not depend on the container programs of this machine.
NAMED = ("--output-filename", "Containerfile")
DEFINITIONS = ("execution-environment.yml", "decision-environment.yml")


def definition(name: str) -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def built(controller_venv: Path, *arguments: str) -> str:
    """The output of ansible-builder, which must succeed."""
    command = [str(controller_venv / "bin" / "ansible-builder"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(params=DEFINITIONS)
def context(request: pytest.FixtureRequest, controller_venv: Path, tmp_path: Path) -> Path:
    """The build context of an environment."""
    built(
        controller_venv, "create", "--file", str(ROOT / request.param), "--context", str(tmp_path / "context"), *NAMED
    )
    return tmp_path / "context"


def test_the_build_context_installs_the_collection(context: Path) -> None:
    """The context names the collection with the version of this tree, and its steps read what the collection needs."""
    requirements = yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    versions = {entry["name"]: entry["version"] for entry in requirements["collections"]}
    assert versions["utmstack.siem"] == COLLECTION["version"]
    steps = (context / "Containerfile").read_text(encoding="utf-8")
    assert "ansible-galaxy collection install" in steps
    assert "introspect.py introspect" in steps


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_base_image_is_public(name: str) -> None:
    images = definition(name)["images"]
    assert list(images) == ["base_image"]
    assert images["base_image"]["name"].startswith("quay.io/centos/centos:")


def test_the_collection_brings_what_it_needs(controller_venv: Path, tmp_path: Path) -> None:
    """Introspection finds the Python packages and those of the system in the archive of the collection."""
    subprocess.run(
        [str(controller_venv / "bin" / "ansible-galaxy"), "collection", "build", str(ROOT), "--output-path", "."],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=120,
    )
    (archive,) = tmp_path.glob("*.tar.gz")
    unpacked = tmp_path / "ansible_collections" / "utmstack" / "siem"
    unpacked.mkdir(parents=True)
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(unpacked)], check=True, timeout=60)
    # What the documentation tells users to copy.
    assert (unpacked / "controller" / "collections" / "requirements.yml").exists()
    found = yaml.safe_load(built(controller_venv, "introspect", str(tmp_path)))
    assert [line.partition("  #")[0] for line in found["python"]] == ["requests>=2.31"]
    assert [line.partition("  #")[0] for line in found["system"]] == ["tzdata [platform:rpm platform:dpkg]"]


def test_events_have_java_and_ansible_rulebook() -> None:
    dependencies = definition("decision-environment.yml")["dependencies"]
    assert any(entry.startswith("ansible-rulebook") for entry in dependencies["python"])
    assert any(entry.startswith("java-17-openjdk-headless") for entry in dependencies["system"])
