# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert an aging policy for stale alerts into triage rules. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ...errors import InvalidInput
from ...model.alert import SEVERITIES
from ...suggestions import check_keys
from ...times import exact, instant

STEPS = ("remind", "escalate", "close")
_AGE = re.compile(r"^([1-9]\d*)\s*([mhdw])$")
_MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080}


def aging_rules(
    policy: Mapping[str, Any],
    steps: Mapping[str, Mapping[str, Any]],
    close_statuses: Sequence[str] = ("open",),
    now: datetime | None = None,
) -> list[dict[str, Any]]:
    """Build the rules for utmstack_triage, the last step of each severity first, so each alert gets one step.

    :param policy: by severity, the ages (``4h``, ``3d``) at which the steps are due; a step without an age is skipped.
    :param steps: by step, its actions as `then` of a rule. Severity and age are added to the note, which therefore
        stays the same in every run and is not written twice.
    :param close_statuses: statuses of alerts that may be closed.
    :param now: the reference time of ages; None for the time of the run.
    :raises InvalidInput: a severity or step is unknown, or the ages are inconsistent.
    """
    rules = []
    for severity, ages in policy.items():
        if severity not in SEVERITIES:
            raise InvalidInput(f"The policy contains the unknown severity {severity!a}. Use {', '.join(SEVERITIES)}.")
        if not isinstance(ages, Mapping):
            raise InvalidInput(f"The policy for {severity} must be a dictionary with any of {', '.join(STEPS)}.")
        check_keys(ages, STEPS, f"policy.{severity}")
        due = {step: str(ages[step]) for step in STEPS if ages.get(step)}
        _check_ages(severity, due)
        if {"escalate", "close"} <= due.keys() and steps["escalate"].get("status", "open") not in close_statuses:
            raise InvalidInput(
                f"The policy for {severity} escalates and closes, but an escalated alert is in review, and only alerts "
                f"with the status {' or '.join(close_statuses)} are closed. Also close those in review, or drop a step."
            )
        for step, age in reversed(due.items()):
            until = exact(instant(age, step, now)) if now else age
            rules.append(_aging_rule(severity, step, age, until, steps[step], close_statuses))
    return rules


def aging_steps(alerts: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """IDs of the alerts that were changed, by the step that was due.

    :param alerts: `alerts` of the result of a run with the rules of an aging policy.
    """
    taken: dict[str, list[str]] = {step: [] for step in STEPS}
    for alert in alerts:
        step = alert["rules"][0]["name"].rpartition(", ")[2] if alert.get("changed") and alert.get("rules") else None
        if step in taken:
            taken[step].append(alert["id"])
    return taken


def _check_ages(severity: str, due: Mapping[str, str]) -> None:
    minutes = []
    for step, age in due.items():
        read = _AGE.match(age)
        if read is None:
            raise InvalidInput(f"`{step}` for {severity} is {age!a}. Use an age such as 90m, 4h, 3d or 2w.")
        minutes.append(int(read[1]) * _MINUTES[read[2]])
    if minutes != sorted(set(minutes)):
        raise InvalidInput(f"The ages for {severity} must increase from step to step ({', '.join(due)}).")


def _aging_rule(
    severity: str, step: str, age: str, until: str, then: Mapping[str, Any], close_statuses: Sequence[str]
) -> dict[str, Any]:
    when: dict[str, Any] = {"severity": [severity], "until": until}
    wish = {key: value for key, value in then.items() if value not in (None, "", [])}
    if step == "close":
        when["status"] = list(close_statuses)
    for text in ("note", "observation"):
        if text in wish:
            wish[text] = f"{wish[text]} ({severity}, older than {age})"
    return {"name": f"Stale {severity}, {step}", "when": when, "then": wish}
