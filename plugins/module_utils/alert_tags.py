# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts get tags, lose tags, or hold exactly the tags that are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .alert_rules import RULE_OPTIONS, carry_out, check_rule_options, prepare
from .alerts import Alert
from .arguments import SELECTION_RULES, WRITER_OPTIONS, options
from .client import Client
from .errors import InvalidInput
from .operation import Operation, Task
from .selection import Selection, select
from .tag_endpoints import CatalogueTag, all_tags
from .tag_hygiene import Spelling, same_tag, spell
from .text_rules import checked_tag
from .writer import run_writer, write_selected
from .writing import Edit, Plan, State, Subject, Write


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


def spelling(client: Client, params: Mapping[str, Any]) -> tuple[Spelling, Sequence[CatalogueTag]]:
    """The tags to write, spelled as the server's catalogue spells them where that is wanted, and the catalogue.

    Tags that only go may be such as could not be written.

    :raises InvalidInput: a tag cannot be stored, or none is named where one is needed.
    """
    check = str if params["state"] == "absent" else checked_tag
    named = [check(tag) for tag in params["tags"]]
    if not named:
        if params["state"] != "set":
            raise InvalidInput(f"`tags` is empty; `state: {params['state']}` needs at least one tag.")
        return Spelling(()), ()
    catalogue = all_tags(client)
    return spell(named, [tag.name for tag in catalogue], params["normalize"]), catalogue


def check_replaces(params: Mapping[str, Any]) -> None:
    """:raises InvalidInput: `replaces` does not go together with the other options."""
    replaces = params["replaces"]
    if replaces is None:
        return
    if params["state"] != "present" or params["normalize"] or params["create_rule"]:
        raise InvalidInput("`replaces` goes with `state: present`, without `normalize` and `create_rule`.")
    both = sorted(set(replaces) & set(params["tags"]))
    if both:
        raise InvalidInput(f"`replaces` and `tags` both name {both[0]!a}; it would go and come.")


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Do what the task asks; the result of every writer, with `create_rule` also what became of the rules."""
    if params["create_rule"] and params["state"] != "present":
        raise InvalidInput("`create_rule: true` makes rules that give tags; it goes with `state: present` only.")
    check_rule_options(params)
    check_replaces(params)
    spelled, catalogue = spelling(client, params)
    named, state = spelled.tags, params["state"]

    def writes(edit: Edit, alert: Alert, echoes: Sequence[Alert]) -> list[tuple[str, Write]]:
        return [(alert.id, Write("tags", tuple(edit.after["tags"])))]

    subject = Subject(
        state=state_of,
        plan=lambda selection: plan(selection, named, state, params["normalize"], params["replaces"]),
        writes=writes,
        send=lambda ids, write: client.write_tags(ids, write.value),
    )
    if not params["create_rule"]:
        return run_writer(client, params, subject, task.check_mode, list(spelled.warnings))
    selection = select(client, params, with_echoes=False)
    rules = prepare(client, params, selection, named, catalogue)
    narrowed = replace(subject, plan=lambda chosen: without(subject.plan(chosen), rules.errors))
    result = write_selected(client, params, narrowed, selection, task.check_mode, list(spelled.warnings))
    return carry_out(client, rules, result, task.check_mode)


OPERATION = Operation(
    name="utmstack_alert_tags",
    options=options(
        WRITER_OPTIONS,
        RULE_OPTIONS,
        tags={"type": "list", "elements": "str", "required": True},
        state={"type": "str", "choices": ["present", "absent", "set"], "default": "present"},
        normalize={"type": "bool", "default": False},
        replaces={"type": "list", "elements": "str"},
    ),
    rules={**SELECTION_RULES, "required_if": [("create_rule", True, ("rule_on",))]},
    run=run,
)
