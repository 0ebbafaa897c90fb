# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of the report in README.md: the beginning of the sample report, with its figures as the text for it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tools.headless import chromium
from tools.recording import simulated_day
from tools.report import sample
from utmstack_simulator.process import SimulatorProcess

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "images" / "report.png"
WIDTH, HEIGHT = 1100, 856
_ROW = re.compile(r"^\| (Open|In review|Completed) \| (\d+) \| \d+ \| \d+ \| (\d+) \|$", re.MULTILINE)
_IMAGE = re.compile(r"!\[([^\]]*)\]\(docs/images/report\.png\)")


def alternative(summary: str) -> str:
    """The text for the picture, from the summary that is written with the report."""
    counts = {status: (int(high), int(every)) for status, high, every in _ROW.findall(summary)}
    high, opened = counts["Open"]
    return (
        f"Report on a simulated day: {opened} alerts open, {high} of them of high severity, "
        f"{counts['In review'][1]} in review, {counts['Completed'][1]} completed"
    )


def shown() -> str:
    """The text for the picture that README.md has."""
    (text,) = _IMAGE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    return str(text)


def written(folder: Path) -> str:
    """Write the sample report into a folder and return its summary."""
    with SimulatorProcess("v11") as simulator:
        simulator.fill(simulated_day())
        sample(simulator, folder)
    return (folder / "soc-day.md").read_text(encoding="utf-8")


def main() -> None:
    """Take the picture, and write its figures into README.md."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        summary = written(folder)
        browser = chromium(folder / "profile")
        try:
            size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
            browser.get((folder / "soc-day.html").as_uri())
            TARGET.parent.mkdir(parents=True, exist_ok=True)
            browser.save_screenshot(str(TARGET))
        finally:
            browser.quit()
    page = ROOT / "README.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(_IMAGE.sub(f"![{alternative(summary)}](docs/images/report.png)", text), encoding="utf-8")
    print(TARGET)


if __name__ == "__main__":
    main()
