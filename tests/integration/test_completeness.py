# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything of UTMStack's API overview can be reached, each endpoint through one function."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .direct import run
from .operations import OPERATIONS
from .playing import ROOT, Stage, alert

ID = alert(1)["id"]
BY_ID: dict[str, Any] = {"alert_ids": [ID]}
SEARCH = "/api/elasticsearch/search"
# The vendor's overview by its headings; the export is built from the search, because the server's own loses columns.
OVERVIEW: dict[str, tuple[str, dict[str, Any], str]] = {
    "Authentication": ("utmstack_auth", {}, "/api/authenticate"),
    "List Alerts": ("utmstack_alert_info", {"query": {}}, SEARCH),
    "Update Status": ("utmstack_alert_status", {**BY_ID, "status": "completed"}, "/api/utm-alerts/status"),
    "Update Tags": ("utmstack_alert_tags", {**BY_ID, "tags": ["x"]}, "/api/utm-alerts/tags"),
    "Create Rule": (
        "utmstack_alert_tags",
        {**BY_ID, "tags": ["x"], "create_rule": True, "rule_on": ["name"]},
        "/api/alert-tag-rules",
    ),
    "Update Notes": ("utmstack_alert_notes", {**BY_ID, "note": "x"}, "/api/utm-alerts/notes"),
    "Convert to Incident": (
        "utmstack_incident",
        {**BY_ID, "name": "Incident", "description": "x"},
        "/api/utm-alerts/convert-to-incident",
    ),
    "Count Alerts": ("utmstack_alert_count_info", {}, "/api/utm-alerts/count-open-alerts"),
    "Property Values": (
        "utmstack_property_values_info",
        {"field": "name"},
        "/api/elasticsearch/property/values-with-count",
    ),
    "CSV Export": ("utmstack_alert_export", {"query": {}, "path": "{folder}/alerts.csv"}, SEARCH),
    "incidents": ("utmstack_incident_info", {}, "/api/utm-incidents"),
    "tag catalogue": ("utmstack_tag", {"name": "Tier 1"}, "/api/utm-alert-tags"),
    "tag rules": (
        "utmstack_tag_rule",
        {"name": "r", "description": "d", "tags": ["False positive"], "query": {"name": ["x"]}},
        "/api/alert-tag-rules",
    ),
    "API keys": ("utmstack_api_key", {"name": "automation", "show_key": True}, "/api/api-keys"),
    "assets": ("utmstack_asset_info", {}, "/api/utm-network-scans/search-by-filters"),
}

# Modules for what UTMStack 10 does not have.
SINCE_V11 = {"utmstack_api_key"}


@pytest.mark.parametrize("heading", list(OVERVIEW))
def test_the_overview_is_covered(local_stage: Stage, tmp_path: Path, heading: str) -> None:
    module, options, path = OVERVIEW[heading]
    local_stage.seed(alert(1))
    given = {
        name: value.format(folder=tmp_path) if isinstance(value, str) else value for name, value in options.items()
    }
    result = run(local_stage.simulator, OPERATIONS[module], **given)
    if module in SINCE_V11 and local_stage.dialect == "v10":
        assert "exist since UTMStack 11" in result["msg"]
        return
    assert "failed" not in result, result
    assert path in {row["path"] for row in local_stage.simulator.requests()}


def test_no_endpoint_stands_twice_in_the_collection() -> None:
    """A reader finds an endpoint by its path."""
    code = {path: path.read_text(encoding="utf-8") for path in (ROOT / "plugins" / "module_utils").rglob("*.py")}
    for _module, _options, path in OVERVIEW.values():
        # Endpoints stand without the base path of the API, apart from the login.
        written = (f'"{path}"', f'"{path.removeprefix("/api")}"')
        holders = [file.name for file, text in code.items() if any(one in text for one in written)]
        assert len(holders) == 1, (path, holders)
