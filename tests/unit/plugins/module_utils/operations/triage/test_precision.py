# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Precision with its lower bound, compared with published values."""

from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.precision import (
    Precision,
    missing_decisions,
    wilson_lower_bound,
)


# Newcombe, Statistics in Medicine 17 (1998), table I, method 3: two-sided 95 %, which is one-sided 97.5 %.
@pytest.mark.parametrize(
    ("agreed", "decided", "published"), [(81, 263, 0.2553), (15, 148, 0.0624), (0, 20, 0.0), (1, 29, 0.0061)]
)
def test_wilson_bound_agrees_with_published_values(agreed: int, decided: int, published: float) -> None:
    assert round(wilson_lower_bound(agreed, decided, 0.975), 4) == published


# With full agreement the bound is n / (n + z²), with z² = 2.7055.
@pytest.mark.parametrize(
    ("agreed", "decided", "bound"), [(1, 1, 0.2699), (10, 10, 0.7871), (100, 100, 0.9737), (0, 10, 0.0)]
)
def test_bound_at_the_confidence_of_the_gates(agreed: int, decided: int, bound: float) -> None:
    assert Precision(agreed, decided).lower_bound == bound


def test_result_holds_figures_and_their_basis() -> None:
    assert Precision(9, 10).result() == {
        "agreed": 9,
        "decided": 10,
        "precision": 0.9,
        "precision_lower_bound": 0.6523,
    }


def test_nothing_is_known_without_a_decision() -> None:
    assert Precision(0, 0).result() == {
        "agreed": 0,
        "decided": 0,
        "precision": None,
        "precision_lower_bound": None,
    }


@pytest.mark.parametrize("precision", [Precision(0, 0), Precision(10, 10), Precision(9, 10), Precision(0, 3)])
@pytest.mark.parametrize("minimum", [0.5, 0.9, 0.95, 0.99])
def test_missing_decisions_are_the_fewest_that_suffice(precision: Precision, minimum: float) -> None:
    missing = missing_decisions(precision, minimum)
    bounds = [
        Precision(precision.agreed + more, precision.decided + more).lower_bound or 0.0 for more in range(missing + 1)
    ]
    assert bounds[-1] >= minimum
    assert all(bound < minimum for bound in bounds[:-1])


def test_no_decision_is_missing_where_the_bound_suffices() -> None:
    assert missing_decisions(Precision(100, 100), 0.97) == 0


def test_no_number_of_decisions_proves_certainty() -> None:
    assert missing_decisions(Precision(1000, 1000), 1.0) is None


def test_full_agreement_needs_52_decisions_for_95_percent() -> None:
    assert missing_decisions(Precision(0, 0), 0.95) == 52
