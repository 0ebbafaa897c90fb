# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The `asset` of a rule: conditions on the assets of an alert, found by host name or address. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...conversion import converted, shown
from ...dialects import Dialect
from ...errors import InvalidInput
from ...model.asset_types import ASSET_TYPES
from ...query.stored_values import StoredValues
from ...suggestions import check_keys, suggestion
from ..assets.asset_index import NAMING_FIELDS, Asset, AssetIndex

# Compared whole, letter case included, like texts in a query.
TEXT_KEYS = ("name", "group", "type", "os_platform")
SEVERITY = "severity"
BOUNDS = ("at_least", "at_most")
SIDES: Mapping[str, Sequence[str]] = {
    "any": NAMING_FIELDS,
    "source": ("source_host", "source_ip"),
    "target": ("target_host", "target_ip"),
    "data_source": ("data_source",),
}
KEYS = (*TEXT_KEYS, SEVERITY, "side")
_TEXTS = {"type": "list", "elements": "str"}
_EXAMPLE = "{group: [Domain controllers]}"


@dataclass(frozen=True)
class AssetCondition:
    """What one of the assets of an alert must be.

    :param texts: by key, the values of which the asset must have one.
    :param fields: the fields of the stored alert that name its assets.
    :param numbers: severities, one of which the asset must have; empty for any.
    """

    texts: Mapping[str, frozenset[str]]
    fields: Sequence[str]
    numbers: frozenset[float] = frozenset()
    at_least: float | None = None
    at_most: float | None = None

    @property
    def compares_severity(self) -> bool:
        """Whether an asset without a severity cannot meet it."""
        return bool(self.numbers) or self.at_least is not None or self.at_most is not None

    def holds(self, asset: Asset) -> bool:
        """Whether an asset meets all of it."""
        if any(asset.get(key) not in values for key, values in self.texts.items()):
            return False
        if not self.compares_severity:
            return True
        severity = asset.get("severity_metric")
        if isinstance(severity, bool) or not isinstance(severity, (int, float)):
            return False
        return (
            (not self.numbers or severity in self.numbers)
            and (self.at_least is None or severity >= self.at_least)
            and (self.at_most is None or severity <= self.at_most)
        )

    def why(self, asset: Asset) -> dict[str, Any]:
        """The name of an asset, or its address, and what of it matched."""
        found = {"asset.name": asset.get("name") or asset.get("ip")}
        found.update({f"asset.{key}": asset.get(key) for key in self.texts})
        return {**found, **({"asset.severity": asset.get("severity_metric")} if self.compares_severity else {})}


def asset_condition(given: Any, dialect: Dialect) -> AssetCondition:
    """Read the `asset` of a rule.

    :raises InvalidInput: it is no dictionary of these keys, or a value cannot be compared.
    """
    if not isinstance(given, Mapping) or not set(given) - {"side"}:
        raise InvalidInput(f"`asset` is {shown(given)}. Set what the asset must be, such as {_EXAMPLE}.")
    check_keys(given, KEYS, "asset")
    side = given.get("side", "any")
    if side not in SIDES:
        raise InvalidInput(f"`asset.side` is {shown(side)}. Use {', '.join(SIDES)}.{suggestion(str(side), SIDES)}")
    texts = {key: frozenset(_entries(given[key], key)) for key in TEXT_KEYS if key in given}
    for name in sorted(texts.get("type", ())):
        if name not in ASSET_TYPES:
            # A fixed catalog, of which the server compares the names exactly.
            known = suggestion(name, ASSET_TYPES) or f" Use one of {', '.join(ASSET_TYPES)}."
            raise InvalidInput(f"`asset.type` contains {shown(name)}, which is no type of an asset.{known}")
    fields = [dialect.names[name] for name in SIDES[side]]
    return AssetCondition(texts, fields, **_severity(given[SEVERITY]) if SEVERITY in given else {})


def _entries(value: Any, key: str) -> list[str]:
    found: list[str] = converted(value, _TEXTS, f"asset.{key}", commas=False)
    if not found or "" in found:
        raise InvalidInput(f"`asset.{key}` is empty or contains an empty text. Leave it out, or set what to compare.")
    return found


def _severity(given: Any) -> dict[str, Any]:
    """The comparison of the severity metric, which the server stores as a number, or not at all."""
    if not isinstance(given, Mapping):
        return {"numbers": frozenset(_number(item, "asset.severity") for item in _listed(given))}
    check_keys(given, BOUNDS, "asset.severity")
    bounds = {key: _number(value, f"asset.severity.{key}") for key, value in given.items()}
    if not bounds:
        raise InvalidInput("`asset.severity` is empty. Use bounds such as {at_least: 7}.")
    if bounds.get("at_least", float("-inf")) > bounds.get("at_most", float("inf")):
        raise InvalidInput("`asset.severity` has `at_least` above `at_most`. Swap them.")
    return bounds


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) and given else [given]


def _number(given: Any, place: str) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise InvalidInput(
            f"`{place}` has {shown(given)}, which is no number. UTMStack stores the severity of an asset as a number "
            "(`severity_metric` of utmstack_asset_info), so use bounds such as {at_least: 7}."
        )
    return given


def asset_meeting(condition: AssetCondition, index: AssetIndex, stored: StoredValues) -> Asset | None:
    """The first asset of an alert that meets a condition; None if none does."""
    return next((asset for asset in index.named(condition.fields, stored) if condition.holds(asset)), None)


def check_assets(conditions: Mapping[str, AssetCondition], index: AssetIndex) -> list[str]:
    """Check that the inventory has what rules name.

    :param conditions: by name of the rule.
    :returns: warnings about other values that no asset has; rules for many instances may name them.
    :raises InvalidInput: a group that no asset is in, which is almost always a misspelled one.
    """
    warnings = []
    for name, condition in conditions.items():
        for key, values in condition.texts.items():
            known = index.values(key)
            for value in sorted(values.difference(known)):
                close = suggestion(value, known)
                if key == "group":
                    raise InvalidInput(
                        f"Rule {name!a} has {shown(value)} in `asset.group`, but no asset is in a group of this name."
                        f"{close} Nothing was written. Correct the name, or add assets to the group in UTMStack."
                    )
                warnings.append(f"Rule {name!a} has {shown(value)} in `asset.{key}`, but no asset has it.{close}")
    return warnings
