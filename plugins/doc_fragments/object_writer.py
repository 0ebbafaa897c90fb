# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation shared by modules."""

from __future__ import annotations


class ModuleDocFragment:
    """What every module that keeps one object has in common."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in check mode and return what would be changed, without sending a writing request.
    support: full
  diff_mode:
    description: Returns one line for each changed field.
    support: full
  idempotent:
    description: Run again without changes on the server, the task changes nothing.
    support: full
notes:
  - UTMStack answers 200 to writes that it did not do. Every write is read back, and C(changed) tells what the server was seen to hold.
  - A write whose answer was lost is sent again only when reading back shows that it is missing.
"""
