# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types that a server's indices give to the fields of alerts."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ServerError
from ..transport.answer import Answer, rows_in


def field_types(read: Callable[..., Answer], pattern: str | None) -> dict[str, str]:
    """The type of each field that ever held a value in an alert; texts have a twin called ``.keyword``.

    :param read: reads from an endpoint, like `Client.read`.
    :param pattern: index pattern of alerts; None when this server has none.
    """
    query = {} if pattern is None else {"indexPattern": pattern}
    try:
        answer = read("GET", "/elasticsearch/index/properties", query=query)
    except ServerError as error:
        # 404: no alert was ever stored.
        if error.status == 404:
            return {}
        raise
    types: dict[str, str] = {}
    for row in rows_in(answer):
        # Should a field stand there twice, its twin still tells that some days hold a text.
        if row.get("name") and types.get(str(row["name"]), "text") == "text":
            types[str(row["name"])] = str(row.get("type"))
    return types
