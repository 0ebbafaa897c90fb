# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files written as a whole or not at all: beside their place first, then moved there."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import signal
import stat
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from .errors import FileExists, FileNotWritten, InvalidInput
from .printing import printable

_BLOCK = 64 * 1024
# What file systems without hard links answer.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_PREFIX, _SUFFIX = ".utmstack-", ".part"
_DESCRIPTORS = "/proc/self/fd"


@dataclass(frozen=True)
class Content:
    """What a file holds: SHA-256 in hexadecimal, bytes, and permissions such as ``0600``."""

    checksum: str
    size: int
    mode: str

    def as_result(self) -> dict[str, Any]:
        """The content under the names of a result."""
        return {"checksum": self.checksum, "bytes": self.size, "mode": self.mode}


def permissions(mode: Any) -> int:
    """Permissions from octal digits, or from the number that YAML makes of 0640.

    :raises InvalidInput: they are none.
    """
    try:
        bits = int(mode, 8) if isinstance(mode, str) else mode
    except ValueError:
        bits = None
    if not isinstance(bits, int) or isinstance(bits, bool) or not 0 <= bits <= 0o777:
        raise InvalidInput(f'`mode` is {mode!r}; write octal digits in quotes, such as "0640".')
    return bits


def check_place(path: str) -> None:
    """Find out before anything is read whether a file can be made at `path`.

    :raises FileNotWritten: it cannot.
    """
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise FileNotWritten(f"The directory {printable(folder)} does not exist. Create it first.")
    if os.path.isdir(path):
        raise FileNotWritten(f"{printable(path)} is a directory. Name a file in it.")
    if os.path.exists(path) and not os.path.isfile(path):
        raise FileNotWritten(f"{printable(path)} is a device or a pipe and cannot be replaced by a file.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileNotWritten(f"The user who runs this task may not create files in the directory {printable(folder)}.")


def content_of(path: str) -> Content | None:
    """The content of `path`; None if there is no file, only a link to one, or none that may be read."""
    digest = hashlib.sha256()
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
            status = os.fstat(stream.fileno())
    except (FileNotFoundError, PermissionError):
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None
        raise
    return Content(digest.hexdigest(), status.st_size, _octal(stat.S_IMODE(status.st_mode)))


def write_file(path: str, pieces: Iterable[str], mode: int, check_mode: bool) -> tuple[Content | None, Content]:
    """Bring `path` to the content of `pieces`. On failure, the old file stays and nothing is left beside it.

    A link is replaced by the file; what it leads to stays as it is.

    :param pieces: text, taken one by one; written as UTF-8, half surrogate pairs as their escapes.
    :param check_mode: only find out what would be written.
    :returns: the content before, None when there was none, and the new one; when they are equal nothing was touched.
    :raises FileNotWritten: no place, no permission, no space.
    """
    if check_mode:
        after = _content_of_pieces(pieces, mode, lambda block: None)
        with _os_errors_as_ours(path):
            return content_of(path), after
    with _temporary_beside(path) as temporary:
        after = _fill(temporary.stream, path, pieces, mode)
        with _os_errors_as_ours(path):
            before = content_of(path)
            if before is None or before.checksum != after.checksum:
                os.fchmod(temporary.stream.fileno(), mode)
                os.replace(temporary.named(), path)
            elif before != after:
                _change_mode(path, mode)
    return before, after


def create_file(path: str, pieces: Iterable[str], mode: int) -> Content:
    """Make a file where there is none; when several tasks do so at once, one of them succeeds.

    :raises FileExists: something is there already; it was left alone.
    :raises FileNotWritten: no place, no permission, no space.
    """
    with _temporary_beside(path) as temporary:
        content = _fill(temporary.stream, path, pieces, mode)
        with _os_errors_as_ours(path):
            os.fchmod(temporary.stream.fileno(), mode)
            if temporary.name is None:
                temporary.link(path)
            else:
                _put_where_nothing_is(temporary.name, path)
    return content


def replace_file(path: str, pieces: Iterable[str], mode: int, own: Content) -> Content:
    """Replace a file that the caller made, or make it again when it is gone.

    :param own: what the caller wrote there.
    :returns: what it holds now.
    :raises FileExists: something else is there by now; it was left alone.
    :raises FileNotWritten: no place, no permission, no space.
    """
    with _os_errors_as_ours(path):
        current = content_of(path)
    if current is None:
        return create_file(path, pieces, mode)
    if current.checksum == own.checksum:
        return write_file(path, pieces, mode, check_mode=False)[1]
    raise FileExists(f"{printable(path)} was replaced by another process meanwhile; it was left alone.")


def _change_mode(path: str, mode: int) -> None:
    """Change the permissions of a file, never of one behind a link."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)


def _put_where_nothing_is(made: str, path: str) -> None:
    try:
        # Unlike a rename, a link never replaces anything.
        os.link(made, path)
        return
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        os.replace(made, path)
    except OSError:
        os.unlink(path)
        raise


def _fill(stream: IO[bytes], path: str, pieces: Iterable[str], mode: int) -> Content:
    """Write all pieces, down to the disk."""

    def write(block: bytes) -> None:
        with _os_errors_as_ours(path):
            stream.write(block)

    content = _content_of_pieces(pieces, mode, write)
    with _os_errors_as_ours(path):
        stream.flush()
        os.fsync(stream.fileno())
    return content


def _blocks(pieces: Iterable[str]) -> Iterator[bytes]:
    """The pieces as bytes, many small ones together."""
    block = bytearray()
    for piece in pieces:
        block += piece.encode("utf-8", "backslashreplace")
        if len(block) >= _BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def _content_of_pieces(pieces: Iterable[str], mode: int, write: Callable[[bytes], None]) -> Content:
    """Pass all pieces on as bytes, and summarize the whole."""
    digest, size = hashlib.sha256(), 0
    for block in _blocks(pieces):
        digest.update(block)
        size += len(block)
        write(block)
    return Content(digest.hexdigest(), size, _octal(mode))


@dataclass
class _Temporary:
    """A file that only its owner may read, in the folder of another one.

    :param name: its path; None while no path leads to it, so that nothing is left however this process ends.
    """

    stream: IO[bytes]
    folder: str
    name: str | None = None

    def link(self, path: str) -> None:
        """Give a file without a name one. :raises FileExistsError: something has the name."""
        # With a directory, though it is not needed, Python lets the system follow the link to the descriptor.
        os.link(f"{_DESCRIPTORS}/{self.stream.fileno()}", path, src_dir_fd=self.stream.fileno(), follow_symlinks=True)

    def named(self) -> str:
        """Its path; a file without one gets it now."""
        if self.name is None:
            name = os.path.join(self.folder, f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}")
            self.link(name)
            self.name = name
        return self.name


@contextlib.contextmanager
def _temporary_beside(path: str) -> Iterator[_Temporary]:
    """A new file in the folder of `path`, gone in the end unless it was moved."""
    with _os_errors_as_ours(path):
        temporary = _open_temporary(os.path.dirname(path))
    try:
        with _removed_at_sigterm(temporary.name):
            yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.stream.close()
        if temporary.name is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary.name)


def _open_temporary(folder: str) -> _Temporary:
    """A file without a name, or one with a name where the system or the file system has none without."""
    unnamed = getattr(os, "O_TMPFILE", None)
    if unnamed is not None and os.path.isdir(_DESCRIPTORS):
        with contextlib.suppress(OSError):
            return _Temporary(os.fdopen(os.open(folder, unnamed | os.O_RDWR, 0o600), "w+b"), folder)
    descriptor, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=folder)
    return _Temporary(os.fdopen(descriptor, "w+b"), folder, name)


@contextlib.contextmanager
def _removed_at_sigterm(name: str | None) -> Iterator[None]:
    """Remove a file also if this process is asked to end meanwhile."""
    # Only the main thread may set what a signal does.
    if name is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    earlier = signal.getsignal(signal.SIGTERM)

    def restore() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if earlier is None else earlier)

    def end(number: int, _frame: Any) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        restore()
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        restore()


@contextlib.contextmanager
def _os_errors_as_ours(path: str) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise FileExists(f"{printable(path)} already exists; it was left alone.") from error
    except OSError as error:
        raise FileNotWritten(
            f"{printable(path)} could not be written: {error.strerror}. What was there before is unchanged."
        ) from error


def _octal(mode: int) -> str:
    return f"{mode:04o}"
