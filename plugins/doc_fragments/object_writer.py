# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation shared by modules."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes and notes of modules that manage one object."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Returns the predicted change without sending a write request.
    support: full
  diff_mode:
    description: Returns one line for each changed field.
    support: full
  idempotent:
    description: A second run changes nothing unless the object was changed on the server in between.
    support: full
notes:
  - UTMStack returns 200 for writes that it silently drops. Every write is read back, and C(changed) reports only what the server holds afterwards.
  - If the response to a write is lost, the write is repeated only if reading back shows that it did not take effect, and only if it may arrive twice.
"""
