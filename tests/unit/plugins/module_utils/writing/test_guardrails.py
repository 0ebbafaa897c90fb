# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guardrails, without a server."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import V10, V11, Dialect
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.alert import Alert, alert_from
from ansible_collections.utmstack.siem.plugins.module_utils.writing.guardrails import (
    NO_GUARDRAILS,
    Guardrails,
    guardrails_from,
)

NOW = datetime(2026, 11, 28, tzinfo=timezone.utc)
CLOSED = {"status": "completed", "observation": "Known"}
MARKED = {"tags": ["False positive"]}
HOLD = Guardrails(["Hold"])


def scan(**members: Any) -> Alert:
    """A stored alert."""
    return alert_from({"id": "a1", "name": "Scan", "status": 2, "severity": 1, **members}, V11)


def protected(*entries: dict[str, Any], dialect: Dialect = V11) -> Guardrails:
    """Guardrails with these entries of `protect`."""
    return guardrails_from({"protect": entries, "hold_tags": [], "strict": False}, dialect, NOW)


@pytest.mark.parametrize("after", [CLOSED, MARKED, {**CLOSED, **MARKED}, {**CLOSED, "incident": "Night"}])
def test_a_held_or_protected_alert_is_not_closed(after: dict[str, Any]) -> None:
    assert HOLD.against_closing(scan(tags=["on-hold", " HOLD"]), after) == "The alert carries a hold tag."
    reason = protected({"name": "Scan"}).against_closing(scan(), after)
    assert reason == "The alert is protected from automatic closure (`protect`)."
    assert NO_GUARDRAILS.against_closing(scan(tags=["Hold"]), after) is None
    assert protected({"name": "Other"}).against_closing(scan(), after) is None


@pytest.mark.parametrize(
    ("held", "after"),
    [
        ({}, {"status": "in_review", "observation": ""}),
        ({}, {"tags": ["Hold", "Seen"]}),
        ({}, {"incident": "Night", "marked": True}),
        ({"status": 5}, CLOSED),
        ({"tags": ["Hold", "False positive"]}, {"tags": ["False positive", "Hold", "Seen"]}),
        # The server looks for the exact text.
        ({}, {"tags": ["Hold", "false positive"]}),
    ],
)
def test_what_closes_nothing_is_not_bound(held: dict[str, Any], after: dict[str, Any]) -> None:
    alert = scan(**{"tags": ["Hold"], **held})
    rails = Guardrails(["Hold"], protected({"name": "Scan"}).protect)
    assert rails.against_closing(alert, after) is None
    # Rules leave a held alert alone altogether, and only they do.
    assert rails.against_change(alert, after) == "The alert carries a hold tag."
    assert protected({"name": "Scan"}).against_change(scan(**held), after) is None


@pytest.mark.parametrize(
    ("echo", "rails", "reason"),
    [
        ({"tags": ["Hold"]}, HOLD, "Its echo e1 carries a hold tag."),
        ({"name": "Core"}, protected({"name": "Core"}), "Its echo e1 is protected from automatic closure (`protect`)."),
        # A completed echo is not closed again, but its observation changes.
        ({"tags": ["Hold"], "status": 5, "statusObservation": "Own"}, HOLD, "Its echo e1 carries a hold tag."),
        ({"tags": ["Hold"], "status": 5, "statusObservation": "Known"}, HOLD, None),
        ({"name": "Core", "status": 5, "statusObservation": "Own"}, protected({"name": "Core"}), None),
        ({}, Guardrails(["Hold"], protected({"name": "Core"}).protect), None),
    ],
)
def test_an_echo_binds_its_alert(echo: dict[str, Any], rails: Guardrails, reason: str | None) -> None:
    one = scan(id="e1", parentId="a1", **echo)
    assert rails.against_closing(scan(), CLOSED, [(one, CLOSED)]) == reason
    assert rails.against_change(scan(), CLOSED, [(one, CLOSED)]) == reason


def test_an_echo_that_is_closed_binds_an_alert_that_is_not() -> None:
    echo = scan(id="e1", parentId="a1", tags=["Hold"])
    done = scan(status=5, tags=["False positive"])
    after = {"tags": ["False positive", "Seen"]}
    assert HOLD.against_closing(done, after, [(echo, {"tags": ["False positive", "Hold"]})]) is not None
    assert HOLD.against_closing(done, after, [(echo, {"tags": ["Hold"]})]) is None


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ({"hold_tags": None, "alert_ids": ["a1"]}, []),
        ({"hold_tags": None, "alert_ids": []}, []),
        ({"hold_tags": None, "query": {}}, ["Hold"]),
        ({"hold_tags": ["Mine"], "alert_ids": ["a1"]}, ["Mine"]),
        ({"hold_tags": [], "query": {}}, []),
    ],
)
def test_hold_tags_without_a_default_apply_to_queries(given: dict[str, Any], held: list[str]) -> None:
    assert list(guardrails_from({"protect": [], "strict": False, **given}, V11, NOW).hold_tags) == held


@pytest.mark.parametrize("blank", ["", " \t"])
@pytest.mark.parametrize("ids", [None, ["a1"]])
def test_a_blank_hold_tag_is_refused_because_it_holds_nothing(blank: str, ids: list[str] | None) -> None:
    with pytest.raises(InvalidInput, match="`hold_tags` contains an empty text"):
        guardrails_from({"protect": [], "strict": False, "hold_tags": ["Hold", blank], "alert_ids": ids}, V11, NOW)


@pytest.mark.parametrize("dialect", [V10, V11])
def test_protect_meets_echoes_and_every_status(dialect: Dialect) -> None:
    for status in (1, 2, 3, 5):
        document = {"id": "e1", "name": "Scan", "parentId": "a1", "status": status}
        echo = alert_from(document, dialect)
        assert protected({"name": "Scan"}, dialect=dialect).against_closing(echo, MARKED) is not None


@pytest.mark.parametrize("entry", [{"hots": "x"}, {"name": []}, [], {"where": [{"field": "name"}]}])
def test_an_invalid_entry_is_refused(entry: Any) -> None:
    with pytest.raises(InvalidInput, match="`protect"):
        protected(entry)
