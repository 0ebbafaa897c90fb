# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the tags of the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...client.client import Client
from ...client.tags import all_tags
from ..operation import Operation, Task
from ..options import options
from .catalogue import tag_result


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Read the catalog; nothing is written."""
    names = params["name"]
    tags = [tag_result(tag) for tag in all_tags(client) if names is None or tag.name in names]
    return {"changed": False, "tags": tags, "total": len(tags), "requests": client.requests_sent}


OPERATION = Operation(
    name="utmstack_tag_info",
    options=options(name={"type": "list", "elements": "str"}),
    run=run,
)
