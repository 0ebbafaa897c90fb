# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule engine, which owns alerts in automatic review (API facts, 8.3)."""

from __future__ import annotations

import json
import time
from typing import Any

from ..engine.documents import DailyIndex, Document
from ..engine.query import OPERATORS, BadFilter, checked_filters, match
from ..engine.scripts import ScriptLost, tag_texts
from ..engine.search import AllShardsFailed, find
from ..state.tag_rules import TagRule
from ..state.world import World
from .alerts import FALSE_POSITIVE, LABELS, RELEASED, tags_of

COMPLETED = "Status changed to completed because alert was tagged as False positive"


def run_rule_engine(here: World) -> int:
    """Apply the rules in the order of the table, release the remaining alerts, and return how many were released."""
    now = int(time.time()) * 1000
    if here.dialect.release.assigns_asset_groups:
        _assign_asset_groups(here, now)
    for rule in list(here.tag_rules.rules.values()):
        _apply(here, rule, now)
    fresh = {"status": 2, "statusLabel": LABELS[2], "statusObservation": RELEASED}
    kept = _words_of_false_positives(here) if here.dialect.release.keeps_false_positives else set()
    released = [document.number for document in _waiting(here, now) if document.number not in kept]
    return here.documents.update(released, lambda source: dict(fresh))


def _indices(here: World) -> list[DailyIndex]:
    return here.documents.matching(here.dialect.alert_pattern)


def _assign_asset_groups(here: World, now: int) -> None:
    """Write the group of the asset that is an alert's data source; 11.0.1 fails to."""
    for document in _waiting(here, now):
        group = here.assets.group_of(str(document.source.get("dataSource")))
        if group is not None:
            _update(here, document, {"assetGroupId": group["id"], "assetGroupName": group["groupName"]})


def _update(here: World, document: Document, fresh: dict[str, Any]) -> None:
    here.documents.update([document.number], lambda source: dict(fresh))


def _words_of_false_positives(here: World) -> set[int]:
    """Alerts whose tags contain both words of the tag, in whatever tags."""
    wanted = [("tags", "CONTAIN", FALSE_POSITIVE)]
    return set().union(*(match(daily, wanted) for daily in _indices(here)))


def _waiting(here: World, now: int) -> list[Document]:
    """Alerts in automatic review, except those of the future."""
    found: list[int] = []
    for daily in _indices(here):
        if daily.type_of("status") == "long":
            waiting = daily.terms("status").get(1, set())
            found += sorted(waiting & daily.between("@timestamp", None, now))
    return [here.documents.get(number) for number in found]


def _apply(here: World, rule: TagRule, now: int) -> None:
    """Apply a rule; a broken one (a tag without ID, an apostrophe, a bad condition) does nothing."""
    names = [tag.name for tag in here.catalogue.tags.values() if tag.id in rule.tag_ids]
    if None in rule.tag_ids:
        return
    try:
        names = tag_texts(names)
        conditions = checked_filters(rule.conditions, list(OPERATORS))
        matching = set().union(*(numbers for _daily, numbers in find(_indices(here), conditions)))
    except (BadFilter, AllShardsFailed, ScriptLost):
        return
    documents = [document for document in _waiting(here, now) if document.number in matching]
    befores = {document.number: json.dumps(document.source, separators=(",", ":")) for document in documents}

    def change(source: dict[str, Any]) -> dict[str, Any]:
        tags = list(dict.fromkeys([*tags_of(source), *names]))
        applied = [*(source.get("TagRulesApplied") or []), rule.id]
        fresh: dict[str, Any] = {"tags": tags, "TagRulesApplied": list(dict.fromkeys(applied))}
        if FALSE_POSITIVE in tags:
            fresh.update(status=5, statusLabel=LABELS[5], statusObservation=COMPLETED)
        return fresh

    try:
        here.documents.update([document.number for document in documents], change)
    except ValueError:
        # The script fails on a malformed document, which ends the rule.
        return
    text = ",".join(names)
    new = json.dumps({"tags": text}, separators=(",", ":"), ensure_ascii=False)
    message = f"The system tagged the alert automatically with: {text} due a match with rule: {rule.name}"
    # The log step searches for alerts in review again, so it misses those that the rule completed.
    for document in documents:
        if document.source.get("status") == 1:
            here.history.add([document], "system", "UPDATE_TAGS", [befores[document.number]], new, message)
