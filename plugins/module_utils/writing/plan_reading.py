# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the document of a plan in every form in which it reaches a task. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..compressed import decompressed, is_compressed
from ..depth import parsed_json
from ..errors import InvalidInput
from ..printing import printable
from .plan import digest_of
from .plan_document import PLAN_VERSION, PlanDocument, PlannedAlert

_DIGEST = re.compile(r"[0-9a-f]{64}")
_OPTION = "plan"
_NEXT_STEP = "Pass what a check run of this version returned as `plan`."


def is_digest(given: Any) -> bool:
    """Whether a plan is named by its digest alone."""
    return isinstance(given, str) and _DIGEST.fullmatch(given.strip()) is not None


def is_path(given: Any) -> bool:
    """Whether a plan is named by its file."""
    if not isinstance(given, str) or not given.strip():
        return False
    return not (is_digest(given) or is_compressed(given) or given.lstrip().startswith(("{", "[")))


def plan_document(given: Any) -> PlanDocument:
    """The document in a file, in text, or in a dictionary.

    :param given: the path of a file, JSON text, compressed text, the document, or the result of a check run.
    :raises InvalidInput: it is none of these, or was changed after the check run.
    """
    what = f"`{_OPTION}`"
    if is_path(given):
        what = f"{what}: {printable(given, 200)}"
        given = _content_of(given)
        if is_path(given) or is_digest(given) or not given.strip():
            raise InvalidInput(f"{what} holds no plan. {_NEXT_STEP}")
    return _document(_mapping(given, what), what)


def _content_of(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InvalidInput(
            f"`{_OPTION}`: {printable(path, 200)} is neither a digest (64 hex digits), a plan nor a readable "
            f"file: {reason}. Check the path."
        ) from error


def _mapping(given: Any, what: str) -> Mapping[str, Any]:
    """The document in a text, or in the result of a check run.

    :param what: the option and its file, for messages.
    """
    if isinstance(given, str):
        text = decompressed(given, _OPTION) if is_compressed(given) else given
        try:
            given = parsed_json(text)
        except ValueError as error:
            raise InvalidInput(f"{what} is cut off or not JSON. {_NEXT_STEP}") from error
    if not isinstance(given, Mapping):
        raise InvalidInput(f"{what} is not a plan. {_NEXT_STEP}")
    if "plan_version" in given:
        return given
    if "results" in given:
        raise InvalidInput(f"{what} is the result of a loop. Pass one of its `results`.")
    # A failed result shows its beginning only and keeps the whole text under `diff`.
    complete = given.get("diff")
    inner = complete.get(_OPTION) if isinstance(complete, Mapping) else None
    inner = given.get(_OPTION) if inner is None else inner
    if not inner:
        why = "" if given.get("check_mode", True) else " It is the result of a real run, not of a check run."
        raise InvalidInput(f"{what} holds no plan.{why} {_NEXT_STEP}")
    return _mapping(inner, what)


def _document(content: Mapping[str, Any], what: str) -> PlanDocument:
    version = content["plan_version"]
    if version != PLAN_VERSION:
        raise InvalidInput(
            f"{what} has version {version!a}; this version of the collection reads {PLAN_VERSION}. "
            "Make a new plan with a check run."
        )
    rest = {name: value for name, value in content.items() if name != "checksum"}
    try:
        is_whole = digest_of(rest) == content.get("checksum")
        document = PlanDocument(
            str(content["module"]),
            str(content["server"]),
            str(content["dialect"]),
            str(content["made"]),
            str(content["rules_digest"]),
            [_alert(row) for row in content["alerts"]],
            {str(row["id"]): (str(row["name"]), str(row["reason"])) for row in content["left_out"]},
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InvalidInput(f"{what} is not a plan. {_NEXT_STEP}") from error
    if not is_whole or document.digest != content["plan_digest"]:
        raise InvalidInput(
            f"{what} was changed after the check run: its checksum does not match. Nothing was written. "
            "Make a new plan with a check run."
        )
    return document


def _alert(row: Mapping[str, Any]) -> PlannedAlert:
    echoes = {str(echo["id"]): (dict(echo["before"]), dict(echo["after"])) for echo in row["echoes"]}
    return PlannedAlert(
        str(row["id"]),
        str(row["name"]),
        dict(row["before"]),
        dict(row["after"]),
        echoes,
        row["incident"],
        row["cannot_be_undone"],
        dict(row["why"]),
    )
