# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version that a server reports, and the dialect that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..dialects import DIALECTS, Dialect, dialect_of_version, supported_versions
from ..errors import IncompleteAnswer, InvalidInput, NotUtmstack, ServerError, UnsupportedVersion, UtmstackError
from ..transport.transport import AWAY, Transport


@dataclass(frozen=True)
class SelfReport:
    """What a server says about itself.

    :param version: such as ``11.0.1``; None when it reports none.
    :param said: the same as the end of a sentence about the server.
    """

    version: str | None
    said: str


def self_report(transport: Transport) -> SelfReport:
    """Ask the server for its version, without credentials.

    :raises ServerError: the server is not available.
    """
    answers = []
    for path, members in dict.fromkeys((dialect.version_path, dialect.version_at) for dialect in DIALECTS.values()):
        try:
            version: Any = transport.read("GET", path).json()
        except (ServerError, IncompleteAnswer, NotUtmstack) as error:
            if error.status in AWAY:
                raise
            answers.append(f"GET {path}: {answered(error)}")
            continue
        for member in members:
            version = version.get(member) if isinstance(version, dict) else None
        if isinstance(version, str):
            return SelfReport(version, f"reports version {version}")
        answers.append(f"GET {path}: no version")
    return SelfReport(None, f"reports no version ({', '.join(answers)})")


def reported_version(transport: Transport) -> str | None:
    """The version that the server reports, None when it reports none.

    :raises UtmstackError: the server cannot be reached.
    """
    try:
        return self_report(transport).version
    except ServerError:
        return None


def answered(error: UtmstackError) -> str:
    """An answer in short: its status, and whether it is a web page."""
    web_page = isinstance(error, NotUtmstack) or "<html" in error.server_text.lower()
    return f"{error.status} and a web page" if web_page else f"{error.status}"


def detected(transport: Transport) -> tuple[Dialect, str | None]:
    """The dialect of a server that is not logged in to, and its version where it had to be queried.

    :raises NotUtmstack: the server reports no version.
    :raises UnsupportedVersion: it reports one that the collection does not support.
    """
    if transport.settings.dialect is not None:
        return DIALECTS[transport.settings.dialect], None
    report = self_report(transport)
    dialect = None if report.version is None else dialect_of_version(report.version)
    if dialect is None:
        raise unsupported(transport, report)
    return dialect, report.version


def other_server(transport: Transport, error: UtmstackError) -> UtmstackError:
    """The reason of the first error of a server that was taken for the only dialect with API keys.

    :returns: `error` itself if the server is one of this dialect.
    """
    try:
        report = self_report(transport)
    except UtmstackError:
        return error
    dialect = None if report.version is None else dialect_of_version(report.version)
    if dialect is None:
        details = {"status": error.status, "server_text": error.server_text, "endpoint": error.endpoint}
        return unsupported(transport, report, f"answers {error.endpoint} with {answered(error)} and ", **details)
    return error if dialect.has_api_keys else no_api_keys(dialect)


def no_api_keys(dialect: Dialect) -> InvalidInput:
    """The error for an API key on a server that has none."""
    return InvalidInput(f"{dialect.name} servers have no API keys; use `username` and `password`, or `token`.")


def unsupported(transport: Transport, report: SelfReport, before: str = "", **details: Any) -> UtmstackError:
    """The error for a server that the collection cannot work with.

    :param before: what else the server did, as the beginning of the sentence's end.
    :param details: of the answer that showed it.
    """
    names = list(DIALECTS)
    choice = f"{', '.join(names[:-1])} or {names[-1]}"
    message = (
        f"This collection supports UTMStack {supported_versions()}, but {transport.settings.url} {before}{report.said}"
        f"; check `url`, or set `dialect` to {choice} if the server is one of these."
    )
    known = report.version is not None and dialect_of_version(report.version) is None
    return (UnsupportedVersion if known else NotUtmstack)(message, **details)


def not_a_login(transport: Transport, what: str, **details: Any) -> UtmstackError:
    """The error for a server that does not take logins as the collection sends them.

    :param what: what it answered, as the predicate of a sentence about the server.
    """
    try:
        report = self_report(transport)
    except UtmstackError:
        report = SelfReport(None, "reports no version")
    return unsupported(transport, report, f"{what} and ", **details)
