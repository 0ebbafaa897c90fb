# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan the tags of alerts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.alert import FALSE_POSITIVE, Alert
from ...model.storable_text import checked_tag
from ...model.tag_spelling import same_tag
from ...writing.change import AlertChange, Seen
from ...writing.guardrails import NO_GUARDRAILS, Guardrails
from ...writing.plan import Edit, Plan, State, Write
from ...writing.selected import Selection
from ...writing.states import tags_state, tags_write

_FALSE, _POSITIVE = re.compile(r"false\b", re.IGNORECASE), re.compile(r"\bpositive", re.IGNORECASE)


@dataclass(frozen=True)
class TagChange(AlertChange):
    """A change of tags; tags are compared exactly, including letter case.

    :param operation: ``present`` adds, ``absent`` removes, ``set`` replaces.
    :param normalize: also remove other spellings of the named tags, whether these are added or removed.
    :param replaces: with ``present``, the tags to replace by the named ones; alerts without them do not change.
    :param guardrails: the alerts that are not closed.
    """

    named: Sequence[str]
    operation: str
    normalize: bool = False
    replaces: Sequence[str] | None = None
    guardrails: Guardrails = NO_GUARDRAILS

    def state(self, alert: Alert) -> State:
        """The tags."""
        return tags_state(alert)

    def tags_after(self, current: Iterable[str]) -> list[str]:
        """The changed tags of an alert whose tags are `current`."""
        held, named = set(current), set(self.named)
        if self.operation == "set":
            return sorted(named)
        if self.replaces is not None:
            gone = held & set(self.replaces)
            return sorted((held - gone) | named) if gone else sorted(held)
        meant = {same_tag(tag) for tag in named} if self.normalize else set()
        kept = {tag for tag in held if same_tag(tag) not in meant}
        return sorted(kept | named) if self.operation == "present" else sorted(kept - named)

    def merged(self, edit: Edit, alert: Alert) -> Edit | None:
        """The edit that adds to the current tags, if it removes none of them and all can be stored again."""
        after = self.tags_after(alert.tags)
        if self.operation != "present" or self.replaces is not None or not set(after) >= set(alert.tags):
            return None
        try:
            for tag in after:
                checked_tag(tag)
        except InvalidInput:
            return None
        return replace(edit, before=self.state(alert), after={"tags": after})

    def watched(self, alert: Alert) -> State | None:
        """The tags, and what the guardrails look at."""
        return self.guardrails.watched(alert, self.state(alert))

    def conflict(self, seen: Seen) -> str | None:
        """Like any change, and an alert that became one that must not be closed since it was selected."""
        reason = super().conflict(seen)
        if reason is None and seen.alert is not None:
            reason = self.guardrails.against_closing(seen.alert, seen.edit.after)
        return reason

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """One write of all tags."""
        return [(alert.id, tags_write(edit.after))]


def plan_tags(selection: Selection, change: TagChange) -> Plan:
    """Plan edits for the alerts whose tags differ.

    The server stores all tags at once, so an alert is not written if one of its other tags cannot be stored again.
    """
    edits: list[Edit] = []
    skipped: dict[str, str] = {}
    errors: dict[str, str] = {}
    for alert in selection.alerts:
        target = change.tags_after(alert.tags)
        if set(target) == set(alert.tags):
            continue
        reason = change.guardrails.against_closing(alert, {"tags": target})
        if reason is not None:
            skipped[alert.id] = reason
            continue
        try:
            for tag in target:
                checked_tag(tag)
        except InvalidInput as error:
            errors[alert.id] = f"The write would lose another tag of the alert. {error.message}"
            continue
        edits.append(Edit(alert, change.state(alert), {"tags": target}))
    return Plan(edits, skipped, errors)


def unreleased_warnings(plan: Plan, dialect: Dialect) -> list[str]:
    """The warning about alerts that would stay in automatic review for good; empty without such alerts.

    The server looks for the words of the tag, in whatever tags.
    """
    if not dialect.keeps_false_positives:
        return []
    found = [
        edit.alert.id
        for edit in plan.edits
        if edit.after.get("status", edit.alert.status) == "automatic_review"
        and _has_the_words(edit.after.get("tags", ()))
        and not _has_the_words(edit.alert.tags)
    ]
    if not found:
        return []
    return [
        f"{len(found)} alerts in automatic review get the tag {FALSE_POSITIVE} (for example {found[0]}). UTMStack "
        "11.2.9 and later never release such alerts, so they stay in automatic review. Use utmstack_alert_status with "
        "`false_positive: true` to complete them as well."
    ]


def _has_the_words(tags: Iterable[str]) -> bool:
    text = " ".join(tags)
    return bool(_FALSE.search(text) and _POSITIVE.search(text))


def without(planned: Plan, errors: Mapping[str, str]) -> Plan:
    """Remove the alerts with an error from a plan."""
    edits = [edit for edit in planned.edits if edit.alert.id not in errors]
    return replace(planned, edits=edits, errors={**planned.errors, **errors})
