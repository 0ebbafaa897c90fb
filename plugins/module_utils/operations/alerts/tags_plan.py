# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan the tags of alerts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...errors import InvalidInput
from ...model.alert import Alert
from ...model.storable_text import checked_tag
from ...model.tag_spelling import same_tag
from ...writing.change import AlertChange
from ...writing.plan import Edit, Plan, State, Write
from ...writing.selected import Selection
from ...writing.states import tags_state, tags_write


@dataclass(frozen=True)
class TagChange(AlertChange):
    """Tags that alerts get, lose or hold exactly; they are compared exactly, letter case included.

    :param operation: ``present`` adds, ``absent`` removes, ``set`` replaces.
    :param normalize: other spellings of a named tag on the alert go, whether it comes or goes.
    :param replaces: with ``present``, tags that go when the named ones come; an alert without them stays as it is.
    """

    named: Sequence[str]
    operation: str
    normalize: bool = False
    replaces: Sequence[str] | None = None

    def state(self, alert: Alert) -> State:
        """The tags."""
        return tags_state(alert)

    def tags_after(self, current: Iterable[str]) -> list[str]:
        """The tags that an alert with `current` tags shall hold."""
        held, named = set(current), set(self.named)
        if self.operation == "set":
            return sorted(named)
        if self.replaces is not None:
            gone = held & set(self.replaces)
            return sorted((held - gone) | named) if gone else sorted(held)
        meant = {same_tag(tag) for tag in named} if self.normalize else set()
        kept = {tag for tag in held if same_tag(tag) not in meant}
        return sorted(kept | named) if self.operation == "present" else sorted(kept - named)

    def writes(self, edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        """All tags of the alert, in one write."""
        return [(alert.id, tags_write(edit.after))]


def plan_tags(selection: Selection, change: TagChange) -> Plan:
    """Edits for the alerts whose tags are not as wanted.

    Tags are written as a whole: an alert that keeps a tag which cannot be written back is not touched.
    """
    edits: list[Edit] = []
    errors: dict[str, str] = {}
    for alert in selection.alerts:
        target = change.tags_after(alert.tags)
        if set(target) == set(alert.tags):
            continue
        try:
            for tag in target:
                checked_tag(tag)
        except InvalidInput as error:
            errors[alert.id] = f"The alert holds a tag that would be lost by writing it back. {error.message}"
            continue
        edits.append(Edit(alert, change.state(alert), {"tags": target}))
    return Plan(edits, errors=errors)


def without(planned: Plan, errors: Mapping[str, str]) -> Plan:
    """The same plan without the alerts that have an error."""
    edits = [edit for edit in planned.edits if edit.alert.id not in errors]
    return replace(planned, edits=edits, errors={**planned.errors, **errors})
