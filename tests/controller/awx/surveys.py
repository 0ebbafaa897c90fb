# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller accepts as a survey, and as answers to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ENCRYPTED = "$encrypted$"
TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "textarea": (str,),
    "password": (str,),
    "multiplechoice": (str,),
    "multiselect": (str,),
    "integer": (int,),
    "float": (float, int),
}
TEXTS = ("text", "textarea", "password")


def choices_of(question: Mapping[str, Any]) -> list[Any]:
    """The choices of a question, which are a list or one on each line."""
    choices = question["choices"]
    if isinstance(choices, str):
        return [choice for choice in choices.splitlines() if choice.strip()]
    return list(choices)


def spec_error(spec: Mapping[str, Any]) -> str:
    """The reason why a survey is refused, or nothing."""
    for name, kind, label in (("name", str, "string"), ("description", str, "string"), ("spec", list, "list of items")):
        if name not in spec:
            return f"Field '{name}' is missing from survey spec."
        if not isinstance(spec[name], kind):
            return f"Expected {label} for field '{name}', received {type(spec[name]).__name__} type."
    if not spec["spec"]:
        return "'spec' doesn't contain any items."
    variables: set[str] = set()
    for index, question in enumerate(spec["spec"]):
        error = _question_error(index, question)
        if error:
            return error
        if question["variable"] in variables:
            return f"'variable' '{question['variable']}' duplicated in survey question {index}."
        variables.add(question["variable"])
    return ""


def _question_error(index: int, question: Any) -> str:
    if not isinstance(question, dict):
        return f"Survey question {index} is not a json object."
    for name in ("type", "question_name", "variable", "required"):
        if name not in question:
            return f"'{name}' missing from survey question {index}"
        kind, label = (bool, "boolean") if name == "required" else (str, "string")
        if not isinstance(question[name], kind):
            return f"'{name}' in survey question {index} expected to be {label}."
    kind_of = question["type"]
    if kind_of not in TYPES:
        return f"'{kind_of}' in survey question {index} is not one of '{', '.join(TYPES)}' allowed question types."
    default = question.get("default", "")
    if default != "" and not isinstance(default, TYPES[kind_of]):
        label = kind_of if kind_of in ("integer", "float") else "string"
        return f"Default value {default} in survey question {index} expected to be {label}."
    for limit in ("min", "max"):
        if question.get(limit) is not None and not isinstance(question[limit], int):
            return f"The {limit} limit in survey question {index} expected to be integer."
    if kind_of in ("multiplechoice", "multiselect"):
        return _choices_error(index, question, default)
    return ""


def _choices_error(index: int, question: Mapping[str, Any], default: str) -> str:
    if "choices" not in question:
        return f"Survey question {index} of type {question['type']} must specify choices."
    defaults = [choice for choice in default.splitlines() if choice.strip()]
    if question["type"] == "multiplechoice" and len(defaults) > 1:
        return "Multiple Choice (Single Select) can only have one default value."
    if any(choice not in choices_of(question) for choice in defaults):
        return "Default choice must be answered from the choices listed."
    return ""


def shown_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A survey as it is answered: defaults of passwords are hidden."""
    if not spec:
        return {}
    questions = [
        {**question, "default": ENCRYPTED} if question["type"] == "password" and question.get("default") else question
        for question in spec["spec"]
    ]
    return {**spec, "spec": questions}


def answer_errors(question: Mapping[str, Any], answers: Mapping[str, Any], required: bool = True) -> list[str]:
    """The reasons why the answer to a question is refused."""
    variable, kind = question["variable"], question["type"]
    if variable not in answers:
        return [f"'{variable}' value missing"] if required and question["required"] else []
    value = answers[variable]
    if kind == "password" and value == ENCRYPTED:
        return []
    if kind in TEXTS:
        if not isinstance(value, str):
            return [f"Value {value} for '{variable}' expected to be a string."]
        return _limit_errors(question, value, len(value), f"(length is {len(value)} must be at least {{}})")
    if kind in ("integer", "float"):
        # To Python, a boolean is an integer.
        if isinstance(value, bool) or not isinstance(value, int if kind == "integer" else (int, float)):
            label = "an integer" if kind == "integer" else "a numeric type"
            return [f"Value {value} for '{variable}' expected to be {label}."]
        return _limit_errors(question, value, value, "(must be at least {})")
    choices = choices_of(question)
    if kind == "multiselect" and not isinstance(value, list):
        return [f"'{variable}' value is expected to be a list."]
    given = value if kind == "multiselect" else [value]
    return [f"Value {one} for '{variable}' expected to be one of {choices}." for one in given if one not in choices]


def _limit_errors(question: Mapping[str, Any], value: Any, size: float, too_small: str) -> list[str]:
    errors = []
    least, most = question.get("min"), question.get("max")
    if least not in ("", None) and size < least:
        errors.append(f"'{question['variable']}' value {value} is too small {too_small.format(least)}.")
    if most not in ("", None) and size > most:
        errors.append(f"'{question['variable']}' value {value} is too large (must be no more than {most}).")
    return errors
