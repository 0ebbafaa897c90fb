# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepare a release: set the version, make the changelog, build the archive, commit and tag.

Refused, before anything is changed: a version that is missing, malformed or not newer; changes that are not committed;
no changelog fragment, or one with a mistake; a page that `make docs` would change, which is then made anew. Nothing is
pushed or uploaded.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml
from ansible.utils.version import SemanticVersion

GALAXY = Path("galaxy.yml")
OWN_VERSION = re.compile(r"^(version: )(.+)$", re.MULTILINE)
IN_REQUIREMENTS = re.compile(r"(- name: utmstack\.siem\n +version: )(.+)")
# Files that name the version because a program reads it there. galaxy.yml is the place where it is changed.
FOLLOWING = {
    "controller/collections/requirements.yml": IN_REQUIREMENTS,
    "decision-environment.yml": IN_REQUIREMENTS,
    "execution-environment.yml": IN_REQUIREMENTS,
    "simulator/pyproject.toml": re.compile(r'^(version = )"(.+)"$', re.MULTILINE),
}
NEXT = """
Version {version} is committed and tagged here; nothing was pushed or uploaded. Look at it with: git show v{version}
Then:
  git push origin HEAD v{version}
On GitHub, the workflow of the tag checks and uploads it. Elsewhere, with the token in ~/.ansible/galaxy_token:
  ansible-galaxy collection publish {archive}
To undo the release before it is pushed:
  git tag --delete v{version} && git reset --hard HEAD~1"""


class Refused(Exception):
    """Why there is no release."""


def git(*arguments: str) -> str:
    """The output of git."""
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def current_version() -> str:
    """The version in galaxy.yml."""
    found: str = yaml.safe_load(GALAXY.read_text(encoding="utf-8"))["version"]
    return found


def check_version(wanted: str) -> None:
    """Refuse a version that cannot follow the current one."""
    if not wanted:
        raise Refused("No version is given. Give the next one, such as: make release VERSION=1.2.3")
    try:
        version = SemanticVersion(wanted)
    except ValueError:
        raise Refused(f"{wanted} is not a semantic version. Use MAJOR.MINOR.PATCH, such as 1.2.3") from None
    current = current_version()
    if version <= SemanticVersion(current):
        raise Refused(f"{wanted} is not newer than {current}, the version in galaxy.yml")
    if git("tag", "--list", f"v{wanted}"):
        raise Refused(f"There is already a tag v{wanted}. Choose the next version")


def check_tree() -> None:
    """Refuse changes that are not committed."""
    changed = git("status", "--porcelain").splitlines()
    if changed:
        names = ", ".join(line[3:] for line in changed[:5]) + (", …" if len(changed) > 5 else "")
        raise Refused(f"Some files are not committed: {names}. Commit or remove them first")


def check_fragments() -> None:
    """Refuse a release without a change, or with a mistake in a description."""
    if not list(Path("changelogs/fragments").glob("*.yml")):
        raise Refused("There is no changelog fragment. Describe what is new in changelogs/fragments")
    done = subprocess.run(["antsibull-changelog", "lint"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"A changelog fragment has a mistake:\n{done.stdout}{done.stderr}".rstrip())


def check_pages() -> None:
    """Refuse a generated page that does not agree with the code."""
    done = subprocess.run(["tools/stale.sh"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"Not all pages agree with the code:\n{done.stdout}{done.stderr}".rstrip())


def set_version(version: str) -> None:
    """Write the version into galaxy.yml and the files that follow it."""
    for path, pattern in {str(GALAXY): OWN_VERSION, **FOLLOWING}.items():
        file = Path(path)
        text, count = pattern.subn(lambda found: found[0].replace(found[2], version), file.read_text(encoding="utf-8"))
        if count != 1:
            raise RuntimeError(f"{path} names the version {count} times instead of once")
        file.write_text(text, encoding="utf-8")


def prepare(version: str) -> Path:
    """Change the files, build the archive, commit and tag; the path of the archive."""
    before = f"v{current_version()}"
    if git("tag", "--list", before):
        # Of the first version, which has no tag, it is there.
        subprocess.run([sys.executable, "-m", "tools.interface", before], check=True)
    set_version(version)
    subprocess.run(["antsibull-changelog", "release", "--version", version], check=True)
    git("add", "--all")
    subprocess.run(["tools/build.sh"], check=True)
    git("commit", "--quiet", "--message", f"Version {version}")
    git("tag", "--annotate", f"v{version}", "--message", f"Version {version}")
    return Path("build", f"utmstack-siem-{version}.tar.gz")


def main(version: str) -> int:
    """1 if the release is refused or could not be made; then there is no commit and no tag."""
    try:
        check_version(version)
        check_tree()
        check_fragments()
        check_pages()
    except Refused as refusal:
        print(f"No release: {refusal}.", file=sys.stderr)
        return 1
    before = git("rev-parse", "HEAD").strip()
    try:
        archive = prepare(version)
    except (RuntimeError, subprocess.CalledProcessError) as error:
        # The tree was clean, so that nothing of the user's is lost. New files go with the others once they are known.
        git("add", "--all")
        git("reset", "--quiet", "--hard", before)
        said = getattr(error, "stderr", None) or ""
        print(f"No release: all files are as before. {error}\n{said}".rstrip(), file=sys.stderr)
        return 1
    print(NEXT.format(version=version, archive=archive))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
