# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for the fields of credential types. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from .rule import (
    Finding,
    Rule,
    Scene,
    Subject,
    list_of,
    mapping_of,
    quoted,
    text_of,
)

_KINDS = ("cloud", "net")
_TYPES = ("string", "boolean")
_PARTS = ("fields", "required")
_PROPERTIES = ("id", "label", "type", "help_text", "default", "choices", "format", "multiline", "secret")
_FOR_TEXTS = ("choices", "format", "multiline", "secret")
_ID = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def fields_of(credential_type: Subject) -> list[dict[str, Any]]:
    """The fields with their identifiers and types."""
    declared = list_of(credential_type.mapping("inputs").get("fields"))
    return [
        {**field, "id": text_of(field.get("id")), "type": field.get("type", "string")}
        for field in map(mapping_of, declared)
    ]


def _fields(scene: Scene) -> Iterator[tuple[Subject, dict[str, Any]]]:
    for credential_type in scene.of("credential_type"):
        for field in fields_of(credential_type):
            yield credential_type, field


def _kind(scene: Scene) -> Iterator[Finding]:
    for credential_type in scene.of("credential_type"):
        if credential_type.text("kind") not in _KINDS:
            yield (
                credential_type,
                f"a controller makes no type of the kind `{credential_type.text('kind')}`. Use cloud.",
            )


def _reserved(scene: Scene) -> Iterator[Finding]:
    for credential_type, field in _fields(scene):
        if field["id"] == "tower":
            yield credential_type, "`tower` is reserved for paths of files. Rename the field."


def _bad_id(scene: Scene) -> Iterator[Finding]:
    for credential_type, field in _fields(scene):
        if not _ID.fullmatch(field["id"]):
            yield credential_type, f"`{field['id']}` cannot be the ID of a field. Use letters, digits and underscores."


def _doubled(scene: Scene) -> Iterator[Finding]:
    for credential_type in scene.of("credential_type"):
        counts = Counter(field["id"] for field in fields_of(credential_type))
        for name in [name for name, count in counts.items() if count > 1]:
            yield credential_type, f"two fields have the ID `{name}`. Rename one of them."


def _field_type(scene: Scene) -> Iterator[Finding]:
    for credential_type, field in _fields(scene):
        if field["type"] not in _TYPES:
            yield (
                credential_type,
                f"the field `{field['id']}` has the unknown type `{field['type']}`. Use string or boolean.",
            )


def _property(scene: Scene) -> Iterator[Finding]:
    for credential_type in scene.of("credential_type"):
        unknown = [name for name in credential_type.mapping("inputs") if name not in _PARTS]
        if unknown:
            yield credential_type, f"inputs cannot have {quoted(unknown)}. They have fields and required."
    for credential_type, field in _fields(scene):
        unknown = [name for name in field if name not in _PROPERTIES]
        if unknown:
            yield credential_type, f"the field `{field['id']}` cannot have {quoted(unknown)}. Remove it."
        if not text_of(field.get("label")):
            yield credential_type, f"the field `{field['id']}` has no label. Set one."
        expected = bool if field["type"] == "boolean" else str
        if "default" in field and not isinstance(field["default"], expected):
            yield credential_type, f"the default of the field `{field['id']}` is no {field['type']}. Correct it."


def _text_property(scene: Scene) -> Iterator[Finding]:
    for credential_type, field in _fields(scene):
        refused = [name for name in _FOR_TEXTS if name in field]
        if field["type"] == "boolean" and refused:
            yield credential_type, f"the boolean field `{field['id']}` cannot have {quoted(refused)}. Remove it."


def _required(scene: Scene) -> Iterator[Finding]:
    for credential_type in scene.of("credential_type"):
        known = {field["id"] for field in fields_of(credential_type)}
        unknown = [name for name in list_of(credential_type.mapping("inputs").get("required")) if name not in known]
        if unknown:
            yield credential_type, f"{quoted(unknown)} is required, but is no field. Correct the name."


def _true_by_default(scene: Scene) -> Iterator[Finding]:
    for credential_type, field in _fields(scene):
        if field["type"] == "boolean" and field.get("default"):
            yield (
                credential_type,
                f"the default of `{field['id']}` does not count: a boolean that was not given is rendered False. "
                "Rename the field so that False is the safe value, such as skip_tls_verification.",
            )


RULES = (
    Rule("credential-type-kind", "A credential type is of the kind cloud or net.", _kind),
    Rule("field-named-tower", "No field of a credential type is named tower.", _reserved),
    Rule("field-name", "The ID of a field consists of letters, digits and underscores.", _bad_id),
    Rule("field-twice", "No two fields of a credential type have the same ID.", _doubled),
    Rule("field-type", "A field of a credential type is a string or a boolean.", _field_type),
    Rule("field-property", "A field has a label, a default of its type, and no property that is unknown.", _property),
    Rule("choices-on-boolean", "A boolean field has no choices, format, multiline or secret.", _text_property),
    Rule("required-field-unknown", "Every required field of a credential type exists.", _required),
    Rule(
        "boolean-default-not-safe",
        "No boolean field is true by default, because a controller renders a missing boolean as False.",
        _true_by_default,
    ),
)
