# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the query_string query that CONTAIN and IS_IN_FIELDS use (API facts, 3.3).

The backend queries ``*text*`` and escapes everything in the text except spaces. So the first word is a suffix, the last
one a prefix, the words between them are whole, and AND, OR and NOT in capitals are operators.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .analysis import small_letters, tokens
from .documents import DailyIndex

Wildcard = Callable[[DailyIndex, str, str], set[int]]
Phrase = Callable[[DailyIndex, str, Any], set[int]]


def matches_query_string(
    daily: DailyIndex, fields: Sequence[str], text: str, wildcard: Wildcard, phrase: Phrase, conjunction: bool
) -> set[int]:
    """Documents that match ``*text*`` in any of the fields.

    :param conjunction: the default operator is AND, not OR.
    """
    shown = text.replace("<", "").replace(">", "")
    words = shown.split()
    present = set().union(*(daily.present(field) for field in fields))
    if not words:
        return present
    clauses: list[tuple[str, set[int]]] = []
    if shown[0].isspace():
        # The first star stands alone.
        clauses.append(("must" if conjunction else "should", present))
    joined, negated = "", False
    last = len(words) - 1
    for position, word in enumerate(words):
        head, tail = position == 0 and not shown[0].isspace(), position == last and not shown[-1].isspace()
        if word in ("AND", "OR", "NOT") and not head and not tail:
            negated = word == "NOT" or negated
            joined = joined if word == "NOT" else word
            continue
        found = _word(daily, fields, word, head, tail, wildcard, phrase)
        # As in Lucene's classic parser, an operator changes the clause before it, even if its own clause is empty.
        if clauses and joined == "AND" and clauses[-1][0] == "should":
            clauses[-1] = ("must", clauses[-1][1])
        if clauses and joined == "OR" and clauses[-1][0] == "must" and conjunction:
            clauses[-1] = ("should", clauses[-1][1])
        if found is not None:
            needed = joined == "AND" or (conjunction and joined != "OR")
            clauses.append(("not" if negated else "must" if needed else "should", found))
        joined, negated = "", False
    if shown[-1].isspace():
        clauses.append(("must" if conjunction else "should", present))
    return _combined(clauses, set(daily.documents))


def _combined(clauses: Sequence[tuple[str, set[int]]], everything: set[int]) -> set[int]:
    """Documents with all required clauses, or any optional one if none is required, and no prohibited one."""
    sets = {occur: [found for kind, found in clauses if kind == occur] for occur in ("must", "should", "not")}
    if sets["must"]:
        chosen = set.intersection(*sets["must"])
    else:
        chosen = set().union(*sets["should"]) if sets["should"] else everything
    return chosen - set().union(*sets["not"])


def _word(
    daily: DailyIndex, fields: Sequence[str], word: str, head: bool, tail: bool, wildcard: Wildcard, phrase: Phrase
) -> set[int] | None:
    """Documents that match one clause, with a wildcard at the edges of the text; None for a clause without a word."""
    found: set[int] | None = None
    for field in fields:
        kind = daily.type_of(field)
        if kind not in ("text", "keyword"):
            # The query is lenient: a value that cannot be compared neither matches nor fails.
            found = found or set()
            continue
        if not head and not tail:
            if kind == "keyword" or tokens(word):
                found = (found or set()) | phrase(daily, field, word)
            continue
        compared = small_letters(word) if kind == "text" else word
        escaped = compared.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
        found = (found or set()) | wildcard(daily, field, f"{'*' if head else ''}{escaped}{'*' if tail else ''}")
    return found
