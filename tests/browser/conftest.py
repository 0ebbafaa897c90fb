# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report on a simulated day with more hostile alerts, and a browser that opens it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

from tools import headless
from tools.report import sample
from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.scenarios import load

OUTPUT = Path(__file__).parents[1] / "output" / "browser"
# Each of these would leave a mark, a dialog or a request, were it not shown as text.
PAYLOADS = (
    "</script><script>window.injected = 1</script>",
    "<img src=x onerror='window.injected = 2'>",
    '"><svg/onload=window.injected=3>',
    "</style><style>body{display:none}</style>",
    "' onmouseover='window.injected = 4' x='",
    "javascript:window.injected=5",
    "{{ ''.__class__ }}{% raw %}",
    "]]><script>alert(6)</script><!--",
    "<link rel=stylesheet href=http://127.0.0.1:9/x.css>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>",
    "<base href=http://127.0.0.1:9/>",
    "evil\u202etxt.exe\u2066\u200b\x1b]0;owned\x07",
    "&lt;script&gt;alert(7)&lt;/script&gt;",
    "B" * 20_000,
)
_FIELDS = ("name", "category", "dataSource", "technique", "tactic", "description")


@dataclass(frozen=True)
class Report:
    """A report that was written, and what the server held then."""

    dialect: str
    page: Path
    summary: Path
    stored: dict[str, dict[str, Any]]


def hostile(dialect: str) -> list[dict[str, Any]]:
    """soc-day, and for each payload an alert that holds it wherever texts can be."""
    rows = list(load("soc-day", dialect).documents)
    model = next(row for row in rows if row["source"]["status"] == 2)
    for number, payload in enumerate(PAYLOADS):
        row = copy.deepcopy(model)
        row["id"] = row["source"]["id"] = f"hostile-{number}{payload if len(payload) < 100 else ''}"
        source = row["source"]
        source.pop("parentId", None)
        source.update({name: payload for name in _FIELDS if name in source}, severity=3, severityLabel="High")
        source.update(tags=[payload], notes=payload, statusObservation=payload)
        for side in ("adversary", "target", "source", "destination"):
            if isinstance(source.get(side), dict):
                source[side].update(ip=payload, host=payload, user=payload)
        rows.append(row)
    return rows


@pytest.fixture(scope="session", params=["v11", "v10"])
def report(
    request: pytest.FixtureRequest,
    utmstack_simulator: Callable[..., SimulatorProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> Report:
    """The sample report of either generation."""
    simulator = utmstack_simulator(request.param)
    simulator.reset()
    simulator.documents(hostile(request.param))
    folder = tmp_path_factory.mktemp(request.param)
    sample(simulator, folder)
    return Report(request.param, folder / "soc-day.html", folder / "soc-day.md", simulator.alerts())


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """For all tests; each opens its own pages."""
    driver = headless.chromium(tmp_path_factory.mktemp("profile"))
    driver.set_script_timeout(30)
    yield driver
    driver.quit()
