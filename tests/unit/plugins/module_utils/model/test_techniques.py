# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The techniques that alerts name in texts and by their pages."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.model.techniques import techniques_in

PAGE = "https://attack.mitre.org/techniques"


@pytest.mark.parametrize(
    ("value", "techniques"),
    [
        ("T1110.001 - Password guessing", ["T1110.001"]),
        ("Valid Accounts (T1078), T1110: T1078.", ["T1078", "T1110"]),
        (f"{PAGE}/T1110/001/", ["T1110.001"]),
        (f"{PAGE}/T1110/", ["T1110"]),
        ("T1110.0012 T11100 XT1110 T1110a t1110 Brute force", ["T1110"]),
        ("", []),
        (None, []),
        ({"technique": "Brute force", "reference": [f"{PAGE}/T1110/"], "name": "T1078"}, ["T1110"]),
        ({"technique": None, "reference": []}, []),
        ({"technique": "T1078"}, ["T1078"]),
        ([{"technique": "T1078"}, "T1110", {"technique": "T1078", "reference": f"{PAGE}/T1021/006"}], None),
        (iter(["T1110", None]), ["T1110"]),
        ("T1\u0661\u0661\u0660 \uff341110", []),
    ],
)
def test_each_technique_is_named_once_in_order(value: Any, techniques: list[str] | None) -> None:
    assert techniques_in(value) == (["T1078", "T1110", "T1021.006"] if techniques is None else techniques)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5, "5 is neither an alert nor a text. Pass alerts, or texts with techniques."),
        (
            {"id": "a1"},
            "{'id': 'a1'} is not an alert with a technique. Read alerts with the fields technique and reference.",
        ),
        ([["T1110", True]], "True is neither an alert nor a text. Pass alerts, or texts with techniques."),
    ],
)
def test_what_names_no_technique_is_refused(value: Any, message: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        techniques_in(value)
    assert refusal.value.message == message
