# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replays the recorded exchanges of some areas, or of all, against a simulator of each dialect."""

from __future__ import annotations

import json
import subprocess
import sys

from utmstack_simulator.process import SimulatorProcess

from .recordings import HERE, dialects, transcripts


def main(areas: list[str]) -> int:
    """Print each difference and the total; 0 when there is none."""
    recorded = {dialect: transcripts(dialect) for dialect in dialects()}
    unknown = set(areas) - {path.stem for paths in recorded.values() for path in paths}
    if unknown:
        sys.exit(f"No transcripts for {', '.join(sorted(unknown))}.")
    passed = failed = expected = 0
    for dialect, paths in recorded.items():
        wanted = [path for path in paths if not areas or path.stem in areas]
        expected += sum(len(json.loads(path.read_text(encoding="utf-8"))["cases"]) for path in wanted)
        with SimulatorProcess(dialect) as simulator:
            command = [sys.executable, str(HERE / "replay.py"), "--url", simulator.url, "--dialect", dialect]
            played = subprocess.run([*command, *map(str, wanted)], capture_output=True, text=True)
        sys.stderr.write(played.stderr)
        *lines, last = played.stdout.splitlines() or ["0 passed, 0 failed"]
        print("\n".join([*lines, f"{dialect}: {last}"]))
        words = last.split()
        passed, failed = passed + int(words[0]), failed + int(words[2])
    print(f"{passed} passed, {failed} failed")
    return 0 if passed == expected and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
