# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert and check the variables of a role by its argument specification. Pure.

Surveys, ``-e name=value`` and credentials of AWX know texts only, and extra variables win over facts. So a role works
on converted copies of its variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.conversion import converted, is_blank
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.plugin_utils.yaml_text import structure_in_yaml

# Lists whose entries cannot contain a comma, by the name without the role. In a text, commas separate these; so they
# do in lists with choices. Names, tags and categories may contain commas, and are written one per line.
COMMA_SEPARATED = (
    "alert_ids",
    "candidate_ids",
    "mail_to",
    "notification_tasks",
    "required_roles",
    "rules_files",
    "scanners",
    "tasks",
)
# A missing approval must never apply everything.
NEVER_BLANK = ("plan",)
# Lists with which nothing could be done if they were empty. A survey gives an empty one when nothing is chosen.
DEFAULT_IF_EMPTY = ("phases",)
# A blank variable means its default. These words say that a text with a default is to be left out.
LEFT_OUT = {
    "alert_escalation_note": "none",
    "alert_escalation_status": "none",
    "alert_triage_note": "none",
    "alert_triage_since": "all",
    "stale_alerts_escalate_note": "none",
    "stale_alerts_escalate_status": "none",
    "stale_alerts_remind_note": "none",
    "triage_report_console": "none",
}


def role_variables(
    given: Mapping[str, Any], options: Mapping[str, Mapping[str, Any]], role: str, defaults: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The variables without the role's prefix, and one message for each that is wrong.

    :param given: values by the name of the variable.
    :param options: the options of the role's argument specification.
    :param defaults: values of defaults that are templates in the specification, by the name without the role.
    """
    variables: dict[str, Any] = {}
    problems: list[str] = []
    for variable, option in options.items():
        name = variable.removeprefix(f"{role}_")
        # No deepcopy: that of a list in a template copies all variables of all hosts with it.
        default = _plain(defaults.get(name, option.get("default")))
        if isinstance(default, str) and is_blank(default):
            # An environment variable gave it, and a controller renders that as blank if a field was not given.
            default = ""
        try:
            variables[name] = _read(variable, name, given, option, default)
        except InvalidInput as error:
            problems.append(error.message)
            variables[name] = default
    return variables, problems


def _read(variable: str, name: str, given: Mapping[str, Any], option: Mapping[str, Any], default: Any) -> Any:
    """The value that the role works with. :raises InvalidInput: it is wrong; the message names the variable."""
    if is_blank(given.get(variable)):
        if variable in given and name in NEVER_BLANK:
            raise InvalidInput(f"{variable} is set, but blank. Set it to the approved plan, or leave it out.")
        if option.get("required"):
            raise InvalidInput(f"{variable} is not set. Set it.")
        return converted(default, option, variable)
    commas = name in COMMA_SEPARATED or bool(option.get("choices"))
    value = _plain(converted(given[variable], option, variable, commas, structure_in_yaml))
    if value == [] and name in DEFAULT_IF_EMPTY:
        return converted(default, option, variable)
    is_left_out = isinstance(value, str) and value.strip().lower() == LEFT_OUT.get(variable)
    return "" if is_left_out else value


def _plain(value: Any) -> Any:
    """The value with dates as texts: before ansible-core 2.19, a fact with other dates is no dictionary any more."""
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, date) else value
