# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alerts that are alike: of one rule, from one source, about one asset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..conversion import converted
from ..dialects import Dialect
from ..errors import InvalidInput
from ..times import exact_time
from .alert import COMMON_FIELDS, Alert, severity_rank
from .alert_rows import Row, alert_rows
from .networks import usual_spelling

# The fields of an alert of a result that make alerts alike.
LIKE_FIELDS = ("name", "adversary", "target", "data_source")
_GROUP_FIELDS = ("id", "timestamp", "severity", *LIKE_FIELDS)
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


def like_groups(value: Any, at_least: Any = 1) -> list[dict[str, Any]]:
    """The groups of like alerts, the largest first.

    :param value: alerts of a result.
    :param at_least: how many alerts a group must have.
    :raises InvalidInput: an entry is no alert with the fields for it, or `at_least` is no number from 1 on.
    """
    least = converted(at_least, {"type": "int"}, "at_least")
    if least is None or least < 1:
        raise InvalidInput("`at_least` must be 1 or more.")
    groups: dict[LikeKey, list[Row]] = {}
    for row in alert_rows(value, *_GROUP_FIELDS):
        groups.setdefault(like_key(row), []).append(row)
    found = [_group(key, rows) for key, rows in groups.items() if len(rows) >= least]
    return sorted(found, key=lambda group: (-group["count"], group["name"], group["source"], group["asset"]))


def _group(key: LikeKey, rows: list[Row]) -> dict[str, Any]:
    timed = sorted(((exact_time(row["timestamp"]) or "", str(row["id"])) for row in rows), key=_unknown_last)
    times = [time for time, _id in timed if time]
    return {
        "name": key.rule,
        "source": key.source,
        "asset": key.asset,
        "count": len(rows),
        "severity": max((str(row["severity"]) for row in rows), key=severity_rank),
        "first": times[0] if times else None,
        "last": times[-1] if times else None,
        "alert_ids": [alert_id for _time, alert_id in timed],
    }


def _unknown_last(timed: tuple[str, str]) -> tuple[bool, str, str]:
    return (not timed[0], *timed)


def _named_by(side: Any, members: tuple[str, ...]) -> str:
    known = side if isinstance(side, Mapping) else {}
    return next((text for member in members if (text := _text(known.get(member)))), "")


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(sorted(filter(None, map(_text, value))))
    text = "" if value is None else str(value)
    return usual_spelling(text) or text
