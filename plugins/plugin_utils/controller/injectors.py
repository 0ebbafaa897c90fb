# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Render the injectors of a credential type as a controller does. Pure."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .rule import list_of, mapping_of

# Where a job finds the files of its credentials.
DIRECTORY = "/runner/env/"
# The file injector of a type with a single file; with several, each is this word, a dot and a name.
SINGLE_FILE = "template"


@dataclass(frozen=True)
class Injected:
    """What a job gets from a credential.

    :param env: environment variables.
    :param extra_vars: variables; all values are texts.
    :param files: contents by path.
    """

    env: Mapping[str, str]
    extra_vars: Mapping[str, Any]
    files: Mapping[str, str]


def rendered(credential_type: Mapping[str, Any], inputs: Mapping[str, Any], directory: str = DIRECTORY) -> Injected:
    """Render what a job gets from a credential with these inputs.

    A missing text is empty, a missing boolean is False whatever its default, and a file is always written.

    :param credential_type: ``inputs`` and ``injectors`` as a controller stores them.
    :param directory: where the files are; it ends in a slash.
    :raises jinja2.TemplateError: a template is invalid.
    """
    injectors = mapping_of(credential_type.get("injectors"))
    files = mapping_of(injectors.get("file"))
    namespace = {**_fields(credential_type, inputs), "tower": {"filename": paths_of(files, directory)}}
    return Injected(
        env={name: _render(template, namespace) for name, template in mapping_of(injectors.get("env")).items()},
        extra_vars=_render_all(mapping_of(injectors.get("extra_vars")), namespace),
        files={directory + name: _render(template, namespace) for name, template in files.items()},
    )


def paths_of(files: Mapping[str, Any], directory: str) -> Any:
    """What ``tower.filename`` is: the path of the only file, or the paths of all files by their names."""
    if SINGLE_FILE in files:
        return directory + SINGLE_FILE
    return {name.partition(".")[2]: directory + name for name in files}


def _fields(credential_type: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the fields; a missing text is not among them."""
    values = {name: value for name, value in inputs.items() if value is not None and value != ""}
    for field in map(mapping_of, list_of(mapping_of(credential_type.get("inputs")).get("fields"))):
        if field.get("type") == "boolean":
            values.setdefault(str(field.get("id")), False)
    return values


def _render(template: Any, namespace: Mapping[str, Any]) -> str:
    return _compiled(str(template)).render(namespace)


@functools.lru_cache(maxsize=100)
def _compiled(template: str) -> Template:
    return ImmutableSandboxedEnvironment().from_string(template)


def _render_all(node: Any, namespace: Mapping[str, Any]) -> Any:
    """The variables with every text rendered, also in lists and dictionaries."""
    if isinstance(node, Mapping):
        return {key: _render_all(value, namespace) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_render_all(value, namespace) for value in node]
    return _render(node, namespace)
