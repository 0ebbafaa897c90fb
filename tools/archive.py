# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in an archive for Galaxy: a list by folder, and what is missing, does not belong there or is too large."""

from __future__ import annotations

import re
import sys
import tarfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

LIMIT = 1_000_000  # bytes
NEEDED = (
    "CHANGELOG.md",
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "changelogs/changelog.yaml",
    "controller/README.md",
    "controller/collections/requirements.yml",
    "decision-environment.yml",
    "docs/upgrade.md",
    "execution-environment.yml",
    "extensions/eda/eda_runtime.yml",
    "extensions/eda/plugins/event_filter/",
    "extensions/eda/plugins/event_source/alerts.py",
    "extensions/eda/rulebooks/triage.yml",
    "meta/ee-bindep.txt",
    "meta/ee-requirements.txt",
    "meta/execution-environment.yml",
    "meta/runtime.yml",
    "playbooks/demo.yml",
    "playbooks/triage.yml",
    "plugins/inventory/assets.py",
    "plugins/modules/utmstack_triage.py",
    "roles/alert_triage/meta/argument_specs.yml",
    "schemas/triage-rules.json",
)
TOP = {
    *(path.partition("/")[0] for path in NEEDED),
    ".ansible-lint",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "LICENSES",
    "REUSE.toml",
    "SECURITY.md",
    "roles",
}
# A folder or file with one of these names, at any depth.
FORBIDDEN = re.compile(
    r"(^|/)(docs/reference|tests?|tools|simulator|molecule|fragments|interface\.json|build|__pycache__|\.git[^/]*|\.venv[^/]*|[^/]*\.(pyc|tar\.gz|egg-info)|\.[^/]*cache[^/]*)(/|$)"
)
PLUGIN_FOLDER = "plugins/test/"  # Ansible's name for the folder of Jinja tests
# Markdown's pictures, and those of HTML in it.
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)|<(?:img|source)\b[^>]*?\bsrc(?:set)?=\"([^\"]+)\"")


def problems(sizes: Mapping[str, int], readme: str, packed: int) -> list[str]:
    """What is wrong with an archive, a sentence each.

    :param sizes: bytes of each file by its path.
    :param readme: text of README.md.
    :param packed: bytes of the archive.
    """
    found = [
        f"{path} is missing in the archive"
        for path in NEEDED
        if not any(name == path or (path.endswith("/") and name.startswith(path)) for name in sizes)
    ]
    for name in sizes:
        if name.partition("/")[0] not in TOP:
            found.append(f"{name} is unknown: add it to build_ignore in galaxy.yml, or to TOP in tools/archive.py")
        elif FORBIDDEN.search(name) and not name.startswith(PLUGIN_FOLDER):
            found.append(f"{name} does not belong into the archive: add it to build_ignore in galaxy.yml")
    for picture in PICTURE.findall(readme):
        path = "".join(picture)
        if "://" not in path and path not in sizes:
            found.append(f"{path} is a picture of README.md and is missing in the archive")
    if packed > LIMIT:
        found.append(f"The archive has {packed:,} bytes, which is more than {LIMIT:,}")
    return found


def summary(sizes: Mapping[str, int]) -> list[str]:
    """A line for each folder, with its files and their bytes before compression."""
    files: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for name, size in sizes.items():
        parts = name.split("/")
        folder = "/".join(parts[:2] if parts[0] == "plugins" else parts[:1]) if len(parts) > 1 else "(top)"
        files[folder] += 1
        held[folder] += size
    width = max(map(len, files))
    return [f"  {folder:{width}}  {files[folder]:5} files  {held[folder]:9,} bytes" for folder in sorted(files)]


def main(path: Path) -> int:
    """1 if something is wrong."""
    with tarfile.open(path) as archive:
        sizes = {member.name: member.size for member in archive if member.isfile()}
        readme = archive.extractfile("README.md")
        text = readme.read().decode() if readme else ""
    packed = path.stat().st_size
    print(f"{path}: {len(sizes)} files, {packed:,} bytes")
    print("\n".join(summary(sizes)))
    found = problems(sizes, text, packed)
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
