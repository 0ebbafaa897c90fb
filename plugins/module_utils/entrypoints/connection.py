# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of an operation, its identity in the environment, and secrets among the options."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import InvalidInput
from ..operations.operation import Operation
from ..transport.address import is_below
from ..transport.connection_options import CONNECTION, CONNECTION_RULES, IDENTITY, URL
from ..transport.redaction import userinfo

Options = dict[str, dict[str, Any]]
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
_MAX_NAME_LENGTH = 1000


def argument_spec(operation: Operation) -> Options:
    """All options of an operation in Ansible's format."""
    return {**{option.name: option.spec() for option in CONNECTION}, **operation.options}


def relations(operation: Operation) -> dict[str, Any]:
    """All relations between options, by Ansible's keywords."""
    exclusive = [*CONNECTION_RULES["mutually_exclusive"], *operation.rules.get("mutually_exclusive", [])]
    return {**operation.rules, "mutually_exclusive": exclusive}


def with_identity(params: Mapping[str, Any], environment: Mapping[str, str]) -> Mapping[str, Any]:
    """The options, with the identity of the environment if the task names no part of one.

    :raises InvalidInput: the environment names its identity for another server.
    """
    if any(params.get(option.name) is not None for option in IDENTITY):
        return params
    found = {option: environment.get(option.variable, "") for option in IDENTITY}
    found = {option: value for option, value in found.items() if value.strip()}
    home = environment.get(URL.variable, "").strip()
    if found and home and not is_below(str(params["url"]), home):
        raise InvalidInput(
            f"The credentials in the environment ({', '.join(option.variable for option in found)}) are for the server "
            f"in {URL.variable}, but `url` is another one. Set the credentials for it beside `url`, or unset "
            f"{URL.variable} if they are meant for all servers."
        )
    return {**params, **{option.name: value for option, value in found.items()}}


def secrets_among(given: Mapping[str, Any], options: Options, environment: Mapping[str, str]) -> set[str]:
    """The secrets among a task's options as they were given, and in the environment, valid or not.

    The value of an unknown option counts as one, because it may be a secret under a mistyped name.
    """
    texts: list[Any] = [
        value for name, value in given.items() if name not in options and not name.startswith("_ansible_")
    ]
    for option in CONNECTION:
        for value in (given.get(option.name), environment.get(option.variable)):
            texts += [value] if option.secret else userinfo(value)
    return {text for value in texts for text in _texts_in(value)}


def shown_options(params: Mapping[str, Any], options: Options) -> dict[str, Any]:
    """The options that a task was called with, for verbose output; secret ones are hidden as Ansible hides them."""
    return {
        name: HIDDEN if options[name].get("no_log") and value is not None else _without_content(value, options[name])
        for name, value in params.items()
        if name in options
    }


def _without_content(value: Any, option: Mapping[str, Any]) -> Any:
    """The value of an option, or the size of a plan or receipt that is passed itself and not by its name."""
    is_plan = option.get("type") == "raw" and isinstance(value, Mapping)
    text = json.dumps(value, default=str) if is_plan else value
    is_content = isinstance(text, str) and (is_plan or len(text) > _MAX_NAME_LENGTH)
    return f"({len(text)} characters)" if is_content else value


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts_in(item)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield str(value)


def hint(message: str) -> str:
    """What to do about options that Ansible refused, to be added to its message."""
    is_missing = message.startswith("missing required arguments:") and URL.name in message
    return f". Set `{URL.name}` or the environment variable {URL.variable}." if is_missing else ""
