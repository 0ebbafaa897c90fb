# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sees in cases of docs/troubleshooting.md in which no task of the collection reports an error."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from unittest.mock import patch

from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import auth

from .direct import run
from .playing import ansible_environment
from .provoked import Scene


def printed(scene: Scene, *command: str, code: int, **environment: str) -> str:
    """What a command prints that ends with this exit code."""
    stage = scene.stage()
    connection = {"UTMSTACK_URL": stage.simulator.url, "UTMSTACK_API_KEY": stage.simulator.api_key()}
    done = subprocess.run(
        command,
        cwd=scene.directory,
        env=ansible_environment(**connection, **environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def late_clock(scene: Scene) -> str:
    stage = scene.stage()
    answer = {"kind": "status", "status": 200, "body": '{"build": {"version": "11.0.1"}}'}
    stage.simulator.faults({**answer, "headers": {"Date": "Thu, 01 Jan 2099 00:00:00 GMT"}, "path": "/management/info"})
    role = {"name": "Check", "ansible.builtin.include_role": {"name": "utmstack.siem.session_bootstrap"}}
    return stage.play(role).output


def proxy_of_the_environment(scene: Scene) -> str:
    stage = scene.stage()
    with patch.dict(os.environ, {"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}):
        return str(run(stage.simulator, auth.OPERATION, url="http://siem.example.com", retry_budget=0)["msg"])


def unusable_inventory(scene: Scene) -> str:
    name = "assets.utmstack.yml"
    text = "plugin: utmstack.siem.assets\nonly: {typ: [SERVER]}\n"
    (scene.directory / name).write_text(text, encoding="utf-8")
    command = ("ansible-inventory", "-i", name, "--graph")
    printed(scene, *command, code=1, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true")
    return printed(scene, *command, code=0)


def without_requests(scene: Scene) -> str:
    (scene.directory / "requests.py").write_text('raise ImportError("as if it were not there")\n', encoding="utf-8")
    command = ("ansible", "localhost", "-m", "utmstack.siem.utmstack_auth")
    return printed(scene, *command, code=2, PYTHONPATH=str(scene.directory))


# By heading of the page.
SYMPTOMS: dict[str, Callable[[Scene], str]] = {
    "The clocks differ": late_clock,
    "Requests take a proxy that you did not name": proxy_of_the_environment,
    "The inventory has no hosts, and the exit code is 0": unusable_inventory,
    "The Python library requests is missing": without_requests,
}
