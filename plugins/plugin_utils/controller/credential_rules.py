# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for credentials, and for those of a job template. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.conversion import is_blank

from .credential_type_rules import fields_of
from .rule import (
    JOB_TEMPLATE,
    Finding,
    Rule,
    Scene,
    Subject,
    list_of,
    quoted,
)


def _typed(scene: Scene) -> Iterator[tuple[Subject, Subject]]:
    """Credentials of the types that are among the objects, and these types."""
    types = scene.by_name("credential_type")
    for credential in scene.of("credential"):
        if credential.text("credential_type") in types:
            yield credential, types[credential.text("credential_type")]


def _without_secret(scene: Scene) -> Iterator[Finding]:
    for credential, _type in _typed(scene):
        if not _has_secret(credential.mapping("inputs")):
            yield credential, "it has no secret. Give an API key, a token, or a username and a password."
    # Without a type of their own there are no credentials, and hosts have their secrets themselves.
    for host in scene.of("host") if not scene.of("credential_type") else ():
        if not _has_secret(host.mapping("variables"), "utmstack_"):
            yield (
                host,
                "it has no secret. Give utmstack_api_key, utmstack_token, or utmstack_username and utmstack_password, "
                "encrypted with ansible-vault.",
            )


def _has_secret(given: Mapping[str, Any], prefix: str = "") -> bool:
    """Whether an account is complete; a login needs a name and a password."""
    filled = {name for name, value in given.items() if not is_blank(value)}
    names = {name.removeprefix(prefix) for name in filled if name.startswith(prefix)}
    return bool(names & {"token", "api_key"}) or {"username", "password"} <= names


def _unknown_field(scene: Scene) -> Iterator[Finding]:
    for credential, credential_type in _typed(scene):
        known = {field["id"] for field in fields_of(credential_type)}
        unknown = [name for name in credential.mapping("inputs") if name not in known]
        if unknown:
            yield credential, f"{quoted(unknown)} is no field of the {credential_type.label}. Correct the name."


def _field_type(scene: Scene) -> Iterator[Finding]:
    for credential, credential_type in _typed(scene):
        inputs = credential.mapping("inputs")
        for field in fields_of(credential_type):
            expected = bool if field["type"] == "boolean" else str
            if inputs.get(field["id"]) is not None and not isinstance(inputs[field["id"]], expected):
                wanted = "true or false without quotes" if expected is bool else "a text, in quotes"
                yield credential, f"`{field['id']}` has the wrong type. Write {wanted}."


def _required(scene: Scene) -> Iterator[Finding]:
    for credential, credential_type in _typed(scene):
        required = list_of(credential_type.mapping("inputs").get("required"))
        known = {field["id"] for field in fields_of(credential_type)}
        given = credential.mapping("inputs")
        missing = [name for name in required if name in known and is_blank(given.get(name))]
        if missing:
            yield credential, f"{quoted(missing)} is missing. Set it."


def _second_of_type(scene: Scene) -> Iterator[Finding]:
    types = {credential.name: credential.text("credential_type") for credential in scene.of("credential")}
    for template in scene.of(JOB_TEMPLATE):
        counts = Counter(types[name] for name in template.names("credentials") if name in types)
        for name, count in counts.items():
            if count > 1:
                yield (
                    template,
                    f"it has {count} credentials of the type {name}, and a controller takes one. Use a job "
                    "template for each, or vaulted variables of the hosts.",
                )


RULES = (
    Rule(
        "credential-without-secret",
        "A credential has an API key, a token, or a username and a password.",
        _without_secret,
    ),
    Rule("credential-unknown-field", "A credential has only fields of its type.", _unknown_field),
    Rule("credential-field-type", "A field of a credential has the type that its credential type says.", _field_type),
    Rule("credential-field-missing", "A credential has all required fields.", _required),
    Rule("second-credential-of-type", "A job template has only one credential of a custom type.", _second_of_type),
)
