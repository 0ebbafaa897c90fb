# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Artifacts that the jobs of a workflow pass on: what was planned for an instance, and what became of it. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...compressed import compressed, decompressed, is_compressed
from ...conversion import is_blank
from ...depth import parsed_json
from ...errors import InvalidInput
from ...printing import printable
from ...times import exact, stored_time
from ...writing.plan_reading import is_digest, plan_document

# Distinct reasons that an artifact holds; further ones are only counted.
MAX_REASONS = 20
MAX_REASON_LENGTH = 200
_REASONS = "reasons"
_UNCHANGED = "Pass the artifacts of the earlier job as they are."


def key_part(host: str) -> str:
    """The name of a host within the key of an artifact, which is the name of a variable."""
    return re.sub(r"[^A-Za-z0-9_]", "_", host)


def plan_from(artifact: Any, key: str, instance: str) -> str:
    """The plan of an instance in the artifact of a plan job: compressed, or the path of its file.

    :param key: the name of the artifact's variable.
    :raises InvalidInput: it holds no whole plan of this instance.
    """
    if is_blank(artifact) or artifact == {}:
        raise InvalidInput(
            f"There is no plan for {printable(instance)}: {key} is empty. Nothing was written. Run the plan job again."
        )
    if not isinstance(artifact, Mapping):
        raise InvalidInput(
            f"There is no plan for {printable(instance)}: {key} is {_kind(artifact)} and not the artifact of a plan "
            "job. Nothing was written. Run the plan job again."
        )
    if _instance_of(artifact) != instance:
        raise InvalidInput(
            f"There is no plan for {printable(instance)}: {key} holds the plan of "
            f"{printable(_instance_of(artifact) or 'an unknown instance', 100)}. Nothing was written. "
            "Run the plan job again."
        )
    plan, file = artifact.get("plan"), artifact.get("file")
    if is_blank(plan) and is_blank(file):
        raise InvalidInput(
            f"There is no plan for {printable(instance)}: it was too large for {key} and was written to no file. "
            "Nothing was written. Run the plan job again."
        )
    given = file if is_blank(plan) else plan
    if not isinstance(given, str) or (given is plan and not is_compressed(plan)):
        raise InvalidInput(
            f"There is no plan for {printable(instance)}: `plan` in {key} is {_kind(given)} and not a compressed plan. "
            "Nothing was written. Run the plan job again."
        )
    if plan_document(given).digest != artifact.get("plan_digest"):
        raise InvalidInput(
            f"{key} names another plan than it holds: `plan_digest` differs. Nothing was written. Run the plan job "
            "again."
        )
    return given


def _instance_of(artifact: Mapping[str, Any]) -> str:
    """The instance that an artifact is about; empty if it names none."""
    # ansible-core 2.19 makes a number of a text that a controller marked `!unsafe`.
    return str(artifact.get("instance") or "")


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return f"the text {printable(value, 60)!a}"
    if isinstance(value, Mapping):
        return "a dictionary"
    return "a list" if isinstance(value, Sequence) else "a number, true or false" if value is not None else "null"


def applied_artifact(role: str, instance: str, done: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What a job passes on about a plan that it applied.

    :param done: the result of the module, with the figures of the approval.
    """
    approval = done["approval"]
    counts = {name: approval[name] for name in ("approved", "applied", "unchanged", "skipped", "failed", "left")}
    reasons = Counter(printable(row["skipped"], MAX_REASON_LENGTH) for row in done["alerts"] if row["skipped"])
    return {
        "role": role,
        "instance": instance,
        "plan_digest": approval["plan_digest"],
        **counts,
        # Reasons quote the server, and variables of a later job may be templated.
        _REASONS: compressed(json.dumps(dict(reasons.most_common(MAX_REASONS)))),
        "finished": not done.get("failed", False),
        "ended": exact(now),
    }


@dataclass(frozen=True)
class PlannedCounts:
    """What the artifact of a plan job says about the plan."""

    digest: str
    alerts: int
    left_out: int
    made: datetime


@dataclass(frozen=True)
class AppliedCounts:
    """What the artifact of an apply job says about the plan.

    :param approved: None if only a digest was approved.
    :param reasons: numbers of skipped alerts by reason.
    :param finished: whether the job ended without a failure.
    """

    digest: str
    approved: int | None
    applied: int
    skipped: int
    failed: int
    left: int
    reasons: Mapping[str, int]
    finished: bool
    ended: datetime


@dataclass(frozen=True)
class Artifact:
    """The content of an artifact, read strictly.

    :param key: the name of the artifact's variable, for messages.
    """

    key: str
    content: Mapping[str, Any]

    @classmethod
    def of(cls, key: str, given: Any) -> Artifact:
        """The artifact. :raises InvalidInput: it is no dictionary."""
        if not isinstance(given, Mapping):
            raise InvalidInput(f"{key} is {_kind(given)} and not an artifact of this collection. {_UNCHANGED}")
        return cls(key, given)

    @property
    def instance(self) -> str:
        """The instance that it is about."""
        return _instance_of(self.content)

    def planned(self) -> PlannedCounts:
        """The figures of a plan. :raises InvalidInput: one of them is missing or wrong."""
        counts = Artifact.of(f"`counts` of {self.key}", self.content.get("counts"))
        return PlannedCounts(self._digest(), counts._number("alerts"), counts._number("left_out"), self._time("made"))

    def applied(self) -> AppliedCounts:
        """The figures of an applied plan. :raises InvalidInput: one of them is missing or wrong."""
        finished = self.content.get("finished")
        if not isinstance(finished, bool):
            raise self._wrong("finished", "true or false")
        approved = None if self.content.get("approved") is None else self._number("approved")
        numbers = {name: self._number(name) for name in ("applied", "skipped", "failed", "left")}
        return AppliedCounts(
            digest=self._digest(),
            approved=approved,
            **numbers,
            reasons=self._reasons(),
            finished=finished,
            ended=self._time("ended"),
        )

    def _reasons(self) -> dict[str, int]:
        text = self._text(_REASONS)
        try:
            content = parsed_json(decompressed(text, f"{_REASONS} of {self.key}"))
        except ValueError as error:
            raise self._wrong(_REASONS, "compressed JSON") from error
        reasons = Artifact.of(f"`{_REASONS}` of {self.key}", content)
        return {printable(str(name), MAX_REASON_LENGTH): reasons._number(name) for name in content}

    def _digest(self) -> str:
        digest = self._text("plan_digest")
        if not is_digest(digest):
            raise self._wrong("plan_digest", "64 hex digits")
        return digest.strip()

    def _text(self, name: str) -> str:
        value = self.content.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "a string")
        return value

    def _number(self, name: str) -> int:
        value = self.content.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(name, "a number")
        return value

    def _time(self, name: str) -> datetime:
        value = self.content.get(name)
        # ansible-core 2.19 makes a time of a text that a controller marked `!unsafe`.
        moment = stored_time(value.isoformat() if isinstance(value, datetime) else value)
        if moment is None:
            raise self._wrong(name, "a time")
        return moment

    def _wrong(self, name: str, wanted: str) -> InvalidInput:
        return InvalidInput(f"`{printable(str(name), 60)}` of {self.key} is not {wanted}. {_UNCHANGED}")
