# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data with texts that Ansible does not take for templates: those of alerts, and templates of a controller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var


def untrusted(value: Any) -> Any:
    """A copy whose texts are never templates."""
    return wrap_var(plain(value))


def plain(value: Any) -> Any:
    """A copy in plain dictionaries and lists: Ansible's own ones cannot be copied by what marks their texts."""
    if isinstance(value, Mapping):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(member) for member in value]
    return value
