# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of alerts that analysts always close as false positives. Pure.

A group is what one rule would match: alerts of a name, with the keys that all of them share. A larger group is never
broader than its evidence: analysts agreed about each part of it, and every alert without a decision resembles one with.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from ...model.networks import usual_spelling
from ...query.keys import ADDRESS_KEYS
from .suggestion_evidence import NAME, SOURCE, TARGET, USERS, Cells, Evidence, Texts

# A query key and the text that it compares.
Pair = tuple[str, str]
# What a rule can require of one side of an alert; None if it cannot: the alert has nothing there, or several values.
Side = Optional[tuple[Pair, ...]]
_SIDES = 3


@dataclass(frozen=True)
class Thresholds:
    """What makes a group worth a rule.

    :param alerts: alerts that analysts closed as false positives.
    :param days: different days on which they did.
    :param agreement: their share of the alerts that analysts decided.
    """

    alerts: int = 20
    days: int = 3
    agreement: float = 0.99


@dataclass(frozen=True)
class Group:
    """A group that a rule may close.

    :param pairs: what its alerts share, the name first.
    """

    pairs: Sequence[Pair]
    evidence: Evidence


def suggested_groups(cells: Cells, thresholds: Thresholds) -> list[Group]:
    """The groups that reach the thresholds, without those within another one, the most alerts first."""
    found = [group for name in sorted(cells) for group in _groups_of(name, cells[name], thresholds)]
    return sorted(found, key=lambda group: (-group.evidence.agreed, tuple(group.pairs)))


def _groups_of(name: str, cells: Mapping[Texts, Evidence], thresholds: Thresholds) -> Iterator[Group]:
    """The groups of alerts with one name, from the largest to the smallest."""
    if sum(evidence.fresh for evidence in cells.values()) < thresholds.alerts:
        return
    sides = {texts: _sides_of(texts) for texts in cells}
    holding = _by_pair(cells)
    taken: set[Texts] = set()
    seen: set[tuple[Pair, ...]] = set()
    for size in range(_SIDES + 1):
        for shared in _shared_by_groups(cells, sides, size, thresholds.alerts):
            if shared in seen:
                continue
            seen.add(shared)
            parts = {texts: cells[texts] for texts in _matching(shared, holding, cells)}
            if sum(part.fresh for texts, part in parts.items() if texts not in taken) < thresholds.alerts:
                continue
            group = Group(((NAME, name), *shared), _merged(parts.values()))
            if _is_proven(group.evidence, parts, sides, thresholds):
                taken.update(parts)
                yield group


def _by_pair(cells: Iterable[Texts]) -> dict[Pair, list[Texts]]:
    holding: dict[Pair, list[Texts]] = {}
    for texts in cells:
        for key, values in texts:
            for value in values:
                holding.setdefault((key, value), []).append(texts)
    return holding


def _matching(pairs: Sequence[Pair], holding: Mapping[Pair, list[Texts]], cells: Iterable[Texts]) -> Iterable[Texts]:
    """The texts of the alerts that a rule matches if it requires these pairs."""
    if not pairs:
        return cells
    fewest, *others = sorted((holding[pair] for pair in pairs), key=len)
    kept = [set(found) for found in others]
    return [texts for texts in fewest if all(texts in found for found in kept)]


def _shared_by_groups(
    cells: Mapping[Texts, Evidence], sides: Mapping[Texts, Sequence[Side]], size: int, least: int
) -> list[tuple[Pair, ...]]:
    """What the alerts of each group share if `size` of their sides must be the same, in a steady order.

    :param least: how many alerts of a group no rule closes yet.
    """
    found = set()
    for chosen in itertools.combinations(range(_SIDES), size):
        groups: dict[tuple[Side, ...], list[Texts]] = {}
        for texts, cell in sides.items():
            groups.setdefault(tuple(cell[number] for number in chosen), []).append(texts)
        for values, members in groups.items():
            if None not in values and sum(cells[texts].fresh for texts in members) >= least:
                found.add(_shared([sides[texts] for texts in members]))
    return sorted(found)


def _shared(members: Sequence[Sequence[Side]]) -> tuple[Pair, ...]:
    """The pairs of the sides that are the same in all members."""
    first = members[0]
    same = [
        side
        for number in range(_SIDES)
        if (side := first[number]) is not None and all(cell[number] == side for cell in members)
    ]
    return tuple(pair for side in same for pair in side)


def _sides_of(texts: Texts) -> tuple[Side, ...]:
    held = dict(texts)
    return (_first_of(SOURCE, held), _first_of(TARGET, held), _all_of(USERS, held))


def _first_of(keys: Sequence[str], held: Mapping[str, Sequence[str]]) -> Side:
    key = next((key for key in keys if key in held), None)
    return None if key is None else _all_of([key], held)


def _all_of(keys: Sequence[str], held: Mapping[str, Sequence[str]]) -> Side:
    pairs = tuple((key, held[key][0]) for key in keys if key in held)
    single = all(len(held[key]) == 1 and _can_be_required(key, text) for key, text in pairs)
    return pairs if pairs and single else None


def _can_be_required(key: str, text: str) -> bool:
    return key not in ADDRESS_KEYS or usual_spelling(text) == text


def _merged(parts: Iterable[Evidence]) -> Evidence:
    merged = Evidence()
    for part in parts:
        merged.include(part)
    return merged


def _is_proven(
    whole: Evidence,
    parts: Mapping[Texts, Evidence],
    sides: Mapping[Texts, Sequence[Side]],
    thresholds: Thresholds,
) -> bool:
    """Whether a group reaches the thresholds, and each part of it bears that out."""
    enough = len(whole.days) >= thresholds.days and _agrees(whole.agreed, len(whole.otherwise), thresholds)
    if not enough or not all(_agrees(part.agreed, part.contrary, thresholds) for part in parts.values()):
        return False
    # An alert without a decision may be the first of an attack: each of its sides must be known from decided ones.
    known = [{sides[texts][number] for texts, part in parts.items() if part.agreed} for number in range(_SIDES)]
    return all(
        sides[texts][number] in known[number]
        for texts, part in parts.items()
        if part.pending
        for number in range(_SIDES)
    )


def _agrees(agreed: int, otherwise: int, thresholds: Thresholds) -> bool:
    return not otherwise or agreed / (agreed + otherwise) >= thresholds.agreement
