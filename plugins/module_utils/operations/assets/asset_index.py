# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The assets of an alert, found by host name or address. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...model.networks import address_in
from ...query.stored_values import StoredValues

Asset = Mapping[str, Any]

# The fields of an alert that may name an asset, by the collection's names.
NAMING_FIELDS = ("source_host", "source_ip", "target_host", "target_ip", "data_source")


@dataclass(frozen=True)
class AssetIndex:
    """The inventory by the texts with which alerts name an asset.

    A host name or the main address finds each asset that has it. A further address or an alias finds an asset only if
    no other one has it: all hosts with containers have the same address of the bridge, for example.
    """

    assets: Sequence[Asset]
    _by_text: Mapping[str, Sequence[Asset]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        main: dict[str, list[Asset]] = {}
        others: dict[str, list[Asset]] = {}
        for asset in self.assets:
            own = dict.fromkeys(_usable((asset.get("name"), asset.get("ip"))))
            for text in own:
                main.setdefault(text, []).append(asset)
            more = (asset.get("alias"), *(asset.get("addresses") or ()), *(asset.get("aliases") or ()))
            for text in dict.fromkeys(_usable(more)):
                if text not in own:
                    others.setdefault(text, []).append(asset)
        alone = {text: found for text, found in others.items() if len(found) == 1 and text not in main}
        object.__setattr__(self, "_by_text", {**main, **alone})

    def named(self, fields: Iterable[str], stored: StoredValues) -> Iterator[Asset]:
        """The assets that the fields of a stored alert name, in the order of the fields; one may come several times."""
        for name in fields:
            for text in stored.plain(name):
                if isinstance(text, str):
                    yield from self._by_text.get(text, ())

    def values(self, key: str) -> list[str]:
        """The different texts that assets have under a key."""
        return list(dict.fromkeys(value for asset in self.assets if isinstance(value := asset.get(key), str)))


def _usable(texts: Iterable[Any]) -> Iterable[str]:
    """The texts that name one host; every host is `localhost` for itself."""
    for text in texts:
        if isinstance(text, str) and text and text.lower() != "localhost":
            address = address_in(text)
            if address is None or not (address.is_loopback or address.is_unspecified):
                yield text
