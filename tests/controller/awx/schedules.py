# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller accepts as a schedule, and as prompts that are saved with one or with a node."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .launch import judged

FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY")
MAX_COUNT = 999
# The prompts of a saved launch, with what the template says to them. A schedule or node may have them only if the
# template asks for them, or has the same value itself.
PROMPTS = {
    "inventory": "ask_inventory_on_launch",
    "scm_branch": "ask_scm_branch_on_launch",
    "job_type": "ask_job_type_on_launch",
    "job_tags": "ask_tags_on_launch",
    "skip_tags": "ask_skip_tags_on_launch",
    "limit": "ask_limit_on_launch",
    "diff_mode": "ask_diff_mode_on_launch",
    "verbosity": "ask_verbosity_on_launch",
    "execution_environment": "ask_execution_environment_on_launch",
    "forks": "ask_forks_on_launch",
    "job_slice_count": "ask_job_slice_count_on_launch",
    "timeout": "ask_timeout_on_launch",
}


def rrule_errors(rrule: str) -> list[str]:
    """The reasons why a rule is refused."""
    starts = re.findall(r"DTSTART(?:;[^:]+)?:[0-9]+T[0-9]+Z?", rrule)
    rules = re.findall(r"RULE:\S*", rrule)
    errors = []
    if not starts:
        errors.append("Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ")
    if re.search(r"DTSTART:[0-9]+T[0-9]+ ", rrule):
        errors.append("DTSTART cannot be a naive datetime.  Specify ;TZINFO= or YYYYMMDDTHHMMSSZZ.")
    if len(starts) > 1:
        errors.append("Multiple DTSTART is not supported.")
    if "rrule:" not in rrule.lower():
        errors.append("One or more rule required in rrule.")
    for name in ("EXDATE", "RDATE"):
        if f"{name}:" in rrule.upper():
            return [f"{name} not allowed in rrule."]
    for rule in rules:
        errors += [f"{error}: {rule}" for error in _rule_errors(rule)]
    if starts and rules:
        errors += _unreadable(starts[0], rules)
    return errors


def _rule_errors(rule: str) -> list[str]:
    errors = []
    if "interval" not in rule.lower():
        errors.append("INTERVAL required in rrule")
    elif "secondly" in rule.lower():
        errors.append("SECONDLY is not supported")
    if re.search(r"BYDAY[:=][0-9]+[a-zA-Z]{2}", rule):
        errors.append("BYDAY with numeric prefix not supported")
    if "COUNT" in rule and "UNTIL" in rule:
        errors.append("RRULE may not contain both COUNT and UNTIL")
    count = re.search(r"COUNT=([0-9]+)", rule)
    if count and int(count[1]) > MAX_COUNT:
        errors.append(f"COUNT > {MAX_COUNT} is unsupported")
    return errors


def _unreadable(start: str, rules: list[str]) -> list[str]:
    """What the parser of rules says: it is asked after the other checks, and knows frequencies and zones."""
    zone = re.match(r"DTSTART;TZID=([^:;]+)", start)
    if zone:
        try:
            ZoneInfo(zone[1])
        except (ZoneInfoNotFoundError, ValueError):
            return [
                "rrule parsing failed validation: A valid TZID must be provided (e.g., America/New_York). "
                f"Invalid: {zone[1]}"
            ]
    try:
        datetime.datetime.strptime(start.rpartition(":")[2].rstrip("Z"), "%Y%m%dT%H%M%S")
    except ValueError:
        return ["rrule parsing failed validation: the string does not match a date and time"]
    for rule in rules:
        parts = dict(part.partition("=")[::2] for part in rule.partition(":")[2].split(";"))
        if parts.get("FREQ", "").upper() not in (*FREQUENCIES, "SECONDLY"):
            return [f"rrule parsing failed validation: invalid 'FREQ': {parts.get('FREQ', '')}"]
        if not parts.get("INTERVAL", "1").isdigit():
            return [f"rrule parsing failed validation: invalid 'INTERVAL': {parts['INTERVAL']}"]
    return []


def saved_launch_errors(
    template: Mapping[str, Any], survey_spec: Mapping[str, Any] | None, saved: Mapping[str, Any], required: bool = True
) -> dict[str, Any]:
    """The reasons why answers and prompts of a schedule or node are refused.

    A schedule has to answer each required question, whether or not it has a default. The node of a workflow need not
    (`required=False`): the workflow may do.
    """
    verdict = judged(template, survey_spec, saved.get("extra_data") or {}, required)
    errors: dict[str, Any] = {}
    if verdict.needed:
        errors["variables_needed_to_start"] = verdict.needed
    asked = {question["variable"] for question in (survey_spec or {}).get("spec", [])}
    unasked = [name for name in verdict.rejected if name not in asked]
    if unasked:
        kind = "Workflow Job Template" if template.get("type") == "workflow_job_template" else "Job Template"
        errors["extra_data"] = [
            f"Variables {', '.join(unasked)} are not allowed on launch. Check the Prompt on Launch setting on the "
            f"{kind} to include Extra Variables."
        ]
    for name, ask in PROMPTS.items():
        value = saved.get(name)
        if value not in (None, "", template.get(name)) and not template.get(ask):
            errors[name] = ["Field is not configured to prompt on launch."]
    return errors
