# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the guardrails into a tag rule that closes new alerts: the server knows none. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from ...dialects import Dialect
from ...errors import InvalidInput
from ...printing import printable
from ...query.exclusions import excluded, without_tag
from ...query.rule_conditions import Condition
from ...query.written import compile_written_query


def sparing_conditions(
    rule: str, protect: Sequence[Mapping[str, Any]], hold_tags: Sequence[str], dialect: Dialect, now: datetime
) -> tuple[Condition, ...]:
    """The conditions that keep a closing tag rule away from protected and held alerts.

    :param rule: the rule, for messages, such as ``The tag rule 'Scans'``.
    :raises InvalidInput: an entry is invalid, or a tag rule cannot express it; the message names rule and entry.
    """
    found: dict[str, Condition] = {}
    for number, entry in enumerate(protect, 1):
        searches = compile_written_query(entry, "protect", dialect, now, True)
        label = f"entry {number} of `protect` ({printable(str(dict(entry)), 200)})"
        found.update(_named(rule, label, partial(excluded, searches, dialect)))
    for tag in hold_tags:
        label = f"the hold tag {tag!a}"
        found.update(_named(rule, label, partial(without_tag, tag, dialect)))
    return tuple(found.values())


def _named(rule: str, label: str, express: Callable[[], Sequence[Condition]]) -> dict[str, Condition]:
    """The conditions by their text, so that each stands in the rule once."""
    try:
        return {str(condition): condition for condition in express()}
    except InvalidInput as error:
        raise InvalidInput(
            f"{rule} would close alerts that {label} holds back, and cannot leave them out: {error.message}. "
            "No tag rule was stored. Write the entry with one query key and single values, or do without the tag rule."
        ) from None
