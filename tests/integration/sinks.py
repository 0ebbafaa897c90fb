# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ServiceNow and Jira as their public API references describe them, as far as a notification needs them."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from .rogue import Asked, Said

HIDDEN = "S3cret-of-the-ticket-server"


def _json(status: int, content: Any) -> Said:
    return Said(status, json.dumps(content).encode())


def _basic(asked: Asked) -> str:
    scheme, _space, value = asked.headers.get("Authorization", "").partition(" ")
    return base64.b64decode(value).decode() if scheme == "Basic" else ""


@dataclass
class ServiceNow:
    """The Table API of incidents, with basic authentication."""

    records: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Said:
        """The response to a request."""
        if _basic(asked) != f"automation:{HIDDEN}":
            return _json(401, {"error": {"message": "User Not Authenticated"}, "status": "failure"})
        parts = urlsplit(asked.path)
        match = re.fullmatch(r"/api/now/table/incident(?:/([0-9a-f]{32}))?", parts.path)
        if match is None:
            return _json(400, {"error": {"message": "Invalid table"}, "status": "failure"})
        if asked.method == "GET":
            query = {name: value[0] for name, value in parse_qs(parts.query, strict_parsing=True).items()}
            wanted, _sign, order = query["sysparm_query"].partition("^")
            assert order == "ORDERBYsys_created_on"
            name, _equal, value = wanted.partition("=")
            found = [row for row in self.records if row[name] == value][: int(query["sysparm_limit"])]
            names = query["sysparm_fields"].split(",")
            return _json(200, {"result": [{name: row[name] for name in names} for row in found]})
        fields = json.loads(asked.body)
        if asked.method == "POST":
            number = len(self.records) + 1
            record = {"sys_id": f"{number:032x}", "number": f"INC{number:07}", "journal": [], **fields}
            self.records.append(record)
            return _json(201, {"result": record})
        assert asked.method == "PATCH"
        record = next(row for row in self.records if row["sys_id"] == match[1])
        # A journal field takes entries and holds none.
        record["journal"].append(fields.pop("work_notes"))
        record.update(fields)
        return _json(200, {"result": record})


@dataclass
class Jira:
    """Issues of Jira Cloud, API version 3, with a mail address and an API token."""

    issues: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Said:
        """The response to a request."""
        if _basic(asked) != f"automation@example.com:{HIDDEN}":
            return _json(401, {"errorMessages": ["Client must be authenticated to access this resource."]})
        parts = urlsplit(asked.path)
        if parts.path == "/rest/api/3/search/jql" and asked.method == "GET":
            return self._search({name: value[0] for name, value in parse_qs(parts.query).items()})
        match = re.fullmatch(r"/rest/api/3/issue(?:/([A-Z]+-\d+))?", unquote(parts.path))
        if match is None:
            return _json(404, {"errorMessages": ["No such resource"]})
        given = json.loads(asked.body)
        if asked.method == "POST":
            fields = given["fields"]
            _check_document(fields["description"])
            assert "\n" not in fields["summary"]
            assert len(fields["summary"]) <= 255
            assert fields["issuetype"]["name"]
            issue = {
                "key": f"{fields['project']['key']}-{len(self.issues) + 1}",
                "fields": fields,
                "comments": [],
                "properties": {row["key"]: row["value"] for row in given["properties"]},
            }
            self.issues.append(issue)
            return _json(201, {"id": str(10_000 + len(self.issues)), "key": issue["key"], "self": "https://x.example"})
        assert asked.method == "PUT"
        issue = next(row for row in self.issues if row["key"] == match[1])
        for comment in given["update"]["comment"]:
            _check_document(comment["add"]["body"])
            issue["comments"].append(comment["add"]["body"])
        issue["properties"].update({row["key"]: row["value"] for row in given["properties"]})
        return Said(204, b"")

    def _search(self, query: dict[str, str]) -> Said:
        match = re.fullmatch(r'project = "(\w+)" AND labels = "([\w.-]+)" ORDER BY created ASC', query["jql"])
        if match is None:
            return _json(400, {"errorMessages": ["Error in the JQL Query"]})
        found = [
            row
            for row in self.issues
            if row["fields"]["project"]["key"] == match[1] and match[2] in row["fields"]["labels"]
        ][: int(query["maxResults"])]
        wanted = query["properties"].split(",")
        issues = [
            {
                "id": "10001",
                "key": row["key"],
                "fields": {"summary": row["fields"]["summary"]},
                "properties": {key: value for key, value in row["properties"].items() if key in wanted},
            }
            for row in found
        ]
        return _json(200, {"issues": issues, "isLast": True})


def _check_document(document: dict[str, Any]) -> None:
    """Refuse what is no document of paragraphs with plain text in the Atlassian Document Format."""
    assert (document["type"], document["version"]) == ("doc", 1)
    for paragraph in document["content"]:
        assert set(paragraph) == {"type", "content"}
        assert paragraph["type"] == "paragraph"
        for node in paragraph["content"]:
            # No marks and no mentions, and Jira refuses an empty text.
            assert set(node) == {"type", "text"}
            assert node["type"] == "text"
            assert node["text"]
