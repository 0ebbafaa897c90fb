# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides do what they say, command by command, on simulated servers in place of the reader's."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import requests
import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION

from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.scenarios import load

from ..controller.awx.server import Controller, serving
from .playing import COLLECTIONS, ROOT
from .walks import SERVER, environment_of, reader_on, walk
from .warm_ansible import WarmAnsible

Start = Callable[..., SimulatorProcess]
VENV = ROOT / os.environ.get("VENV", ".venv")


def started(start: Start, *options: str) -> SimulatorProcess:
    """A server with a day of alerts."""
    simulator = start(*options)
    simulator.reset()
    simulator.fill(load("soc-day", simulator.dialect))
    return simulator


def follow(name: str, directory: Path, instead: Mapping[str, str] | None = None, **environment: str) -> None:
    """Run the commands of a guide in a directory that looks like a checkout with a virtual environment.

    :param environment: variables that playbooks need beside the usual ones, in a process of their own.
    """
    (directory / ".venv").symlink_to(VENV)
    given = environment_of(directory, **environment)
    warm = WarmAnsible(given) if environment else None
    try:
        walk(f"docs/{name}.md", directory, given, instead=instead, warm=warm)
    finally:
        if warm:
            warm.stop()


def test_quick_start(utmstack_simulator: Start, tmp_path: Path) -> None:
    server = started(utmstack_simulator, "v11", "--tls")
    instead = {**reader_on(server), "/etc/pki/siem-ca.pem": str(server.ca_file)}
    follow("quick-start", tmp_path, instead)


def test_instances(utmstack_simulator: Start, tmp_path: Path) -> None:
    first, second = (started(utmstack_simulator, *options) for options in (("v11",), ("v10", "--tls")))
    second.users([{"login": "automation", "password": "Adm1n-pass", "roles": ["ROLE_USER"]}])
    secrets = {"vault_customer_a_key": first.api_key(), "vault_customer_b_password": "Adm1n-pass"}
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "siems.yml").write_text(yaml.safe_dump(secrets), encoding="utf-8")
    instead = {
        "https://siem.customer-a.example": first.url,
        "https://siem.customer-b.example": second.url,
        "/etc/pki/customer-b.pem": str(second.ca_file),
        "~/.ansible/collections": COLLECTIONS,
    }
    follow("instances", tmp_path, instead)


def test_every_connection_option_has_a_variable_of_the_host() -> None:
    page = (ROOT / "docs" / "instances.md").read_text(encoding="utf-8")
    table = page.split("## Variables of the connection")[1].split("\n## ")[0]
    named = re.findall(r"`utmstack_(\w+)`", table)
    assert sorted(named) == sorted(option.name for option in CONNECTION)


def test_check_mode(tmp_path: Path) -> None:
    follow("check-mode", tmp_path)


def test_v10_to_v11(tmp_path: Path) -> None:
    follow("v10-to-v11", tmp_path)


def test_secrets(utmstack_simulator: Start, tmp_path: Path) -> None:
    server = started(utmstack_simulator, "v11")
    (tmp_path / "siem-1.api_key").write_text(f"{server.api_key()}\n", encoding="utf-8")
    follow("secrets", tmp_path, {SERVER: server.url})
    vaulted = (tmp_path / "group_vars" / "siems" / "vault.yml").read_text(encoding="utf-8")
    assert vaulted.startswith("vault_siem_1_key: !vault |")


def test_authentication(utmstack_simulator: Start, tmp_path: Path) -> None:
    new, old = (started(utmstack_simulator, dialect) for dialect in ("v11", "v10"))
    password, secret = "Aut0mation-pass", "JBSWY3DPEHPK3PXP"
    account = {"login": "automation", "password": password, "roles": ["ROLE_USER"]}
    old.users([account])
    new.users([{**account, "tfaMethod": "TOTP", "tfaSecret": secret}])
    new.settings({"utmstack.tfa.enable": "true"})
    controller = Controller()
    controller.projects.playbooks = sorted(path.name for path in (ROOT / "controller").glob("*.yml"))
    with serving(controller):
        instead = {
            SERVER: new.url,
            "https://old-siem.example.com": old.url,
            "https://awx.example.com": controller.url,
            "CONTROLLER_PASSWORD=…": f"CONTROLLER_PASSWORD={controller.password}",
            "~/.ansible/collections": COLLECTIONS,
        }
        follow(
            "authentication",
            tmp_path,
            instead,
            ANSIBLE_COLLECTIONS_PATH=f"{COLLECTIONS}:{VENV / 'community'}",
            ANSIBLE_CALLBACK_PLUGINS=str(ROOT / "tests" / "controller" / "awx" / "callback_plugins"),
            ANSIBLE_CALLBACKS_ENABLED="awx_in_process",
            SSL_CERT_FILE=os.devnull,
            SIEM_KEY=new.api_key(),
            SIEM_PASSWORD=password,
            SIEM_TOTP_SECRET=secret,
        )
        stored = controller.store.found("credentials", "UTMStack account")
    made = (tmp_path / "controller.api_key").read_text(encoding="utf-8").strip()
    assert stored["inputs"]["api_key"] == made
    accepted = requests.get(f"{new.url}/api/account", headers={"Utm-Api-Key": made}, timeout=10)
    assert accepted.json()["login"] == "automation"
