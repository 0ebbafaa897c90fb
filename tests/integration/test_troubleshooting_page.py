# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages that docs/troubleshooting.md quotes are those that a user sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from utmstack_simulator.process import SimulatorProcess

from ..troubleshooting import PAGE, entries_of, types_of_errors
from .playing import Stage
from .provoked import SCENES, Scene
from .symptoms import SYMPTOMS

ENTRIES = {entry.heading: entry for entry in entries_of(PAGE.read_text(encoding="utf-8"))}
QUOTED = [
    (name, number) for name, entry in types_of_errors(ENTRIES.values()).items() for number in range(len(entry.messages))
]


@pytest.fixture
def scene(
    open_stage: Callable[[str, str], Stage], utmstack_simulator: Callable[..., SimulatorProcess], tmp_path: Path
) -> Scene:
    """A server, and a directory."""
    return Scene(open_stage, utmstack_simulator, tmp_path)


@pytest.mark.parametrize(("name", "number"), QUOTED)
def test_a_quoted_message_is_what_a_task_reports(scene: Scene, name: str, number: int) -> None:
    entry = ENTRIES[name]
    result = SCENES[name][number](scene)
    assert result["error"]["type"] == entry.reported_as
    said = " ".join(str(result["msg"]).split()).replace(scene.address, scene.shown_address)
    assert entry.quotes(number).fullmatch(said), f"{PAGE}:{entry.line}: quoted is {entry.messages[number]}, seen {said}"


def test_each_scene_is_quoted() -> None:
    assert sorted(QUOTED) == sorted((name, number) for name, plays in SCENES.items() for number in range(len(plays)))


def test_each_symptom_with_a_message_is_made() -> None:
    typed = types_of_errors(ENTRIES.values())
    shown = {heading for heading, entry in ENTRIES.items() if entry.messages and heading not in typed}
    # That one needs ansible-rulebook, see tests/eda.
    assert shown - {"The rulebook does not find the collection"} == set(SYMPTOMS)


@pytest.mark.parametrize("heading", SYMPTOMS)
def test_a_symptom_looks_as_the_page_shows_it(scene: Scene, heading: str) -> None:
    entry = ENTRIES[heading]
    seen = " ".join(SYMPTOMS[heading](scene).split())
    for number, message in enumerate(entry.messages):
        assert entry.quotes(number).search(seen), f"{PAGE}:{entry.line}: quoted is {message}, seen {seen}"
