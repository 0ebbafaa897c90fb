# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the installed simulator as each major version, and ask it whether it is there and for its alerts."""

from __future__ import annotations

import sys
from pathlib import Path

import requests

import utmstack_simulator
from utmstack_simulator.process import SimulatorProcess


def main() -> int:
    """1 if the simulator is not the installed one."""
    place = Path(utmstack_simulator.__file__)
    if not place.is_relative_to(sys.prefix):
        print(f"{place} is not what was installed in {sys.prefix}", file=sys.stderr)
        return 1
    for dialect in ("v10", "v11"):
        with SimulatorProcess(dialect, "--scenario", "soc-day") as simulator:
            answer = requests.get(f"{simulator.url}/api/ping", timeout=30)
            answer.raise_for_status()
            count = len(simulator.alerts())
            print(f"simulator as installed, {dialect}: /api/ping answers {answer.status_code}, {count} alerts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
