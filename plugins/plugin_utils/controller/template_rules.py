# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for projects and job templates. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .accounts import has_secret
from .instance_rules import SECRET_VARIABLES
from .rule import (
    JOB_TEMPLATE,
    WORKFLOW,
    Finding,
    Rule,
    Scene,
    quoted,
    text_of,
)
from .vault import is_vaulted

_COLLECTION_NAME = re.compile(r"[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*")
_FILE_ENDINGS = (".yml", ".yaml")
PLAN_STATS = "_plan_stats"
_NOTIFICATIONS = (
    *("awssns", "email", "grafana", "irc", "mattermost", "pagerduty", "rocketchat", "slack", "twilio", "webhook"),
)


def _without_source(scene: Scene) -> Iterator[Finding]:
    for project in scene.of("project"):
        is_manual = project.text("scm_type") in ("", "manual")
        if is_manual and not project.text("local_path"):
            yield project, "it has neither a repository nor a directory. Set project_url or project_path."
        elif not is_manual and not project.text("scm_url"):
            yield (
                project,
                "it has no URL of a repository. Set project_url, or project_path for a directory of the controller.",
            )


def _secret_in_source(scene: Scene) -> Iterator[Finding]:
    for project in scene.of("project"):
        if has_secret(project.text("scm_url")):
            yield (
                project,
                "everyone who sees the project could read the account in the URL of its repository. Remove it from the "
                "URL, and name a source control credential in project_credential.",
            )


def _notification_type(scene: Scene) -> Iterator[Finding]:
    for notification in scene.of("notification_template"):
        given = notification.text("notification_type")
        if given not in _NOTIFICATIONS:
            what = f"`{given}` is no type of a notification" if given else "it has no type"
            yield notification, f"{what}. Use one of {quoted(_NOTIFICATIONS)}."


def _by_collection_name(scene: Scene) -> Iterator[Finding]:
    for template in scene.of(JOB_TEMPLATE):
        playbook = template.text("playbook")
        if _COLLECTION_NAME.fullmatch(playbook) and not playbook.endswith(_FILE_ENDINGS):
            yield (
                template,
                f"a controller does not find the playbook `{playbook}` of a collection. Name a file of the project "
                "that imports it.",
            )


def _not_in_project(scene: Scene) -> Iterator[Finding]:
    for template in scene.of(JOB_TEMPLATE):
        playbook = template.text("playbook")
        is_file = playbook.endswith(_FILE_ENDINGS) or not _COLLECTION_NAME.fullmatch(playbook)
        if scene.playbooks is not None and playbook and is_file and playbook not in scene.playbooks:
            yield (
                template,
                f"the project has no playbook `{playbook}`. Add the file to the project, or correct the name.",
            )


def _incomplete(scene: Scene) -> Iterator[Finding]:
    for template in scene.of(JOB_TEMPLATE):
        wanted = ["project", "playbook"]
        if not template.arguments.get("ask_inventory_on_launch"):
            wanted.append("inventory")
        missing = [name for name in wanted if not template.text(name)]
        if missing:
            yield template, f"{quoted(missing)} is missing. Set it."


def _plan_writes(scene: Scene) -> Iterator[Finding]:
    for template in scene.of(JOB_TEMPLATE):
        plans = [name for name, value in template.mapping("extra_vars").items() if name.endswith(PLAN_STATS) and value]
        may_write = template.text("job_type") != "check" or template.arguments.get("ask_job_type_on_launch")
        if plans and may_write:
            yield (
                template,
                "it makes a plan for an approver, and may also write. Set job_type to check, and "
                "ask_job_type_on_launch to false.",
            )


def _secrets(scene: Scene) -> Iterator[Finding]:
    for template in scene.of(JOB_TEMPLATE, WORKFLOW):
        variables = template.mapping("extra_vars")
        found = [name for name in SECRET_VARIABLES if text_of(variables.get(name)) and not is_vaulted(variables[name])]
        if found:
            yield template, f"{quoted(found)} in extra_vars would be readable in each job. Put it into a credential."


RULES = (
    Rule(
        "project-without-source",
        "A project has the URL of a repository, or a directory of the controller.",
        _without_source,
    ),
    Rule("secret-in-project-url", "The URL of a repository holds no password and no token.", _secret_in_source),
    Rule("notification-type", "A notification template has a type that a controller knows.", _notification_type),
    Rule("template-incomplete", "A job template has a project, a playbook and an inventory.", _incomplete),
    Rule(
        "playbook-by-collection-name",
        "A job template names a file of its project, not a playbook of a collection.",
        _by_collection_name,
    ),
    Rule("playbook-not-in-project", "The project has the playbook of each job template.", _not_in_project),
    Rule("plan-not-in-check-mode", "A job template that makes a plan runs in check mode only.", _plan_writes),
    Rule("secret-in-extra-vars", "The variables of a job template or workflow hold no secret.", _secrets),
)
