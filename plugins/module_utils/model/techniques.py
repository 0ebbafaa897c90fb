# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The techniques of MITRE ATT&CK that an alert names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..conversion import shown
from ..errors import InvalidInput

# Alerts name a technique in a text (T1110.001) or by its page (https://attack.mitre.org/techniques/T1110/001/).
_TECHNIQUE = re.compile(r"(?<![0-9A-Za-z])(T[0-9]{4})(?:[./]([0-9]{3}))?(?![0-9A-Za-z])")
_FIELDS = ("technique", "reference")


def techniques_in(value: Any) -> list[str]:
    """The IDs of the techniques in an alert, a text, or a list of them, each once, in their order.

    :raises InvalidInput: it is something else, or an alert has none of the fields with techniques.
    """
    matches = (match for text in _texts(value) for match in _TECHNIQUE.finditer(text))
    return list(dict.fromkeys(".".join(filter(None, match.groups())) for match in matches))


def _texts(value: Any) -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        found = [value[name] for name in _FIELDS if name in value]
        if not found:
            raise InvalidInput(
                f"{shown(dict(value))} is not an alert with a technique. Read alerts with the fields "
                f"{' and '.join(_FIELDS)}."
            )
        yield from _texts(found)
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for item in value:
            yield from _texts(item)
    else:
        raise InvalidInput(f"{shown(value)} is neither an alert nor a text. Pass alerts, or texts with techniques.")
