# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for scripts within a bound."""

from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import (
    AccessDenied,
    ConnectionFailed,
    Repeat,
    ServerError,
    UtmstackError,
)
from ansible_collections.utmstack.siem.plugins.module_utils.writing.script_budget import MAX_SCRIPTS, ScriptNeed
from ansible_collections.utmstack.siem.plugins.module_utils.writing.script_pace import (
    MAX_PAUSE,
    NO_PACE,
    ScriptPace,
)

# A write takes a tenth of a second.
REQUEST = 0.1


def failed(text: str, status: int = 500) -> ServerError:
    return ServerError("failed", status=status, server_text=text, repeat=Repeat.AFTER_READING_BACK)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[circuit_breaking_exception] Too many dynamic script compilations",
        "[general_script_exception] Failed to compile inline script",
        "Invalid characters (CR/LF) in header X-UtmStack-error",
    ],
)
def test_a_500_may_be_a_refused_script(text: str) -> None:
    error = failed(text)
    refused = ScriptPace(60).refused(error)
    assert refused is not None
    assert (refused.message, refused.status, refused.server_text) == (error.message, 500, error.server_text)
    assert refused.repeat is Repeat.AFTER_READING_BACK
    assert NO_PACE.refused(error) is None


@pytest.mark.parametrize(
    "error",
    [
        failed("OpenSearch.updateByQuery: [cluster_block_exception] Forbidden access"),
        failed("[version_conflict_engine_exception] version conflict"),
        failed("[script_exception] compile error: unexpected token"),
        failed("", status=503),
        ConnectionFailed("broken", repeat=Repeat.PERHAPS_RUNNING),
        AccessDenied("denied", status=403),
    ],
)
def test_other_errors_are_none(error: UtmstackError) -> None:
    assert ScriptPace(60).refused(error) is None


class Engine:
    """The search engine's bucket of scripts, and a clock that only waits and requests move."""

    def __init__(self, left: float = MAX_SCRIPTS) -> None:
        self.left, self.waited, self.refused = float(left), 0.0, 0
        self.reports: list[str] = []

    def _pass(self, seconds: float) -> None:
        self.left = min(MAX_SCRIPTS, self.left + seconds / 4)

    def sleep(self, seconds: float) -> None:
        self.waited += seconds
        self._pass(seconds)

    def compiles(self) -> bool:
        self._pass(REQUEST)
        if self.left < 1:
            self.refused += 1
            return False
        self.left -= 1
        return True

    def run(self, needed: int, seconds: int) -> int:
        """Write `needed` scripts in the way of the write path, and return how many the engine compiled."""
        pace = ScriptPace(seconds, self.sleep, self.reports.append)
        pace.expect(needed, 0)
        left = needed
        while left:
            if self.compiles():
                left -= 1
                pace.accepted()
            elif not pace.wait(left):
                break
        assert pace.is_slow == (self.refused > 0)
        assert (pace.refusal is None) == (left == 0)
        return needed - left


@pytest.mark.parametrize("needed", [76, 77, 90, 150, 200, 400])
def test_the_predicted_time_suffices(needed: int) -> None:
    engine = Engine()
    seconds = ScriptNeed(needed).seconds
    assert engine.run(needed, seconds) == needed
    assert engine.waited <= seconds
    # No more requests in vain than about one per script that was waited for.
    assert engine.refused <= needed - MAX_SCRIPTS + 3


def test_what_others_used_up_is_waited_for_within_the_bound() -> None:
    engine = Engine(left=0)
    assert engine.run(20, 100) == 20
    engine = Engine(left=0)
    assert engine.run(20, 40) < 20
    assert engine.waited == 40


def test_pauses_grow_only_while_they_gain_nothing() -> None:
    pauses: list[float] = []
    pace = ScriptPace(1000, pauses.append)
    for _ in range(6):
        pace.wait(1)
    pace.accepted()
    pace.wait(1)
    pace.wait(1)
    assert pauses == [1, 2, 4, 8, MAX_PAUSE, MAX_PAUSE, MAX_PAUSE, MAX_PAUSE]
    pace = ScriptPace(1000, pauses.append)
    pauses.clear()
    for _ in range(3):
        pace.accepted()
        pace.wait(1)
    assert pauses == [1, 1, 1]


def test_progress_is_reported_now_and_then() -> None:
    engine = Engine()
    engine.run(200, 500)
    # One more than 75, because sending them takes a while.
    assert engine.reports[0].startswith("76 of 200 alerts written, waiting")
    assert "500 s of `script_wait` left" in engine.reports[0]
    assert 500 / 20 < len(engine.reports) < 500 / 14
