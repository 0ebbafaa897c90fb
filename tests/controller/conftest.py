# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs of a controller, in a virtual environment of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENV = ROOT / ".venv-controller"


@pytest.fixture(scope="session")
def controller_venv() -> Path:
    """The directory of ansible-runner, ansible-builder and ansible-core, which `make controller-check` makes."""
    if not (VENV / "bin" / "ansible-runner").exists():
        pytest.fail("There is no ansible-runner. Run `make controller-check`, or tools/set-up-controller.sh before.")
    return VENV


@pytest.fixture(scope="session")
def collections_path(controller_venv: Path) -> str:
    """The value of ANSIBLE_COLLECTIONS_PATH with this collection and awx.awx."""
    return f"{ROOT / '.venv' / 'collections'}:{controller_venv / 'community'}"
