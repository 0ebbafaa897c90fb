# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller accepts as a credential type, and as a credential of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .surveys import ENCRYPTED

NAME = re.compile(r"[a-zA-Z_]+[a-zA-Z0-9_]*")
INJECTED = {"env": NAME, "extra_vars": NAME, "file": re.compile(r"template(\.[a-zA-Z_]+[a-zA-Z0-9_]*)?")}
FIELD_TYPES: dict[str, type] = {
    "type": str,
    "format": str,
    "choices": list,
    "id": str,
    "label": str,
    "help_text": str,
    "multiline": bool,
    "secret": bool,
    "ask_at_runtime": bool,
    "default": object,
}
TYPES: dict[str, type] = {"string": str, "boolean": bool}
FORMATS = ("ssh_private_key", "url")


def completed(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a credential type as they are kept: a field without a type is text."""
    fields = inputs.get("fields")
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        return dict(inputs)
    return {**inputs, "fields": [{**field, "type": field.get("type", "string")} for field in fields]}


def type_errors(kind: str, inputs: Mapping[str, Any], injectors: Mapping[str, Any]) -> dict[str, list[str]]:
    """The reasons why a credential type is refused."""
    if kind not in ("cloud", "net"):
        return {"kind": [f"Must be 'cloud' or 'net', not {kind}"]}
    error = _inputs_error(inputs)
    if error:
        return {"inputs": [error]}
    error = _injectors_error(injectors, [field["id"] for field in inputs.get("fields", [])])
    return {"injectors": [error]} if error else {}


def _inputs_error(inputs: Mapping[str, Any]) -> str:
    for name in inputs:
        if name == "dependencies":
            return "'dependencies' is not supported for custom credentials."
        if name not in ("fields", "required"):
            return f"Additional properties are not allowed ('{name}' was unexpected)"
    seen: set[str] = set()
    for field in inputs.get("fields", []):
        error = _shape_error(field) or _field_error(field)
        if error:
            return error
        if field["id"] in seen:
            return f"field IDs must be unique ({field['id']})"
        seen.add(field["id"])
    return ""


def _shape_error(field: Any) -> str:
    if not isinstance(field, dict):
        return f"{field!r} is not of type 'object'"
    for name, value in field.items():
        if name not in FIELD_TYPES:
            return f"Additional properties are not allowed ('{name}' was unexpected)"
        if not isinstance(value, FIELD_TYPES[name]):
            return f"{value!r} is not of type '{FIELD_TYPES[name].__name__}'"
    for name in ("id", "label"):
        if name not in field:
            return f"'{name}' is a required property"
    if not NAME.fullmatch(field["id"]):
        return f"{field['id']} is an invalid variable name"
    if field["type"] not in TYPES:
        return f"{field['type']!r} is not one of {list(TYPES)}"
    if field.get("format", "url") not in FORMATS:
        return f"{field['format']!r} is not one of {list(FORMATS)}"
    return ""


def _field_error(field: Mapping[str, Any]) -> str:
    if field["id"] == "tower":
        return '"tower" is a reserved field name'
    if "default" in field and not isinstance(field["default"], TYPES[field["type"]]):
        return f"{field['default']} is not a {field['type']}"
    for name in ("choices", "multiline", "format", "secret"):
        if name in field and field["type"] != "string":
            return f"{name} not allowed for {field['type']} type ({field['id']})"
    if field.get("ask_at_runtime"):
        return "'ask_at_runtime' is not supported for custom credentials."
    return ""


class _NoFile:
    """The place of file names of a type without an unnamed file."""

    def __str__(self) -> str:
        raise UndefinedError("Must define unnamed file injector in order to reference `tower.filename`.")


class _Tower(SimpleNamespace):
    """The names that a controller adds."""

    def __str__(self) -> str:
        raise UndefinedError("Cannot directly reference reserved `tower` namespace container.")


def _injectors_error(injectors: Mapping[str, Any], ids: list[str]) -> str:
    for kind, templates in injectors.items():
        if kind not in INJECTED:
            return f"Additional properties are not allowed ('{kind}' was unexpected)"
        for name, template in templates.items():
            if not INJECTED[kind].fullmatch(name):
                return f"'{name}' does not match any of the regexes: '^{INJECTED[kind].pattern}$'"
            if not isinstance(template, str):
                return f"{template!r} is not of type 'string'"
            if kind == "env" and name.startswith("ANSIBLE_"):
                return (
                    f"Environment variable {name} may affect Ansible configuration so its use is not allowed in "
                    "credentials."
                )
            if kind == "env" and not template.isascii():
                return f"{template!r} does not match '^[\\x00-\\x7F]*$'"
    files = list(injectors.get("file", {}))
    filename: Any = _NoFile()
    if "template" in files:
        if len(files) > 1:
            return "Must use multi-file syntax when injecting multiple files"
        filename = "EXAMPLE_FILENAME"
    for name in files:
        if "." in name:
            setattr(filename, name.partition(".")[2], "EXAMPLE_FILENAME")
    names = {**dict.fromkeys(ids, "EXAMPLE"), "tower": _Tower(filename=filename)}
    for kind, templates in injectors.items():
        for name, template in templates.items():
            error = _template_error(kind, name, template, names)
            if error:
                return error
    return ""


def _template_error(kind: str, name: str, template: str, names: Mapping[str, Any]) -> str:
    try:
        ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(template).render(names)
    except UndefinedError as exc:
        return f"{name} uses an undefined field ({exc})"
    except SecurityError as exc:
        return f"Encountered unsafe code execution: {exc}"
    except TemplateSyntaxError as exc:
        return f"Syntax error rendering template for {name} inside of {kind} ({exc})"
    return ""


def fields_of(credential_type: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The fields of a credential type by ID."""
    return {field["id"]: field for field in credential_type["inputs"].get("fields", [])}


def credential_errors(credential_type: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The reasons why the fields of a credential are refused."""
    fields = fields_of(credential_type)
    errors: dict[str, Any] = {}
    for name, value in inputs.items():
        if name not in fields:
            return {"inputs": [f"Additional properties are not allowed ('{name}' was unexpected)"]}
        field = fields[name]
        if not isinstance(value, TYPES[field["type"]]):
            errors[name] = [f"{value!r} is not of type '{field['type']}'"]
        elif "choices" in field and value not in field["choices"]:
            errors[name] = [f"{value!r} is not one of {field['choices']}"]
    return {"inputs": errors} if errors else {}


def kept_inputs(inputs: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a credential as they are kept: a secret that was given hidden stays as it was."""
    return {name: old.get(name, value) if value == ENCRYPTED else value for name, value in inputs.items()}


def shown_inputs(credential_type: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a credential as they are answered: secrets that are not empty are hidden."""
    fields = fields_of(credential_type)
    return {
        name: ENCRYPTED if value and fields.get(name, {}).get("secret") else value for name, value in inputs.items()
    }
