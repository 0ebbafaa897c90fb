# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mark at the end of a description, which names the setup that made an object and the fields that it wrote."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# An object that several setups share, such as the credential type.
SHARED = "shared"
_MARK = re.compile(r"\s*\(utmstack\.siem ([0-9a-f]{8}|shared)-([0-9a-f]{8})\)\s*\Z")
# What no controller shows again is in no digest: it could not be compared, and a digest of a short secret reveals it.
HIDDEN = {"credential": "inputs", "notification_template": "notification_configuration"}


@dataclass(frozen=True)
class Mark:
    """Which setup made an object, and the digest of the fields that it wrote."""

    setup: str
    digest: str

    def __str__(self) -> str:
        return f"(utmstack.siem {self.setup}-{self.digest})"


def setup_of(organization: str, name_prefix: str) -> str:
    """The short name of a setup: the objects of one organization under one prefix."""
    return _digest([organization, name_prefix])


def described(kind: str, arguments: Mapping[str, Any], setup: str) -> dict[str, Any]:
    """The arguments with the mark at the end of their description."""
    mark = Mark(setup, digest_of(kind, arguments))
    return {**arguments, "description": f"{arguments.get('description', '')} {mark}".strip()}


def split_description(description: str) -> tuple[str, Mark | None]:
    """A description without its mark, and the mark."""
    found = _MARK.search(description)
    if found is None:
        return description, None
    return description[: found.start()], Mark(found.group(1), found.group(2))


def digest_of(kind: str, fields: Mapping[str, Any]) -> str:
    """The digest of the fields of an object, without its mark and without what a controller hides."""
    shown = {name: value for name, value in fields.items() if name != HIDDEN.get(kind)}
    shown["description"] = split_description(shown.get("description") or "")[0]
    return _digest(shown)


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
