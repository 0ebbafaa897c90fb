# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Render the injectors of a credential type as a controller does. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

# Where a controller puts the files of a credential.
_DIRECTORY = "/runner/env/"
_SINGLE = "template"


@dataclass(frozen=True)
class Injected:
    """What a job gets from a credential.

    :param env: environment variables.
    :param extra_vars: variables, all of them texts.
    :param files: contents by path.
    """

    env: Mapping[str, str]
    extra_vars: Mapping[str, Any]
    files: Mapping[str, str]


def rendered(credential_type: Mapping[str, Any], inputs: Mapping[str, Any], directory: str = _DIRECTORY) -> Injected:
    """Render what a job gets from a credential with these inputs.

    A missing text is empty, a missing boolean is False, and a file is always written.

    :param credential_type: ``inputs`` and ``injectors`` as a controller stores them.
    :param directory: where the files are; it ends in a slash.
    :raises jinja2.TemplateError: a template is invalid or uses an unknown field.
    """
    injectors = credential_type.get("injectors") or {}
    fields = {
        str(field["id"]): _value(field, inputs) for field in (credential_type.get("inputs") or {}).get("fields") or ()
    }
    templates = injectors.get("file") or {}
    paths = {name: directory + name for name in templates}
    if _SINGLE in paths:
        filename: Any = paths[_SINGLE]
    else:
        filename = {name.partition(".")[2]: path for name, path in paths.items()}
    namespace = {**fields, "tower": {"filename": filename}}
    return Injected(
        env={name: _render(template, namespace) for name, template in (injectors.get("env") or {}).items()},
        extra_vars=_render_all(injectors.get("extra_vars") or {}, namespace),
        files={paths[name]: _render(template, namespace) for name, template in templates.items()},
    )


def _value(field: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
    """The value of a field; its default does not count."""
    given = inputs.get(field["id"])
    if field.get("type") == "boolean":
        return bool(given)
    return "" if given is None else given


def _render(template: Any, namespace: Mapping[str, Any]) -> str:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    return environment.from_string(str(template)).render(namespace)


def _render_all(node: Any, namespace: Mapping[str, Any]) -> Any:
    """The variables with every text rendered, also in lists and dictionaries."""
    if isinstance(node, Mapping):
        return {key: _render_all(value, namespace) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_render_all(value, namespace) for value in node]
    return _render(node, namespace)
