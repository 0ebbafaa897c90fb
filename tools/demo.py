# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration: a simulated server, the triage in check mode, in earnest and once more."""

from __future__ import annotations

import os
import subprocess
import sys

from utmstack_simulator.process import SimulatorProcess


def main(dialect: str) -> int:
    """The exit code of the playbook, which fails when a promise was not kept."""
    print(f"Starting a simulated UTMStack ({dialect}) with a day of alerts", flush=True)
    with SimulatorProcess(dialect, "--scenario", "soc-day") as simulator:
        environment = {**os.environ, "UTMSTACK_URL": simulator.url, "ANSIBLE_LOCALHOST_WARNING": "false"}
        if dialect == "v11":
            environment["UTMSTACK_API_KEY"] = simulator.api_key()
        else:
            environment.update(UTMSTACK_USERNAME="admin", UTMSTACK_PASSWORD="Adm1n-pass")
        environment["ANSIBLE_DISPLAY_SKIPPED_HOSTS"] = "false"
        played = subprocess.run(["ansible-playbook", "utmstack.siem.demo", *sys.argv[2:]], env=environment)
        print(f"The server saw {len(simulator.requests())} requests. Stopping it.")
    return played.returncode


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ("v10", "v11"):
        sys.exit("usage: demo.py v10|v11")
    sys.exit(main(sys.argv[1]))
