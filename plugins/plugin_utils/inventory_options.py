# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options in the file of an inventory plugin, checked one by one before Ansible reads them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible.errors import AnsibleError
from ansible_collections.utmstack.siem.plugins.module_utils.conversion import converted, is_blank, shown
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable
from ansible_collections.utmstack.siem.plugins.module_utils.suggestions import check_keys, instead
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION, URL
from ansible_collections.utmstack.siem.plugins.plugin_utils.yaml_text import structure_in_yaml

Option = Mapping[str, Any]

# Ansible reads these for each host.
EXPRESSIONS = ("compose", "groups", "keyed_groups")
_TYPES = {"boolean": "bool", "integer": "int", "string": "str"}
_CONNECTION = {option.name: option for option in CONNECTION}


def options_in_file(
    given: Mapping[str, Any],
    documented: Mapping[str, Option],
    own: Mapping[str, Option],
    template: Callable[[Any], Any],
) -> dict[str, Any]:
    """The options of a file by their types, without those that are blank and therefore not given.

    :param documented: all options of the plugin by name, as Ansible knows them.
    :param own: options of which more is known than Ansible checks, in the format of an argument spec.
    :param template: what the templates in a value lead to; expressions are left alone.
    :raises InvalidInput: an option is unknown, or its value has another type or cannot be templated.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in documented:
            raise InvalidInput(f"`{shown(str(name))[1:-1]}` is unknown.{instead(name, tuple(documented))}")
        option = _option(name, documented[name], own)
        if name not in EXPRESSIONS:
            value = _templated(value, name, option, template)
        if is_blank(value):
            continue
        found[name] = converted(value, option, name, read=structure_in_yaml)
    for number, entry in enumerate(found.get("keyed_groups", ())):
        check_keys(entry, tuple(documented["keyed_groups"].get("suboptions", entry)), f"keyed_groups[{number}]")
    if URL.name not in found and is_blank(os.environ.get(URL.variable)):
        raise InvalidInput(f"`{URL.name}` is missing. Set it, or set the environment variable {URL.variable}.")
    return found


@contextmanager
def blank_variables_unset() -> Iterator[None]:
    """Hide connection variables that are blank from Ansible, which takes blank for their value."""
    named = (option.variable for option in CONNECTION)
    blank = {name: os.environ.pop(name) for name in named if name in os.environ and is_blank(os.environ[name])}
    try:
        yield
    finally:
        os.environ.update(blank)


def _option(name: str, documented: Option, own: Mapping[str, Option]) -> Option:
    if name in own:
        return own[name]
    if name in _CONNECTION:
        return _CONNECTION[name].spec()
    return {**documented, "type": _TYPES.get(documented.get("type", "str"), documented.get("type", "str"))}


def _templated(value: Any, name: str, option: Option, template: Callable[[Any], Any]) -> Any:
    if getattr(value, "__ENCRYPTED__", False) or type(value).__name__ == "EncryptedString":
        # A text of the vault.
        return str(value)
    try:
        return template(value)
    except AnsibleError as error:
        reason = "" if option.get("no_log") else f" {printable(error.message).rstrip('.')}."
        raise InvalidInput(
            f"`{name}` has a template that failed.{reason} Here, templates see extra variables (`-e`) and lookups, "
            "but no variables of hosts or groups."
        ) from None
