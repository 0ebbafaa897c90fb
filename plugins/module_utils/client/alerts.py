# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints of alerts: searching, counting, and the three writes.

200 is no proof of a write: the caller reads back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..errors import IncompleteAnswer
from ..model.alert import Alert, alert_from
from ..model.filter import Filter
from ..model.network_filters import sendable
from ..model.networks import AddressSet
from ..transport.answer import mapping_in, rows_in
from .client import Client
from .paging import reported_total

WINDOW = 10_000


@dataclass(frozen=True)
class Page:
    """Alerts of one search answer; `total` is exact below 10,000, and None when the server does not report it."""

    alerts: list[Alert]
    total: int | None


def search(client: Client, filters: Sequence[Filter], sort: Sequence[str], size: int, page: int = 1) -> Page:
    """One page of alerts. Nothing is sent if no alert holds an address of a network in the filters.

    :param filters: never empty lists inside: the server takes some of them for "all alerts".
    :param sort: ``field,asc`` or ``field,desc``, only fields that every daily index maps.
    :param size: rows, at most the dialect's page size.
    :param page: counts from 1.
    """
    sent = _sendable(client, filters)
    if sent is None:
        return Page([], 0)
    answer = client.read(
        "POST",
        "/elasticsearch/search",
        query={
            **_index(client, "indexPattern"),
            "top": WINDOW,
            "page": page,
            "size": size,
            "sort": list(sort),
        },
        json=[item.as_json() for item in sent],
    )
    dialect = client.dialect
    total = reported_total(client, answer)
    # The header is missing when nothing matches.
    reported = (total or 0) if dialect.total_header else None
    return Page([alert_from(row, dialect) for row in rows_in(answer)], reported)


def _index(client: Client, member: str) -> dict[str, str]:
    """The member of a request that names the indices; none when this server has no index pattern."""
    pattern = client.dialect.alert_pattern
    return {} if pattern is None else {member: pattern}


def _sendable(client: Client, filters: Sequence[Filter]) -> list[Filter] | None:
    """The filters as the server understands them; None when no alert can meet them."""

    def held(field: str, others: Sequence[Filter], addresses: AddressSet) -> Collection[str]:
        return client.held_texts.among(read, field, others, addresses)

    def read(field: str, narrowed: Sequence[Filter], top: int) -> Collection[str]:
        return _values_with_count(client, field, narrowed, top)

    return sendable(filters, held)


def count_by_value(client: Client, field: str, filters: Sequence[Filter], top: int) -> dict[str, int]:
    """Exact number of alerts per value of `field`, the `top` first values."""
    sent = _sendable(client, filters)
    return {} if sent is None else _values_with_count(client, field, sent, top)


def first_values(client: Client, field: str, filters: Sequence[Filter], top: int) -> list[str]:
    """The `top` first values of `field` in their order, which is that of code points for texts."""
    sent = _sendable(client, filters)
    return [] if sent is None else list(_values_with_count(client, field, sent, top, by_value=True))


def _values_with_count(
    client: Client, field: str, filters: Sequence[Filter], top: int, by_value: bool = False
) -> dict[str, int]:
    answer = client.read(
        "POST",
        "/elasticsearch/property/values-with-count",
        json={
            "field": field,
            **_index(client, "index"),
            "filters": [item.as_json() for item in filters],
            "top": top,
            "orderByCount": not by_value,
            "sortAsc": by_value,
        },
    )
    return {str(value): int(count) for value, count in mapping_in(answer).items()}


def count_open(client: Client) -> int:
    """The open alerts as the server counts them for its own pages."""
    answer = client.read("GET", "/utm-alerts/count-open-alerts")
    number = answer.json()
    if isinstance(number, bool) or not isinstance(number, int):
        raise IncompleteAnswer(
            f"{answer.endpoint} did not answer with a number.", status=answer.status, endpoint=answer.endpoint
        )
    return number


def write_status(client: Client, alert_ids: Sequence[str], status: str, observation: str) -> None:
    """Set status and observation; on v11 echoes follow their parent.

    `observation` is always sent: without it, v10 stores the word "null" and v11 returns 500.
    """
    client.write(
        "POST",
        "/utm-alerts/status",
        json={
            "alertIds": list(alert_ids),
            "status": client.dialect.status_codes[status],
            "statusObservation": observation,
            "addFalsePositiveTag": False,
        },
    )


def write_tags(client: Client, alert_ids: Sequence[str], tags: Sequence[str]) -> None:
    """Replace all tags of exactly these alerts."""
    body = {"alertIds": list(alert_ids), "tags": list(tags), "createRule": False}
    client.write("POST", "/utm-alerts/tags", json=body)


def write_note(client: Client, alert_id: str, note: str) -> None:
    """Replace the note of one alert by `note` as it stands: the body is raw text, not JSON."""
    client.write("POST", "/utm-alerts/notes", query={"alertId": alert_id}, text=note)
