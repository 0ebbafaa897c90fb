# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directories of the files that a run leaves: where relative paths start, which may be used, how new ones are made."""

from __future__ import annotations

import hashlib
import os
import re
import stat

from .errors import FileNotWritten
from .printing import printable

_OWNER_ONLY = 0o700
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DIGEST = re.compile(r".*-[0-9a-f]{12}", re.DOTALL)


def absolute_path(path: str) -> str:
    """The path as it is outside of this process: from the current directory, with ``~`` and variables expanded.

    A slash at the end, which marks a directory, stays.
    """
    expanded = os.path.expanduser(os.path.expandvars(path))
    slash = os.sep if expanded.endswith(os.sep) and expanded.strip(os.sep) else ""
    return os.path.abspath(expanded) + slash


def file_name(name: str) -> str:
    """A file name for any name; different names have different ones.

    A name of letters, digits, dots, underscores and hyphens stays. Others get underscores and a digest of the name.
    """
    if _PLAIN_NAME.fullmatch(name) and not _DIGEST.fullmatch(name):
        return name
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", name).lstrip("._-")[:60] or "name"
    digest = hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()
    return f"{readable}-{digest[:12]}"


def check_directory(directory: str, allow_insecure: bool) -> None:
    """Find out before the first write whether a directory holds new files, or can be created for them.

    :param allow_insecure: other users of the host may replace its files.
    :raises FileNotWritten: neither, or other users may.
    """
    existing = os.path.abspath(directory)
    while not os.path.lexists(existing):
        existing = os.path.dirname(existing)
    if not os.path.isdir(existing):
        raise FileNotWritten(f"{printable(existing)} is not a directory.")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise FileNotWritten(
            f"The user who runs this task may not create files in the directory {printable(existing)}."
        )
    mode = stat.S_IMODE(os.stat(existing).st_mode)
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX and not allow_insecure:
        raise FileNotWritten(
            f"Every user of the host can replace files in the directory {printable(existing)} (mode {mode:04o}). Take "
            "the write permission from others, or set `allow_insecure_directory: true` to use it as it is."
        )


def create_directory(directory: str) -> None:
    """Create a directory for its owner alone, and those above it that are missing. An existing one keeps its mode.

    :raises OSError: it cannot be created.
    """
    directory = os.path.abspath(directory)
    missing = []
    while not os.path.isdir(directory):
        missing.append(directory)
        directory = os.path.dirname(directory)
    for path in reversed(missing):
        try:
            os.mkdir(path, _OWNER_ONLY)
        except FileExistsError:
            # Another task of the run may have created it, but nobody's link is followed.
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                raise
