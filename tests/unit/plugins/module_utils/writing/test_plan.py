# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest by which a run is approved."""

from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.writing.plan import Edit, Plan

from ..builders import alert

BEFORE = {"status": "open", "observation": ""}


def digest(observation: str, **more: str) -> str:
    return Plan([Edit(alert(), BEFORE, {"status": "completed", "observation": observation, **more})]).digest


def test_two_jobs_with_the_same_plan_have_the_same_digest() -> None:
    assert digest('Planned [utmstack.siem rule="Scan" rules=0a1b run=job-1]') == digest(
        'Planned [utmstack.siem rule="Scan" rules=0a1b run=job-2]'
    )


@pytest.mark.parametrize(
    "other",
    [
        'Other [utmstack.siem rule="Scan" rules=0a1b run=job-1]',
        'Planned [utmstack.siem rule="Other" rules=0a1b run=job-1]',
        'Planned [utmstack.siem rule="Scan" rules=ffff run=job-1]',
        "Planned run=job-2",
    ],
)
def test_everything_else_of_the_plan_is_in_its_digest(other: str) -> None:
    assert digest(other) != digest('Planned [utmstack.siem rule="Scan" rules=0a1b run=job-1]')


def test_only_an_observation_holds_a_run() -> None:
    mark = '[utmstack.siem rule="Scan" rules=0a1b run={}]'
    assert digest("", notes=mark.format("job-1")) != digest("", notes=mark.format("job-2"))
