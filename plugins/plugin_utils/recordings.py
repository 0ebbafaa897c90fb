# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read recordings of alerts, on which rules are tested without a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible_collections.utmstack.siem.plugins.module_utils.dialects import DIALECTS
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput

from .data_files import entries_in, read_data


def recording_in(loader: DataLoader, path: str, name: str) -> dict[str, Any]:
    """The `alerts` of a recording and the `dialect` of their server, None if the file does not name it.

    :param path: the absolute path.
    :param name: the file as the user named it, for messages.
    :raises InvalidInput: it cannot be read, or holds no alert.
    """
    data = read_data(loader, path, name)
    alerts, _path = entries_in(data, "alerts")
    if alerts is None:
        raise InvalidInput(f"{data.name} must hold a list of alerts, or `alerts:` with such a list.")
    if not alerts:
        raise InvalidInput(f"{data.name} holds no alert, so there is nothing to test. Record alerts first.")
    dialect = data.content.get("dialect") if isinstance(data.content, Mapping) else None
    return {"alerts": alerts, "dialect": dialect if dialect in DIALECTS else None}
