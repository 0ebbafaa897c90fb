# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample report: a simulated day, a first report, some hours of work, and a second report that tells of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from utmstack_simulator.process import SimulatorProcess

OUTPUT = Path("tests/output/report")
RULES = [
    {
        "name": "Our own vulnerability scanners",
        "when": {"source_ip": ["10.20.0.5", "10.20.0.6"]},
        "then": {"false_positive": True, "observation": "Set off by our own scanner"},
    },
    {
        "name": "Nightly backup",
        "when": {"name": ["Large transfer by a backup job"]},
        "then": {"status": "completed", "observation": "Nightly backup"},
    },
    {
        "name": "Brute force to tier 1",
        "when": {"category": ["Credential access"]},
        "then": {"tags": ["brute force"]},
    },
]


def connection(simulator: SimulatorProcess) -> dict[str, str]:
    """The environment that leads to the simulator."""
    found = {"UTMSTACK_URL": simulator.url}
    if simulator.dialect == "v11":
        return {**found, "UTMSTACK_API_KEY": simulator.api_key()}
    return {**found, "UTMSTACK_USERNAME": "admin", "UTMSTACK_PASSWORD": "Adm1n-pass"}


def play(environment: dict[str, str], *arguments: str) -> None:
    """Run a playbook of the collection."""
    command = ["ansible-playbook", *arguments]
    subprocess.run(command, check=True, env={**os.environ, "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false", **environment})


def work(simulator: SimulatorProcess, environment: dict[str, str], folder: Path) -> None:
    """What happens between the reports: rules are applied, people work, an incident is opened."""
    task = {"utmstack.siem.utmstack_triage": {"query": {"status": ["open"]}, "rules": RULES, "max_affected": 2000}}
    book = folder / "work.yml"
    book.write_text(
        json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "Triage by rules", **task}]}])
    )
    play(environment, str(book))
    book.unlink()
    session = requests.Session()
    session.trust_env = False
    authorize(session, simulator)
    for number, alert in enumerate(waiting(simulator, "Malware signature in a download")[:9]):
        change = {"alertIds": [alert["id"]], "status": 5 if number % 3 else 3, "statusObservation": "Host reinstalled"}
        send(session, simulator, "/api/utm-alerts/status", change)
    guessed = waiting(simulator, "Successful login after many failures")
    linked = [
        {key: alert[name] for key, name in (("alertId", "id"), ("alertName", "name"), ("alertStatus", "status"))}
        | {"alertSeverity": alert["severity"]}
        for alert in guessed
    ]
    name = "INC-2026-001 passwords guessed on dc-01"
    incident = {"incidentName": name, "incidentDescription": "Logins after many failures", "alertList": linked}
    number = send(session, simulator, "/api/utm-incidents", incident)["id"]
    mark = {"eventIds": [alert["id"] for alert in guessed], "incidentName": name, "incidentId": number}
    send(session, simulator, "/api/utm-alerts/convert-to-incident", {**mark, "incidentSource": "UTMStack"})


def authorize(session: requests.Session, simulator: SimulatorProcess) -> None:
    """Log in as an analyst."""
    body = {"username": "admin", "password": "Adm1n-pass", "rememberMe": False}
    answer = session.post(
        f"{simulator.url}/api/authenticate", json=body, headers={"X-Bypass-TFA": "true"}, timeout=60
    ).json()
    session.headers["Authorization"] = f"Bearer {answer.get('token') or answer.get('id_token')}"


def waiting(simulator: SimulatorProcess, name: str) -> list[dict[str, Any]]:
    """Open alerts of a name, without echoes."""
    alerts = [source for source in simulator.alerts().values() if source["name"] == name and source["status"] == 2]
    return sorted((alert for alert in alerts if not alert.get("parentId")), key=lambda alert: str(alert["@timestamp"]))


def send(session: requests.Session, simulator: SimulatorProcess, path: str, body: dict[str, Any]) -> Any:
    """One writing request."""
    answer = session.post(simulator.url + path, json=body, timeout=60)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def sample(simulator: SimulatorProcess, folder: Path, *arguments: str) -> None:
    """Write the sample report of a server that holds soc-day into `folder`."""
    environment = connection(simulator)
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("soc-day.*"):
        left.unlink()
    wanted = {"triage_report_directory": str(folder.resolve()), "triage_report_name": "soc-day"}
    wanted["triage_report_since"] = "48h"
    wanted["triage_report_title"] = "Triage report: a simulated day"
    report = ("utmstack.siem.report", "-e", json.dumps(wanted), *arguments)
    play(environment, *report)
    work(simulator, environment, folder)
    play(environment, *report)


def main(dialect: str) -> None:
    """Write it and tell where it is."""
    with SimulatorProcess(dialect, "--scenario", "soc-day") as simulator:
        sample(simulator, OUTPUT)
    for ending in ("html", "md"):
        print(f"{(OUTPUT / f'soc-day.{ending}').resolve()}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("v10", "v11"):
        sys.exit("usage: report.py v10|v11")
    main(sys.argv[1])
