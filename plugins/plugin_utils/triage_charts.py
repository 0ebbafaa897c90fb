# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the charts of a triage report as inline SVG without scripts or style attributes.

The library does not escape texts: charts show only fixed labels and numbers, never a text of an alert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.operations.report.rows import CLOSERS, WORST_FIRST

try:
    import svg
except ImportError as error:
    SVG_IMPORT_ERROR: ImportError | None = error
else:
    SVG_IMPORT_ERROR = None

MISSING = "Charts need the Python package svg.py on the controller (pip install svg.py). The tables show the same data."
CLOSER_WORDS = {"automation": "triage rules", "tag_rules": "tag rules of the server", "people": "people"}

_WIDTH = 640
_LEFT = 96
_ROW = 34
_HEIGHT = 190
_BASE = 160
_MAX_LABELS = 9
_TICKS = 4


def charts(figures: Mapping[str, Any]) -> dict[str, str]:
    """Draw the charts, by name; empty without the library."""
    if SVG_IMPORT_ERROR is not None:
        return {}
    ages = [(row["age"], row["counts"]) for row in figures["severity_by_age"]]
    closed = [(CLOSER_WORDS[who], figures["closed"]["by"][who]["counts"]) for who in CLOSERS]
    return {
        "severity_by_age": str(_bars("Open alerts by age and severity", ages, _LEFT)),
        "closed": str(_bars("Completed alerts by closer and severity", closed, 164)),
        "raised": str(_columns(figures["raised"])),
    }


def _bars(title: str, rows: Sequence[tuple[str, Mapping[str, int]]], left: int) -> Any:
    """Draw one stacked bar per row, by severity."""
    most = max([sum(counts.values()) for _label, counts in rows] + [1])
    scale = (_WIDTH - left - 56) / most
    elements: list[Any] = []
    for number, (label, counts) in enumerate(rows):
        top, at = number * _ROW, float(left)
        total = sum(counts.values())
        elements.append(svg.Text(x=left - 10, y=top + 21, class_=["label", "end"], text=label))
        for severity in WORST_FIRST:
            width = round(counts[severity] * scale, 2)
            if width:
                elements.append(_part(severity, at, top + 6, width, 22, f"{label}, {severity}: {counts[severity]}"))
                at = round(at + width, 2)
        elements.append(svg.Text(x=at + 8, y=top + 21, class_=["value"], text=str(total)))
    elements.insert(0, svg.Line(x1=left, y1=0, x2=left, y2=len(rows) * _ROW, class_=["axis"]))
    return _drawing(title, len(rows) * _ROW, elements)


def _columns(raised: Mapping[str, Any]) -> Any:
    """Draw one stacked column per hour, day or week, by severity."""
    columns = raised["columns"]
    left, tick = 44, _tick(max([column["total"] for column in columns] + [1]))
    slot = (_WIDTH - left - 8) / max(1, len(columns))
    width = round(max(1.0, slot * 0.78), 2)
    scale = (_BASE - 12) / (_TICKS * tick)
    elements: list[Any] = []
    for number in range(_TICKS + 1):
        y = round(_BASE - number * tick * scale, 2)
        elements.append(svg.Line(x1=left, y1=y, x2=_WIDTH - 4, y2=y, class_=["grid" if number else "axis"]))
        elements.append(svg.Text(x=left - 8, y=y + 4, class_=["label", "end"], text=str(number * tick)))
    for number, column in enumerate(columns):
        x, base = round(left + 4 + number * slot, 2), float(_BASE)
        for severity in reversed(WORST_FIRST):
            height = round(column["counts"][severity] * scale, 2)
            if height:
                base = round(base - height, 2)
                tip = f"{column['from']}, {severity}: {column['counts'][severity]}"
                elements.append(_part(severity, x, base, width, height, tip))
        label = _label(column["from"], raised["unit"], number, len(columns))
        if label:
            elements.append(svg.Text(x=x, y=_BASE + 18, class_=["label"], text=label))
    return _drawing(f"Alerts raised per {raised['unit']}, by severity", _HEIGHT, elements)


def _tick(most: int) -> int:
    """A round step of the axis that reaches `most` in a few ticks."""
    power = 1
    while True:
        for step in (1, 2, 5):
            if step * power * _TICKS >= most:
                return step * power
        power *= 10


def _label(begin: str, unit: str, number: int, of: int) -> str:
    """The label of a column: the day at midnight or a time every few hours; empty for most."""
    day, _space, time = begin.partition(" ")
    every = -(-of // _MAX_LABELS)
    if unit == "hour":
        hours = next(hours for hours in (1, 2, 3, 6, 12) if hours >= min(every, 12))
        if int(time[:2]) % hours:
            return ""
        return day[5:] if time == "00:00" else time[:5]
    return "" if number % every else day[5:]


def _part(severity: str, x: float, y: float, width: float, height: float, tip: str) -> Any:
    return svg.Rect(
        x=x, y=y, width=width, height=height, class_=[f"severity-{severity}"], elements=[svg.Title(text=tip)]
    )


def _drawing(title: str, height: int, elements: Sequence[Any]) -> Any:
    return svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, _WIDTH, height),
        class_=["chart"],
        extra={"role": "img", "aria-label": title},
        elements=list(elements),
    )
