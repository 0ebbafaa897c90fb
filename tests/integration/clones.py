# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clones of this repository that tests of releases change."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Clone:
    """A clone with what is in the worktree, committed, and the programs of the environment of the tests."""

    def __init__(self, directory: Path) -> None:
        self.root = directory / "siem"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(self.root)], check=True)
        self.git("config", "user.name", "Release test")
        self.git("config", "user.email", "release-test@example.com")
        self.git("config", "commit.gpgsign", "false")
        self._copy_worktree()
        self.commit("What is in the worktree")
        self.use(os.environ.get("VENV", ".venv"), ".venv")

    def use(self, environment: str, name: str) -> None:
        """Have the programs of an environment of this repository, and the collection in the clone."""
        venv = self.root / name
        named = venv / "collections" / "ansible_collections" / "utmstack"
        named.mkdir(parents=True, exist_ok=True)
        (named / "siem").symlink_to(self.root)
        for entry in (ROOT / environment).iterdir():
            if entry.name != "collections":
                (venv / entry.name).symlink_to(entry)

    def _copy_worktree(self) -> None:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        self.git("rm", "-r", "--quiet", ".")
        for name in filter(None, listed.split("\0")):
            source = ROOT / name
            if source.is_file():
                target = self.root / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())
                target.chmod(source.stat().st_mode)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, message: str) -> str:
        """Commit all there is; the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")
