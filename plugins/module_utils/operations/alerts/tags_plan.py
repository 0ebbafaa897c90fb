# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan the tags of alerts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...errors import InvalidInput
from ...model.alert import Alert
from ...model.storable_text import checked_tag
from ...model.tag_spelling import same_tag
from ...writing.plan import Edit, Plan, State
from ...writing.selected import Selection


def state_of(alert: Alert) -> State:
    """The tags; their order means nothing to the server."""
    return {"tags": sorted(alert.tags)}


def tags_after(
    current: Iterable[str],
    named: Sequence[str],
    state: str,
    normalize: bool = False,
    replaces: Sequence[str] | None = None,
) -> list[str]:
    """The tags an alert shall hold; tags are compared exactly, letter case included.

    :param state: ``present`` adds, ``absent`` removes, ``set`` replaces.
    :param normalize: other spellings of a named tag on the alert go, whether it comes or goes.
    :param replaces: with ``present``, tags that go when the named ones come; an alert without them stays as it is.
    """
    if state == "set":
        return sorted(set(named))
    if replaces is not None:
        held = set(current)
        return sorted((held - set(replaces)) | set(named)) if held & set(replaces) else sorted(held)
    meant = {same_tag(tag) for tag in named} if normalize else set()
    kept = {tag for tag in current if same_tag(tag) not in meant}
    return sorted(kept | set(named)) if state == "present" else sorted(kept - set(named))


def plan(
    selection: Selection,
    named: Sequence[str],
    state: str,
    normalize: bool = False,
    replaces: Sequence[str] | None = None,
) -> Plan:
    """Edits for the alerts whose tags are not as wanted.

    Tags are written as a whole: an alert that keeps a tag which cannot be written back is not touched.
    """
    edits: list[Edit] = []
    errors: dict[str, str] = {}
    for alert in selection.alerts:
        target = tags_after(alert.tags, named, state, normalize, replaces)
        if set(target) == set(alert.tags):
            continue
        try:
            for tag in target:
                checked_tag(tag)
        except InvalidInput as error:
            errors[alert.id] = f"The alert holds a tag that would be lost by writing it back. {error.message}"
            continue
        edits.append(Edit(alert, state_of(alert), {"tags": target}))
    return Plan(edits, errors=errors)


def without(planned: Plan, errors: Mapping[str, str]) -> Plan:
    """A plan that leaves alone the alerts that have an error."""
    edits = [edit for edit in planned.edits if edit.alert.id not in errors]
    return replace(planned, edits=edits, errors={**planned.errors, **errors})
