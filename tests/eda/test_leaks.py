# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is in the output of `ansible-rulebook -vv`, in the cursor or in the engine's database, whatever fails."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from utmstack_simulator.process import SimulatorProcess

from .conftest import Start
from .gateway import Fault, Gateway, cut_off, elsewhere, gateway, late, quoting, spelled, web_page
from .rulebook_process import RulebookProcess

PASSWORD, OTHER = 'Pw"7hQ2xK9mVbN4t/', "Zx8-vLq3:Rw6Yt1/Uo"
TOTP, OTHER_TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
KEY = "AK-7hQ2xK9mVbN4tRzYpW8sLc3"
USER = {"login": "robot", "password": PASSWORD, "roles": ["ROLE_ADMIN"], "tfaMethod": "TOTP", "tfaSecret": TOTP}
LOGIN = {"UTMSTACK_USERNAME": "robot", "UTMSTACK_PASSWORD": PASSWORD, "UTMSTACK_TOTP_SECRET": TOTP}
HASTY = {"interval": 0.2, "max_backoff": 1, "retry_budget": 0, "timeout": 1, "health_interval": 1, "since": "1h"}
# What a source survives, in one process after another.
FAULTS: Mapping[str, Fault] = {
    "500": quoting(500),
    "503": quoting(503, **{"Retry-After": "0"}),
    "429": quoting(429, **{"Retry-After": "0"}),
    "not JSON": web_page,
    "redirect": elsewhere,
    "cut off": cut_off,
    "time-out": late,
}
NAIVE = """
async def main(queue, args):
    raise RuntimeError(f"The source failed with {args}")
"""


def listing(arguments: Mapping[str, Any], source: str = "utmstack.siem.alerts") -> list[dict[str, Any]]:
    """A rulebook that prints every event of a source."""
    rule = {"name": "Print", "condition": "event.kind is defined", "action": {"print_event": {}}}
    return [{"name": "List", "hosts": "all", "sources": [{source: dict(arguments)}], "rules": [rule]}]


def leaks(directory: Path, secrets: set[str]) -> list[tuple[str, str]]:
    """The files that hold one of the secrets, but for those that the user wrote."""
    pieces = {piece for secret in secrets for piece in spelled(secret)}
    found = []
    for file in directory.rglob("*"):
        if file.is_file() and file.name not in ("rulebook.yml", "vars.yml", "naive.py"):
            # The fractions of a second have six digits, like one-time codes.
            text = re.sub(r"[.,]\d{6}\b|,\d{3} - ", "", file.read_bytes().decode("latin-1"))
            found += [(str(file.relative_to(directory)), piece) for piece in pieces if piece in text]
    return found


@pytest.fixture
def front(siem: SimulatorProcess) -> Any:
    """A gateway in front of a server with a user whose login needs a second factor, which v10 sends by mail only."""
    siem.users([USER])
    siem.settings({"utmstack.tfa.enable": str(siem.dialect == "v11").lower()})
    with gateway(siem.url) as here:
        yield here


on_v10_in_full = pytest.mark.parametrize("siem", [pytest.param("v10", marks=pytest.mark.full), "v11"], indirect=True)
on_v11 = pytest.mark.parametrize("siem", ["v11"], indirect=True)


@on_v10_in_full
def test_failures_that_a_source_survives(
    siem: SimulatorProcess, front: Gateway, start_rulebook: Start, tmp_path: Path
) -> None:
    arguments = {**HASTY, "cursor": str(tmp_path / "cursor"), "feedback": True, "give_up_after": 0}
    process = start_rulebook(
        listing(arguments),
        environment={"UTMSTACK_URL": front.url, **LOGIN},
        persistence=tmp_path / "database",
        arguments=["-vv"],
    )
    (first,) = siem.arrivals(1)
    siem.tick()
    process.wait_for(first)
    for fault in FAULTS.values():
        before = front.failed
        front.fault = fault
        process.wait_for(lambda before=before: front.failed > before)
    front.fault = None
    (second,) = siem.arrivals(1)
    siem.tick()
    process.wait_for(second)
    front.fault = quoting(401)
    assert process.wait() == 1
    assert (tmp_path / "cursor").exists()
    assert list((tmp_path / "database").iterdir())
    # Tokens were handed out, and codes were sent.
    assert len(front.secrets - {PASSWORD}) >= (2 if siem.dialect == "v11" else 1)
    assert leaks(tmp_path, {PASSWORD, TOTP, *front.secrets}) == []


@dataclass(frozen=True)
class Ending:
    """A failure that ends the source.

    :param said: a part of the message.
    :param given: the value of the rulebook's variable `given`.
    """

    said: str
    environment: Mapping[str, str] = field(default_factory=lambda: LOGIN)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None
    given: str = OTHER


def closed_port() -> int:
    """A port of loopback where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


# The engine prints the rulebook as it is written, so a secret in it stands in a variable. What an argument with
# a right name holds is no secret unless it is also the value of one that is.
GIVEN = "{{ given }}"
PROXY = {"UTMSTACK_URL": "http://siem.example", "UTMSTACK_API_KEY": KEY}
ENDINGS: Mapping[str, Callable[[Gateway], Ending]] = {
    "mistyped argument": lambda front: Ending("passwrd", arguments={"passwrd": GIVEN}),
    "wrong password": lambda front: Ending("password", {**LOGIN, "UTMSTACK_PASSWORD": OTHER}),
    "wrong second factor": lambda front: Ending("second factor", {**LOGIN, "UTMSTACK_TOTP_SECRET": OTHER_TOTP}),
    "login refused": lambda front: Ending("", fault=quoting(401)),
    "locked": lambda front: Ending("", fault=quoting(423)),
    "API key refused": lambda front: Ending("", {"UTMSTACK_API_KEY": KEY}, fault=quoting(401)),
    "token refused": lambda front: Ending("", {"UTMSTACK_TOKEN": f"{KEY}.{OTHER}"}, fault=quoting(401)),
    "proxy": lambda front: Ending(
        "",
        {**PROXY, "UTMSTACK_PROXY": front.url, "UTMSTACK_PROXY_USERNAME": "me", "UTMSTACK_PROXY_PASSWORD": OTHER},
        fault=quoting(407, **{"Proxy-Authenticate": "Basic"}),
    ),
    "proxy in its URL": lambda front: Ending(
        "",
        {**PROXY, "UTMSTACK_PROXY": front.url.replace("//", "//me:Zx8-vLq3Rw6Yt1Uo@")},
        fault=quoting(407, **{"Proxy-Authenticate": "Basic"}),
    ),
    "TLS": lambda front: Ending("", {**LOGIN, "UTMSTACK_URL": front.url.replace("http:", "https:")}),
    "refused connection": lambda front: Ending("", {**LOGIN, "UTMSTACK_URL": f"http://127.0.0.1:{closed_port()}"}),
    "credentials in the URL": lambda front: Ending("", {**LOGIN, "UTMSTACK_URL": f"http://me:{OTHER}@127.0.0.1:1"}),
    "unknown argument": lambda front: Ending("webhook", arguments={"webhook": {"bearer": GIVEN}}),
    "mistyped value": lambda front: Ending("timeout", arguments={"timeout": GIVEN}, given=PASSWORD),
    "mistyped field": lambda front: Ending("fields", arguments={"fields": [GIVEN]}, given=PASSWORD),
    "damaged cursor": lambda front: Ending("cursor", arguments={"cursor": "damaged"}),
}
IN_SAMPLE = ("mistyped argument",)


@on_v11
@pytest.mark.parametrize(
    "ending", [pytest.param(name, marks=[] if name in IN_SAMPLE else pytest.mark.full) for name in ENDINGS]
)
def test_failures_that_end_a_source(front: Gateway, start_rulebook: Start, tmp_path: Path, ending: str) -> None:
    case = ENDINGS[ending](front)
    arguments = {**HASTY, "give_up_after": 1, **case.arguments}
    if arguments.get("cursor"):
        arguments["cursor"] = str(tmp_path / "rulebook.yml")
        (tmp_path / "rulebook.yml").write_text(f'{{"token": "{OTHER}')
    front.fault = case.fault
    environment = {"UTMSTACK_URL": front.url, **case.environment}
    process = start_rulebook(listing(arguments), {"given": case.given}, environment=environment, arguments=["-vv"])
    assert process.wait() == 1
    assert case.said in process.output
    assert leaks(tmp_path, {PASSWORD, TOTP, OTHER, OTHER_TOTP, KEY, "Zx8-vLq3Rw6Yt1Uo", *front.secrets}) == []


@on_v11
def test_a_source_that_raises_with_its_arguments_is_found(
    front: Gateway, start_rulebook: Start, tmp_path: Path
) -> None:
    """The search can fail: the engine prints what a source raises."""
    (tmp_path / "naive.py").write_text(NAIVE)
    process: RulebookProcess = start_rulebook(
        listing({"password": PASSWORD}, "naive"), arguments=["-vv", "--source-dir", str(tmp_path)]
    )
    assert process.wait() == 1
    assert leaks(tmp_path, {PASSWORD}) != []
