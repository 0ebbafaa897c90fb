# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query_string query as far as CONTAIN and IS_IN_FIELDS use it (API facts, 3.3).

The backend asks for ``*text*`` and escapes everything in the text but blanks: so the first word is a suffix, the last
one a prefix, words between them are whole, and AND, OR and NOT in capitals act between words.
"""

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
    """Documents that meet ``*text*`` in any of the fields.

    :param conjunction: whether the default operator is AND, or OR.
    """
    shown = text.replace("<", "").replace(">", "")
    words = shown.split()
    present = set().union(*(daily.present(field) for field in fields))
    if not words:
        return present
    must: list[set[int]] = []
    should: list[set[int]] = []
    banned: set[int] = set()
    joined = ""
    negated = False
    last = len(words) - 1
    if shown[0].isspace():
        # The first star stands alone.
        (must if conjunction else should).append(present)
    for position, word in enumerate(words):
        head, tail = position == 0 and not shown[0].isspace(), position == last and not shown[-1].isspace()
        if word in ("AND", "OR", "NOT") and not head and not tail:
            negated = word == "NOT" or negated
            joined = joined if word == "NOT" else word
            continue
        found = _word(daily, fields, word, head, tail, wildcard, phrase)
        # As Lucene's classic parser: a joining word changes the clause before it, too.
        if joined == "AND" and should and not conjunction:
            must.append(should.pop())
        if joined == "OR" and must and conjunction:
            should.append(must.pop())
        if negated:
            banned |= found
        elif joined == "AND" or (conjunction and joined != "OR"):
            must.append(found)
        else:
            should.append(found)
        joined, negated = "", False
    if shown[-1].isspace() and conjunction:
        must.append(present)
    elif shown[-1].isspace():
        should.append(present)
    if must:
        return set.intersection(*must) - banned
    return (set().union(*should) if should else set(daily.documents)) - banned


def _word(
    daily: DailyIndex, fields: Sequence[str], word: str, head: bool, tail: bool, wildcard: Wildcard, phrase: Phrase
) -> set[int]:
    """One clause: a wildcard at the edges of the text, a whole word between them."""
    found: set[int] = set()
    for field in fields:
        kind = daily.type_of(field)
        if kind not in ("text", "keyword"):
            # lenient: what cannot be compared does not match and does not fail.
            continue
        if not head and not tail:
            found |= phrase(daily, field, word) if kind == "keyword" or tokens(word) else set()
            continue
        compared = word.lower() if kind == "text" else word
        escaped = compared.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
        found |= wildcard(daily, field, f"{'*' if head else ''}{escaped}{'*' if tail else ''}")
    return found
