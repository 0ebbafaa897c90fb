# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans as reviewers and playbooks see them, without a server. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..writing import plan_reading

PLAN = "plan"


def names_a_file(params: Mapping[str, Any]) -> bool:
    """Whether the plan in the options of a writer is named by its file."""
    return plan_reading.is_path(params.get(PLAN))


def document_content(given: Any) -> dict[str, Any]:
    """The document of a plan as a dictionary.

    :param given: the path of a file, JSON text, compressed text, the document, or the result of a check run.
    :raises InvalidInput: it is none of these, or was changed after the check run.
    """
    return plan_reading.plan_document(given).content()
