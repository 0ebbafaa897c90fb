# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts in URLs: what stands before the host may be a password or a token. Pure."""

from __future__ import annotations

import re

# Up to the last @ before the path, because a password may hold one, too.
_ACCOUNT = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<account>[^/\s\"]*)@", re.IGNORECASE)


def without_accounts(text: str) -> str:
    """A text that may hold URLs, with … for the account of each."""
    return _ACCOUNT.sub(r"\g<scheme>://…@", text)


def without_account(url: str) -> str:
    """A URL, with or without a scheme, from the host on if it has an account."""
    return url.rpartition("@")[2]


def has_secret(url: str) -> bool:
    """Whether the account of a URL is a secret. SSH needs a user name, which is none."""
    found = _ACCOUNT.match(url)
    return found is not None and (found["scheme"].lower() in ("http", "https") or ":" in found["account"])
