# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes that end in each error of the collection, on a simulated server, as docs/troubleshooting.md quotes them."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests
from ansible_collections.utmstack.siem.plugins.module_utils.client import held_texts
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.event_source import (
    SourceStopped,
    run_event_source,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_count_info,
    alert_export,
    alert_info,
    alert_notes,
    alert_status,
    alert_tags,
    alert_wait,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets import asset_info
from ansible_collections.utmstack.siem.plugins.module_utils.operations.incidents import incident
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import auth
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag, tag_info, tag_rule_info

from utmstack_simulator.process import SimulatorProcess

from .api import Api
from .direct import in_waits, run
from .playing import SEARCH, Stage, alert
from .rogue import Said, rogue

NAME = "siem.example.com"
LOGIN = "/api/authenticate"
ANALYST = {"login": "analyst", "password": "An4lyst-pass", "tfaMethod": "TOTP", "tfaSecret": "JBSWY3DPEHPK3PXP"}
WITHOUT: dict[str, Any] = {"username": None, "password": None, "bypass_two_factor": False}
ALL: dict[str, Any] = {"query": {"status": ["open"]}}
ONE = alert(1)["id"]


@dataclass
class Scene:
    """What a scene needs.

    :param open_stage: gives an empty server by name.
    :param start: starts a simulator with options.
    :ivar address: what messages of the scene call the server.
    :ivar shown_address: what the page calls it.
    """

    open_stage: Callable[[str, str], Stage]
    start: Callable[..., SimulatorProcess]
    directory: Path
    address: str = ""
    shown_address: str = f"https://{NAME}"

    def stage(self, name: str = "v11") -> Stage:
        """An empty server, whose address messages have."""
        stage = self.open_stage(name, "in_process")
        self.address = stage.simulator.url
        return stage


Result = Mapping[str, Any]
Play = Callable[[Scene], Result]


def analyst_with(secret: str) -> dict[str, Any]:
    """Options of a login with a second factor."""
    return {"username": "analyst", "password": ANALYST["password"], "bypass_two_factor": False, "totp_secret": secret}


def preliminary_token(stage: Stage) -> str:
    """The token that a password alone yields."""
    body = {"username": "admin", "password": "Adm1n-pass", "rememberMe": False}
    return str(requests.post(stage.simulator.url + LOGIN, json=body, timeout=10).json()["token"])


def full_token(stage: Stage) -> str:
    """A token that opens everything."""
    return str(Api(stage).session.headers["Authorization"]).partition(" ")[2]


def against(said: Said, **options: Any) -> Play:
    """A server, or something else, that answers everything alike."""

    def play(scene: Scene) -> Result:
        stage = scene.stage()
        with rogue(lambda _asked: said) as server:
            scene.address = server.url
            given = {"url": server.url, "retry_budget": 0, **options}
            return run(stage.simulator, tag_info.OPERATION, **given)

    return play


def fault(*faults: dict[str, Any], server: str = "v11", **options: Any) -> Play:
    """A task that reads tags under a fault."""

    def play(scene: Scene) -> Result:
        stage = scene.stage(server)
        stage.simulator.faults(*faults)
        return run(stage.simulator, tag_info.OPERATION, **{"retry_budget": 0, **options})

    return play


def plain(operation: Any, server: str = "v11", **options: Any) -> Play:
    """A task on a server with three alerts."""

    def play(scene: Scene) -> Result:
        stage = scene.stage(server)
        stage.seed(*(alert(number) for number in range(1, 4)))
        return run(stage.simulator, operation, **options)

    return play


def unreachable(scene: Scene) -> Result:
    stage = scene.stage()
    scene.address = "http://127.0.0.1:9"
    return run(stage.simulator, tag_info.OPERATION, url=scene.address, retry_budget=0)


def timed_out(scene: Scene) -> Result:
    stage = scene.stage()
    stage.simulator.faults({"kind": "hold", "path": "/api/utm-alert-tags"})
    try:
        return run(stage.simulator, tag_info.OPERATION, timeout=1, retry_budget=0)
    finally:
        stage.simulator.faults()


def unknown_authority(scene: Scene) -> Result:
    server = scene.start("v11", "--tls")
    scene.address = server.url
    return run(server, tag_info.OPERATION)


def tls_at_a_plain_port(scene: Scene) -> Result:
    stage = scene.stage()
    scene.address, scene.shown_address = stage.simulator.url.removeprefix("http://"), NAME
    return run(stage.simulator, tag_info.OPERATION, url=f"https://{scene.address}", retry_budget=0)


def elsewhere(scene: Scene) -> Result:
    return fault({"kind": "status", "status": 307, "headers": {"Location": "https://portal.example.com/login"}})(scene)


def version_12(scene: Scene) -> Result:
    stage = scene.stage()
    body = json.dumps({"build": {"version": "12.0.0"}})
    with rogue(lambda asked: Said(200, body.encode()) if "info" in asked.path else Said(404, b"{}")) as server:
        scene.address = server.url
        return run(stage.simulator, tag_info.OPERATION, url=server.url)


def asset_list_without_a_total(scene: Scene) -> Result:
    stage = scene.stage()
    stage.simulator.faults({"kind": "status", "status": 200, "body": "[]", "path": "/api/utm-network-scans.*"})
    return run(stage.simulator, asset_info.OPERATION)


def refused_password(scene: Scene) -> Result:
    stage = scene.stage()
    stage.simulator.faults({"kind": "restart"})
    return run(stage.simulator, auth.OPERATION, password="not-the-password")


def locked_address(scene: Scene) -> Result:
    stage = scene.stage()
    for _try in range(10):
        run(stage.simulator, auth.OPERATION, password="not-the-password")
    try:
        return run(stage.simulator, auth.OPERATION)
    finally:
        stage.simulator.faults({"kind": "restart"})


def inactive(scene: Scene) -> Result:
    stage = scene.stage()
    stage.simulator.users([{"login": "sleeper", "password": "Sl33per-pass", "activated": False}])
    return run(stage.simulator, auth.OPERATION, username="sleeper", password="Sl33per-pass")


def second_factor(secret: str, times: int, server: str) -> Play:
    """The last of several logins with a one-time code, the others being wrong."""

    def play(scene: Scene) -> Result:
        stage = scene.stage(server)
        stage.simulator.users([ANALYST])
        stage.simulator.settings({"utmstack.tfa.enable": "true"})
        for _try in range(times):
            run(stage.simulator, auth.OPERATION, **analyst_with("GEZDGNBVGY3TQOJQ"))
        return run(stage.simulator, auth.OPERATION, **analyst_with(secret))

    return play


def pre_2fa_token(scene: Scene) -> Result:
    stage = scene.stage()
    return run(stage.simulator, auth.OPERATION, **WITHOUT, token=preliminary_token(stage))


def token_of_before_a_restart(scene: Scene) -> Result:
    stage = scene.stage()
    token = full_token(stage)
    stage.simulator.faults({"kind": "restart"})
    return run(stage.simulator, tag_info.OPERATION, **WITHOUT, token=token)


def without_a_role(scene: Scene) -> Result:
    stage = scene.stage()
    stage.simulator.users([{"login": "guest", "password": "Gu3st-pass", "roles": []}])
    return run(stage.simulator, tag_info.OPERATION, username="guest", password="Gu3st-pass")


def many_addresses(scene: Scene) -> Result:
    stage = scene.stage()
    stage.seed(*(alert(number, adversary={"ip": f"10.0.0.{number}"}) for number in range(1, 5)))
    with patch.object(held_texts, "MAX_TEXTS", 2):
        return run(stage.simulator, alert_info.OPERATION, query={"source_ip": ["10.0.0.0/8"]})


def many_scripts(scene: Scene) -> Result:
    stage = scene.stage()
    stage.seed(*(alert(number, notes=f"note {number}") for number in range(80)))
    return run(stage.simulator, alert_notes.OPERATION, **ALL, note="seen", mode="append")


def slow_compiler(scene: Scene) -> Result:
    stage = scene.stage()
    stage.seed(alert(1))
    stage.simulator.faults({"kind": "compile-budget", "capacity": 0, "seconds": 300})
    result = run(stage.simulator, alert_notes.OPERATION, alert_ids=[ONE], note="seen", script_wait=1)
    stage.simulator.faults({"kind": "compile-budget"})
    return {"error": {"type": "ScriptRefused"}, "msg": result["alerts"][0]["error"]}


def other_plan(scene: Scene) -> Result:
    stage = scene.stage()
    stage.seed(alert(1), alert(2))
    options: dict[str, Any] = {**ALL, "status": "completed"}
    approved = run(stage.simulator, alert_status.OPERATION, check=True, **options)["plan_digest"]
    stage.seed(alert(2, status=3))
    return run(stage.simulator, alert_status.OPERATION, **options, plan=approved)


def broad_rule(scene: Scene) -> Result:
    stage = scene.stage()
    scanner = {"adversary": {"ip": "10.0.0.5"}}
    stage.seed(*(alert(number, **scanner) for number in range(1, 21)), *(alert(number) for number in range(21, 101)))
    options: dict[str, Any] = {"create_rule": True, "rule_on": ["source_ip"], "rule_since": "2026-11-01"}
    return run(stage.simulator, alert_tags.OPERATION, alert_ids=[ONE], tags=["False positive"], **options)


def missing_directory(scene: Scene) -> Result:
    return plain(alert_export.OPERATION, path=str(scene.directory / "exports" / "alerts.csv"))(scene)


def replaced_receipt(scene: Scene) -> Result:
    stage, path = scene.stage(), scene.directory / "receipt.jsonl"
    stage.seed(alert(1))
    stage.simulator.faults({"kind": "status", "status": 503, "path": "/api/utm-alerts/status", "times": 1})

    def replace() -> None:
        path.unlink()
        path.write_text("{}\n", encoding="utf-8")

    with in_waits(replace):
        result = run(stage.simulator, alert_status.OPERATION, alert_ids=[ONE], status="completed", receipt=str(path))
    return {"error": {"type": "FileExists"}, "msg": result["msg"]}


def open_to_all(scene: Scene) -> Result:
    directory = scene.directory / "receipts"
    directory.mkdir()
    directory.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
    return plain(alert_status.OPERATION, alert_ids=[ONE], status="completed", receipt=f"{directory}/")(scene)


def incident_of_another(scene: Scene) -> Result:
    stage = scene.stage()
    stage.seed(alert(1))
    number = Api(stage).open("INC-1", ONE)
    rows = Api(stage).get(f"/api/utm-incidents/{number}")
    theirs = json.dumps([{**rows, "incidentStatus": "COMPLETED"}])
    changed = {"kind": "status", "status": 200, "body": theirs, "headers": {"X-Total-Count": "1"}}
    stage.simulator.faults({**changed, "path": "/api/utm-incidents", "method": "GET", "nth": 2})
    return run(stage.simulator, incident.OPERATION, name="INC-1", status="in_review")


def lost_tag(scene: Scene) -> Result:
    stage = scene.stage()
    stage.simulator.faults({"kind": "status", "status": 201, "path": "/api/utm-alert-tags", "method": "POST"})
    return run(stage.simulator, tag.OPERATION, name="Tier 1")


def poisoned_rules(scene: Scene) -> Result:
    stage = scene.stage()
    body = {
        "name": "Poisoned",
        "description": "from a script",
        "conditions": [{"field": "name", "operator": "IS", "value": "Scan"}],
        "tags": [{"tagName": "False positive"}],
    }
    Api(stage).session.post(f"{stage.simulator.url}/api/alert-tag-rules", json=body).raise_for_status()
    return run(stage.simulator, tag_rule_info.OPERATION)


def of_the_event_source(**arguments: Any) -> Play:
    """What ends the event source."""

    def play(scene: Scene) -> Result:
        stage = scene.stage()
        given = {"url": stage.simulator.url, "username": "admin", "password": "Adm1n-pass", **arguments}
        queue: Any = asyncio.Queue()
        try:
            asyncio.run(run_event_source(queue, given, {}))
        except SourceStopped as error:
            return {"error": {"type": "SourceStopped"}, "msg": str(error)}
        raise AssertionError("the event source went on")

    return play


def bug(scene: Scene) -> Result:
    stage = scene.stage()
    with patch.object(tag_info, "all_tags", side_effect=KeyError("id")):
        return run(stage.simulator, tag_info.OPERATION)


def locked_index(scene: Scene) -> Result:
    stage = scene.stage()
    stage.simulator.faults(
        {
            "kind": "status",
            "status": 500,
            "path": SEARCH,
            "headers": {"X-UtmStack-error": "ElasticsearchService.search: all shards failed"},
        }
    )
    return run(stage.simulator, alert_info.OPERATION, query={}, retry_budget=0)


# By class, the scenes of its messages, in the order of the page.
SCENES: dict[str, list[Play]] = {
    "ConnectionFailed": [unreachable, fault(proxy="http://127.0.0.1:9")],
    "TimedOut": [timed_out],
    "TlsFailed": [unknown_authority, tls_at_a_plain_port],
    "RedirectRefused": [elsewhere],
    "NotUtmstack": [against(Said(200, b"<html>Sign in</html>", {"Content-Type": "text/html"}))],
    "UnsupportedVersion": [version_12],
    "WrongCredentials": [refused_password],
    "AddressLocked": [locked_address],
    "AccountInactive": [inactive],
    "SecondFactorRequired": [plain(auth.OPERATION, bypass_two_factor=False)],
    "SecondFactorRefused": [second_factor("GEZDGNBVGY3TQOJQ", 0, "v11")],
    "SecondFactorLocked": [second_factor(str(ANALYST["tfaSecret"]), 5, "v11.2")],
    "PreliminaryToken": [pre_2fa_token],
    "ApiKeyRefused": [plain(tag_info.OPERATION, **WITHOUT, api_key="x" * 43)],
    "TokenRefused": [token_of_before_a_restart],
    "AccessDenied": [without_a_role],
    "InvalidInput": [
        plain(alert_info.OPERATION, query={}, url=None),
        plain(tag_info.OPERATION, "v10", **WITHOUT, api_key="x" * 43),
        plain(alert_tags.OPERATION, alert_ids=[ONE], tags=["O'Brien"]),
        open_to_all,
    ],
    "UnknownField": [plain(alert_count_info.OPERATION, by=["adversary.adress"], dialect="v11")],
    "TooManyAddresses": [many_addresses],
    "NotAsExpected": [plain(alert_wait.OPERATION, query={"name": ["Attack"]}, wait_timeout=1, wait_sleep=1)],
    "TooManyAlerts": [plain(alert_status.OPERATION, **ALL, status="completed", max_affected=2)],
    "PlanChanged": [other_plan],
    "TooManyScripts": [many_scripts],
    "ScriptRefused": [slow_compiler],
    "RuleTooBroad": [broad_rule],
    "ChangedMeanwhile": [incident_of_another],
    "NotStored": [lost_tag],
    "FileNotWritten": [missing_directory],
    "FileExists": [replaced_receipt],
    "ServerError": [fault({"kind": "status", "status": 503, "path": "/api/utm-alert-tags"}), locked_index],
    "IncompleteAnswer": [asset_list_without_a_total],
    "RulesUnreadable": [poisoned_rules],
    "InternalError": [bug],
    "SourceStopped": [of_the_event_source(intervall=5)],
    "UtmstackError": [of_the_event_source(url="http://127.0.0.1:9", give_up_after=1)],
}
