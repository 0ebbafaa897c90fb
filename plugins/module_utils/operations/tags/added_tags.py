# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Warn of misspelled tags among those that a plan adds to alerts."""

from __future__ import annotations

from ...client.client import Client
from ...client.tags import all_tags
from ...errors import CallerRefused
from ...model.alert import FALSE_POSITIVE
from ...model.tag_spelling import similar_tag_warnings
from ...writing.plan import Plan


def added_tags(plan: Plan) -> list[str]:
    """The tags that alerts of a plan get, except UTMStack's own one for false positives."""
    added = {tag for edit in plan.edits for tag in edit.after.get("tags", ()) if tag not in edit.before.get("tags", ())}
    return sorted(added - {FALSE_POSITIVE})


def misspelling_warnings(client: Client, plan: Plan) -> list[str]:
    """The warnings about added tags that look like one of the catalog, which is read only if a tag is added."""
    tags = added_tags(plan)
    if not tags:
        return []
    try:
        catalogue = {tag.name for tag in all_tags(client)}
    except CallerRefused:
        # An account without access to the catalog can still tag alerts.
        return []
    return similar_tag_warnings(tags, catalogue)
