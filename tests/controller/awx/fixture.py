# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller for a test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .server import Controller, serving

PLAYBOOKS = Path(__file__).parents[3] / "controller"


@pytest.fixture
def awx(monkeypatch: pytest.MonkeyPatch) -> Iterator[Controller]:
    """A new controller on loopback: `url`, `user`, `password`, `store`, `journal`, `faults`, `projects`, `version`.

    Projects with a source control have the playbooks of `controller/`.
    """
    # The modules read the certificates of the system for each request, which takes longer than all the rest.
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    controller = Controller()
    controller.projects.playbooks = sorted(path.name for path in PLAYBOOKS.glob("*.yml"))
    with serving(controller):
        yield controller


@pytest.fixture
def awx_environment(awx: Controller, collections_path: str) -> dict[str, str]:
    """The environment of ansible-playbook: controller, account and collections; awx.awx runs within its tasks."""
    return {
        **os.environ,
        "ANSIBLE_CONFIG": str(PLAYBOOKS.parent / "tests" / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": collections_path,
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "awx_in_process",
        "CONTROLLER_HOST": awx.url,
        "CONTROLLER_USERNAME": awx.user,
        "CONTROLLER_PASSWORD": awx.password,
    }
