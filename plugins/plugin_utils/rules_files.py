# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read files with triage rules, for the module and for tests of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.triage.rules import ORIGIN, RULE_KEYS
from ansible_collections.utmstack.siem.plugins.module_utils.suggestions import close_names

from .data_files import entries_in, read_data


def rules_in(loader: DataLoader, path: str, name: str) -> list[dict[str, Any]]:
    """The rules of a file, each with its place in ORIGIN.

    :param path: the absolute path.
    :param name: the file as the user named it, for messages.
    :raises InvalidInput: it cannot be read, or holds no rules. The message quotes nothing of what it holds.
    """
    data = read_data(loader, path, name)
    rows, where = entries_in(data, "rules")
    if rows is None:
        raise InvalidInput(f"{data.name} must hold a list of rules, or `rules:` with such a list.")
    rules = []
    for number, row in enumerate(rows, 1):
        place = f"{data.place(*where, number - 1)}: Rule {number}"
        _check_shape(row, place)
        rules.append({**row, ORIGIN: place})
    return rules


def _check_shape(row: Any, place: str) -> None:
    """Refuse what is no rule, so that later messages may quote the entry."""
    if not isinstance(row, Mapping) or not {"when", "then"} & set(row):
        raise InvalidInput(f"{place} is no rule. Write a dictionary with `name`, `when` and `then`.")
    for key in row:
        if key not in RULE_KEYS and not close_names(str(key), RULE_KEYS):
            raise InvalidInput(f"{place} has a key that no rule has. Use {', '.join(RULE_KEYS)}.")
