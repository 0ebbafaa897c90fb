# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts that are alike: of one rule, from one source, about one asset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..dialects import Dialect
from .alert import COMMON_FIELDS, Alert
from .networks import usual_spelling

# The fields of an alert of a result that make alerts alike.
LIKE_FIELDS = ("name", "adversary", "target", "data_source")
# What names a side of an alert: the first one that it has.
_SOURCE = ("ip", "host", "user")
_ASSET = ("host", "ip")


class LikeKey(NamedTuple):
    """What like alerts have in common; a part that an alert lacks is empty.

    :param rule: the name of the alert, which is that of its rule.
    :param source: address, else host or user, of the adversary.
    :param asset: host, else address, of the target, else the data source.
    """

    rule: str
    source: str
    asset: str


def like_key(row: Mapping[str, Any]) -> LikeKey:
    """The key of an alert of a result."""
    return LikeKey(
        _text(row.get("name")),
        _named_by(row.get("adversary"), _SOURCE),
        _named_by(row.get("target"), _ASSET) or _text(row.get("data_source")),
    )


def like_key_of(alert: Alert, dialect: Dialect) -> LikeKey:
    """The key of an alert as the server holds it."""
    return like_key({name: COMMON_FIELDS[name](alert, dialect) for name in LIKE_FIELDS})


def _named_by(side: Any, members: tuple[str, ...]) -> str:
    known = side if isinstance(side, Mapping) else {}
    return next((text for member in members if (text := _text(known.get(member)))), "")


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(sorted(filter(None, map(_text, value))))
    text = "" if value is None else str(value)
    return usual_spelling(text) or text
