# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches of rules files that promote and withdraw shadow rules, and leave all other lines as they are."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.directories import absolute_path
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable
from ansible_collections.utmstack.siem.plugins.module_utils.suggestions import suggestion

from .rules_edits import Edit, promoted, withdrawn
from .yaml_layout import Part, documents_in

_RULES, _MODE, _SHADOW = "rules", "mode", "shadow"
_BYTE_ORDER_MARK = "\ufeff"
_VAULT = "$ANSIBLE_VAULT;"
_NO_NEWLINE = "\\ No newline at end of file\n"
_BY_HAND = "Change the file by hand: delete the line `mode: shadow` of a rule to promote it."


@dataclass(frozen=True)
class _RulesText:
    """The text of a rules file.

    :param name: the file as the user named it, for messages.
    :param rules: the list of rules.
    :param mark: the byte order mark before the text, empty for none.
    """

    name: str
    text: str
    rules: Part
    mark: str

    @property
    def names(self) -> list[str]:
        """The names of the rules, in their order."""
        return [_name_of(rule) or "" for rule in self.rules.items]


def rules_patch(files: Mapping[str, str], promote: Sequence[str], withdraw: Sequence[str]) -> str:
    """The unified diff that promotes and withdraws rules; empty if there is nothing to do.

    :param files: by path, the texts of files, in or below the directory in which the patch will be applied.
    :param promote: names of shadow rules that are to act.
    :param withdraw: names of rules to remove.
    :raises InvalidInput: a rule is not there or not in shadow mode, or a file is written in a way that a patch could
        not change with certainty.
    """
    both = set(promote) & set(withdraw)
    if both:
        raise InvalidInput(f"The rule {min(both)!a} is to be both promoted and withdrawn. Name it once.")
    if not promote and not withdraw:
        return ""
    encrypted = [path for path, text in files.items() if text.startswith(_VAULT)]
    read = {path: _read(text, printable(path)) for path, text in files.items() if path not in encrypted}
    _check_names([*promote, *withdraw], read, encrypted)
    return "".join(_patch_of(path, file, promote, withdraw) for path, file in read.items())


def _check_names(names: Sequence[str], files: Mapping[str, _RulesText], encrypted: Sequence[str]) -> None:
    """Refuse names that no rule has, or several."""
    known = [name for file in files.values() for name in file.names]
    shown = ", ".join(file.name for file in files.values())
    for name in names:
        if known.count(name) > 1:
            raise InvalidInput(f"{shown}: There are several rules {name!a}. Rename all but one of them.")
        if name in known:
            continue
        if encrypted:
            raise InvalidInput(
                f"{printable(encrypted[0])} is encrypted with Ansible Vault, and a patch would show its rules. Change "
                "it with `ansible-vault edit`."
            )
        raise InvalidInput(f"{shown}: There is no rule {name!a}.{suggestion(name, known)} Check its name.")


def _patch_of(path: str, file: _RulesText, promote: Sequence[str], withdraw: Sequence[str]) -> str:
    """The unified diff of one file, for the names that it has."""
    names, text = file.names, file.text
    promoting, leaving = ([names.index(name) for name in given if name in names] for given in (promote, withdraw))
    if not promoting and not leaving:
        return ""
    edits = [_promotion(file, number) for number in promoting]
    changed = _changed(text, [*edits, *withdrawn(text, file.rules, sorted(leaving), file.name)])
    _check_result(file, changed, promote, withdraw)
    return "".join(_diff(f"{file.mark}{text}", f"{file.mark}{changed}", _header_name(path)))


def _read(text: str, name: str) -> _RulesText:
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    text = text[len(mark) :]
    if "\r" in text.replace("\r\n", ""):
        raise InvalidInput(f"{name} has line breaks that no patch can hold (CR). Convert it to LF or CR LF.")
    try:
        documents = documents_in(text)
    except (yaml.YAMLError, RecursionError):
        raise InvalidInput(f"{name} is not valid YAML, or uses tabs. {_BY_HAND}") from None
    if len(documents) > 1:
        raise InvalidInput(f"{name} holds {len(documents)} YAML documents. Put each into a file of its own.")
    root = documents[0] if documents else Part(0, 0)
    found = root.get(_RULES)
    rules = found[1] if found is not None else root
    if not rules.items:
        raise InvalidInput(f"{name} must hold a list of rules, or `rules:` with such a list.")
    return _RulesText(name, text, rules, mark)


def _name_of(rule: Part) -> str | None:
    found = rule.get("name")
    return found[1].text if found is not None else None


def _promotion(file: _RulesText, number: int) -> Edit:
    rule = file.rules.items[number]
    found = rule.get(_MODE)
    if found is None or found[1].text != _SHADOW:
        raise InvalidInput(
            f"The rule {_name_of(rule)!a} in {file.name} has no `mode: shadow` of its own, so there is nothing to "
            "promote. If it takes its mode from an anchor, write the mode into the rule."
        )
    return promoted(file.text, rule, found[0], file.name)


def _changed(text: str, edits: Sequence[Edit]) -> str:
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        text = f"{text[: edit.start]}{edit.text}{text[edit.end :]}"
    return text


def _check_result(file: _RulesText, changed: str, promote: Sequence[str], withdraw: Sequence[str]) -> None:
    """Refuse a change that means something else, for example because of an anchor."""
    wanted, found = _content(file.text), _content(changed)
    rules = wanted[_RULES] if isinstance(wanted, dict) else wanted
    if isinstance(rules, list):
        rules[:] = [_wanted(rule, promote) for rule in rules if not _is_named(rule, withdraw)]
    if found is _UNREADABLE or found != wanted:
        raise InvalidInput(
            f"{file.name} cannot be changed line by line, for example because rules share an anchor. {_BY_HAND}"
        )


def _is_named(rule: Any, names: Sequence[str]) -> bool:
    return isinstance(rule, dict) and rule.get("name") in names


def _wanted(rule: Any, promote: Sequence[str]) -> Any:
    if not _is_named(rule, promote):
        return rule
    return {key: value for key, value in rule.items() if key != _MODE}


_UNREADABLE = object()


class _Loader(yaml.SafeLoader):
    """YAML with the tags of Ansible, whose values stay as they are written."""


_Loader.add_multi_constructor("!", lambda _loader, suffix, node: (suffix, node.value))


def _content(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return _UNREADABLE


def _header_name(path: str) -> str:
    """The name of the file in the patch.

    :raises InvalidInput: the file is elsewhere, or no patch can name it.
    """
    start = absolute_path(".")
    name = os.path.relpath(absolute_path(path), start).replace(os.sep, "/")
    if name.startswith("../"):
        raise InvalidInput(
            f"{printable(path)} is not below {printable(start)}, where the patch is to be applied. Run the playbook in "
            "the root of the repository that holds the file."
        )
    if not name.isprintable() or set(name) & set('"\\'):
        raise InvalidInput(f'A patch cannot name {printable(path)}. Rename it without ", \\ and control characters.')
    # The tab ends a name that contains spaces.
    return f"{name}\t" if " " in name else name


def _diff(old: str, new: str, name: str) -> Iterator[str]:
    lines = difflib.unified_diff(_lines(old), _lines(new), f"a/{name}", f"b/{name}")
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}"


def _lines(text: str) -> list[str]:
    """The lines as a patch counts them: only LF ends one."""
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]
