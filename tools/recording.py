# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of a terminal in README.md: its first playbook as a dry run, for real, and again, on a simulated day."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tools.pages import ROOT, examples
from tools.report import connection
from utmstack_simulator.backend.start import Start
from utmstack_simulator.process import SimulatorProcess
from utmstack_simulator.scenarios import SCENARIOS

TARGET = ROOT / "docs" / "images" / "first-playbook.svg"
RUNS = ("ansible-playbook close.yml --check --diff", "ansible-playbook close.yml", "ansible-playbook close.yml")
WIDTH = 100
SHOWN_OF_A_DIFF = 3
_THEME = TerminalTheme(
    (22, 27, 34),
    (201, 209, 217),
    [(72, 79, 88), (255, 123, 114), (63, 185, 80), (210, 153, 34)]
    + [(88, 166, 255), (188, 140, 255), (57, 197, 207), (177, 186, 196)],
)
# No font of elsewhere: rich gives each text its length, so that any monospaced font fits.
_FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
  font-variant-ligatures: none;
}}
{styles}
/* animation */
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
_ANIMATION = """\
@media (prefers-reduced-motion: no-preference) {{
  @keyframes appear {{ from {{ opacity: 0; }} }}
  .{name}-matrix text {{ animation: appear 1ms backwards; }}
{delays}
}}"""
_FACT = re.compile(r"\$ .*|\d+ closed, .*|ok=\d+ +changed=\d+|… \d+ more lines")


@dataclass(frozen=True)
class Run:
    """A command, and what it printed with colors."""

    command: str
    output: str


def playbook() -> str:
    """The first playbook of README.md."""
    (found,) = (text for text in examples(ROOT / "README.md") if text.startswith("# close.yml\n"))
    return found


def simulated_day() -> Start:
    """The scenario `soc-day` with its last end at 21:00 UTC, since its counts differ a little with the hour."""
    now = datetime.now(timezone.utc)
    end = now.replace(hour=21, minute=0, second=0, microsecond=0)
    return SCENARIOS["soc-day"]("v11", end if end <= now else end - timedelta(days=1))


def record() -> list[Run]:
    """Run the playbook on a simulated day."""
    with SimulatorProcess("v11") as simulator, tempfile.TemporaryDirectory() as folder:
        simulator.fill(simulated_day())
        (Path(folder) / "close.yml").write_text(playbook(), encoding="utf-8")
        environment = {**os.environ, **connection(simulator), "ANSIBLE_FORCE_COLOR": "true"}
        environment.pop("ANSIBLE_NOCOLOR", None)
        return [
            Run(line, subprocess.check_output(shlex.split(line), cwd=folder, env=environment, text=True))
            for line in RUNS
        ]


def shortened(run: Run) -> list[Text]:
    """The prompt and the output of a run: the beginning of its diff, and each line as far as it fits."""
    lines = [Text.from_ansi(line) for line in run.output.strip().splitlines()]
    # Each line of the diff begins with the ID of an alert.
    diff = [number for number, line in enumerate(lines) if re.match(r"[0-9a-f]{8}-", line.plain)]
    if len(diff) > SHOWN_OF_A_DIFF:
        cut, end = diff[SHOWN_OF_A_DIFF], diff[-1] + 1
        lines[cut:end] = [Text(f"… {end - cut} more lines", style="dim")]
    for line in lines:
        line.truncate(WIDTH, overflow="ellipsis")
    return [Text.assemble(("$ ", "green"), (run.command, "bold")), *lines]


def picture(runs: Sequence[Run]) -> str:
    """The runs in a terminal, whose lines appear one after another unless the reader wants no motion."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    delays, moment = [], 0.0
    *lines, _end = [line for run in runs for line in (*shortened(run), Text())]
    for number, line in enumerate(lines):
        console.print(line, no_wrap=True, crop=False)
        moment += 1.2 if line.plain.startswith("$ ") else 0.12
        delays.append(f'  [clip-path="url(#siem-line-{number})"] {{ animation-delay: {moment:.2f}s !important; }}')
    drawn = console.export_svg(title="close.yml", theme=_THEME, code_format=_FORMAT, unique_id="siem")
    return drawn.replace("/* animation */", _ANIMATION.format(name="siem", delays="\n".join(delays)))


def lines_of(drawn: str) -> list[str]:
    """The lines of text of a picture, with single spaces."""
    texts = ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")
    rows: dict[float, list[tuple[float, str]]] = {}
    for element in texts:
        rows.setdefault(float(element.attrib["y"]), []).append((float(element.attrib["x"]), element.text or ""))
    return [" ".join(" ".join(text for _x, text in sorted(row)).split()) for _y, row in sorted(rows.items())]


def facts(drawn: str) -> list[str]:
    """What a picture says that must hold for every run: commands, counts, and how much of the diff is left out."""
    return [fact for line in lines_of(drawn) for fact in _FACT.findall(line)]


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(picture(record()), encoding="utf-8")
    print(TARGET)
