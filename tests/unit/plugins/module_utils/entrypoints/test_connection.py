# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What messages and verbose output say about options."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.connection import hint, shown_options


def test_a_missing_address_is_followed_by_a_sentence_of_its_own() -> None:
    message = "missing required arguments: url"
    assert message + hint(message) == (
        "missing required arguments: url. Set `url` or the environment variable UTMSTACK_URL."
    )


def test_another_missing_option_gets_no_hint() -> None:
    assert hint("missing required arguments: tags") == ""


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"plan": {"plan_version": 1}}, {"plan": "(19 characters)"}),
        ({"plan": "H4sI" + "A" * 2000}, {"plan": "(2004 characters)"}),
        ({"plan": "plan.json"}, {"plan": "plan.json"}),
        ({"plan": None}, {"plan": None}),
        ({"plan": 0o600}, {"plan": 0o600}),
        ({"query": {"status": ["open"]}}, {"query": {"status": ["open"]}}),
    ],
)
def test_verbose_output_shows_names_and_no_whole_plans(given: dict[str, Any], shown: dict[str, Any]) -> None:
    assert shown_options(given, {"plan": {"type": "raw"}, "query": {"type": "dict"}}) == shown
