# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration: triage on a simulated server as a dry run, for real, and again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from utmstack_simulator.process import SimulatorProcess

OUTPUT = Path("tests/output/demo").absolute()
NEXT = """
Next, check the connection to your own server:
  . tools/environment.sh
  export UTMSTACK_URL=https://siem.example.com {credentials}
  ansible-playbook utmstack.siem.bootstrap"""
CREDENTIALS = {"v10": "UTMSTACK_USERNAME=... UTMSTACK_PASSWORD=...", "v11": "UTMSTACK_API_KEY=..."}


def main(dialect: str) -> int:
    """The exit code of the playbook, which fails when a promise was not kept."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    log = OUTPUT / "ansible-playbook.log"
    print(f"Starting a simulated UTMStack ({dialect}) with a day of alerts", flush=True)
    with SimulatorProcess(dialect, "--scenario", "soc-day") as simulator, log.open("w", encoding="utf-8") as output:
        # Options for a real server, such as a proxy or a major version, don't fit.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("UTMSTACK_")}
        environment |= {"UTMSTACK_URL": simulator.url, "ANSIBLE_LOCALHOST_WARNING": "false"}
        if dialect == "v11":
            environment["UTMSTACK_API_KEY"] = simulator.api_key()
        else:
            environment.update(UTMSTACK_USERNAME="admin", UTMSTACK_PASSWORD="Adm1n-pass")
        print("Triaging its open alerts: as a dry run, for real, and again\n", flush=True)
        command = ["ansible-playbook", "utmstack.siem.demo", "-e", f"demo_directory={OUTPUT}", *sys.argv[2:]]
        played = subprocess.run(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    if played.returncode:
        print(log.read_text(encoding="utf-8"), end="")
    else:
        print((OUTPUT / "summary.txt").read_text(encoding="utf-8"), end="")
        print(f"Output of ansible-playbook:\n  {log}")
        print(NEXT.format(credentials=CREDENTIALS[dialect]))
    return played.returncode


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in CREDENTIALS:
        sys.exit("usage: demo.py v10|v11")
    sys.exit(main(sys.argv[1]))
