# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that end at a limit that nobody set, and tags that are probably misspelled, are warned of."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts import (
    alert_count_info,
    alert_info,
    alert_tags,
    property_values_info,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.operation import Operation
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage import triage

from .direct import run
from .playing import Stage, alert

CATALOG = "/api/utm-alert-tags"


@pytest.mark.parametrize(
    ("operation", "options", "option", "shown"),
    [
        (alert_info.OPERATION, {"query": {"all": True}, "fields": ["id"]}, "limit", "1000 of 1001 alerts"),
        (property_values_info.OPERATION, {"field": "id"}, "top", "100 of 1001 values"),
        (alert_count_info.OPERATION, {"by": ["severity", "id"]}, "top", "10 of 1001 values of id"),
    ],
)
def test_only_a_limit_that_nobody_set_is_warned_of(
    local_stage: Stage, operation: Operation, options: dict[str, Any], option: str, shown: str
) -> None:
    local_stage.seed(*(alert(number) for number in range(1001)))

    def warned(**more: Any) -> list[str]:
        result = run(local_stage.simulator, operation, **options, **more)
        assert not result.get("failed"), result
        return [text for text in result.get("warnings", []) if "bypass" not in text]

    (warning,) = warned()
    assert warning.startswith(f"Only {shown}")
    assert f"`{option}: 0`" in warning
    assert warned(**{option: 10}) == warned(**{option: 0}) == []


def test_a_list_that_is_complete_is_not_warned_of(local_stage: Stage) -> None:
    local_stage.seed(*(alert(number) for number in range(10)))
    for operation, options in (
        (alert_info.OPERATION, {"query": {"all": True}}),
        (alert_info.OPERATION, {"alert_ids": [alert(1)["id"]]}),
        (property_values_info.OPERATION, {"field": "id"}),
        (alert_count_info.OPERATION, {"by": ["id"]}),
    ):
        result = run(local_stage.simulator, operation, **options)
        assert [text for text in result.get("warnings", []) if "Only" in text] == []


@pytest.mark.parametrize("check", [True, False])
def test_an_added_tag_that_looks_like_one_of_the_catalog_is_warned_of(local_stage: Stage, check: bool) -> None:
    stage, ids = local_stage, [alert(1)["id"]]
    stage.seed(alert(1))
    run(stage.simulator, tag.OPERATION, name="Phishing")

    def warned(operation: Operation, **options: Any) -> tuple[list[str], int]:
        result = run(stage.simulator, operation, check, alert_ids=ids, **options)
        assert not result.get("failed"), result
        read = sum(row["path"] == CATALOG for row in stage.simulator.requests())
        return [text for text in result["warnings"] if "similar" in text], read

    def triaged(*tags: str) -> tuple[list[str], int]:
        rules = [{"name": "Tags", "when": {"name": alert(1)["name"]}, "then": {"tags": list(tags)}}]
        return warned(triage.OPERATION, rules=rules)

    ((warning,), _read) = triaged("Phisching")
    assert "'Phisching' is not in the catalog, which holds the similar tag 'Phishing'" in warning
    assert warned(alert_tags.OPERATION, tags=["Phishng"])[0][0].startswith("The tag 'Phishng' is not in the catalog")
    # The catalog is read at most once, and a new tag is nobody's misspelling.
    assert triaged("Phishin", "New", "Phishing")[1] == warned(alert_tags.OPERATION, tags=["Other"])[1] == 1
    assert warned(alert_tags.OPERATION, tags=["Brand new"])[0] == []
    # Nothing is read for tags that the alerts have, for UTMStack's own, and for a rule that tags nothing.
    assert triaged("False positive") == ([], 0)
    rules = [{"name": "Review", "when": {"name": alert(1)["name"]}, "then": {"status": "in_review"}}]
    assert warned(triage.OPERATION, rules=rules) == ([], 0)
    assert warned(alert_tags.OPERATION, tags=["Phisshing"], state="absent")[0] == []
