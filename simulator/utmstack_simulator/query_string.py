# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query_string query as far as CONTAIN and IS_IN_FIELDS use it (API facts, 3.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .analysis import tokens
from .documents import DailyIndex

Wildcard = Callable[[DailyIndex, str, str], set[int]]
Phrase = Callable[[DailyIndex, str, Any], set[int]]


def matches_query_string(
    daily: DailyIndex, fields: Sequence[str], text: str, wildcard: Wildcard, phrase: Phrase, conjunction: bool
) -> set[int]:
    """Documents that meet ``*text*``: the words are separate clauses, AND, OR and NOT in capitals act between them.

    :param conjunction: whether all words are needed, or any.
    """
    words = ("*" + text.replace("<", "").replace(">", "") + "*").split()
    everything = set(daily.documents)
    if words in ([], ["*"], ["**"], ["*", "*"]):
        found: set[int] = set()
        for field in fields:
            found |= daily.present(field)
        return found
    needed: list[set[int]] = []
    optional: list[set[int]] = []
    negated = False
    joined_by_or = [False] * len(words)
    for position, word in enumerate(words):
        if word == "OR":
            joined_by_or[max(position - 1, 0)] = True
            if position + 1 < len(words):
                joined_by_or[position + 1] = True
    for position, word in enumerate(words):
        if word in ("AND", "OR", "NOT"):
            negated = word == "NOT"
            continue
        part = _word(daily, fields, word, wildcard, phrase)
        if negated:
            needed.append(everything - part)
        elif joined_by_or[position] or not conjunction:
            optional.append(part)
        else:
            needed.append(part)
        negated = False
    if optional:
        needed.append(set().union(*optional))
    return set.intersection(*needed) if needed else set()


def _word(daily: DailyIndex, fields: Sequence[str], word: str, wildcard: Wildcard, phrase: Phrase) -> set[int]:
    found: set[int] = set()
    for field in fields:
        kind = daily.type_of(field)
        if kind not in ("text", "keyword"):
            # lenient: what cannot be compared does not match and does not fail.
            continue
        core = word.strip("*") if word.startswith("*") or word.endswith("*") else word
        escaped = core.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
        head = "*" if word.startswith("*") else ""
        tail = "*" if word.endswith("*") and len(word) > 1 else ""
        if not head and not tail:
            found |= phrase(daily, field, word) if kind == "keyword" or tokens(word) else set()
        elif kind == "text":
            found |= wildcard(daily, field, f"{head}{escaped.lower()}{tail}")
        else:
            found |= wildcard(daily, field, f"{head}{escaped}{tail}")
    return found
