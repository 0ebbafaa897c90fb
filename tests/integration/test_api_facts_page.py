# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts of docs/api-facts.md, as a plain client sees them on the servers of the recordings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from .api import Api
from .playing import DAY, ROOT, SEARCH, Stage, alert

PAGE = ROOT / "docs" / "api-facts.md"
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in PAGE.read_text(encoding="utf-8").split("\n")
    if line.startswith("| **")
]
ONE, TWO = (alert(number)["id"] for number in (1, 2))
STATUS, TAGS, NOTES = (f"/api/utm-alerts/{part}" for part in ("status", "tags", "notes"))


@dataclass
class Plain:
    """A client that takes the server at its word."""

    stage: Stage

    def __post_init__(self) -> None:
        self.api = Api(self.stage)

    def post(self, path: str, body: Any = None, **more: Any) -> requests.Response:
        """Send JSON."""
        return self.api.session.post(self.api.url + path, json=body, timeout=10, **more)

    def held(self, alert_id: str = ONE) -> dict[str, Any]:
        """An alert as it is stored."""
        return dict(self.stage.simulator.alerts()[alert_id])

    def set_status(self, observation: str, *ids: str) -> int:
        """Complete alerts; the status of the answer."""
        return self.post(STATUS, {"alertIds": ids or [ONE], "status": 5, "statusObservation": observation}).status_code

    def search(self, *filters: dict[str, Any], **query: Any) -> requests.Response:
        """Search for alerts."""
        given = {"indexPattern": f"{DAY[self.stage.dialect][:-10]}*", "top": 10_000, **query}
        return self.post(SEARCH, list(filters), params=given)


def status_200(client: Plain) -> None:
    assert client.set_status("Scan", "unknown") == 200


def tags_are_replaced(client: Plain) -> None:
    client.stage.seed(alert(1, tags=["Tier 1"]))
    client.post(TAGS, {"alertIds": [ONE], "tags": ["Scan"], "createRule": False})
    assert client.held()["tags"] == ["Scan"]


def empty_list(client: Plain) -> None:
    assert len(client.search({"field": "id", "operator": "IS_ONE_OF", "value": []}).json()) == 2


def pages_0_and_1(client: Plain) -> None:
    first, second = (client.search(page=page, size=1, sort="id.keyword,asc").json() for page in (0, 1))
    assert first == second


def is_finds_words(client: Plain) -> None:
    client.stage.seed(alert(1, tags=["Not false positive"]))
    found = client.search({"field": "tags", "operator": "IS", "value": "False positive"}).json()
    assert [row["id"] for row in found] == [ONE]


def no_total(client: Plain) -> None:
    answer = client.search({"field": "name.keyword", "operator": "IS", "value": "nothing"})
    assert (answer.json(), "X-Total-Count" in answer.headers) == ([], False)


def line_break(client: Plain) -> None:
    assert client.set_status("Planned\nscan") == 200
    assert client.held()["status"] == 2


def unicode_escape(client: Plain) -> None:
    assert client.set_status("C:\\u0041bc") == 200
    assert client.held()["status"] == 2


def accent(client: Plain) -> None:
    answer = client.api.session.post(f"{client.api.url}{NOTES}?alertId={ONE}", data="caf\u00e9".encode(), timeout=10)
    assert (answer.status_code, client.held().get("notes")) == (200, alert(1).get("notes"))


def quoted_note(client: Plain) -> None:
    client.api.session.post(f"{client.api.url}{NOTES}?alertId={ONE}", data=b'"seen"', timeout=10)
    assert client.held()["notes"] == '"seen"'


def apostrophe(client: Plain) -> None:
    assert client.post(TAGS, {"alertIds": [ONE], "tags": ["O'Brien"], "createRule": False}).status_code == 200
    assert client.held()["tags"] == alert(1).get("tags")


def api_key(client: Plain) -> None:
    headers = {"Utm-Api-Key": "x" * 43}
    for path in ("/api/ping", "/api/account", "/api/nothing-here"):
        assert requests.get(client.api.url + path, headers=headers, timeout=10).status_code == 500


def password_alone(client: Plain) -> None:
    body = {"username": "admin", "password": "Adm1n-pass", "rememberMe": False}
    token = requests.post(f"{client.api.url}/api/authenticate", json=body, timeout=10).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{client.api.url}/api/account", headers=headers, timeout=10).status_code == 403


def ping(client: Plain) -> None:
    assert requests.get(f"{client.api.url}/api/ping", timeout=10).status_code == 200


def echoes(client: Plain) -> None:
    client.stage.seed(alert(2, parentId=ONE))
    client.set_status("Scan")
    client.post(TAGS, {"alertIds": [ONE], "tags": ["Scan"], "createRule": False})
    assert (client.held(TWO)["status"], client.held(TWO)["tags"]) == (5, alert(2).get("tags"))


def no_deletion(client: Plain) -> None:
    number = client.api.open("INC-1", ONE)
    answer = client.api.session.delete(f"{client.api.url}/api/utm-incidents/{number}", timeout=10)
    assert answer.status_code == 405


def one_incident(client: Plain) -> None:
    client.api.open("INC-1", ONE)
    with pytest.raises(requests.HTTPError):
        client.api.open("INC-2", ONE, TWO)


def inactive_rule(client: Plain) -> None:
    rules, rule = "/api/alert-tag-rules", {"name": "Scan", "description": "", "tags": [{"id": 1, "tagName": "x"}]}
    body = {**rule, "description": "d", "conditions": [{"field": "name", "operator": "IS", "value": "Scan"}]}
    made = client.post(rules, body).json()
    client.api.session.put(client.api.url + rules, json={**body, "id": made["id"], "active": False}, timeout=10)
    assert client.api.get(f"{rules}/{made['id']}")["active"] is True


def two_values(client: Plain) -> None:
    query = "assetStatus=NEW&status=NEW&status=MISSING"
    path = f"{client.api.url}/api/utm-network-scans/search-by-filters?{query}"
    assert client.api.session.get(path, timeout=10).status_code == 500


def ten_of_a_write(client: Plain) -> None:
    client.stage.seed(*(alert(number) for number in range(1, 13)))
    client.set_status("Scan", *(alert(number)["id"] for number in range(1, 13)))
    assert len(client.api.get("/api/utm-alert-logs", size=100)) == 10


# By what a row begins with.
FACTS: dict[str, Callable[[Plain], None]] = {
    "Status 200 does not mean stored.": status_200,
    "Tags are replaced as a whole.": tags_are_replaced,
    "An empty list is dangerous.": empty_list,
    "Pages 0 and 1 are the same,": pages_0_and_1,
    "`X-Total-Count` ends at 10,000,": no_total,
    "`IS` is no comparison.": is_finds_words,
    "A line break or tab in an observation is answered with 200 and dropped": line_break,
    "A letter outside ASCII in a note is answered with 200 and dropped": accent,
    "An apostrophe or backslash in a tag is dropped, or runs as a script": apostrophe,
    "The characters `\\u` and four digits are dropped": unicode_escape,
    "Notes are raw text.": quoted_note,
    "A refused API key is answered with 500, without a reason, on every path": api_key,
    "A v11 password alone yields a token that opens nothing": password_alone,
    "`GET /api/ping` needs no login": ping,
    "v11 copies the status to the echoes": echoes,
    "An alert belongs to one incident only;": one_incident,
    "Incidents cannot be deleted,": no_deletion,
    "`active: false` is accepted and ignored": inactive_rule,
    "The history holds ten alerts of each write,": ten_of_a_write,
    "Two values of one asset filter fail": two_values,
}


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_is_what_the_server_does(v11_stage: Stage, fact: str) -> None:
    rows = [row for row in ROWS if row[0].startswith(f"**{fact}**")]
    assert [row[-1].partition(";")[0] for row in rows] == ["seen"]
    v11_stage.seed(alert(1), alert(2))
    FACTS[fact](Plain(v11_stage))


def test_each_fact_has_a_consequence_and_says_how_it_is_known() -> None:
    for row in ROWS:
        assert len(row) == 4, row
        assert re.match(r"(seen|seen \(11\.2\)|read)(;|$)", row[3]), row
