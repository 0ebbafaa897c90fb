# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A difference within a survey names the question."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.comparing import Difference
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.details import details

SINCE = {"variable": "since", "default": "24h", "max": 64}
LIMIT = {"variable": "limit", "default": 500}


def survey(*questions: Any) -> dict[str, Any]:
    return {"name": "triage", "spec": list(questions)}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (survey(SINCE, LIMIT), survey(SINCE, {**LIMIT, "default": 50}), [("f.spec.limit.default", 500, 50)]),
        (survey(SINCE, LIMIT), survey(SINCE), [("f.spec.limit", LIMIT, "(none)")]),
        (survey(SINCE), survey(SINCE, LIMIT), [("f.spec.limit", "(none)", LIMIT)]),
        (survey(SINCE, LIMIT), survey(LIMIT, SINCE), [("f.spec (order)", ["since", "limit"], ["limit", "since"])]),
        (survey(SINCE), {}, [("f", survey(SINCE), {})]),
        (["a"], ["b"], [("f", ["a"], ["b"])]),
        ("check", "run", [("f", "check", "run")]),
        (None, {"a": 1}, [("f", None, {"a": 1})]),
    ],
)
def test_the_innermost_parts_are_named(before: Any, after: Any, expected: list[tuple[str, Any, Any]]) -> None:
    found = [(item.field, item.before, item.after) for item in details(Difference("f", before, after))]
    assert found == expected
