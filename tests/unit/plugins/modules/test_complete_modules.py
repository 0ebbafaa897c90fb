# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module consists of several files, and one test names all that are missing."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[4]
MODULES = sorted(path.stem for path in ROOT.glob("plugins/modules/utmstack_*.py"))
# They name every module by themselves.
GENERAL = {"test_documentation.py", "test_completeness.py"}


@functools.cache
def texts(folder: Path, pattern: str) -> dict[str, str]:
    """The contents of files in a folder, at any depth, by their names."""
    return {path.name: path.read_text(encoding="utf-8") for path in folder.rglob(pattern)}


def is_named(name: str, texts: Iterable[str]) -> bool:
    """Whether a text names it, and not only something of a longer name."""
    return any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts)


def missing_parts(root: Path, module: str) -> list[str]:
    """What a module still needs, as files to write or to change."""
    operation = module.removeprefix("utmstack_")
    groups = yaml.safe_load((root / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    integration = [
        text for name, text in texts(root / "tests" / "integration", "test_*.py").items() if name not in GENERAL
    ]
    parts = {
        f"plugins/module_utils/operations/SUBJECT/{operation}.py with OPERATION": any(
            root.glob(f"plugins/module_utils/operations/*/{operation}.py")
        ),
        f"plugins/action/{module}.py": (root / "plugins" / "action" / f"{module}.py").is_file(),
        f"meta/runtime.yml: {module} in action_groups": module in groups["utmstack"],
        f"README.md: a row for {module}": is_named(module, [(root / "README.md").read_text(encoding="utf-8")]),
        f"docs/reference/{module}_module.rst, which `make docs` writes": any(
            root.glob(f"docs/reference/{module}_module.rst")
        ),
        f"changelogs/fragments/: a fragment that names {module}": is_named(
            module, texts(root / "changelogs", "*.y*ml").values()
        ),
        f"tests/unit/plugins/: a test of the exact requests of {operation}.OPERATION": is_named(
            f"{operation}.OPERATION", texts(root / "tests" / "unit" / "plugins", "*.py").values()
        ),
        f"tests/integration/: a test that runs {operation}": any(
            is_named(name, integration) for name in (module, f"{operation}.OPERATION")
        ),
    }
    return [part for part, exists in parts.items() if not exists]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_complete(module: str) -> None:
    missing = missing_parts(ROOT, module)
    assert not missing, "\n".join([f"{module} is not complete:", *missing])


def test_each_missing_part_of_a_module_is_named(tmp_path: Path) -> None:
    (tmp_path / "meta").mkdir()
    (tmp_path / "meta" / "runtime.yml").write_text("action_groups: {utmstack: []}\n", encoding="utf-8")
    # Of another module.
    (tmp_path / "README.md").write_text("utmstack_x_info_more\n", encoding="utf-8")
    missing = missing_parts(tmp_path, "utmstack_x_info")
    assert [part.split(":")[0].split(" ")[0].rstrip(",") for part in missing] == [
        "plugins/module_utils/operations/SUBJECT/x_info.py",
        "plugins/action/utmstack_x_info.py",
        "meta/runtime.yml",
        "README.md",
        "docs/reference/utmstack_x_info_module.rst",
        "changelogs/fragments/",
        "tests/unit/plugins/",
        "tests/integration/",
    ]
