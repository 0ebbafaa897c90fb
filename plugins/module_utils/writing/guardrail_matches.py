# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The number of matches of each guardrail entry, and a warning about entries that match nothing on the server.

A misspelled entry protects nothing and fails nowhere. Entries are counted among the alerts that a task has read anyway;
only those without a match cost requests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..client.alert_search import count
from ..client.alerts import count_by_value
from ..client.assets import assets_found
from ..client.client import Client
from ..client.tags import all_tags
from ..errors import InvalidInput, TooManyAddresses, UtmstackError
from ..model.alert import STATUSES, Alert
from ..model.fields import field_behind
from ..model.tag_spelling import same_tag
from ..printing import printable
from ..query.keys import QUERY_KEYS
from ..query.matching import Searches, matcher
from ..query.searches import compile_query
from ..query.stored_values import StoredValues
from ..query.written import compile_written_query
from .guardrails import DEFAULT_HOLD_TAGS, HOLD_TAGS, PROTECT, GuardrailEntry, GuardrailMatches, Guardrails
from .selected import Selection

# Each may cost one request.
MAX_CHECKED = 50
NAMED = 5
_MAX_TAGS = 10_000
_HOST_KEYS = ("data_source", "source_host", "target_host")
_ADDRESS_KEYS = ("source_ip", "target_ip")


def matches_among(
    client: Client,
    guardrails: Guardrails,
    selection: Selection,
    options: Sequence[str] = (PROTECT, HOLD_TAGS),
    assets: Sequence[Mapping[str, Any]] | None = None,
) -> GuardrailMatches:
    """Count the matches of each entry among the alerts of a task, and check those without one on the server.

    :param selection: what the task has read. For an empty list of IDs there is nothing to do, and nothing is checked.
    :param options: the keys of the result.
    :param assets: the stored assets, if the task has read them.
    :raises InvalidInput: an entry matches nothing or cannot be checked, and the guardrails are strict.
    """
    seen = _alerts_read(selection)
    counted = [(entry, _count(entry, seen)) for entry in guardrails.entries]
    server = _Server(client, assets)
    has_work = _has_work(selection)
    idle = [entry for entry, number in counted if has_work and not number and _is_checked(entry)][:MAX_CHECKED]
    unknown = [entry for entry in idle if not _is_known(server, entry, guardrails.strict)]
    return _reported(guardrails, counted, unknown, server, options)


@dataclass(frozen=True)
class Idleness:
    """The rules without a match.

    :param idle: names of the rules that match no alert of the task and none of the last days.
    :param unchecked: names of those that were not looked for on the server.
    """

    idle: Sequence[str] = ()
    unchecked: Sequence[str] = ()


def idle_rules(client: Client, entries: Sequence[GuardrailEntry], selection: Selection, days: int) -> Idleness:
    """Find the rules that match no alert of the last days, whatever its status.

    :param entries: what each rule is for.
    :param selection: what the task has read; a rule that matches an alert of it is in use.
    """
    if not _has_work(selection):
        return Idleness(unchecked=[str(entry.rule) for entry in entries])
    seen = _alerts_read(selection)
    unmatched = [entry for entry in entries if _is_checked(entry) and not _count(entry, seen)]
    server, idle, unchecked = _Server(client), [], [str(entry.rule) for entry in unmatched[MAX_CHECKED:]]
    for entry in unmatched[:MAX_CHECKED]:
        try:
            number = server.stored(entry, days)
        except TooManyAddresses:
            unchecked.append(str(entry.rule))
            continue
        if not number:
            idle.append(str(entry.rule))
    return Idleness(idle, unchecked)


def matches_on_server(client: Client, guardrails: Guardrails) -> GuardrailMatches:
    """Count the matches of each entry among all alerts of the server, for a task that reads none.

    :raises InvalidInput: an entry matches nothing, and the guardrails are strict.
    """
    server = _Server(client)
    counted = [(entry, server.stored(entry)) for entry in guardrails.entries[:MAX_CHECKED]]
    idle = [entry for entry, number in counted if not number and _is_checked(entry)]
    unknown = [entry for entry in idle if not server.has_asset(entry) and not server.lists(entry)]
    return _reported(guardrails, counted, unknown, server, (PROTECT, HOLD_TAGS))


def _has_work(selection: Selection) -> bool:
    """Whether the task is about any alert; an empty list of IDs selects none."""
    return bool(selection.by_query or selection.alerts or selection.unknown)


def _alerts_read(selection: Selection) -> list[Alert]:
    """The alerts of a selection and their echoes, each once."""
    families = [(alert, *selection.echoes_of(alert.id)) for alert in selection.alerts]
    return list({alert.id: alert for family in families for alert in family}.values())


def _count(entry: GuardrailEntry, alerts: Sequence[Alert]) -> int:
    if entry.option == HOLD_TAGS:
        tag = same_tag(entry.given)
        return sum(tag in map(same_tag, alert.tags) for alert in alerts)
    match = matcher(entry.searches)
    return sum(match(StoredValues(alert.document)) is not None for alert in alerts)


def _is_checked(entry: GuardrailEntry) -> bool:
    """Whether the user wrote the entry, and it can be misspelled."""
    if entry.option == HOLD_TAGS:
        return entry.given not in DEFAULT_HOLD_TAGS
    return bool(_lasting(entry))


def _lasting(entry: GuardrailEntry) -> dict[str, Any]:
    """The query of an entry without status and time, which change."""
    about_progress = {key.name for key in QUERY_KEYS if key.about_progress}
    return {name: value for name, value in entry.given.items() if name not in about_progress}


def _is_known(server: _Server, entry: GuardrailEntry, strict: bool) -> bool:
    """Whether the server knows what an entry matches, or cannot tell.

    :raises TooManyAddresses: it cannot tell, and the guardrails are strict.
    """
    try:
        return server.knows(entry)
    except TooManyAddresses:
        # The guardrail itself holds: it is decided here, on the alerts that were read.
        if strict:
            raise
        return True


class _Server:
    """What the server knows, each read once."""

    def __init__(self, client: Client, assets: Sequence[Mapping[str, Any]] | None = None) -> None:
        self._client = client
        self._now = datetime.now(timezone.utc)
        self._assets = assets
        self._tags: dict[str, int] | None = None
        self._listed: frozenset[str] | None = None
        # Why the assets are unknown.
        self.problem = ""

    def knows(self, entry: GuardrailEntry) -> bool:
        """Whether any alert, asset or tag of the catalog matches."""
        return self.lists(entry) or self.stored(entry) > 0 or self.has_asset(entry)

    def stored(self, entry: GuardrailEntry, days: int | None = None) -> int:
        """How many alerts of any status match, echoes included; of any time, or of the last days."""
        if entry.option == HOLD_TAGS:
            return self._carried.get(same_tag(entry.given), 0)
        query = _lasting(entry) if days is None else {**_lasting(entry), "since": f"{days}d"}
        return sum(count(self._client, filters) for filters in self._searches(query, entry.option))

    def lists(self, entry: GuardrailEntry) -> bool:
        """Whether the catalog holds the tag."""
        if entry.option != HOLD_TAGS:
            return False
        if self._listed is None:
            self._listed = frozenset(same_tag(tag.name) for tag in all_tags(self._client))
        return same_tag(entry.given) in self._listed

    def has_asset(self, entry: GuardrailEntry) -> bool:
        """Whether an asset has what the entry says of hosts and addresses."""
        if entry.option == HOLD_TAGS:
            return False
        about = {name: value for name, value in entry.given.items() if name in (*_HOST_KEYS, *_ADDRESS_KEYS)}
        if not about:
            return False
        match = matcher(self._searches(about, entry.option))
        return any(match(StoredValues(document)) is not None for document in self._asset_documents())

    def _searches(self, query: Mapping[str, Any], place: str) -> Searches:
        return compile_written_query(query, place, self._client.dialect, self._now, True)

    @property
    def _carried(self) -> dict[str, int]:
        """The number of alerts with each tag, in whatever spelling."""
        if self._tags is None:
            self._tags = {}
            whole = field_behind("tags", self._client.dialect).whole
            every = compile_query({"status": list(STATUSES)}, self._client.dialect, self._now, echoes=True)
            for filters in every:
                for tag, number in count_by_value(self._client, whole, filters, _MAX_TAGS).items():
                    self._tags[same_tag(tag)] = self._tags.get(same_tag(tag), 0) + number
        return self._tags

    def _asset_documents(self) -> list[dict[str, Any]]:
        """The assets as alerts about them."""
        if self._assets is None:
            try:
                self._assets = assets_found(self._client, {})
            except UtmstackError as error:
                # An account without access to them can still write alerts.
                self._assets, self.problem = [], f" The assets could not be read: {error.message}"
        return [self._as_alert(asset) for asset in self._assets]

    def _as_alert(self, asset: Mapping[str, Any]) -> dict[str, Any]:
        dialect = self._client.dialect
        document: dict[str, Any] = {dialect.names["status"]: dialect.status_codes["open"]}
        for keys, value in ((_HOST_KEYS, asset.get("assetName")), (_ADDRESS_KEYS, asset.get("assetIp"))):
            document.update((dialect.names[key], value) for key in keys if value)
        return document


def _reported(
    guardrails: Guardrails,
    counted: Sequence[tuple[GuardrailEntry, int]],
    unknown: Sequence[GuardrailEntry],
    server: _Server,
    options: Sequence[str],
) -> GuardrailMatches:
    message = _message(unknown) + server.problem if unknown else ""
    if unknown and guardrails.strict:
        raise InvalidInput(f"{message} Nothing was written. Correct them, or leave `strict` out.")
    rows: dict[str, list[Mapping[str, Any]]] = {option: [] for option in options}
    for entry, number in counted:
        of_rule = {"rule": entry.rule} if entry.rule is not None else {}
        rows[entry.option].append({**of_rule, "entry": entry.given, "matches": number})
    return GuardrailMatches(rows, [message] if unknown else [])


def _message(unknown: Sequence[GuardrailEntry]) -> str:
    shown = "; ".join(_shown(entry) for entry in unknown[:NAMED])
    more = f"; and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
    entries = "1 entry matches" if len(unknown) == 1 else f"{len(unknown)} entries match"
    return f"{entries} no stored alert and no asset, and may be misspelled: {shown}{more}."


def _shown(entry: GuardrailEntry) -> str:
    given = entry.given if isinstance(entry.given, str) else json.dumps(entry.given, ensure_ascii=False, default=str)
    of_rule = f" of rule {printable(entry.rule, 80)}" if entry.rule is not None else ""
    return f"`{entry.option}`{of_rule}: {printable(given, 120)}"
