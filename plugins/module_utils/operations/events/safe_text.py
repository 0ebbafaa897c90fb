# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of an event, broken so that no template engine finds a template in them.

A rulebook hands the whole event to its playbooks as an extra variable, and Ansible trusts extra variables as templates.
Whoever names a host names an alert, so the text of an event may be an attacker's program.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

MAX_LENGTH = 300
MAX_DEPTH = 50
# Visible, printable everywhere, and not a space: a filter such as `trim` cannot take it away.
BREAK = "·"
CUT = "…"
_LONGEST_LOOKAHEAD = 16
_NUMBER_LENGTH = 12
# One character, after which the break goes.
_BROKEN_AFTER = re.compile(
    r"""
      [{\[(<] (?= [{\[(<%\#$@!?*=~] )       # {{ {% {# <% ${ [[ (( {{{ and what other engines open with
    | [%\#$@~] (?= [{\[(<%\#$@~] )          # ${ #{ %( #% %% ##
    | [%\#}] (?= } )                        # }} %} #}
    | \# (?= [j'"`\\] )                     # the header #jinja2: chooses delimiters of its own
    | \$ (?= [A'"`] )                       # $ANSIBLE_VAULT
    | { (?= ['"`] )                         # rulebooks evaluate '{' '{' as Python, which joins the two
    | \\ (?= x[0-9A-Fa-f]{2} | u[0-9A-Fa-f]{4} | U[0-9A-Fa-f]{8} | N\{ | 0?4[35] | 1[37][345] )     # escapes of braces
    | [{\#$<\[(\\] (?= \s*\Z )              # the next text of a template may begin with the other half
    """,
    re.VERBOSE,
)
# Rulebooks turn a text that is a Python literal into its value, and most values other than numbers end the action with
# an error. What may be one: a comment may follow, and a comma makes a tuple.
_LITERAL = re.compile(
    r"""(?:
      [bru]{0,2}(?P<quote>['"]).*(?P=quote) \s* (?: \Z | [,\#] | [bru]{0,2}['"] )
    | [(\[{] (?!·) .* [)\]}] \s* (?: \Z | [,\#] )
    | [\s(+\-]*
      (?: 0[xob][\da-f_]+ | (?:\d[\d_]*(?:\.[\d_]*)?|\.[\d_]+)(?:e[+\-]?[\d_]+)? | none | true | false )
      [\s)]* ,
    | (?: \.\.\. | set\s*\(\s*\) ) \s* (?: \Z | [,\#] )
    | (?= [^,\#]*\d[_.]?j ) [\s()+\-.\da-fxobj_]* (?: \Z | [,\#] )       # complex numbers
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def safe_text(text: str, limit: int = MAX_LENGTH) -> str:
    """One line of `text` that no template engine takes for a template, cut to `limit` characters.

    The break ``·`` stands wherever a delimiter was; format characters are left out, and other control characters and
    line breaks are spaces. A text that is safe stays as it is.
    """
    line = _one_line(text)
    broken = _BROKEN_AFTER.sub(r"\g<0>" + BREAK, line[: limit + _LONGEST_LOOKAHEAD])
    if _LITERAL.match(broken.lstrip()):
        broken = BREAK + broken
    return broken if len(broken) <= limit else broken[: limit - len(CUT)] + CUT


def _one_line(text: str) -> str:
    if text.isprintable():
        return text
    return text.translate({ord(character): _printable(character) for character in set(text)})


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Cs", "Zl", "Zp") else character


def safe_value(value: Any, limit: int = MAX_LENGTH) -> Any:
    """`value` with every text in it made safe, keys of dictionaries too; numbers, dates and booleans stay.

    What is nested more than 50 levels deep becomes ``…``.
    """
    return _safe(value, limit, MAX_DEPTH)


def _safe(value: Any, limit: int, depth: int) -> Any:
    if value is None or isinstance(value, (bool, int, float, date)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return safe_text(value.decode("utf-8", "replace"), limit)
    if not isinstance(value, (Mapping, list, tuple, set, frozenset)):
        return safe_text(str(value), limit)
    if not depth:
        return CUT
    if isinstance(value, Mapping):
        return _safe_mapping(value, limit, depth - 1)
    return [_safe(item, limit, depth - 1) for item in value]


def _safe_mapping(value: Mapping[Any, Any], limit: int, depth: int) -> dict[Any, Any]:
    safe: dict[Any, Any] = {}
    numbers: dict[Any, int] = {}
    for key, item in value.items():
        safe_key = unused = _safe_key(key, limit)
        # Two keys that were made the same are numbered: no value replaces another.
        while unused in safe:
            numbers[safe_key] = numbers.get(safe_key, 1) + 1
            unused = f"{str(safe_key)[: max(limit - _NUMBER_LENGTH, 0)]}{BREAK}{numbers[safe_key]}"
        safe[unused] = _safe(item, limit, depth)
    return safe


def _safe_key(key: Any, limit: int) -> Any:
    if key is None or isinstance(key, (bool, int, float)):
        return key
    return safe_text(key.decode("utf-8", "replace") if isinstance(key, (bytes, bytearray)) else str(key), limit)
