# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files for the owner alone that never follow a link which somebody else has put in their place."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_private(file: Path, content: str) -> None:
    """Write a file as a whole, readable by its owner only. A link in its place is replaced, not followed."""
    descriptor, fresh = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(content)
    Path(fresh).replace(file)


def create_private(file: Path) -> int:
    """Create an empty file in place of an old one, and return its descriptor for writing."""
    file.unlink(missing_ok=True)
    return os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)


def open_private(file: Path) -> int:
    """Open or create a file for appending, and return its descriptor. :raises OSError: it is a link."""
    return os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
