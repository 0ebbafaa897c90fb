# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML and JSON files of the controller; errors name file, line and column and never quote the content.

Whoever may name such a file, in a survey for one, may name any file that the controller can read.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.utmstack.siem.plugins.module_utils.depth import TooDeep, parsed_json
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable

MAX_BYTES = 64 * 1024 * 1024
# Aliases can make a small file grow without bounds when it is written out.
MAX_NODES = 1_000_000
# Perhaps with a byte order mark.
_UTF_8 = "utf-8-sig"
_YAML_TAG = "tag:yaml.org,2002:"
_SCALAR_TAGS = ("null", "bool", "int", "float", "str", "timestamp", "value")
_TAGS = (*(_YAML_TAG + name for name in (*_SCALAR_TAGS, "map", "seq", "merge")), "!unsafe", "!vault")
# What the parser expected, in its own words: these quote nothing but punctuation.
_PLAIN_PROBLEM = re.compile(
    r"(?:mapping values|sequence entries) are not allowed here|found unexpected end of stream"
    r"|could not find expected ':'|found character '\\t' that cannot start any token"
    r"|expected [^\"]{1,40}, but (?:found|got) '(?:<[a-z ]+>|[\]\[{}?:,-]{1,3})'"
)


@dataclass(frozen=True)
class DataFile:
    """The content of a file.

    :param name: the file as the user named it.
    :param node: where the content stands in YAML; None for JSON.
    """

    name: str
    content: Any
    node: yaml.Node | None = None

    def place(self, *path: str | int) -> str:
        """The file, with the line of the entry at a path if it is known."""
        node = self.node
        for step in path:
            node = _child(node, step)
        return self.name if node is None else f"{self.name}, line {node.start_mark.line + 1}"


def read_data(loader: DataLoader, path: str, name: str) -> DataFile:
    """Read a file, which may be encrypted with Ansible Vault.

    :param path: the absolute path.
    :param name: the file as the user named it, for messages.
    :raises InvalidInput: it cannot be read, or is neither YAML nor JSON.
    """
    shown = printable(name)
    text = _text_of(loader, path, shown)
    try:
        return DataFile(shown, parsed_json(text))
    except TooDeep:
        raise InvalidInput(f"{shown} is nested too deeply.") from None
    except ValueError:
        node = _composed(text, shown)
    try:
        return DataFile(shown, loader.load(text, file_name=path, show_content=False), node)
    except (AnsibleError, ValueError, TypeError, yaml.YAMLError):
        raise InvalidInput(f"{shown} holds a value that cannot be read. Check its vault values and tags.") from None


def _text_of(loader: DataLoader, path: str, name: str) -> str:
    with readable_file(loader, path, name, MAX_BYTES) as real, _reading(name), open(real, encoding=_UTF_8) as file:
        return file.read()


def lines_of(real: str, name: str) -> Iterator[str]:
    """The lines of a file of `readable_file`, one at a time. :raises InvalidInput: it cannot be read."""
    with _reading(name), open(real, encoding=_UTF_8) as file:
        yield from file


@contextlib.contextmanager
def readable_file(loader: DataLoader, path: str, name: str, most: int | None = None) -> Iterator[str]:
    """The path of a file in plain text: that of a file of Ansible Vault is removed afterwards.

    :param path: the absolute path.
    :param name: the file as the user named it, for messages.
    :param most: bytes that it may have, None for any number.
    :raises InvalidInput: it is no regular file, too large, or cannot be decrypted.
    """
    with _reading(name):
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            kind = "a directory, not a regular file" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise InvalidInput(f"{name} is {kind}. Set the path of a file.")
        if most is not None and status.st_size > most:
            raise InvalidInput(f"{name} has more than {most // 1024 // 1024} MiB. Split it.")
        real = loader.get_real_file(path)
    try:
        yield real
    finally:
        loader.cleanup_tmp_file(real)


@contextlib.contextmanager
def _reading(name: str) -> Iterator[None]:
    """Turn errors of reading into ours. The message of an error in decryption may quote the file, so it is left out."""
    try:
        yield
    except OSError as error:
        raise InvalidInput(f"{name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InvalidInput(f"{name} is not a text file in UTF-8.") from None
    except AnsibleError:
        raise InvalidInput(f"{name} cannot be decrypted. Check the vault password.") from None


def _composed(text: str, name: str) -> yaml.Node | None:
    """The nodes of a YAML text, checked without constructing them; None for an empty text."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is not None:
            _check_node(node, name, {}, set())
    except yaml.MarkedYAMLError as error:
        problem = str(error.problem or "")
        reason = f" ({problem})" if _PLAIN_PROBLEM.fullmatch(problem) else ""
        raise _refusal(name, error.problem_mark or error.context_mark, f"is not valid YAML{reason}") from None
    except yaml.YAMLError:
        raise InvalidInput(f"{name} holds characters that YAML does not allow.") from None
    except RecursionError:
        raise InvalidInput(f"{name} is nested too deeply.") from None
    return node


def _check_node(node: yaml.Node, name: str, sizes: dict[int, int], above: set[int]) -> int:
    """Refuse what YAML allows and no data file needs; returns the number of nodes with aliases written out."""
    key = id(node)
    if key in above:
        raise _refusal(name, node.start_mark, "contains itself")
    if key in sizes:
        return sizes[key]
    if node.tag not in _TAGS:
        raise _refusal(name, node.start_mark, "has a YAML tag that is not supported")
    above.add(key)
    if isinstance(node, yaml.MappingNode):
        _check_keys(node, name)
        parts = [part for pair in node.value for part in pair]
    else:
        parts = node.value if isinstance(node, yaml.SequenceNode) else []
    if isinstance(node, yaml.ScalarNode) and node.tag.startswith(_YAML_TAG):
        _check_scalar(node, name)
    size = 1 + sum(_check_node(part, name, sizes, above) for part in parts)
    if size > MAX_NODES:
        raise _refusal(name, node.start_mark, f"holds more than {MAX_NODES} values")
    above.remove(key)
    sizes[key] = size
    return size


def _check_keys(node: yaml.MappingNode, name: str) -> None:
    seen = set()
    for key, _value in node.value:
        if isinstance(key, yaml.ScalarNode) and key.tag != f"{_YAML_TAG}merge":
            if key.value in seen:
                raise _refusal(name, key.start_mark, "repeats a key")
            seen.add(key.value)


def _check_scalar(node: yaml.ScalarNode, name: str) -> None:
    try:
        yaml.constructor.SafeConstructor().construct_object(node)
    except (ValueError, OverflowError, yaml.YAMLError):
        raise _refusal(name, node.start_mark, "holds a value that is no date, time or number") from None


def _refusal(name: str, mark: yaml.Mark | None, what: str) -> InvalidInput:
    if mark is None:
        return InvalidInput(f"{name} {what}.")
    return InvalidInput(f"{name} {what}: line {mark.line + 1}, column {mark.column + 1}.")


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        child: yaml.Node = node.value[step]
        return child
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None


def entries_in(data: DataFile, key: str) -> tuple[list[Any] | None, tuple[str, ...]]:
    """The list that a file holds at its top or under `key`, None if there is none, and the path to it."""
    content = data.content
    path = (key,) if isinstance(content, Mapping) else ()
    entries = content.get(key) if isinstance(content, Mapping) else content
    return (entries if isinstance(entries, list) else None), path
