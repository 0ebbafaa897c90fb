# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server holds when it starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..state.world import World
from .alerts import has_row


@dataclass(frozen=True)
class Start:
    """Rows for the stores of a server.

    :param documents: alerts `{"index", "id", "source"}`.
    :param history: rows of the alert history as the API shows them, without `id`, in the order of time.
    :param incidents: incidents as the API shows them, without `id`, and their alerts in `alertList`.
    :param tag_rules: rules `{"name", "description", "conditions", "tags": [ID], "createdBy"}`.
    :param assets: the inventory `{"groups", "assets", "dataInputs"}`.
    :param users: users `{"login", "password", …}`.
    """

    documents: Sequence[Mapping[str, Any]] = ()
    history: Sequence[Mapping[str, Any]] = ()
    incidents: Sequence[Mapping[str, Any]] = ()
    tag_rules: Sequence[Mapping[str, Any]] = ()
    assets: Mapping[str, Any] = field(default_factory=dict)
    users: Sequence[Mapping[str, Any]] = ()


def fill(here: World, start: Start) -> None:
    """Add the rows. :raises ValueError: the search engine would reject a document."""
    for row in start.documents:
        here.documents.put(row["index"], row["id"], row["source"])
    _fill_tables(here, start)


def fill_alike(worlds: Sequence[World], start: Start) -> None:
    """Add the same rows to new worlds, and index the documents only once.

    :raises ValueError: the search engine would reject a document.
    """
    fill(worlds[0], start)
    for here in worlds[1:]:
        here.documents = worlds[0].documents.copy()
        _fill_tables(here, start)


def _fill_tables(here: World, start: Start) -> None:
    """Add the rows that PostgreSQL stores."""
    without_row = {row["id"] for row in start.documents if not has_row(here, row["source"])}
    here.history.seed([row for row in start.history if row["alertId"] not in without_row])
    for incident in start.incidents:
        here.incidents.seed(incident)
    for rule in start.tag_rules:
        here.tag_rules.add(
            rule["name"], rule["description"], list(rule["conditions"]), list(rule["tags"]), rule["createdBy"]
        )
    here.assets.seed(start.assets)
    for user in start.users:
        here.accounts.seed(user)
