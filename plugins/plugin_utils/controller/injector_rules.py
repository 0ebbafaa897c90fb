# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for the injectors of credential types. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .credential_type_rules import fields_of
from .injectors import (
    DIRECTORY,
    SINGLE_FILE,
    Injected,
    paths_of,
    rendered,
)
from .instance_rules import SECRETS
from .rule import (
    Finding,
    Rule,
    Scene,
    Subject,
    mapping_of,
    quoted,
)

_SECTIONS = ("env", "file", "extra_vars")
_FILE_NAME = re.compile(r"template(\.[a-zA-Z_][a-zA-Z0-9_]*)?")
_PREFIX = "UTMSTACK_"
# What the collection reads from the environment, without the prefix.
READ = (
    *(
        "URL",
        "USERNAME",
        "PASSWORD",
        "TOKEN",
        "API_KEY",
        "TOTP_SECRET",
        "BYPASS_TWO_FACTOR",
        "VALIDATE_CERTS",
        "CA_PATH",
    ),
    *(
        "PROXY",
        "PROXY_USERNAME",
        "PROXY_PASSWORD",
        "TIMEOUT",
        "CONNECT_TIMEOUT",
        "RETRY_BUDGET",
        "DIALECT",
        "STATE_DIR",
    ),
)
_FALSE = ("false", "no", "off", "0", "n", "f", "0.0")
# Variables that take a protection away, and the words that do so.
_UNSAFE = {"UTMSTACK_VALIDATE_CERTS": _FALSE, "UTMSTACK_BYPASS_TWO_FACTOR": ("true", "yes", "on", "1", "y", "t", "1.0")}


def _types(scene: Scene) -> list[Subject]:
    return scene.of("credential_type")


def _section(credential_type: Subject, name: str) -> Mapping[str, Any]:
    return mapping_of(credential_type.mapping("injectors").get(name))


def _templates(credential_type: Subject) -> Iterator[tuple[str, Any]]:
    """What is rendered: names for messages, and templates."""
    for section in _SECTIONS:
        yield from _section(credential_type, section).items()


def _unknown_section(scene: Scene) -> Iterator[Finding]:
    for credential_type in _types(scene):
        unknown = [name for name in credential_type.mapping("injectors") if name not in _SECTIONS]
        if unknown:
            yield credential_type, f"{quoted(unknown)} is no kind of injector. Use env, file or extra_vars."


def _not_text(scene: Scene) -> Iterator[Finding]:
    for credential_type in _types(scene):
        for section in ("env", "file"):
            for name, template in _section(credential_type, section).items():
                if not isinstance(template, str):
                    yield credential_type, f"the injector `{name}` is not a string. Put it in quotes."
                elif section == "env" and not template.isascii():
                    yield credential_type, f"the injector `{name}` holds characters that are not ASCII. Remove them."


def _syntax(scene: Scene) -> Iterator[Finding]:
    for credential_type in _types(scene):
        for name, template in _templates(credential_type):
            try:
                _strictly(template, credential_type)
            except UndefinedError:
                continue
            except TemplateError as error:
                yield credential_type, f"the injector `{name}` is no valid template ({error}). Correct it."


def _undefined_field(scene: Scene) -> Iterator[Finding]:
    for credential_type in _types(scene):
        for name, template in _templates(credential_type):
            unknown = _unknown_fields(template, credential_type)
            if unknown:
                yield (
                    credential_type,
                    f"the injector `{name}` uses {quoted(unknown)}, which is no field. Correct the name.",
                )


def _unknown_fields(template: Any, credential_type: Subject) -> list[str]:
    """Names in a template that a controller does not know."""
    known = {"tower", *(field["id"] for field in fields_of(credential_type))}
    unknown = sorted(used_in(template) - known)
    if unknown:
        return unknown
    try:
        _strictly(template, credential_type)
    except UndefinedError:
        return ["tower.filename"]
    except TemplateError:
        return []
    return []


def used_in(template: Any) -> set[str]:
    """The fields that a template uses, in whichever branch."""
    try:
        return set(meta.find_undeclared_variables(ImmutableSandboxedEnvironment().parse(str(template))))
    except TemplateError:
        return set()


def _strictly(template: Any, credential_type: Subject) -> str:
    """Render a template as a controller does when it stores the type: with a value for every field."""
    namespace: dict[str, Any] = {field["id"]: "EXAMPLE" for field in fields_of(credential_type)}
    namespace["tower"] = {"filename": paths_of(_section(credential_type, "file"), DIRECTORY)}
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(str(template)).render(namespace)


def _ansible_variable(scene: Scene) -> Iterator[Finding]:
    for credential_type in _types(scene):
        for name in _section(credential_type, "env"):
            if name.startswith("ANSIBLE_"):
                yield (
                    credential_type,
                    f"a controller does not inject `{name}`. Set it in the job template or in ansible.cfg.",
                )


def _unknown_variable(scene: Scene) -> Iterator[Finding]:
    for credential_type in _types(scene):
        names = [name for name in _section(credential_type, "env") if name.startswith(_PREFIX)]
        unknown = [name for name in names if name.removeprefix(_PREFIX) not in READ]
        if unknown:
            yield credential_type, f"the collection does not read {quoted(unknown)}. Correct the name."


def _file_name(scene: Scene) -> Iterator[Finding]:
    for credential_type in _types(scene):
        names = list(_section(credential_type, "file"))
        wrong = [name for name in names if not _FILE_NAME.fullmatch(name)]
        if SINGLE_FILE in names and len(names) > 1:
            wrong.append(SINGLE_FILE)
        if wrong:
            yield (
                credential_type,
                f"the files {quoted(wrong)} cannot have these names. Name a single file template, "
                "and each of several ones template.NAME.",
            )


def _nothing_given(credential_type: Subject) -> Injected:
    """What a credential without any input injects, empty if that cannot be rendered."""
    try:
        return rendered(credential_type.arguments, {})
    except TemplateError:
        return Injected({}, {}, {})


def _file_always_named(scene: Scene) -> Iterator[Finding]:
    for credential_type in _types(scene):
        injected = _nothing_given(credential_type)
        empty = [path for path, content in injected.files.items() if not content.strip()]
        for name, value in {**injected.extra_vars, **injected.env}.items():
            if any(path in str(value) for path in empty):
                yield (
                    credential_type,
                    f"`{name}` names a file that is empty if its field is, because files are always written. Render "
                    "it only if the field is given, with an if block.",
                )


def _unsafe_if_missing(scene: Scene) -> Iterator[Finding]:
    for credential_type in _types(scene):
        env = _nothing_given(credential_type).env
        for name, words in _UNSAFE.items():
            if env.get(name, "").strip().lower() in words:
                yield (
                    credential_type,
                    f"`{name}` is {env[name]} if its field is missing, because a missing boolean is rendered False. "
                    "Derive it from a field whose False is safe, such as skip_tls_verification.",
                )


def _set_if_missing(scene: Scene) -> Iterator[Finding]:
    for credential_type in _types(scene):
        types = {field["id"]: field["type"] for field in fields_of(credential_type)}
        env = _nothing_given(credential_type).env
        for name, template in _section(credential_type, "env").items():
            used = {types.get(field) for field in used_in(template) if field != "tower"}
            if used == {"string"} and env.get(name, "").strip() and not _names_a_file(template):
                yield (
                    credential_type,
                    f"`{name}` is `{env[name]}` if its field is missing, and only a blank variable counts as not "
                    "given. Render the other text only if the field is given, with an if block.",
                )


def _names_a_file(template: Any) -> bool:
    return "tower" in used_in(template)


def _shown_secret(scene: Scene) -> Iterator[Finding]:
    for credential_type in _types(scene):
        secret = {field["id"] for field in fields_of(credential_type) if field.get("secret")}
        env = _section(credential_type, "env")
        for name in [f"{_PREFIX}{option.upper()}" for option in SECRETS]:
            shown = sorted(used_in(env.get(name, "")) - secret)
            if shown:
                yield (
                    credential_type,
                    f"{quoted(shown)} holds a secret that everyone could read. Set secret: true in the field.",
                )


RULES = (
    Rule("injector-kind", "An injector is env, file or extra_vars.", _unknown_section),
    Rule("injector-not-text", "Every injector is a text, and that of a variable is ASCII.", _not_text),
    Rule("injector-syntax", "Every injector is a valid template.", _syntax),
    Rule("injector-undefined-field", "An injector uses fields of its credential type only.", _undefined_field),
    Rule("ansible-variable-in-injector", "No injector sets a variable `ANSIBLE_*`.", _ansible_variable),
    Rule(
        "injector-unknown-variable", "Every variable `UTMSTACK_*` is one that the collection reads.", _unknown_variable
    ),
    Rule("file-template-name", "A single file is named template, and several ones template.NAME.", _file_name),
    Rule(
        "file-variable-always-set",
        "A variable with the path of a file is set only if the file has a content, because files are always written.",
        _file_always_named,
    ),
    Rule(
        "missing-boolean-not-safe",
        "A credential without any input leaves TLS verification on and the second factor in place.",
        _unsafe_if_missing,
    ),
    Rule("missing-field-not-blank", "A text that was not given makes a blank variable.", _set_if_missing),
    Rule(
        "secret-field-shown",
        "The fields of passwords, tokens, keys and one-time-code secrets are secret.",
        _shown_secret,
    ),
)
