# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one conversion of a given value by its declared type.

Surveys, ``-e name=value`` and environment variables give texts where truth values, numbers, lists and dictionaries are
meant. A text counts as a list or dictionary only if all of it is one. This file reads JSON and what Python prints,
because a module may run where PyYAML is missing; action plugins and filters, which run on the controller, also read
YAML with ``structure_in_yaml`` of ``plugin_utils``.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Union

from .depth import is_too_deep
from .errors import InvalidInput
from .suggestions import instead, suggestion

Option = Mapping[str, Any]
Structure = Union[list[Any], dict[str, Any], None]
# From a whole text to the list or dictionary in it; None if it is neither.
Read = Callable[[str], Structure]

MAX_STRUCTURE_LENGTH = 1_000_000
# Python's own reader may run out of stack on deeper text.
_MAX_BRACKETS = 1_000
_MAX_SHOWN = 60
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_TRUE = ("true", "yes", "on", "1", "y", "t")
_FALSE = ("false", "no", "off", "0", "n", "f")


def is_blank(value: Any) -> bool:
    """Whether a value is null, or a text of whitespace only."""
    return value is None or (isinstance(value, str) and not value.strip())


def structure_in_text(text: str) -> Structure:
    """The list or dictionary that a whole text is in JSON, or as Python prints it; None if it is neither."""
    text = text.strip()
    if not text.startswith(("[", "{")) or len(text) > MAX_STRUCTURE_LENGTH:
        return None
    readers = (_json, _printed) if sum(map(text.count, "[{(")) <= _MAX_BRACKETS else (_json,)
    for read in readers:
        try:
            found = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, (list, dict)) and not is_too_deep(found):
            return found
    return None


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_refused_constant)


def _printed(text: str) -> Any:
    tree = ast.parse(text, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and len({ast.dump(key) for key in node.keys if key}) != len(node.keys):
            raise ValueError("a key stands twice")
    return ast.literal_eval(tree)


def _without_repeats(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refused_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def converted(value: Any, option: Option, place: str, commas: bool = True, read: Read = structure_in_text) -> Any:
    """The value as the type of its option means it; null stays null.

    :param option: an option of an argument spec; `type`, `elements`, `options`, `required`, `choices` and `no_log`
        count. Defaults are not filled in.
    :param place: the option's name, for messages.
    :param commas: whether commas separate the entries of a list that is given as a text, as line breaks do.
    :param read: the list or dictionary in a text.
    :raises InvalidInput: the value has another type, or is not among the choices.
    """
    return _Conversion(option, place, commas, read).of(value)


@dataclass(frozen=True)
class _Conversion:
    """The conversion by one option.

    :param inside: the value stands in a list or dictionary.
    :param entry: the value is an entry of the list called `place`.
    """

    option: Option
    place: str
    commas: bool
    read: Read
    inside: bool = False
    entry: bool = False

    @property
    def type(self) -> str:
        """Ansible's name of the type."""
        return str(self.option.get("type", "str"))

    def of(self, value: Any) -> Any:
        """The converted value."""
        if value is None:
            return None
        if getattr(value, "__ENCRYPTED__", False):
            # Before ansible-core 2.19, a text of the vault is an object of its own.
            value = str(value)
        found = _BY_TYPE.get(self.type, _unchanged)(self, value)
        choices = self.option.get("choices")
        # The choices of a list hold for its entries.
        if choices and self.type != "list" and found not in choices:
            raise self.refusal(value)
        return found

    def refusal(self, value: Any) -> InvalidInput:
        """The error for a value that is not of this type."""
        if self.option.get("no_log"):
            return InvalidInput(f"`{self.place}` has a value of a wrong type. Use {_EXPECTED[self.type]}.")
        expected, close = _EXPECTED[self.type], ""
        choices = self.option.get("choices")
        if choices:
            expected, close = f"{', '.join(map(str, choices))}", suggestion(str(value), map(str, choices))
            expected = expected if len(choices) == 1 else f"one of {expected}"
        return InvalidInput(f"`{self.place}` {self.verb} {shown(value)}. Use {expected}.{close}")

    @property
    def verb(self) -> str:
        """How messages join the place and the value."""
        return "contains" if self.entry else "is"


def shown(value: Any) -> str:
    """A value for a message: bounded, in printable ASCII."""
    text = ascii(value[: _MAX_SHOWN + 1] if isinstance(value, str) else value)
    return text if len(text) <= _MAX_SHOWN + 2 else f"{text[:_MAX_SHOWN]}..."


def text_refusal(value: Any, place: str, verb: str = "contains") -> InvalidInput:
    """The error for something that is not a string where one is meant; YAML may have made it of a string."""
    problem = f"`{place}` {verb} {shown(value)}, which is not a string."
    if isinstance(value, bool):
        return InvalidInput(f"{problem} YAML reads words such as NO and on as truth values. Put the word in quotes.")
    if isinstance(value, (int, float)):
        return InvalidInput(f"{problem} Put it in quotes as it is meant; YAML drops the zeros of 007.")
    return InvalidInput(f"{problem} Put it in quotes, or remove it.")


def checked_text(value: Any, place: str, verb: str = "is") -> str:
    """A text, or a date that YAML made of one, as text.

    :raises InvalidInput: it is a truth value, a number or anything else.
    """
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise text_refusal(value, place, verb)
    return value


def _unchanged(_conversion: _Conversion, value: Any) -> Any:
    return value


def _text(conversion: _Conversion, value: Any) -> str:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and not conversion.inside:
        # A number from a variable, such as the ID of a job, is its own text.
        return str(value)
    if conversion.option.get("no_log") and not isinstance(value, str):
        raise InvalidInput(f"`{conversion.place}` has a value that is not a string. Put it in quotes.")
    if conversion.option.get("choices") and not isinstance(value, str):
        raise conversion.refusal(value)
    return checked_text(value, conversion.place, conversion.verb)


def _truth(conversion: _Conversion, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, (str, int)) else ""
    if word not in (*_TRUE, *_FALSE):
        raise conversion.refusal(value)
    return word in _TRUE


def _whole_number(conversion: _Conversion, value: Any) -> int:
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise conversion.refusal(value)
    return value


def _number(conversion: _Conversion, value: Any) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    is_text = isinstance(value, str) and _NUMBER.fullmatch(value.strip())
    try:
        if (is_number or is_text) and math.isfinite(float(value)):
            return float(value)
    except OverflowError:
        pass
    raise conversion.refusal(value)


def _dictionary(conversion: _Conversion, value: Any) -> dict[str, Any]:
    found = conversion.read(value) if isinstance(value, str) else value
    if not isinstance(found, Mapping):
        raise conversion.refusal(value)
    options = conversion.option.get("options")
    if not options:
        return dict(found)
    place = conversion.place
    for name in found:
        if name not in options:
            raise InvalidInput(f"`{place}.{shown(str(name))[1:-1]}` is unknown.{instead(name, tuple(options))}")
    for name, option in options.items():
        if option.get("required") and is_blank(found.get(name)):
            raise InvalidInput(f"`{place}` has no `{name}`. Add it.")
    return {
        name: replace(conversion, option=options[name], place=f"{place}.{name}", inside=True, entry=False).of(member)
        for name, member in found.items()
    }


def _list(conversion: _Conversion, value: Any) -> list[Any]:
    element = conversion.option.get("elements", "raw")
    if isinstance(value, str):
        entries = _entries(conversion, value)
    elif isinstance(value, (list, tuple)):
        entries = list(value)
    elif isinstance(value, Mapping) or element == "dict":
        raise conversion.refusal(value)
    else:
        entries = [value]
    option = {**conversion.option, "type": element}
    own = replace(conversion, option=option, inside=True, entry=element != "dict")
    if element != "raw" and None in entries:
        raise InvalidInput(f"`{own.place}` contains null. Remove it, or put the word in quotes.")
    return [
        (replace(own, place=f"{own.place}[{number}]") if element == "dict" else own).of(entry)
        for number, entry in enumerate(entries)
    ]


def _entries(conversion: _Conversion, text: str) -> list[Any]:
    """The entries of a list that is given as a text."""
    found = conversion.read(text)
    if isinstance(found, list):
        return found
    if conversion.option.get("elements") in ("dict", "list") and text.strip():
        raise conversion.refusal(text)
    lines = text.splitlines()
    parts = [part for line in lines for part in line.split(",")] if conversion.commas else lines
    return [part.strip() for part in parts if part.strip()]


_BY_TYPE: Mapping[str, Callable[[_Conversion, Any], Any]] = {
    "str": _text,
    "path": _text,
    "bool": _truth,
    "int": _whole_number,
    "float": _number,
    "dict": _dictionary,
    "list": _list,
}
_EXPECTED: Mapping[str, str] = {
    "str": "a string",
    "path": "a path",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "dict": "a dictionary",
    "list": "a list",
}
