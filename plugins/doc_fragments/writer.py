# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation shared by modules."""

from __future__ import annotations


class ModuleDocFragment:
    """Options, attributes and notes of modules that change alerts."""

    DOCUMENTATION = r"""
options:
  max_affected:
    description:
      - Fail before anything is written if more alerts than this would change, echoes included.
      - Without it, the limit is 500 for a O(query). There is no limit for O(alert_ids).
    type: int
  script_wait:
    description:
      - Seconds that the task may wait because UTMStack compiles only 75 update scripts in 5 minutes. Each different observation, tag list or note needs a
        script of its own, however many alerts get it.
      - Fail before anything is written if the changes need more scripts than the server compiles in this time. Check mode fails as well.
      - A task that waits writes the alerts in small groups and checks each group again before writing it. With C(-v), it reports its progress.
    type: int
    default: 0
  rows:
    description:
      - Alerts that RV(alerts) lists. RV(summary) always counts all of them, and C(changed) takes all of them into account.
      - V(all) lists every selected alert, V(changed) those that changed, failed or were skipped, and V(failed) those that failed or were skipped.
      - With thousands of alerts, a short list makes the task faster, and saves Ansible from carrying it in the registered result.
    type: str
    choices: [all, changed, failed]
    default: all
attributes:
  check_mode:
    description: Returns the predicted changes without sending a write request.
    support: full
  diff_mode:
    description: Returns one line for each changed field of each alert.
    support: full
  idempotent:
    description: A second run changes nothing unless the alerts were changed on the server in between.
    support: full
notes:
  - UTMStack returns 200 for writes that it silently drops. Every write is read back, and C(changed) reports only what the server holds afterwards.
  - A query selects what it finds now. After a task has closed the open alerts of a O(query), the same query finds none of them in the next task. Do both in
    one task of M(utmstack.siem.utmstack_alert_status) or M(utmstack.siem.utmstack_triage), or register the first task and pass the IDs of its
    RV(alerts) as O(alert_ids).
  - Alerts that an analyst or another run changed between selection and write are skipped.
  - The task fails if any alert fails. RV(alerts) holds the result for each alert.
"""

    # For modules whose changes can be undone.
    RECEIPT = r"""
options:
  receipt:
    description:
      - File to which the receipt (change journal) is written, on the host that runs the task. Only its owner can read it.
        M(utmstack.siem.utmstack_undo) undoes the run from it. Without it, the O(state_directory) keeps the receipt.
      - The receipt is complete before the first write, so a run that was killed can be undone as well. No file is written if nothing has to change.
      - A directory that exists, or a path that ends in a slash, gets a new file named after the server and the time.
      - Missing directories are created for their owner alone (C(0700)). An existing one keeps its mode.
      - On the controller, a relative path starts in the directory in which C(ansible-playbook) was started.
      - An existing file is never overwritten. Name a directory, or use a job ID in the file name.
    type: path
"""

    # For modules whose changes can be approved beforehand.
    PLAN = r"""
options:
  plan:
    description:
      - The approved plan. It is the RV(ignore:plan) of a check run of the same task - as text, in a file, or as the dictionary that
        P(utmstack.siem.plan_document#filter) makes of it - or the whole result of that check run. Without it, the current plan is applied.
      - The task makes the approved changes of those alerts that still are as the plan saw them. It skips the others with a reason and touches no alert that the
        plan does not name, whether or not the task still selects them. RV(ignore:approval) holds the figures.
      - Guardrails count as they are now. A plan made with other rules or options, or for another server, is refused.
      - A RV(ignore:plan_digest) instead of the plan approves all changes or none, see O(plan_policy).
      - The task also fails if this option is blank, because a missing approval must not apply everything.
      - A file is read on the host that runs the task. On the controller, a relative path starts in the directory in which C(ansible-playbook) was started.
    type: raw
  plan_policy:
    description:
      - With V(approved), the approved changes that are still possible are made. This is the default for a plan.
      - With V(exact), nothing is written if anything differs from the plan, even a single new alert. The error lists the differences. This is the only policy
        for a digest.
    type: str
    choices: [approved, exact]
  plan_max_age:
    description: Age up to which a plan is applied, such as V(8h). A digest has no age.
    type: str
    default: 24h
"""

    # Beside every `receipt` that is written.
    RECEIPT_DIRECTORY = r"""
options:
  state_directory:
    description:
      - Directory for the receipts of runs without O(receipt). Each run gets a file named after the server and the time. Without it, O(receipt) and
        O(receipt_in_result), the run cannot be undone from a receipt.
      - Created for its owner alone (C(0700)), with a file C(.gitignore) that hides its content from Git. An existing directory keeps its mode. Receipts hold
        customer data.
      - If not set, the environment variable E(UTMSTACK_STATE_DIR) of the controller is used. A blank one counts as not set.
    type: path
  receipt_in_result:
    description:
      - Whether the result holds the receipt as RV(receipt_content), for a host without a directory that outlives the job. Pass it to
        M(utmstack.siem.utmstack_undo), for example through C(set_stats).
      - The receipt holds customer data. A controller shows the artifacts of a job to everyone who may see the job.
      - Ansible does not print such a result with C(-v). A run that is killed has no result, so only a file can undo it in full.
    type: bool
    default: false
  keep_days:
    description:
      - Remove receipts older than this number of days from the directory of this run's receipt, whatever their server, after the task succeeded and wrote
        a receipt. RV(removed_receipts) lists them. Without it, all receipts stay.
      - A file is removed only if it is a complete receipt. The record of an incident that a killed run left incomplete stays.
    type: int
  allow_insecure_directory:
    description:
      - Whether the receipt may stand in a directory in which every user of the host can replace it, that is, one that others may write to and that has no
        sticky bit. Without it, the task fails before anything is written.
    type: bool
    default: false
"""

    # For modules that close alerts.
    GUARDRAILS = r"""
options:
  protect:
    description:
      - Queries for protected alerts. An alert that matches one of them is never closed, that is, neither completed nor tagged V(False positive). The same
        applies to an alert whose matching echo would be closed with it.
      - These queries match echoes, and alerts of any status unless they name one.
    type: list
    elements: dict
    default: []
  hold_tags:
    description:
      - Tags that keep an alert from being closed. Case, spaces, hyphens and underscores are ignored.
      - An alert is not closed either if an echo with one of these tags would change with it.
      - M(utmstack.siem.utmstack_triage) leaves an alert with one of these tags entirely unchanged.
    type: list
    elements: raw
    default: [Hold]
  strict:
    description:
      - Fail before anything is written if an entry of a guardrail matches neither a stored alert nor an asset. Without it, the task warns of such entries once.
    type: bool
    default: false
"""

    # For modules in which O(alert_ids) is the operator's own choice of alerts to close.
    OPERATOR_GUARDRAILS = r"""
options:
  protect:
    description:
      - Queries for protected alerts. An alert that matches one of them is never closed, that is, neither completed nor tagged V(False positive). The same
        applies to an alert whose matching echo would be closed with it.
      - These queries match echoes, and alerts of any status unless they name one.
    type: list
    elements: dict
    default: []
  hold_tags:
    description:
      - Tags that keep an alert from being closed. Case, spaces, hyphens and underscores are ignored.
      - An alert is not closed either if an echo with one of these tags would change with it.
      - Without it, the tag V(Hold) applies to a O(query), and no tag to O(alert_ids), where you named every alert.
    type: list
    elements: raw
  strict:
    description:
      - Fail before anything is written if an entry of a guardrail matches neither a stored alert nor an asset. Without it, the task warns of such entries once.
    type: bool
    default: false
"""
