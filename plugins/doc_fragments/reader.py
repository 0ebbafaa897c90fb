# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation shared by modules."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes of modules that only read."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: The module only reads and behaves the same in check mode.
    support: full
  diff_mode:
    description: The module changes nothing, so there is no diff.
    support: none
  idempotent:
    description: The module changes nothing, however often it runs.
    support: full
"""
