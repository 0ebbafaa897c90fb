# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags and rules on the server itself, as an analyst in the web interface makes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import requests

from .playing import Stage

TAGS, RULES = "/api/utm-alert-tags", "/api/alert-tag-rules"


def _session(stage: Stage) -> requests.Session:
    """A fresh login of the administrator: a restart that some test asked for ends older ones."""
    session = requests.Session()
    session.trust_env = False
    login = session.post(
        f"{stage.simulator.url}/api/authenticate",
        json={"username": "admin", "password": "Adm1n-pass", "rememberMe": False},
        headers={"X-Bypass-TFA": "true"},
        timeout=60,
    ).json()
    session.headers["Authorization"] = f"Bearer {login.get('id_token') or login['token']}"
    return session


def _send(session: requests.Session, stage: Stage, method: str, path: str, **arguments: Any) -> Any:
    answer = session.request(method, f"{stage.simulator.url}{path}", timeout=60, **arguments)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def _call(stage: Stage, method: str, path: str, **arguments: Any) -> Any:
    with _session(stage) as session:
        return _send(session, stage, method, path, **arguments)


def server_get(stage: Stage, path: str) -> list[dict[str, Any]]:
    """Every row of a list."""
    rows: list[dict[str, Any]] = _call(stage, "GET", path, params={"size": 2000, "sort": "id,asc"})
    return rows


def server_post(stage: Stage, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """A new tag or rule."""
    row: dict[str, Any] = _call(stage, "POST", path, json=body)
    return row


def server_post_all(stage: Stage, path: str, bodies: Iterable[dict[str, Any]]) -> None:
    """New tags or rules, with one login."""
    with _session(stage) as session:
        for body in bodies:
            _send(session, stage, "POST", path, json=body)


def server_put(stage: Stage, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """A changed tag or rule."""
    row: dict[str, Any] = _call(stage, "PUT", path, json=body)
    return row


def server_delete(stage: Stage, path: str) -> None:
    """Without this tag or rule."""
    _call(stage, "DELETE", path)


def rule_body(name: str, *tag_ids: int | None, field: str = "dataSource.keyword", value: str = "web-01") -> Any:
    """A rule as the web interface sends it; without a tag id it poisons the list of rules."""
    return {
        "name": name,
        "description": "by hand",
        "conditions": [{"field": field, "operator": "IS", "value": value}],
        "tags": [{"id": tag_id, "tagName": "whatever"} for tag_id in tag_ids],
    }
