# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many update scripts a plan needs."""

from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.notes_plan import NoteChange, plan_notes
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.status_plan import (
    StatusChange,
    plan_status,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.tags_plan import TagChange, plan_tags
from ansible_collections.utmstack.siem.plugins.module_utils.writing.script_budget import (
    SCRIPTS_PER_BLOCK,
    ScriptNeed,
    blocks_of_few_scripts,
    check_scripts,
    scripts_of,
)

from ..builders import alert, selection

CLOSE = StatusChange("completed")


@pytest.mark.parametrize(("texts", "scripts"), [(["a", "a", "a"], 1), (["a", "b", "a"], 2), (["a", "b", "c"], 3)])
def test_equal_observations_are_one_script(texts: list[str], scripts: int) -> None:
    alerts = [alert(f"a{number}", observation=text) for number, text in enumerate(texts)]
    assert len(scripts_of(CLOSE, plan_status(selection(*alerts), CLOSE).edits, has_echoes=True)) == scripts


def test_a_status_and_a_tag_list_are_scripts_of_their_own() -> None:
    change = StatusChange("completed", "Scan", false_positive=True)
    plan = plan_status(selection(alert("a1", tags=("x",)), alert("a2", tags=("y",)), alert("a3", tags=("y",))), change)
    assert scripts_of(change, plan.edits, has_echoes=False) == {
        ("status", ("completed", "Scan")),
        ("tags", ("False positive", "x")),
        ("tags", ("False positive", "y")),
    }


def test_tags_and_notes_count_by_their_content() -> None:
    alerts = [alert("a1", tags=("x",), notes="x"), alert("a2", tags=("y",), notes="y"), alert("a3")]
    tagging, noting = TagChange(("t",), "present"), NoteChange("n", "present", "append")
    assert len(scripts_of(tagging, plan_tags(selection(*alerts), tagging).edits, has_echoes=True)) == 3
    assert len(scripts_of(noting, plan_notes(selection(*alerts), noting).edits, has_echoes=True)) == 3


def test_an_echo_that_is_restored_after_its_alert_counts_with_what_all_others_get() -> None:
    family = [alert("a1", observation="alert"), alert("e1", parent_id="a1", observation="echo")]
    chosen = selection(*family, alert("a2", observation="echo"), echoes={"a1": family[1:]})
    edits = plan_status(chosen, CLOSE).edits
    assert scripts_of(CLOSE, edits, has_echoes=True) == {
        ("status", ("completed", "alert")),
        ("status", ("completed", "echo")),
    }


@pytest.mark.parametrize(("needed", "seconds"), [(0, 0), (75, 0), (76, 4), (200, 500)])
def test_the_time_grows_with_what_exceeds_the_limit(needed: int, seconds: int) -> None:
    need = ScriptNeed(needed)
    assert (need.seconds, need.is_exceeding) == (seconds, seconds > 0)
    assert check_scripts(need, seconds) is None
    assert bool(need.warnings()) == (seconds > 0)
    assert need.as_result()["scripts"] == {"needed": needed, "limit": 75, "seconds": seconds}
    if seconds:
        error = check_scripts(need, seconds - 1)
        assert error is not None
        assert error.as_result()["scripts"] == need.numbers()
        assert f"about {seconds} seconds" in error.message


def test_a_negative_wait_is_invalid_even_if_nothing_is_to_be_written() -> None:
    with pytest.raises(InvalidInput, match="script_wait"):
        check_scripts(ScriptNeed(0), -1)


def test_blocks_hold_few_scripts_and_every_alert_once() -> None:
    alerts = [alert(f"a{number}", observation=f"words {number % 25}") for number in range(100)]
    edits = plan_status(selection(*alerts), CLOSE).edits
    found = list(blocks_of_few_scripts(CLOSE, edits, has_echoes=True))
    assert [len(scripts_of(CLOSE, block, True)) for block in found] == [10, 10, 5]
    assert sorted(edit.alert.id for block in found for edit in block) == sorted(one.id for one in alerts)


def test_a_family_stays_in_one_block_whatever_it_needs() -> None:
    echoes = [alert(f"e{number}", parent_id="a1", observation=f"words {number}") for number in range(30)]
    chosen = selection(alert("a1"), *echoes, alert("a2", observation="x"), echoes={"a1": echoes})
    edits = plan_status(chosen, CLOSE).edits
    blocks = list(blocks_of_few_scripts(CLOSE, edits, has_echoes=True))
    assert sorted(len(block) for block in blocks) == [1, 31]
    assert len(edits) > SCRIPTS_PER_BLOCK
