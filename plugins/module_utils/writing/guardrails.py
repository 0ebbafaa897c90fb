# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guardrails `hold_tags` and `protect`, which bind everything that closes alerts. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..dialects import Dialect
from ..errors import InvalidInput
from ..model.alert import FALSE_POSITIVE, Alert
from ..model.storable_text import checked_texts
from ..model.tag_spelling import same_tag
from ..printing import printable
from ..query.matching import Matcher, Searches, matcher
from ..query.stored_values import StoredValues
from ..query.written import compile_written_query
from ..time_zones import now_in
from .plan import State
from .states import full_state, tags_state

DEFAULT_HOLD_TAGS = ("Hold",)
PROTECT, HOLD_TAGS = "protect", "hold_tags"


@dataclass(frozen=True)
class GuardrailEntry:
    """An entry of an option, whose matches are counted.

    :param given: the entry as the user wrote it: a query, or a tag under HOLD_TAGS.
    :param searches: what a query compiles to.
    :param rule: the name of the rule that the entry belongs to.
    """

    option: str
    given: Any
    searches: Searches = ()
    rule: str | None = None


@dataclass(frozen=True)
class Guardrails:
    """The alerts that a task must not close.

    :param hold_tags: tags of alerts that are left alone, in any spelling.
    :param protect: searches for alerts that are never closed.
    :param entries: the entries, one by one.
    :param strict: entries that match nothing on the server are an error.
    """

    hold_tags: Sequence[str] = ()
    protect: Searches = ()
    entries: Sequence[GuardrailEntry] = ()
    strict: bool = False

    @functools.cached_property
    def _protected(self) -> Matcher:
        return matcher(self.protect)

    @functools.cached_property
    def _holding(self) -> frozenset[str]:
        return frozenset(same_tag(tag) for tag in self.hold_tags)

    def against_closing(self, alert: Alert, after: State, echoes: Iterable[tuple[Alert, State]] = ()) -> str | None:
        """The reason not to write the fields `after` to an alert; None if nothing is closed or nothing forbids it.

        An alert with a reason is left out of the plan: its ID goes into `Plan.skipped` with the reason, and neither it
        nor its echoes are written.

        :param after: fields of the alert after the write; `status` and `tags` decide, others may stand beside them.
        :param echoes: the echoes that the write reaches, each with its own fields after it. Echoes that stay as they
            are may be among them.
        """
        if not (self.hold_tags or self.protect):
            return None
        written = ((alert, after), *echoes)
        if not any(closes(one, becomes) for one, becomes in written):
            return None
        return self.against_change(alert, after, written[1:])

    def against_change(self, alert: Alert, after: State, echoes: Iterable[tuple[Alert, State]] = ()) -> str | None:
        """Like `against_closing`, but the hold tags forbid any change: for rules, which nobody checks one by one."""
        for one, becomes in ((alert, after), *echoes):
            label = "The alert" if one is alert else f"Its echo {printable(one.id)}"
            if (one is alert or _differs(one, becomes)) and self._holding & {same_tag(tag) for tag in one.tags}:
                return f"{label} carries a hold tag."
            if closes(one, becomes) and self._protected(StoredValues(one.document)) is not None:
                return f"{label} is protected from automatic closure (`protect`)."
        return None

    def watched(self, alert: Alert, state: State) -> State | None:
        """The fields of a change with those that decide whether the guardrails forbid it; None for any field.

        :param state: the fields of the change.
        """
        if self.protect:
            return None
        return {**tags_state(alert), **state} if self.hold_tags else state


NO_GUARDRAILS = Guardrails()


@dataclass(frozen=True)
class GuardrailMatches:
    """How often each entry matched.

    :param result: rows by option, for the result of the task.
    :param warnings: at most one, about the entries that match nothing on the server.
    """

    result: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=lambda: {PROTECT: [], HOLD_TAGS: []})
    warnings: Sequence[str] = ()


NO_MATCHES = GuardrailMatches()


def closes(alert: Alert, after: State) -> bool:
    """Whether a write closes an alert: it completes it, or adds the tag that makes UTMStack treat it as closed."""
    completes = after.get("status") == "completed" and alert.status != "completed"
    return completes or (FALSE_POSITIVE in after.get("tags", ()) and FALSE_POSITIVE not in alert.tags)


def _differs(alert: Alert, after: State) -> bool:
    return any(after.get(name, value) != value for name, value in full_state(alert).items())


def guardrails_from(params: Mapping[str, Any], dialect: Dialect, now: datetime) -> Guardrails:
    """The guardrails in the options of a writer.

    :param now: the reference time of ages in `since` and `until`.
    :raises InvalidInput: an entry of `protect` is invalid, or a hold tag is no text.
    """
    queries = [
        GuardrailEntry(PROTECT, item, compile_written_query(item, PROTECT, dialect, now, True))
        for item in params["protect"]
    ]
    tags = hold_tags_from(params)
    entries = [*queries, *(GuardrailEntry(HOLD_TAGS, tag) for tag in tags)]
    return Guardrails(tags, [search for entry in queries for search in entry.searches], entries, params["strict"])


def hold_tags_from(params: Mapping[str, Any]) -> Sequence[str]:
    """The hold tags in the options of a writer.

    Alerts named by `alert_ids` are the operator's own choice: if the option has no default, no tag holds them.

    :raises InvalidInput: one of them is no text, or blank.
    """
    if params["hold_tags"] is None:
        return DEFAULT_HOLD_TAGS if params.get("alert_ids") is None else ()
    return checked_hold_tags(params["hold_tags"])


def checked_hold_tags(given: Sequence[Any]) -> Sequence[str]:
    """The hold tags as they are. :raises InvalidInput: one of them is no text, or blank, so that it holds nothing."""
    tags = checked_texts(HOLD_TAGS, given)
    if not all(map(str.strip, tags)):
        raise InvalidInput(f"`{HOLD_TAGS}` contains an empty text. Remove it, or set the tag; [] is for no tag.")
    return tags


def check_guardrails(params: Mapping[str, Any], dialect: Dialect) -> None:
    """Check the guardrails of a task before its first request. :raises InvalidInput: one of them is invalid."""
    guardrails_from(params, dialect, now_in(params["time_zone"]))
