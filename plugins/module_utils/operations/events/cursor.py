# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file in which an event source keeps its position."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...atomic_file import check_place, write_file
from ...depth import parsed_json
from ...directories import absolute_path
from ...errors import FileNotWritten, InvalidInput
from ...printing import printable

FORMAT = 1
_MODE = 0o600
# The file itself is replaced whenever it is written, and a lock of the old one would lock nothing.
_LOCK = ".lock"
# Stands before the SHA-256 of what precedes it.
_DIGEST = ', "digest": "'
_ELSEWHERE = "or name another file for this source"


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
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class Cursor:
    """The saved position of one source, in memory only without a file.

    :param path: absolute path of the file; None for none.
    :param position: what it held; None for a first start.
    :param lock: descriptor of the file that is locked. The system unlocks it when this process ends, however it does.
    """

    def __init__(
        self,
        path: str | None,
        identity: CursorIdentity,
        position: Mapping[str, Any] | None = None,
        lock: int | None = None,
    ) -> None:
        self.path = path
        self.identity = identity
        self.position = position
        self._lock = lock

    def save(self, position: Mapping[str, Any]) -> None:
        """Replace the position.

        :raises FileNotWritten: the file could not be written; it holds what it held before.
        """
        # A closed cursor belongs to another source.
        if self.path is not None and self._lock is not None:
            write_file(self.path, _content(self.identity, position), _MODE, check_mode=False)

    def close(self) -> None:
        """Let another source have the file."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def open_cursor(path: str | None, identity: CursorIdentity) -> Cursor:
    """The cursor of a source, locked until it is closed or this process ends.

    :param path: its file, made when first needed; None to keep the position in memory only.
    :raises InvalidInput: the file is damaged, of another server or query, of a newer release, or in use, or its folder
        cannot be written to.
    """
    if path is None:
        return Cursor(None, identity)
    place = absolute_path(path)
    try:
        check_place(place)
    except FileNotWritten as error:
        raise InvalidInput(f"`cursor` cannot be used: {error.message}") from error
    cursor = Cursor(place, identity, lock=_locked(place))
    try:
        cursor.position = _position(place, identity)
    except InvalidInput:
        cursor.close()
        raise
    return cursor


def _locked(path: str) -> int:
    """A descriptor that keeps others from the cursor."""
    beside = path + _LOCK
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)
    except OSError as error:
        raise InvalidInput(
            f"`cursor` cannot be used: {printable(beside)} cannot be opened ({error.strerror}). Name a file in a "
            "directory in which the user who runs the source may create files."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise InvalidInput(
                f"`cursor` {printable(path)} is in use by another source. Stop that one, {_ELSEWHERE}."
            ) from error
        raise InvalidInput(
            f"`cursor` {printable(path)} cannot be locked ({error.strerror}). Name a file on a local file system."
        ) from error
    return descriptor


def _position(path: str, identity: CursorIdentity) -> Mapping[str, Any] | None:
    """What the file holds; None without a file."""
    shown = printable(path)
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        held = parsed_json(text)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InvalidInput(
            f"`cursor` {shown} cannot be read ({error.strerror}). Let the user who runs the source read it, "
            f"{_ELSEWHERE}."
        ) from error
    except ValueError as error:
        raise _damaged(shown) from error
    if not isinstance(held, dict):
        raise _damaged(shown)
    version = held.get("version")
    if isinstance(version, int) and version > identity.version:
        raise InvalidInput(
            f"`cursor` {shown} was written by a newer release of the collection. Install that release, {_ELSEWHERE}."
        )
    position = held.get("position")
    if not isinstance(position, dict) or not _is_whole(text):
        raise _damaged(shown)
    if held["server"] != identity.server:
        raise InvalidInput(
            f"`cursor` {shown} belongs to the server {printable(str(held['server']))}, not to "
            f"{printable(identity.server)}. Correct `url`, {_ELSEWHERE}."
        )
    if held["query"] != identity.query:
        raise InvalidInput(
            f"`cursor` {shown} was written for another query. Restore that query, or name another file: with a new "
            "one, the source starts from now, or from `since`."
        )
    return position


def _damaged(shown: str) -> InvalidInput:
    return InvalidInput(
        f"`cursor` {shown} is damaged or no cursor. Restore it from a backup, or move it away: the source then starts "
        "from now, or from `since`."
    )


def _content(identity: CursorIdentity, position: Mapping[str, Any]) -> Iterator[str]:
    """The file, piece by piece: it is written often, and a large text each time makes the process grow."""
    held = {
        "version": identity.version,
        "server": identity.server,
        "query": identity.query,
        "position": position,
    }
    digest = hashlib.sha256()
    # All but the brace at the end.
    last = ""
    for piece in json.JSONEncoder().iterencode(held):
        digest.update(last.encode())
        yield last
        last = piece
    yield f'{_DIGEST}{digest.hexdigest()}"}}\n'


def _is_whole(text: str) -> bool:
    """Whether nothing was changed in the text of a file."""
    content, _mark, rest = text.rpartition(_DIGEST)
    return rest == f'{hashlib.sha256(content.encode()).hexdigest()}"}}\n'
