# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.filter.survey_list import survey_list


@pytest.mark.parametrize(
    ("given", "commas", "entries"),
    [
        (" a, b\n\nc\r\n ,", True, ["a", "b", "c"]),
        (" a, b\n\nc\r\n ", False, ["a, b", "c"]),
        ("", True, []),
        ([" a, b "], True, [" a, b "]),
        (None, True, None),
    ],
)
def test_a_text_becomes_a_list_and_nothing_else_does(given: Any, commas: bool, entries: Any) -> None:
    assert survey_list(given, commas) == entries
