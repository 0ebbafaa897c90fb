# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebooks for a controller launch job templates with answers that the surveys take."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from utmstack_simulator.process import SimulatorProcess

from ..integration.playing import alert
from .conftest import Start
from .rulebook_process import ROOT
from .test_rulebooks import VARIABLES, arrive

on_v11 = pytest.mark.parametrize("siem", ["v11"], indirect=True)
# The types of answers by those of questions.
ANSWERS = {"text": str, "textarea": str, "integer": int}


class Controller(BaseHTTPRequestHandler):
    """Answers what ansible-rulebook asks a controller for a launch, and keeps the launches."""

    launches: ClassVar[list[tuple[str, dict[str, Any]]]] = []

    def do_GET(self) -> None:
        """The version, the template of any name, or a job that has ended."""
        parts = urlsplit(self.path)
        if parts.path.endswith("/config/"):
            self._answer({"version": "24.6.1"})
        elif "unified_job_templates" in parts.path:
            name = parse_qs(parts.query)["name"][0]
            asks = {f"ask_{what}_on_launch": what == "limit" for what in ("limit", "labels", "inventory", "variables")}
            organization = {"organization": {"name": "SOC"}}
            row = {"id": 1, "type": "job_template", "name": name, "summary_fields": organization, **asks}
            self._answer({"results": [{**row, "related": {"launch": f"/launch?{parts.query}"}}], "next": None})
        else:
            job = {"id": 7, "status": "successful", "created": "2026-11-20T10:00:00Z", "artifacts": {}, "url": "/job/7"}
            self._answer({**job, "results": [job], "count": 1, "next": None})

    def do_POST(self) -> None:
        """Launch a job."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.launches.append((parse_qs(urlsplit(self.path).query)["name"][0], body))
        self._answer({"id": 7, "url": "/job/7"})

    def log_message(self, *_arguments: Any) -> None:
        """Print nothing."""

    def _answer(self, content: dict[str, Any]) -> None:
        text = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@pytest.fixture
def controller() -> Iterator[str]:
    """The URL of a controller that launches nothing."""
    Controller.launches.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Controller)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@on_v11
@pytest.mark.parametrize(
    ("name", "template", "survey"),
    [
        ("triage_job", "UTMStack triage", "triage"),
        pytest.param(
            "close_known_false_positives_job", "UTMStack false positives", "false_positives", marks=pytest.mark.full
        ),
        pytest.param("escalate_burst_job", "UTMStack escalate", "escalate", marks=pytest.mark.full),
    ],
)
def test_a_job_gets_ids_and_answers_that_its_survey_takes(
    siem: SimulatorProcess, rulebook_process: Start, controller: str, name: str, template: str, survey: str
) -> None:
    high = {"severity": 3, "severityLabel": "High"}
    like = arrive(siem, *(alert(number, **high) for number in range(1, 26)))
    # With these, twenty alerts of one severity have come within ten minutes.
    others = arrive(siem, *(alert(number, name=f"Rule {number}", **high) for number in range(100, 120)))
    arguments = ["--controller-url", controller, "--controller-token", "t"]
    process = rulebook_process(f"utmstack.siem.{name}", VARIABLES, arguments=arguments)
    wanted = 2 if survey == "escalate" else 1
    process.wait_for(lambda: len(Controller.launches) >= wanted)
    text = (ROOT / "controller" / "objects" / "surveys" / f"{survey}.json").read_text(encoding="utf-8")
    types = {question["variable"]: ANSWERS.get(question["type"]) for question in json.loads(text)["spec"]}
    named = []
    for launched, body in Controller.launches:
        assert (launched, body["limit"]) == (template, "all")
        answers = body["extra_vars"]
        assert {key: type(value) for key, value in answers.items()} == {key: types[key] for key in answers}
        ids = next((value for key, value in answers.items() if key.endswith("_ids")), "")
        named += [key for key in ids.split(",") if key]
    assert sorted(named) == sorted(like if survey == "escalate" else [*like, *others])
