# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of the text of a rules file: a rule without its mode, and a list without some of its rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput

from .yaml_layout import Part

_NEXT_STEP = "Put each on a line of its own, or change the file by hand."
# What may follow a value on its line.
_REST = re.compile(r"[ \t]*(?:#[^\n]*)?\r?")


@dataclass(frozen=True)
class Edit:
    """A text to put in the place of another.

    :param start: index of its first character.
    :param end: index after its last one.
    """

    start: int
    end: int
    text: str = ""


def promoted(text: str, rule: Part, number: int, name: str) -> Edit:
    """The edit that removes a key of a rule.

    :param number: the number of the key in the rule.
    :param name: the file, for messages.
    :raises InvalidInput: a comment stands where it cannot be kept.
    """
    key, value = rule.pairs[number]
    following = rule.pairs[number + 1][0].start if number + 1 < len(rule.pairs) else None
    if rule.is_flow:
        before = rule.pairs[number - 1][1].end if number else rule.start
        edit = Edit(before, value.end) if following is None else Edit(key.start, following)
        _check_no_comment(text, edit, name)
        return edit
    end = _line_end(text, value.end, name)
    if not text[_line_start(text, key.start) : key.start].strip():
        return Edit(_line_start(text, key.start), end)
    # The key stands beside the dash.
    if following is not None and "#" not in text[value.end : following]:
        return Edit(key.start, following)
    return Edit(len(text[: key.start].rstrip(" ")), len(text[:end].rstrip("\r\n")))


def withdrawn(text: str, rules: Part, leaving: Sequence[int], name: str) -> list[Edit]:
    """The edits that remove rules from their list, with the comments that belong to them.

    :param leaving: the numbers of the rules, in their order.
    :param name: the file, for messages.
    :raises InvalidInput: a comment stands where it cannot be kept.
    """
    if not leaving:
        return []
    if rules.is_flow:
        return [_flow_edit(text, rules, number, leaving, name) for number in leaving]
    regions = _regions(text, rules, name)
    runs = _runs(text, [regions[number] for number in leaving])
    if len(leaving) < len(regions):
        return [_without_gap(text, run, run.start == regions[0].start) for run in runs]
    # A list without entries cannot be written without brackets.
    indent = text[_line_start(text, rules.dashes[0]) : rules.dashes[0]] or ("" if _is_root(text, rules) else "  ")
    line_break = "\r\n" if "\r\n" in text else "\n"
    return [Edit(runs[0].start, runs[0].end, f"{indent}[]{line_break}"), *runs[1:]]


def _flow_edit(text: str, rules: Part, number: int, leaving: Sequence[int], name: str) -> Edit:
    """The edit for one of the rules that leave a list in brackets, with the comma that is no longer needed."""
    item, last = rules.items[number], len(rules.items) - 1
    last_staying = max(set(range(last + 1)) - set(leaving), default=None)
    if last_staying is not None and number > last_staying:
        edit = Edit(rules.items[number - 1].end, item.end)
    else:
        edit = Edit(item.start, item.end if number == last else rules.items[number + 1].start)
    for between in (Edit(edit.start, item.start), Edit(item.end, edit.end)):
        _check_no_comment(text, between, name)
    return edit


def _regions(text: str, rules: Part, name: str) -> list[Edit]:
    """The lines of each rule of a list without brackets, with the comments that belong to it.

    These are comments below the rule that are indented deeper than its dash, and those directly above it. A comment at
    the beginning of the file is about the whole file.
    """
    found: list[Edit] = []
    for item, dash in zip(rules.items, rules.dashes):
        start = _line_start(text, dash)
        if text[start:dash].strip():
            raise InvalidInput(f"{name} has a rule that begins in the middle of a line. {_NEXT_STEP}")
        floor = found[-1].end if found else 0
        above = _comments_above(text, start, floor)
        if not found and _is_root(text, rules) and _begins_file(text, above):
            above = start
        found.append(Edit(above, _comments_below(text, _line_end(text, item.end, name), dash - start)))
    return found


def _is_root(text: str, rules: Part) -> bool:
    """Whether a list is the content of the file and stands under no key."""
    above = text[: _line_start(text, rules.dashes[0])].splitlines()
    return not any(line.strip() and not _is_comment(line) and not _is_directive(line) for line in above)


def _is_directive(line: str) -> bool:
    return line.startswith(("---", "%"))


def _begins_file(text: str, index: int) -> bool:
    """Whether nothing but a directive stands above a line."""
    above = text[:index].splitlines()
    return not above or _is_directive(above[-1])


def _comments_above(text: str, index: int, floor: int) -> int:
    while index > floor:
        start = _line_start(text, index - 1)
        if not _is_comment(text[start:index]):
            break
        index = start
    return index


def _comments_below(text: str, index: int, column: int) -> int:
    while index < len(text):
        end = _next_line(text, index)
        line = text[index:end]
        if not _is_comment(line) or len(line) - len(line.lstrip(" ")) <= column:
            break
        index = end
    return index


def _runs(text: str, regions: Sequence[Edit]) -> list[Edit]:
    """The regions, neighbors as one."""
    runs: list[Edit] = []
    for region in regions:
        if runs and not text[runs[-1].end : region.start].strip():
            runs[-1] = Edit(runs[-1].start, region.end)
        else:
            runs.append(region)
    return runs


def _without_gap(text: str, run: Edit, is_first: bool) -> Edit:
    """The run, with the empty lines that would be left over."""
    above = len(text[: run.start].rstrip())
    above = _next_line(text, above) if above else 0
    below = run.end
    while below < len(text) and not text[below : _next_line(text, below)].strip():
        below = _next_line(text, below)
    if below == len(text):
        return Edit(above, below)
    heading = is_first and not _is_comment(text[_line_start(text, above - 1) : above] if above else "")
    return Edit(run.start, below if above < run.start or heading else run.end)


def _check_no_comment(text: str, edit: Edit, name: str) -> None:
    if "#" in text[edit.start : edit.end]:
        raise InvalidInput(f"{name} has a comment between entries in brackets that would be lost. {_NEXT_STEP}")


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _next_line(text: str, index: int) -> int:
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1


def _line_end(text: str, index: int, name: str) -> int:
    """The beginning of the next line. :raises InvalidInput: something other than a comment follows in this line."""
    end = _next_line(text, index)
    if not _REST.fullmatch(text[index:end].rstrip("\n")):
        raise InvalidInput(f"{name} has several values in one line. {_NEXT_STEP}")
    return end
