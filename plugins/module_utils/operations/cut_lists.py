# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The warning about a list that ends at a limit that the task did not set."""

from __future__ import annotations


def cut_warnings(option: str, given: int | None, shown: int, total: int, things: str) -> list[str]:
    """A warning if a default limit cut a list; whoever sets a limit knows it.

    :param option: the option with the limit, which takes 0 for no limit.
    :param given: its value in the task, None for the default.
    :param things: what is listed, in the plural.
    """
    if given is not None or shown >= total:
        return []
    return [
        f"Only {shown} of {total} {things} are returned, because `{option}` is not set. Set `{option}` to return more, "
        f"or `{option}: 0` for all of them."
    ]
