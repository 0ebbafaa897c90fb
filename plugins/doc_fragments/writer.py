# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation shared by modules."""

from __future__ import annotations


class ModuleDocFragment:
    """What every module that changes alerts has in common."""

    DOCUMENTATION = r"""
options:
  max_affected:
    description:
      - Fail before anything is written when more alerts than this would change, echoes included.
      - For a O(query) the default is 500. For O(alert_ids) there is no limit unless one is set.
    type: int
attributes:
  check_mode:
    description: Can run in check mode and return what would be changed, without sending a writing request.
    support: full
  diff_mode:
    description: Returns one line for each changed field of each alert.
    support: full
  idempotent:
    description: Run again without changes on the server, the task changes nothing.
    support: full
notes:
  - UTMStack answers 200 to writes that it did not do. Every write is read back, and C(changed) tells what the server was seen to hold.
  - An alert that somebody else changed between selection and write is skipped.
  - Any alert that fails makes the task fail, and RV(alerts) tells what became of each.
"""

    # For modules whose changes can be taken back.
    RECEIPT = r"""
options:
  receipt:
    description:
      - File to write what was changed to, on the host that runs the task, readable by its owner only. M(utmstack.siem.utmstack_undo) takes it back.
      - It is complete before the first write, so that a run that is killed can be undone, too. Where nothing is to be changed, no file is written.
      - A file that exists is never overwritten. Put the time or the job's number into the name.
    type: path
"""
