# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts of an Ansible inventory from assets: safe names, groups and variables. Pure.

An asset reports its own name, so that an attacker may have chosen it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...conversion import shown
from ...errors import InvalidInput
from ...model.networks import address_in
from .host_alerts import NO_ALERTS, Counts

Asset = Mapping[str, Any]

PREFIX = "utmstack_"
ALERTS = "alerts"
GROUPINGS = ("os", "type", "group", "alive", "agent", ALERTS)
# Names that mean something else to Ansible than a host.
RESERVED_NAMES = frozenset(("all", "ungrouped", "localhost", "127.0.0.1"))
# Of a file name, which Ansible makes of both kinds of names.
MAX_NAME_LENGTH = 200

_COPIED = (
    *("id", "name", "ip", "addresses", "mac", "alias", "aliases", "os", "os_platform", "os_version"),
    *("os_major_version", "os_minor_version", "os_arch", "type", "group", "probe", "status", "registered_mode"),
    *("severity_metric", "notes", "discovered_at", "modified_at"),
)
_STATES: Mapping[str, Mapping[bool, str]] = {
    "alive": {True: "alive", False: "not_alive"},
    "agent": {True: "agent", False: "no_agent"},
}
_ALERT_GROUPS: Mapping[str, tuple[str, ...]] = {
    "alert_open_in_review": ("total",),
    "alert_open": ("open",),
    "alert_in_review": ("in_review",),
    "alert_high": ("high",),
    "alert_medium": ("medium",),
    "alert_low": ("low",),
}
# Groups whose names do not depend on the assets. No host may pass for one that has no members.
_FIXED_GROUPS = frozenset((*_ALERT_GROUPS, *(word for words in _STATES.values() for word in words.values())))
# What may not stand in the name of a host: it means something in a pattern, a path or a template.
_UNSAFE_IN_HOST = re.compile(r"[^\w.-]")
_UNSAFE_IN_GROUP = re.compile(r"\W")


@dataclass(frozen=True)
class AssetHost:
    """One host of the inventory.

    :param address: the main address of the asset, if it is one and no loopback address.
    """

    name: str
    address: str | None
    groups: Sequence[str]
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class AssetHosts:
    """The hosts of an inventory.

    :param hosts: in the order of the assets.
    :param renamed: names that several assets, or an asset and a group, would share, with the names given instead.
    :param merged: group names that several different texts lead to, with these texts.
    """

    hosts: Sequence[AssetHost]
    renamed: Mapping[str, Sequence[str]]
    merged: Mapping[str, Sequence[str]]

    @property
    def groups(self) -> dict[str, None]:
        """The names of all groups, each once."""
        return dict.fromkeys(name for host in self.hosts for name in host.groups)


def checked_prefix(text: str) -> str:
    """The beginning of all names. :raises InvalidInput: no host may have such a name."""
    if text and next(_safe_names((text,)), None) != text:
        raise InvalidInput(
            f"`name_prefix` is {shown(text)}. Use letters, digits, hyphens, dots and underscores, and begin with a "
            "letter."
        )
    return text


def hosts_of(
    assets: Sequence[Asset],
    alerts: Mapping[int, Counts] | None,
    groupings: Collection[str] = GROUPINGS,
    taken: Collection[str] = (),
    prefix: str = "",
) -> AssetHosts:
    """The hosts of the assets.

    :param assets: as utmstack_asset_info returns them, ordered by ID.
    :param alerts: counts by asset ID; None if alerts were not counted.
    :param groupings: the groups to make, out of GROUPINGS.
    :param taken: further names of groups, which no host may have.
    :param prefix: what the name of each host begins with, so that hosts of several servers stay apart.
    """
    texts: dict[str, dict[str, None]] = {}
    groups = [list(_groups(asset, _counts(asset, alerts), groupings, texts)) for asset in assets]
    own = {name for names in groups for name in names}
    names, renamed = _host_names(assets, RESERVED_NAMES.union(taken, own, _FIXED_GROUPS), prefix)
    hosts = [
        AssetHost(name, _address(asset), found, _variables(asset, _counts(asset, alerts)))
        for asset, name, found in zip(assets, names, groups)
    ]
    return AssetHosts(hosts, renamed, {name: list(found) for name, found in texts.items() if len(found) > 1})


def _counts(asset: Asset, alerts: Mapping[int, Counts] | None) -> Counts | None:
    return None if alerts is None else alerts.get(asset["id"], NO_ALERTS)


def _variables(asset: Asset, counts: Counts | None) -> dict[str, Any]:
    """The variables of a host. What one would group by is a text: Ansible takes no truth values."""
    values = {
        **{name: asset.get(name) for name in _COPIED},
        "alive_state": _word(asset, "alive"),
        "agent_state": _word(asset, "agent"),
        "data_types": sorted({str(row["data_type"]) for row in asset.get("data_inputs") or () if row.get("data_type")}),
        **({} if counts is None else {ALERTS: dict(counts)}),
    }
    return {f"{PREFIX}{name}": value for name, value in values.items()}


def _word(asset: Asset, state: str) -> str | None:
    value = asset.get(state)
    return _STATES[state][value] if isinstance(value, bool) else None


def _groups(
    asset: Asset, counts: Counts | None, groupings: Collection[str], texts: dict[str, dict[str, None]]
) -> Iterator[str]:
    """:param texts: by group name, the texts that led to it."""
    named = {"os": asset.get("os_platform") or asset.get("os"), "type": asset.get("type"), "group": asset.get("group")}
    for grouping, text in named.items():
        if grouping in groupings and isinstance(text, str) and text.strip():
            name = _group_name(f"{grouping}_{text}")
            texts.setdefault(name, {})[text.strip().lower()] = None
            yield name
    for grouping in _STATES:
        word = _word(asset, grouping)
        if grouping in groupings and word is not None:
            yield word
    if ALERTS in groupings and counts is not None:
        yield from (name for name, keys in _ALERT_GROUPS.items() if any(counts[key] for key in keys))


def _group_name(text: str) -> str:
    """A text as the name of a group, in lower case and without what Ansible refuses in one."""
    return _UNSAFE_IN_GROUP.sub("_", text.strip().lower())[:MAX_NAME_LENGTH]


def _address(asset: Asset) -> str | None:
    """The main address, unless it is another text, such as options for ssh, or that of the controller itself."""
    address = address_in(str(asset.get("ip") or ""))
    if address is None or address.is_loopback or address.is_unspecified or "%" in str(address):
        return None
    return str(address)


def _host_names(assets: Sequence[Asset], taken: Collection[str], prefix: str) -> tuple[list[str], dict[str, list[str]]]:
    """A name for each asset, and the names that not all who would have them got.

    A name that the server holds just so goes before one that had to be altered, so that no other name can be spelled
    to take it. Of equal ones, the asset with the lowest ID keeps it.
    """
    plain = [_plain_name(asset) for asset in assets]
    as_held = [name == asset.get("name") for name, asset in zip(plain, assets)]
    wanted = [f"{prefix}{name}" for name in plain]
    given: dict[int, str] = {}
    used = set(taken)
    for place in (*_places(as_held, True), *_places(as_held, False)):
        if wanted[place] not in used:
            given[place] = wanted[place]
            used.add(wanted[place])
    renamed: dict[str, list[str]] = {}
    for place, name in enumerate(wanted):
        if place not in given:
            given[place] = _free_name(f"{name}-{assets[place]['id']}", used)
            used.add(given[place])
            renamed.setdefault(name, []).append(given[place])
    return [given[place] for place in range(len(assets))], renamed


def _places(flags: Sequence[bool], wanted: bool) -> list[int]:
    return [place for place, flag in enumerate(flags) if flag is wanted]


def _plain_name(asset: Asset) -> str:
    """The name of an asset as a host may have it, or else its address or ID."""
    return next(_safe_names((asset.get("name"), asset.get("ip"))), f"asset-{asset['id']}")


def _safe_names(texts: Iterable[Any]) -> Iterator[str]:
    for text in texts:
        name = _UNSAFE_IN_HOST.sub("_", str(text or "").strip())[:MAX_NAME_LENGTH]
        if any(map(str.isalnum, name)):
            # Programs take a leading hyphen for an option.
            yield name if name[0].isalnum() or name[0] == "_" else f"_{name[1:]}"


def _free_name(name: str, used: Collection[str]) -> str:
    numbers = (f"{name}-{number}" for number in itertools.count(2))
    return name if name not in used else next(other for other in numbers if other not in used)
