# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists and dictionaries in texts of YAML, for what runs on the controller, where PyYAML is part of Ansible."""

from __future__ import annotations

import re
from typing import Any

import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.conversion import (
    MAX_STRUCTURE_LENGTH,
    Structure,
    structure_in_text,
)
from ansible_collections.utmstack.siem.plugins.module_utils.depth import is_too_deep

_STARTS_OF_LISTS = ("[", "- ", "-\n")
# The plain words and numbers of JSON. All other words stay texts, such as NO, on, 007 and 2026-12-31.
_PLAIN = (
    ("tag:yaml.org,2002:bool", r"true|True|false|False", "tTfF"),
    ("tag:yaml.org,2002:null", r"null|None|~|", ["n", "N", "~", ""]),
    ("tag:yaml.org,2002:int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("tag:yaml.org,2002:float", r"-?(0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
)


class _Loader(yaml.SafeLoader):
    """YAML without aliases, repeated keys and words that are silently something else."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - declared so by PyYAML

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep=True)
        if len(found) != len(node.value):
            raise yaml.YAMLError("a key stands twice")
        return found


for _tag, _pattern, _first in _PLAIN:
    _Loader.add_implicit_resolver(_tag, re.compile(f"^(?:{_pattern})$"), list(_first))


def structure_in_yaml(text: str) -> Structure:
    """The list or dictionary that a whole text is in JSON or YAML; None if it is neither."""
    found = structure_in_text(text)
    if found is not None or len(text) > MAX_STRUCTURE_LENGTH:
        return found
    text = text.strip()
    if not text.startswith(_STARTS_OF_LISTS) and ":" not in text:
        return None
    try:
        found = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if is_too_deep(found):
        return None
    if isinstance(found, list):
        return found if text.startswith(_STARTS_OF_LISTS) else None
    return found if isinstance(found, dict) else None
