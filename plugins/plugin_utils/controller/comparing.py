# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the arguments of an object with what a controller shows of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .fields import LINKS
from .marks import split_description

ENCRYPTED = "$encrypted$"
_HIDDEN = "(not shown)"
_NOT_SET = "(not set)"
# By kind, arguments that only say where to find things, and are no fields of the object.
_PLACES: Mapping[str, tuple[str, ...]] = {
    "workflow_job_template_node": ("workflow_job_template", "organization", "lookup_organization"),
    "schedule": ("organization",),
}
# Lists whose order has no meaning.
_UNORDERED = (
    *LINKS,
    "credentials",
    "notification_templates_error",
    "notification_templates_approvals",
)
# By kind, a dictionary whose members may be secrets, and the members that are none.
_GUARDED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "credential": ("inputs", ("url", "username", "skip_tls_verification")),
    "notification_template": ("notification_configuration", ()),
    "host": ("variables", ("utmstack_url",)),
}
# What a controller fills in by itself, so that more members than desired are no difference.
_COMPLETED = ("notification_configuration",)


@dataclass(frozen=True)
class Difference:
    """A field that is not as it should be."""

    field: str
    before: Any
    after: Any


def differences(kind: str, desired: Mapping[str, Any], shown: Mapping[str, Any]) -> list[Difference]:
    """The fields of an object that a controller shows otherwise than desired."""
    found: list[Difference] = []
    guarded, open_members = _GUARDED.get(kind, ("", ()))
    for name, after in desired.items():
        if name in _PLACES.get(kind, ()):
            continue
        before = shown.get(name)
        if name == "description":
            before, after = (split_description(text or "")[0] for text in (before, after))
        if name == guarded:
            found.extend(_guarded(name, before or {}, after, open_members))
        elif not _same(name, before, after):
            found.append(Difference(name, before, after))
    return found


def _same(name: str, before: Any, after: Any) -> bool:
    if name in _UNORDERED:
        return sorted(map(str, before or [])) == sorted(map(str, after))
    if before is None:
        return after in ("", False, [], {})
    return bool(before == after)


def _guarded(name: str, before: Any, after: Mapping[str, Any], open_members: Sequence[str]) -> Iterator[Difference]:
    """The members that differ; values that may be secrets are not shown, and those that are hidden count as equal."""
    if not isinstance(before, Mapping):
        yield Difference(name, _HIDDEN, _HIDDEN)
        return
    extra = [] if name in _COMPLETED else [member for member in before if member not in after]
    for member in [*after, *extra]:
        old, new = before.get(member), after.get(member)
        if old == new or (not old and not new) or (old == ENCRYPTED and new):
            continue
        is_open = member in open_members
        yield Difference(f"{name}.{member}", _shown(old, is_open), _shown(new, is_open))


def _shown(value: Any, is_open: bool) -> Any:
    if value is None:
        return _NOT_SET
    return value if is_open else _HIDDEN
