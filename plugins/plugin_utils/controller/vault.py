# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that are encrypted with Ansible Vault, as texts and as an inventory of a controller carries them. Pure."""

from __future__ import annotations

from typing import Any

from .rule import mapping_of, text_of

_HEADER = "$ANSIBLE_VAULT;"
_CARRIER = "__ansible_vault"


def is_vaulted(value: Any) -> bool:
    """Whether a variable of a host is encrypted."""
    return _CARRIER in mapping_of(value) or text_of(value).startswith(_HEADER)


def carried(value: Any) -> Any:
    """An encrypted text in the form of an inventory; any other value as it is."""
    if isinstance(value, str) and is_vaulted(value):
        return {_CARRIER: "".join(f"{line.strip()}\n" for line in value.strip().splitlines())}
    return value
