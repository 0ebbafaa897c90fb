# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.filter.failure_reason import MAX_LENGTH, failure_reason

FAILED = [{"failed": True, "msg": "bad"}]
OPEN: dict[str, Any] = {"no_log": None}


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"failed": True, "msg": "No route"}, "No route"),
        ({"failed": True, "msg": "two\nlines\tand \x1b[31mred"}, "two lines and \\x1b[31mred"),
        ({"failed": True, "msg": ["a", "b"]}, "['a', 'b']"),
        ({"failed": True}, "The task gave no reason."),
        ({}, "Ansible ended this host because another one failed (any_errors_fatal)."),
        ({"failed": True, "msg": "", "results": []}, "The task gave no reason."),
        ({"failed": True, "msg": "One or more items failed", "results": [{"msg": "fine"}, *FAILED]}, "bad"),
        ({"failed": True, "msg": "No such package", "results": ["nginx is not there"]}, "No such package"),
        ({"failed": True, "msg": "Too many", "results": [{"msg": "fine"}]}, "Too many"),
        ({"failed": True, "msg": "Away", "results": "none"}, "Away"),
    ],
)
def test_the_reason_is_one_line(result: dict[str, Any], reason: str) -> None:
    assert failure_reason(result, OPEN) == reason


def test_a_long_reason_is_cut() -> None:
    assert len(failure_reason({"failed": True, "msg": "x" * 5000}, OPEN)) == MAX_LENGTH + 1


@pytest.mark.parametrize("result", [*FAILED, {"results": FAILED}])
def test_what_no_log_hides_is_not_told(result: dict[str, Any]) -> None:
    assert "bad" not in failure_reason(result, {"no_log": True})
