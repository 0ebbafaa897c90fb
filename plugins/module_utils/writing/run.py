# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way from a planned change of alerts to what was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..atomic_file import Content
from ..client.client import Client
from ..errors import InvalidInput
from . import receipts
from .apply import apply
from .change import AlertChange
from .plan import Plan, check_max_affected
from .receipts import NO_ANNOTATIONS, Annotations, entries_of, lines_of
from .result import Written, predicted
from .selected import Selection

# Queries are bounded unless the task says otherwise; IDs were named by the user one by one.
DEFAULT_MAX_AFFECTED = 500


@dataclass(frozen=True)
class Limits:
    """What bounds a write.

    :param max_affected: most alerts to change, echoes included; None for the default.
    :param receipt: file or directory for the receipt, None for none.
    """

    max_affected: int | None = None
    receipt: str | None = None

    def most(self, selection: Selection) -> int | None:
        """How many alerts may be changed, None for any number."""
        if self.max_affected is None and selection.by_query:
            return DEFAULT_MAX_AFFECTED
        return self.max_affected


NO_LIMITS = Limits()


def limits_from(params: Mapping[str, Any]) -> Limits:
    """The limits in the options of a writer."""
    return Limits(params["max_affected"], params["receipt"])


def write(
    client: Client,
    change: AlertChange,
    selection: Selection,
    plan: Plan,
    limits: Limits,
    check_mode: bool,
    warnings: Sequence[str] = (),
    annotations: Annotations = NO_ANNOTATIONS,
) -> Written:
    """Guard, apply and read back a plan; the same shape in check mode and for real.

    :param warnings: what is already known to deserve one.
    :param annotations: what the receipt says besides.
    :raises UtmstackError: nothing was written.
    """
    check_max_affected(selection, plan, limits.most(selection))
    outcomes = predicted(selection, plan, change.state)
    path = None
    if limits.receipt and (plan.edits or annotations.unchanged_entries):
        path = receipts.path_of(limits.receipt, client.settings.url)
    failures: list[str] = []
    if not check_mode:
        head = receipts.head_of(client.settings.url, client.dialect.name, plan, annotations) if path else {}
        begun: Content | None = None
        if path:
            # Before the first write: what it says can be undone even if this run is killed.
            begun = receipts.create(path, lines_of(head, entries_of(change, plan, {}, annotations)))
        if plan.edits:
            done = apply(client, change, plan.edits)
            outcomes = [done.get(outcome.alert_id, outcome) for outcome in outcomes]
            if path and begun is not None:
                failures = _complete(path, lines_of(head, entries_of(change, plan, done, annotations)), begun)
    written = None if check_mode else path
    return Written(outcomes, plan.digest, [*warnings, *plan.warnings], failures=failures, more={"receipt": written})


def _complete(path: str, lines: Iterable[str], begun: Content) -> list[str]:
    """Complete a receipt; what went wrong. The alerts are written already, and their results must not be lost."""
    try:
        receipts.complete(path, lines, begun)
    except InvalidInput as error:
        return [
            f"{error.message} The alerts were written, see `alerts`. If the receipt is still there, it says what was "
            "about to be written, and utmstack_undo understands it."
        ]
    return []
