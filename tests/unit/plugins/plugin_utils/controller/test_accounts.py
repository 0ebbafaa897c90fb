# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts in URLs are recognized and hidden, whatever their passwords hold, and so are values from Ansible Vault."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.accounts import (
    has_secret,
    without_account,
    without_accounts,
)
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.vault import carried, is_vaulted


@pytest.mark.parametrize(
    ("url", "is_secret"),
    [
        ("https://git.example.com/triage.git", False),
        ("https://token@git.example.com/triage.git", True),
        ("HTTPS://soc:p@ss@git.example.com/triage.git", True),
        ("https://git.example.com/triage@v2.git", False),
        ("ssh://git@git.example.com/triage.git", False),
        ("ssh://git:secret@git.example.com/triage.git", True),
        ("git@git.example.com:soc/triage.git", False),
    ],
)
def test_an_account_of_a_repository_is_a_secret(url: str, is_secret: bool) -> None:
    assert has_secret(url) is is_secret


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://soc:secret@git.example.com/a", "https://…@git.example.com/a"),
        ("https://soc:p@ss@git.example.com/a", "https://…@git.example.com/a"),
        ('{"url": "https://siem.example.com", "mail": "a@b.example"}', None),
        ("see https://a:b@one.example and ssh://c@two.example", "see https://…@one.example and ssh://…@two.example"),
        ("soc@example.com", None),
    ],
)
def test_texts_show_no_account(text: str, shown: str | None) -> None:
    assert without_accounts(text) == (shown or text)


def test_a_url_without_a_scheme_shows_no_account_either() -> None:
    assert without_account("soc:p@ss@siem.example.com") == "siem.example.com"
    assert without_account("https://siem.example.com") == "https://siem.example.com"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("$ANSIBLE_VAULT;1.1;AES256\n3132", True),
        (" $ANSIBLE_VAULT;1.1;AES256\n 3132\n", True),
        ({"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n3132\n"}, True),
        ("$ANSIBLE_VAULTED", False),
        ("secret", False),
        (None, False),
    ],
)
def test_values_from_vault(value: Any, expected: bool) -> None:
    assert is_vaulted(value) is expected
    if isinstance(value, str):
        inline = {"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n3132\n"}
        assert carried(value) == (inline if expected else value)
