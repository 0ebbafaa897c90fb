# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each job template through ansible-runner, with what its survey's defaults and its credential inject."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.injectors import rendered
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.objects import desired_objects

from tests.unit.plugins.plugin_utils.controller.setups import named, of_kind, settings, shipped_data
from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.state.faults import is_writing

from .awx.launch import launched
from .running import Job, Runner

INSTANCE = "siem-1"
DATA = shipped_data()
TITLES = [entry["title"] for entry in DATA["job_templates"]]
# Templates that do nothing without an answer, and what their jobs say. The others work with their defaults.
NEEDS = {
    "promote rules": "Set promote_receipts to the directory in which the shadow runs left their receipts",
    "try rules": "recorded.json cannot be found. Check the path.",
    "test rules": "recorded.json cannot be found. Check the path.",
    "undo": "Set undo_receipt to the path of the receipt, which the run printed at its end, or set undo_run_id",
}
# Without an alert to close, no request is sent.
WITHOUT_REQUESTS = {*NEEDS, "false positives"}
# How a server of each major version is logged in to.
ACCOUNTS: dict[str, Callable[[SimulatorProcess], dict[str, str]]] = {
    "v10": lambda server: {"username": "admin", "password": "Adm1n-pass"},
    "v11": lambda server: {"api_key": server.api_key()},
}


@pytest.fixture
def runner(tmp_path: Path, controller_venv: Path, collections_path: str) -> Runner:
    """A private data directory."""
    return Runner(tmp_path / "job", controller_venv, collections_path, tmp_path)


def run(runner: Runner, server: SimulatorProcess, title: str, **inputs: str) -> Job:
    """Run the job template with this title in check mode, as a controller launches it without any answer.

    The credential holds the account and these inputs, and the host names the URL of the server.
    """
    instances = [{"name": INSTANCE, "url": server.url}]
    credential = {**ACCOUNTS[server.dialect](server), **inputs}
    made = desired_objects(settings(instances=instances, credential=credential), DATA)
    template = named(made, "job_template", f"UTMStack {title}")
    (account,) = of_kind(made, "credential")
    assert template["credentials"] == [account["name"]]
    runner.prepare({"all": {"hosts": {host["name"]: host["variables"] for host in of_kind(made, "host")}}})
    injected = rendered(named(made, "credential_type", "UTMStack"), account["inputs"], f"{runner.directory}/env/")
    for path, content in injected.files.items():
        Path(path).write_text(content, encoding="utf-8")
    launch = launched(template, template.get("survey_spec"), {})
    assert launch["errors"] == {}
    server.forget_requests()
    wrapper = template["playbook"].removesuffix(".yml")
    return runner.run(wrapper, title.replace(" ", "-"), launch["extra_vars"], ["--check"], injected.env)


def failures(job: Job) -> str:
    """What the failed tasks of a job say."""
    return "\n".join(str(event["res"].get("msg", "")) for event in job.events("runner_on_failed"))


def authority(server: SimulatorProcess) -> str:
    """The certificate of the CA of a server."""
    assert server.ca_file is not None
    return server.ca_file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("dialect", "title"), [*(("v11", title) for title in TITLES), ("v10", "triage")], ids=lambda part: part
)
def test_a_template_runs_with_what_a_controller_injects(
    runner: Runner, utmstack_simulator: Callable[..., SimulatorProcess], dialect: str, title: str
) -> None:
    """Every template does its work in check mode, or says which answer it needs; it writes nothing."""
    server = utmstack_simulator(dialect, "--tls", "--scenario", "soc-day")

    job = run(runner, server, title, ca=authority(server))

    requests = server.requests()
    assert [row for row in requests if is_writing(row["method"], row["path"])] == []
    assert NEEDS.get(title, "") in failures(job)
    assert job.code == (2 if title in NEEDS else 0), job.output
    assert (requests == []) is (title in WITHOUT_REQUESTS)


def test_a_credential_without_a_ca_leaves_the_certificates_checked(
    runner: Runner, utmstack_simulator: Callable[..., SimulatorProcess]
) -> None:
    """The boolean of the credential is missing, and a server with an unknown CA is not spoken to."""
    server = utmstack_simulator("v11", "--tls", "--scenario", "soc-day")

    job = run(runner, server, "preflight check")

    assert job.code == 2
    assert "certificate" in failures(job)
    assert server.requests() == []
