# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of ansible-runner by hand leaves on the disk: no secret, the way docs/controller.md gives."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.test_auth import ANALYST
from utmstack_simulator.process import SimulatorProcess

from .running import Job, Runner

# A token that a server handed out.
HANDED_OUT = re.compile(rb"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")
VARIABLES = {
    "utmstack_instances": "siems",
    "alert_triage_review_severities": ["high"],
    "alert_triage_receipt_directory": "receipts",
    "utmstack_retry_budget": 0,
}


@pytest.fixture
def server() -> Iterator[SimulatorProcess]:
    """A server with an analyst whose login needs a one-time code."""
    with SimulatorProcess("v11") as simulator:
        simulator.users([ANALYST])
        simulator.settings({"utmstack.tfa.enable": "true"})
        yield simulator


@pytest.fixture
def runner(tmp_path: Path, controller_venv: Path, collections_path: str) -> Runner:
    return Runner(tmp_path / "kept" / "data", controller_venv, collections_path, tmp_path / "kept" / "home")


def left_in(directory: Path, secrets: list[str]) -> list[str]:
    """The files in which a secret is, in any of its spellings."""
    spellings = [
        spelled.encode()
        for secret in secrets
        for spelled in (secret, json.dumps(secret)[1:-1], quote(secret, safe=""), encoded(secret))
    ]
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert len(files) > 20
    return [
        str(path.relative_to(directory))
        for path in files
        if (content := path.read_bytes()) and (HANDED_OUT.search(content) or any(one in content for one in spellings))
    ]


def encoded(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode().rstrip("=")


def vaulted(runner: Runner, secret: str, password_file: Path) -> str:
    """A line of variables with a secret that only the password opens."""
    command = [str(runner.venv / "bin" / "ansible-vault"), "encrypt_string", "--vault-password-file"]
    made = subprocess.run(
        [*command, str(password_file), "--stdin-name", "utmstack_api_key"],
        input=secret,
        capture_output=True,
        text=True,
        check=True,
    )
    return f"{made.stdout}\n"


def outcome(job: Job, host: str) -> str:
    """The outcome of an instance in the summary."""
    (table,) = [message for message in job.messages() if isinstance(message, list) and "instances" in message[-1]]
    (line,) = [line for line in table if line.split()[0] == host]
    return str(line.split(maxsplit=1)[1])


def test_the_documented_way_leaves_no_secret_even_of_failures_at_vvv(
    tmp_path: Path, runner: Runner, server: SimulatorProcess
) -> None:
    keys = {
        "by-key": {"api_key": server.api_key()},
        "by-password": {"password": ANALYST["password"], "totp_secret": ANALYST["tfaSecret"]},
        "wrong-password": {"password": 'Pass "wörd" 7hQ2xK9', "totp_secret": "GEZDGNBVGY3TQOJQ"},
        "wrong-code": {"password": ANALYST["password"], "totp_secret": "MFRGGZDFMZTWQ2LK"},
        "wrong-token": {"token": "7hQ2x.K9mVbN4tRzY.+/=8c1d"},
        "unreachable": {"api_key": 'AK/"7hQ2xK9mVbN4tRzY'},
    }
    secrets = tmp_path / "secrets"
    secrets.mkdir(mode=0o700)
    hosts: dict[str, dict[str, Any]] = {}
    for name, given in keys.items():
        hosts[name] = {"utmstack_url": "http://127.0.0.1:9" if name == "unreachable" else server.url}
        for option, secret in given.items():
            file = secrets / f"{name}.{option}"
            file.write_text(f"{secret}\n", encoding="utf-8")
            hosts[name][f"utmstack_{option}"] = f"{{{{ lookup('ansible.builtin.file', '{file}') }}}}"
        if "password" in given:
            hosts[name] |= {"utmstack_username": ANALYST["login"]}
    runner.home.mkdir(parents=True)
    runner.directory.mkdir()
    runner.prepare({"siems": {"hosts": {**hosts, "by-vault": {"utmstack_url": server.url}}}})
    password_file = secrets / "vault"
    password_file.write_text("Vault-7hQ2xK9mVbN4", encoding="utf-8")
    in_vault = server.api_key()
    (runner.directory / "inventory" / "host_vars").mkdir()
    variables = runner.directory / "inventory" / "host_vars" / "by-vault.yml"
    variables.write_text(vaulted(runner, in_vault, password_file), encoding="utf-8")

    arguments = ["-vvv", "--forks", "2", "--vault-password-file", str(password_file)]
    job = runner.run("triage", "run", VARIABLES, arguments)
    assert job.code == 2, job.output
    for name in ("by-key", "by-password", "by-vault"):
        assert outcome(job, name).startswith("ok"), job.output
    for name in ("wrong-password", "wrong-code", "wrong-token", "unreachable"):
        assert outcome(job, name).startswith("FAILED"), job.output
    known = [secret for given in keys.values() for secret in given.values()]
    assert left_in(tmp_path / "kept", [*known, in_vault, "Vault-7hQ2xK9mVbN4"]) == []


def test_the_bare_way_leaves_the_key_in_the_command(tmp_path: Path, runner: Runner, server: SimulatorProcess) -> None:
    key = server.api_key()
    runner.home.mkdir(parents=True)
    runner.directory.mkdir()
    runner.prepare({"siems": {"hosts": {"siem": {}}}})
    environment = {"UTMSTACK_URL": server.url, "UTMSTACK_API_KEY": key}
    job = runner.run("triage", "run", VARIABLES, ["--check"], environment)
    assert job.code == 0, job.output
    assert {*left_in(tmp_path / "kept", [key])} == {"data/artifacts/run/command"}
