# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of the tag catalogue and of the tag rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import RulesUnreadable, ServerError
from ..model.tag import CatalogueTag, TagRule
from ..transport.answer import mapping_in
from .client import Client
from .paging import all_rows

_TAGS = "/utm-alert-tags"
_RULES = "/alert-tag-rules"


def all_tags(client: Client) -> list[CatalogueTag]:
    """The whole catalogue, oldest first."""
    return [_tag(row) for row in all_rows(client, _TAGS)]


def create_tag(client: Client, name: str, color: str | None) -> None:
    """A new tag; never one of the product's."""
    client.write("POST", _TAGS, json={"tagName": name, "tagColor": color})


def change_tag(client: Client, tag: CatalogueTag) -> None:
    """Overwrite every column of the row with this id: what is not sent would become null.

    The server makes a new row, under another id, when there is none with this id.
    """
    body = {"id": tag.id, "tagName": tag.name, "tagColor": tag.color, "systemOwner": tag.system}
    client.write("PUT", _TAGS, json=body)


def delete_tag(client: Client, tag_id: int) -> None:
    """Remove a tag. Alerts keep its text, and rules its id."""
    client.write("DELETE", f"{_TAGS}/{tag_id}")


def all_rules(client: Client) -> list[TagRule]:
    """Every rule, in the order in which the engine runs them.

    The server's own `name` parameter compares with "like", so the list is read whole.

    :raises RulesUnreadable: one rule was stored with a tag that has no id; then the server lists none of them.
    """
    try:
        rows = all_rows(client, _RULES)
    except ServerError as error:
        if not _is_poisoned(error):
            raise
        raise RulesUnreadable(
            "UTMStack cannot list its tag rules because one of them was stored with a tag without ID "
            f"({error.server_text}). It is the rule for which GET {client.dialect.base_path}{_RULES}/ID returns 500. "
            "Remove it with `rule_id` of utmstack_tag_rule.",
            status=error.status,
            server_text=error.server_text,
            endpoint=error.endpoint,
        ) from error
    return [_rule(row) for row in rows]


def rule_name_of(client: Client, rule_id: int) -> str | None:
    """The name of one rule, "" when the rule is the one that cannot be read, None when there is none."""
    try:
        answer = client.read("GET", f"{_RULES}/{rule_id}")
    except ServerError as error:
        if not _is_poisoned(error):
            raise
        return ""
    # A missing rule is answered 200 without a body.
    return str(mapping_in(answer).get("name")) if answer.body.strip() else None


def _is_poisoned(error: ServerError) -> bool:
    """Whether the server fails on a tag that was stored as the word null."""
    return 'For input string: "null"' in error.server_text


def create_rule(
    client: Client, name: str, description: str, conditions: Sequence[Mapping[str, Any]], tags: Sequence[CatalogueTag]
) -> None:
    """A new rule, always active, after all others."""
    client.write("POST", _RULES, json=_rule_body(name, description, conditions, tags))


def change_rule(client: Client, rule: TagRule) -> None:
    """Replace name, description, conditions and tags of a rule; the server ignores everything else."""
    body = _rule_body(rule.name, rule.description, rule.conditions, rule.tags)
    client.write("PUT", _RULES, json={"id": rule.id, **body})


def delete_rule(client: Client, rule_id: int) -> None:
    """Remove a rule for good."""
    client.write("DELETE", f"{_RULES}/{rule_id}")


def _rule_body(
    name: str, description: str, conditions: Sequence[Mapping[str, Any]], tags: Sequence[CatalogueTag]
) -> dict[str, Any]:
    # A tag without id would be answered 200, and the server could never list its rules again.
    if not all(tag.id for tag in tags):
        raise AssertionError("a tag of a rule has no id")
    return {
        "name": name,
        "description": description,
        "conditions": [dict(condition) for condition in conditions],
        "tags": [{"id": tag.id, "tagName": tag.name, "tagColor": tag.color, "systemOwner": tag.system} for tag in tags],
    }


def _tag(row: Mapping[str, Any]) -> CatalogueTag:
    return CatalogueTag(int(row["id"]), str(row.get("tagName")), row.get("tagColor"), bool(row.get("systemOwner")))


def _rule(row: Mapping[str, Any]) -> TagRule:
    return TagRule(
        int(row["id"]),
        str(row.get("name")),
        str(row.get("description")),
        tuple(row.get("conditions") or ()),
        tuple(_tag(tag) for tag in row.get("tags") or ()),
        bool(row.get("active")) and not row.get("deleted"),
    )
