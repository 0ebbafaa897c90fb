# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a task as they were given, converted by their types before Ansible validates them.

Afterwards, null and truth values that YAML made of words could no longer be told from what was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..conversion import Read, converted, is_blank, shown, structure_in_text
from ..errors import InvalidInput
from ..operations.named_lists import query_with_lists
from ..operations.operation import Operation
from ..operations.options import STATE_DIRECTORY, STATE_VARIABLE
from ..suggestions import instead
from ..transport.connection_options import CONNECTION, IDENTITY
from .connection import Options, argument_spec

# What null stands for where leaving the option out would mean more.
_NOTHING: Mapping[str, Any] = {"alert_ids": [], "plan": ""}


def given_options(given: Mapping[str, Any], operation: Operation, read: Read = structure_in_text) -> dict[str, Any]:
    """The options of a task by their types, without those that are blank and therefore not given.

    :param given: what the task says; names that begin with ``_ansible_`` are Ansible's own.
    :param read: the list or dictionary in a text.
    :raises InvalidInput: an option is unknown or has a value of another type, or `query` is null.
    """
    own = {name: value for name, value in given.items() if str(name).startswith("_ansible_")}
    named = {name: value for name, value in given.items() if name not in own}
    try:
        named = query_with_lists(named, read) if "lists" in operation.options else named
        return {**own, **_converted(named, argument_spec(operation), read)}
    except InvalidInput as error:
        raise InvalidInput(f"utmstack.siem.{operation.name}: {error.message}") from None


def with_environment(given: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The options, with the connection options of the environment that the task does not name.

    The identity is left out: it comes from the task as a whole or from the environment as a whole.

    :raises InvalidInput: a variable has a value of another type.
    """
    found = {
        option.name: converted(environment[option.variable], option.spec(), option.variable)
        for option in CONNECTION
        # A controller renders a field that was left blank as an empty variable.
        if option not in IDENTITY and option.name not in given and not is_blank(environment.get(option.variable))
    }
    return {**found, **given}


def with_query_as_given(params: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The validated options with the query as it was given: Ansible adds all other keys of a query, as null."""
    return {**params, **({"query": given["query"]} if "query" in given else {})}


def with_state_directory(
    given: Mapping[str, Any], operation: Operation, environment: Mapping[str, str]
) -> dict[str, Any]:
    """The options, with the state directory of the controller's environment if the task names none."""
    directory = environment.get(STATE_VARIABLE)
    found = {name: directory for name in STATE_DIRECTORY if name in operation.options and not is_blank(directory)}
    return {**found, **given}


def _converted(given: Mapping[str, Any], spec: Options, read: Read, parent: str = "") -> dict[str, Any]:
    """:param parent: the option to which these are suboptions, with a dot; empty for none."""
    blank_is_unset = () if parent else (*(option.name for option in CONNECTION), *STATE_DIRECTORY)
    found: dict[str, Any] = {}
    for name, value in given.items():
        place = f"{parent}{name}"
        if name not in spec:
            raise InvalidInput(f"`{shown(place)[1:-1]}` is unknown.{instead(name, tuple(spec))}")
        option = spec[name]
        if value is None or (is_blank(value) and (name in blank_is_unset or option["type"] in ("list", "dict"))):
            if name == "query":
                raise InvalidInput(f"`{place}` is blank. Set what to look for; `all: true` selects every alert.")
            if option["type"] in ("list", "dict") and option.get("default") is not None:
                # Its default would hide that something was to be named, such as what a guardrail protects.
                raise InvalidInput(f"`{place}` is blank. Set it, or leave it out.")
            found.update({name: _NOTHING[name]} if name in _NOTHING else {})
            continue
        found[name] = converted(value, option, place, read=read)
        if name != "query" and option.get("options"):
            found[name] = _converted(found[name], option["options"], read, f"{place}.")
    return found
