# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compressed text that travels in variables, such as the artifacts of a controller: gzip in base64. Pure."""

from __future__ import annotations

import base64
import gzip
import zlib
from typing import Any

from .errors import InvalidInput

# Characters that a result may carry for `set_stats`: a controller hands artifacts to every later job of a workflow.
MAX_IN_RESULT = 1024 * 1024
# Bytes of text; more is no plan or receipt of this collection.
MAX_TEXT = 256 * 1024 * 1024
# The first bytes of gzip, in base64.
_START = "H4sI"


def compressed(text: str) -> str:
    """The text as one line of ASCII; equal texts give equal lines."""
    return base64.b64encode(gzip.compress(text.encode("utf-8"), mtime=0)).decode("ascii")


def is_compressed(value: Any) -> bool:
    """Whether a value begins as the result of `compressed` does, even if it was cut or changed."""
    return isinstance(value, str) and value.lstrip().startswith(_START)


def decompressed(text: str, place: str) -> str:
    """The text in a line of `compressed`.

    :param place: the option's name, for the message.
    :raises InvalidInput: it was cut or changed, or its content is too large.
    """
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = reader.decompress(base64.b64decode("".join(text.split()), validate=True), MAX_TEXT)
        if reader.unconsumed_tail:
            raise InvalidInput(f"`{place}` holds more than {MAX_TEXT // 1024 // 1024} MiB. Use a file.")
        if not reader.eof:
            raise InvalidInput(f"`{place}` is cut off. Pass the whole text.")
        return content.decode("utf-8")
    except (ValueError, zlib.error) as error:
        raise InvalidInput(f"`{place}` was changed or cut off. Pass the whole text.") from error
