# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server of most tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from utmstack_simulator.process import SimulatorProcess

from .simulated import IDS, Server, document


@pytest.fixture
def server(utmstack_simulator: Callable[..., SimulatorProcess]) -> Server:
    """Four open alerts and no faults."""
    simulator = utmstack_simulator("v11")
    simulator.reset()
    simulator.documents([document(alert_id) for alert_id in IDS])
    return Server(simulator)
