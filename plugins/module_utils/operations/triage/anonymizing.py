# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of alerts with addresses, hosts and users replaced. Pure.

Names are learned from the fields that hold hosts and users, and replaced wherever they stand, in raw log lines too.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

from ...depth import parsed_json
from ...dialects import DIALECTS
from ...model.networks import address_in
from ..named_lists import rules_with_named_lists
from .analyst_decisions import as_arrived
from .pseudonyms import Pseudonyms, named_in
from .rehearsal import rehearse, stored_documents

# The ends of names of fields, without case and separators.
_USER_FIELDS = ("user", "username", "userid", "useremail", "account", "accountname", "login", "email", "createdby")
_HOST_FIELDS = ("host", "hostname", "computer", "computername", "workstation", "workstationname", "machine", "fqdn")
_HOST_FIELDS_TOO = ("machinename", "devicename", "datasource", "domainname")
# What the server made, or what rules of the server say; never a name of a host or user.
_LEFT_ALONE = (
    *(
        "id",
        "parentId",
        "@timestamp",
        "name",
        "status",
        "statusLabel",
        "severity",
        "severityLabel",
        "category",
        "dataType",
    ),
    *("tags", "technique", "tactic"),
)
# Members of an asset that hold names of hosts, under names that tell so.
_ASSET_FIELDS = {
    "name": "hostname",
    "alias": "alias_hostname",
    "aliases": "aliases_hostname",
    "probe": "probe_hostname",
}
_ASSET_PLAIN = {field: name for name, field in _ASSET_FIELDS.items()}
# What rules compare, or what names nobody.
_ASSET_LEFT_ALONE = (
    *("id", "type", "group", "status", "severity_metric", "registered_mode", "os", "os_platform", "os_version"),
    *("os_major_version", "os_minor_version", "os_arch", "discovered_at", "modified_at", "metrics"),
)
# Running text and names of log sources, which no rule compares.
_ASSET_LEFT_OUT = ("notes", "data_inputs", "raw")
# An address, perhaps with a port, behind a label such as src: or at the end of a sentence. The longest one has 45
# characters.
_ADDRESS = re.compile(r"(?<![\w.:])[0-9A-Fa-f:.]{2,52}(?![\w:])|(?<=:)[0-9A-Fa-f:.]{2,52}(?![\w:])")
# A label of hexadecimal digits may stand before it.
_IPV4 = re.compile(r"(?<![\w.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?!\.?\w)")
_HARDWARE = re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])")
_WORD = re.compile(r"\w+")
# Shorter ones are words of any text.
_MIN_NAME_LENGTH = 3
_NO_NAMES = ("", "-", "N/A", "null", "none", "unknown")
_MAX_JSON_LENGTH = 1_000_000
_Rows = Sequence[Mapping[str, Any]]
_Recorded = tuple[_Rows, Optional[_Rows]]


def anonymized(
    documents: Sequence[Mapping[str, Any]],
    rules: Sequence[Mapping[str, Any]] = (),
    key: str = "",
    dialect: str = "v11",
    networks: Mapping[str, Any] | None = None,
    lists: Mapping[str, Any] | None = None,
    decisions: Mapping[str, Any] | None = None,
    assets: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Replace addresses, hosts and users in stored alerts.

    :param documents: stored alerts, or rows of utmstack_alert_info with `raw`.
    :param rules: the rules to test. What they name is kept, and their networks keep their addresses.
    :param key: a secret; the same key gives the same replacements. Empty for a random one.
    :param networks: lists of addresses by name, for the queries of the rules.
    :param lists: lists of texts by name, for the queries of the rules.
    :param decisions: what was decided, by alert ID; the analysts are replaced.
    :param assets: rows of utmstack_asset_info, None if they were not recorded. Names and addresses are replaced; types
        and groups stay.
    :returns: `alerts`, `decisions`, `assets`, `replaced` (numbers by kind), `unchanged_addresses` (a number) and
        `decided_differently` (IDs of the alerts about which the rules no longer decide alike).
    :raises InvalidInput: a document or a rule is invalid.
    """
    stored = stored_documents(documents, dialect)
    written = rules_with_named_lists(list(rules), networks, lists)
    made = Pseudonyms(key.encode() or secrets.token_bytes(32), named_in(written))
    names: dict[str, str] = {}
    for document in stored:
        _learn(document, "", names)
    for asset in assets or ():
        _learn(_with_kinds(asset), "", names)
    for decision in (decisions or {}).values():
        _learn({"user": decision.get("by")}, "", names)
    writer = _Writer(made, names)
    alerts = [writer.document(document) for document in stored]
    replaced_assets = None if assets is None else [writer.asset(asset) for asset in assets]
    differing: dict[str, None] = {}
    differing.update(_decided_differently((stored, assets), (alerts, replaced_assets), written, dialect))
    if decisions is not None:
        # A backtest decides about the alerts as they arrived.
        old, new = (_arrived(part, dialect) for part in (stored, alerts))
        differing.update(_decided_differently((old, assets), (new, replaced_assets), written, dialect))
    return {
        "alerts": alerts,
        "decisions": {key: writer.decision(decision) for key, decision in (decisions or {}).items()},
        "assets": replaced_assets,
        "replaced": {
            "addresses": len(writer.seen_addresses - made.unchanged),
            **{f"{kind}s": len(writer.seen_names(kind)) for kind in ("host", "user")},
        },
        "unchanged_addresses": len(made.unchanged),
        "decided_differently": list(differing),
    }


def _arrived(documents: Sequence[Mapping[str, Any]], dialect: str) -> list[dict[str, Any]]:
    return [as_arrived(document, DIALECTS[dialect], ()) for document in documents]


def _decided_differently(before: _Recorded, after: _Recorded, rules: Sequence[Any], dialect: str) -> dict[str, None]:
    """The IDs of the alerts that match other rules. :param before: alerts and assets."""
    if not rules:
        return {}
    old, new = (
        rehearse(documents, rules, dialect=dialect, assets=assets)["verdicts"] for documents, assets in (before, after)
    )
    return {key: None for key, verdict in old.items() if _matched(verdict) != _matched(new[key])}


def _matched(verdict: Mapping[str, Any]) -> list[str]:
    return [row["name"] for row in (*verdict["rules"], *verdict["shadow_rules"])]


def _with_kinds(asset: Mapping[str, Any]) -> dict[str, Any]:
    """What is replaced in an asset, under fields that tell what the texts are."""
    untouched = (*_ASSET_LEFT_ALONE, *_ASSET_LEFT_OUT)
    return {_ASSET_FIELDS.get(name, name): value for name, value in asset.items() if name not in untouched}


def _kind_of(field: str) -> str | None:
    plain = re.sub(r"[^a-z]", "", field.lower())
    if plain.endswith(_USER_FIELDS):
        return "user"
    return "host" if plain.endswith((*_HOST_FIELDS, *_HOST_FIELDS_TOO)) else None


def _learn(value: Any, field: str, names: dict[str, str]) -> None:
    """Collect the names of hosts and users, with the kind of each."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            _learn(member, str(name), names)
    elif isinstance(value, list):
        for item in value:
            _learn(item, field, names)
    elif isinstance(value, str):
        inner = _structure(value)
        if inner is not None:
            _learn(inner, "", names)
        kind = _kind_of(field)
        if kind is not None and inner is None and value.strip() not in _NO_NAMES and address_in(value) is None:
            for name in _parts_of(value):
                names.setdefault(name, kind)


def _parts_of(name: str) -> Iterator[str]:
    """A name, and the account in ``DOMAIN\\account`` and ``account@domain``."""
    yield name
    for part in re.split(r"[\\@]", name):
        if part != name and len(part) >= _MIN_NAME_LENGTH:
            yield part


def _structure(text: str) -> Any:
    """What a text is in JSON, None if it is no dictionary or list: the raw line of a log may be one."""
    if not text.lstrip().startswith(("{", "[")) or len(text) > _MAX_JSON_LENGTH:
        return None
    try:
        found = parsed_json(text)
    except ValueError:
        return None
    return found if isinstance(found, (dict, list)) else None


class _Writer:
    """Writes documents with their replacements."""

    def __init__(self, made: Pseudonyms, names: Mapping[str, str]) -> None:
        self._made = made
        self._names = names
        self.seen_addresses: set[Any] = set()
        # Kinds of the names that are found in running text, in any letter case.
        self._kinds: dict[str, str] = {}
        # Lengths of the names that may stand where a word begins, from that word.
        self._lengths: dict[str, list[int]] = {}
        for name in names:
            word = _WORD.match(name)
            if word is not None and len(name) >= _MIN_NAME_LENGTH and not name.isdigit():
                self._kinds.setdefault(name.casefold(), names[name])
                self._lengths.setdefault(word[0].casefold(), []).append(len(name))
        self._lengths = {word: sorted(set(found), reverse=True) for word, found in self._lengths.items()}

    def seen_names(self, kind: str) -> set[str]:
        """The replaced names of a kind; spellings in other letter cases are one name."""
        return {name.casefold() for name in self._made.texts if self._kind(name) == kind}

    def _kind(self, name: str) -> str | None:
        return self._names.get(name) or self._kinds.get(name.casefold())

    def document(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A stored alert."""
        return {
            name: value if name in _LEFT_ALONE else self._value(value, str(name)) for name, value in document.items()
        }

    def decision(self, decision: Mapping[str, Any]) -> dict[str, Any]:
        """What was decided about an alert."""
        return {**decision, "by": self._value(decision.get("by"), "user")}

    def asset(self, asset: Mapping[str, Any]) -> dict[str, Any]:
        """An asset."""
        kept = {name: asset[name] for name in _ASSET_LEFT_ALONE if name in asset}
        written = {name: self._value(value, name) for name, value in _with_kinds(asset).items()}
        return {**kept, **{_ASSET_PLAIN.get(name, name): value for name, value in written.items()}}

    def _value(self, value: Any, field: str) -> Any:
        if isinstance(value, Mapping):
            return {name: self._value(member, str(name)) for name, member in value.items()}
        if isinstance(value, list):
            return [self._value(item, field) for item in value]
        return self._text(value, field) if isinstance(value, str) else value

    def _text(self, text: str, field: str) -> str:
        if text in self._made.named.texts:
            return text
        kind = self._names.get(text)
        if kind is not None and _kind_of(field) is not None:
            return self._made.of_text(text, kind)
        inner = _structure(text)
        if inner is not None:
            return json.dumps(self._value(inner, ""), ensure_ascii=text.isascii())
        text = self._with_names(text)
        text = _HARDWARE.sub(lambda found: self._made.of_hardware_address(found[0]), text)
        return _ADDRESS.sub(self._address, text)

    def _address(self, found: re.Match[str]) -> str:
        token = found[0].rstrip(".")
        plain, colon, port = token, "", ""
        if address_in(plain) is None:
            plain, colon, port = token.rpartition(":")
        if address_in(plain) is None or "." in port:
            return _IPV4.sub(lambda inner: self._replacement(inner[0]), found[0])
        return f"{self._replacement(plain)}{colon}{port}{found[0][len(token) :]}"

    def _replacement(self, text: str) -> str:
        address = address_in(text)
        made = None if address is None else self._made.of_address(address)
        if made is None or made == address:
            return text
        self.seen_addresses.add(address)
        return str(made)

    def _with_names(self, text: str) -> str:
        """A text with the names in it replaced, the longest first; names are whole words."""
        pieces, done = [], 0
        for word in _WORD.finditer(text):
            if word.start() < done:
                continue
            for length in self._lengths.get(word[0].casefold(), ()):
                end = word.start() + length
                name = text[word.start() : end]
                kind = self._kind(name)
                if kind is not None and not (text[end : end + 1].isalnum() or text[end : end + 1] == "_"):
                    pieces += [text[done : word.start()], self._made.of_text(name, kind)]
                    done = end
                    break
        return "".join([*pieces, text[done:]])
