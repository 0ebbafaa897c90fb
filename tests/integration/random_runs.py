# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random tasks, and random faults that meet them."""

from __future__ import annotations

import random
from typing import Any

from .playing import SIGHT
from .random_world import INCIDENT, World

ALERTS = "/api/utm-alerts/(status|tags|notes|convert-to-incident)"
INCIDENTS = "/api/utm-incident.*"
EVERY_STATUS = {"status": ["open", "in_review", "completed"]}
MODULES = (
    *("utmstack_alert_status", "utmstack_alert_tags", "utmstack_alert_notes", "utmstack_triage") * 3,
    *("utmstack_incident", "utmstack_incident_note") * 2,
)
Options = dict[str, Any]


def random_task(world: World) -> tuple[str, Options]:
    """A module and its options."""
    draw = world.draw
    module = draw.choice(MODULES)
    make = {
        "utmstack_alert_status": _status,
        "utmstack_alert_tags": _tags,
        "utmstack_alert_notes": _notes,
        "utmstack_triage": _triage,
        "utmstack_incident": _incident,
        "utmstack_incident_note": _incident_note,
    }[module]
    options = make(draw)
    if module == "utmstack_incident":
        heads = sorted(set(world.initial) - set(world.parents))
        options["alert_ids"] = _some(draw, heads) or heads[:1]
    elif module != "utmstack_incident_note":
        options |= _selection(draw, world, module)
        options["concurrency"] = draw.choice([1, 4])
    return module, options


def _some(draw: random.Random, items: list[str]) -> list[str]:
    """Some of the items, in any order, some of them twice."""
    chosen = [item for item in items if draw.random() < 0.6]
    chosen += [item for item in chosen if draw.random() < 0.2]
    draw.shuffle(chosen)
    return chosen


def _selection(draw: random.Random, world: World, module: str) -> Options:
    if draw.random() < 0.6:
        return {"alert_ids": _some(draw, sorted(world.initial)) or sorted(world.initial)}
    return {"query": EVERY_STATUS if module == "utmstack_triage" or draw.random() < 0.5 else {"status": ["open"]}}


def _status(draw: random.Random) -> Options:
    added = {"tags": draw.choice([[], [], ["Scan"], ["a", "New", "a"]]), "note": draw.choice([None, None, "Scan"])}
    if draw.random() < 0.3:
        return {"false_positive": True, **added, **draw.choice([{}, {"observation": "Planned scan"}])}
    options: Options = {**added, "status": draw.choice(["open", "in_review", "completed", "completed"])}
    if draw.random() < 0.6:
        options |= {"observation": "Planned scan", "update_observation": draw.random() < 0.5}
    return {**options, "reopen": draw.random() < 0.5}


def _tags(draw: random.Random) -> Options:
    tags = draw.choice([["Scan"], ["Scan", "Scan", "New"], ["False positive"], ["a", "c"]])
    return {"tags": tags, "state": draw.choice(["present", "present", "absent", "set"])}


def _notes(draw: random.Random) -> Options:
    if draw.random() < 0.3:
        return {"state": "absent", **draw.choice([{}, {"note": "Scan"}])}
    return {"note": draw.choice(["Scan", "Taken up"]), "mode": draw.choice(["replace", "append"])}


def _triage(draw: random.Random) -> Options:
    return {"rules": [_rule(draw, number) for number in range(1, draw.randint(1, 4) + 1)]}


def _condition(draw: random.Random) -> Options:
    return draw.choice(
        [
            {"name": ["Phishing"]},
            {"name": ["Port scan", "Other"]},
            {"severity": ["high"]},
            {"severity": ["low", "medium"]},
            {"tags": ["Scan"]},
            {"without_tags": ["False positive"]},
            {"status": ["in_review"]},
        ]
    )


def _rule(draw: random.Random, number: int) -> Options:
    then: Options = {}
    if draw.random() < 0.6:
        then["status"] = draw.choice(["open", "in_review", "completed"])
    if draw.random() < 0.2:
        then = {"false_positive": True}
    if draw.random() < 0.4:
        then["tags"] = draw.choice([["Scan"], ["b", "c", "b"]])
    if draw.random() < 0.3:
        then["remove_tags"] = draw.choice([["a"], ["Hold on"]])
    if draw.random() < 0.4:
        then["note"] = draw.choice(["Taken up", "Scan"])
    rule = {"name": f"Rule {number}", "when": _condition(draw), "then": then, "stop": draw.random() < 0.6}
    if draw.random() < 0.2:
        rule["unless"] = _condition(draw)
    return {**rule, "mode": draw.choice(["apply", "apply", "apply", "shadow"])}


def _incident(draw: random.Random) -> Options:
    options: Options = {"name": INCIDENT, "status": draw.choice(["open", "in_review", "completed"])}
    if draw.random() < 0.5:
        options["description"] = "opened by a playbook"
    if draw.random() < 0.3:
        options["assigned_to"] = "1"
    if draw.random() < 0.6:
        options |= {"solution": "isolated", "close_alerts": options["status"] == "completed" and draw.random() < 0.7}
    return {**options, "reopen": draw.random() < 0.5}


def _incident_note(draw: random.Random) -> Options:
    return {"incident": INCIDENT, "note": "Handed over"}


def random_faults(draw: random.Random, module: str) -> list[Options]:
    """None to two faults, each of which meets one or two requests."""
    writes = INCIDENTS if module.startswith("utmstack_incident") and draw.random() < 0.7 else ALERTS
    return [_fault(draw, writes) for _number in range(draw.choice([0, 1, 1, 1, 2, 2]))]


def _fault(draw: random.Random, writes: str) -> Options:
    met: Options = {"path": draw.choice([writes, writes, writes, SIGHT])}
    met |= draw.choice([{"nth": draw.randint(1, 5)}, {"times": draw.randint(1, 2)}])
    if draw.random() < 0.5:
        wait: Options = draw.choice([{}, {"headers": {"Retry-After": "1"}}])
        return {"kind": "status", "status": draw.choice([400, 429, 500, 500, 502, 503, 503, 504]), **wait, **met}
    kinds = ["drop-before", "drop-after", "truncate-body", "not-json", "restart"]
    if met["path"] != SIGHT:
        kinds += ["lose-writes", "partial-writes"]
    return {"kind": draw.choice(kinds), **met}
