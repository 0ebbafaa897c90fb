# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One condition of a search, in the server's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Filter:
    """One search condition in the server's words; all filters of a search must hold.

    :param stored: the server's type of a field that the collection does not know.
    """

    field: str
    operator: str
    value: Any = None
    stored: str = ""

    def as_json(self) -> dict[str, Any]:
        """The filter as the server takes it."""
        return {"field": self.field, "operator": self.operator, "value": self.value}
