# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a message about a missing option adds."""

from __future__ import annotations

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.connection import hint


def test_a_missing_address_is_followed_by_a_sentence_of_its_own() -> None:
    message = "missing required arguments: url"
    assert message + hint(message) == (
        "missing required arguments: url. Set `url` or the environment variable UTMSTACK_URL."
    )


def test_another_missing_option_gets_no_hint() -> None:
    assert hint("missing required arguments: tags") == ""
