# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which recordings of 11.0.1 hold for 11.2: all but those of its known differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from utmstack_simulator.process import SimulatorProcess

from .recordings import transcripts
from .test_contract import REPLAY, cases_of

# By area; every other case is answered as recorded.
DIFFERENT = {
    # Here and in the next areas without a comment: the events of the alerts have no log, so the history has no rows.
    "alerts_notes": ["plain_text_note"],
    "alerts_status": ["complete_two_of_three", "false_positive_flag", "history_of_a_large_batch"],
    "alerts_tags": ["set_replaces_the_whole_list"],
    "api_keys": ["key_writes_alerts"],
    # Data inputs have an alias.
    "assets": [
        "data_inputs",
        "search_by_dates_and_data_types",
        "search_by_one_value",
        "search_by_text",
        "search_failures",
        "search_paging_and_sorting",
        "search_without_filters",
    ],
    # A login needs `rememberMe`, its answer has `firstLogin`, `check-credentials` is a POST, and the version is public.
    "auth": [
        "bypass_header_values",
        "check_credentials",
        "enrolment",
        "enrolment_out_of_order",
        "lockout_after_ten_failures",
        "login_and_use_the_token",
        "login_without_the_bypass_header",
        "other_places_for_the_token",
        "probes",
        "remember_me_may_be_left_out",
        "second_factor_switched_off",
        "success_resets_the_count",
        "tokens_the_server_does_not_know",
        "totp_and_the_bypass_header",
        "totp_login",
        "totp_refresh",
        "totp_wrong_codes",
        "which_failures_count",
        "who_may_enrol",
        "wrong_credentials",
    ],
    # The export streams.
    "csv": [
        "a_bad_cell_fails_the_whole_export",
        "a_row_without_the_only_column",
        "an_offset_in_a_date_column",
        "column_types",
        "nothing_to_export",
        "only_text_and_lists_are_written",
        "plain_export",
        "quotes_newlines_and_formulas",
        "requests_that_fail",
    ],
    "incidents": ["complete_an_incident_closes_its_alerts"],
    "roles": ["what_a_user_may_write"],
    # The newest echo is shown.
    "search": ["a_child_count_of_any_field_value", "children_and_echoes"],
    # Alerts with the words of the tag False positive are not released.
    "tag_rules": ["engine_run"],
    # No index has an empty list of fields.
    "values": ["properties_before_the_first_alert", "properties_of_indices"],
}


@pytest.mark.parametrize(
    ("area", "case"),
    [
        pytest.param(path.stem, case, id=f"{path.stem}-{case['name']}")
        for path in transcripts("v11")
        for case in cases_of(path)
    ],
)
def test_11_2_differs_where_it_is_known_to(
    area: str, case: dict[str, Any], utmstack_simulator: Callable[..., SimulatorProcess]
) -> None:
    simulator = utmstack_simulator("v11", "--release", "11.2")
    player = REPLAY.Player(simulator.url, "v11", {"username": "admin", "password": "Adm1n-pass"})
    differences = REPLAY.replay(case, player, REPLAY.SimulatorControl(simulator.url))
    assert bool(differences) is (case["name"] in DIFFERENT.get(area, [])), differences
