# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The family of exceptions for everything that can go wrong with UTMStack.

They are raised low, carry what is known as data, and become a failed task in exactly one place (``operation.py``).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Any

from .printing import printable


class Repeat(enum.Enum):
    """Whether sending the same request again is harmless."""

    HARMLESS = "harmless"  # the server did nothing: it never saw the request, or says so
    AFTER_READING_BACK = "after reading back"  # the server is done with it, and may have done it
    PERHAPS_RUNNING = "perhaps still running"  # the answer is lost: the server may still carry it out
    USELESS = "useless"  # the same request gets the same answer


class UtmstackError(Exception):
    """An operation could not be done as asked.

    :param message: what failed and what to do next, in one or two sentences.
    :param status: HTTP status of the answer, when there was one.
    :param server_text: what the server said about it.
    :param endpoint: method and path, never a query string (it may hold a second factor).
    :param repeat: whether the same request may be sent again.
    :param retry_after: seconds to wait that the server requested, None when it did not.
    """

    repeat = Repeat.USELESS

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        server_text: str = "",
        endpoint: str = "",
        repeat: Repeat | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.server_text = printable(server_text)
        self.endpoint = endpoint
        self.retry_after = retry_after
        if repeat is not None:
            self.repeat = repeat

    def __str__(self) -> str:
        return self.message

    def as_result(self) -> dict[str, Any]:
        """The ``error`` dictionary of a failed task."""
        return {
            "type": type(self).__name__,
            "status": self.status,
            "server_text": self.server_text,
            "endpoint": self.endpoint,
            "repeat": self.repeat.value,
        }


class InvalidInput(UtmstackError):
    """An option has an invalid value; nothing was sent."""


class TooManyAddresses(InvalidInput):
    """The alerts hold too many addresses to find those of a network among them."""


class UnknownField(InvalidInput):
    """Alerts of this major version have no such field.

    :param elsewhere: those of another one have it.
    :param close: known names that are close.
    """

    def __init__(self, message: str, elsewhere: bool, close: Sequence[str]) -> None:
        super().__init__(message)
        self.elsewhere = elsewhere
        self.close = tuple(close)


class NotAsExpected(UtmstackError):
    """A wait ended with another number of alerts than expected."""


class TooManyAlerts(UtmstackError):
    """The selection is larger than `max_affected`; nothing was sent."""


class PlanChanged(UtmstackError):
    """The plan is not the approved one; nothing was sent.

    :param differences: one line per alert that differs.
    """

    def __init__(self, message: str, differences: Sequence[str]) -> None:
        super().__init__(message)
        self.differences = list(differences)

    def as_result(self) -> dict[str, Any]:
        """The ``error`` dictionary, with the differences."""
        return {**super().as_result(), "differences": self.differences}


class TooManyScripts(UtmstackError):
    """The server does not compile as many update scripts in time; nothing was written.

    :param scripts: how many are needed, how many it compiles at once, and the seconds for the others.
    """

    def __init__(self, message: str, scripts: Mapping[str, int]) -> None:
        super().__init__(message)
        self.scripts = dict(scripts)

    def as_result(self) -> dict[str, Any]:
        """The ``error`` dictionary, with the numbers."""
        return {**super().as_result(), "scripts": self.scripts}


class RuleTooBroad(UtmstackError):
    """A tag rule would match more than `rule_max_share` of the recent alerts; nothing was written."""


class FileNotWritten(UtmstackError):
    """A file on this host could not be created or replaced."""


class FileExists(FileNotWritten):
    """A file was to be created where there is one, or was replaced by another process."""


class ChangedMeanwhile(UtmstackError):
    """An analyst or another run changed what the task was about to write; it was left alone."""


class ConnectionFailed(UtmstackError):
    """No connection, or it broke before the answer was complete."""


class TimedOut(ConnectionFailed):
    """No answer within `timeout`; the server may still be working on it."""


class TlsFailed(UtmstackError):
    """The server's certificate was refused, or there is no common TLS version."""


class RedirectRefused(UtmstackError):
    """The server redirected the client elsewhere; the token is not sent there."""


class NotUtmstack(UtmstackError):
    """Something answers at this address, and it is not a UTMStack server."""


class UnsupportedVersion(UtmstackError):
    """The server is a UTMStack of a major version that the collection does not support."""


class IncompleteAnswer(UtmstackError):
    """A complete answer cannot be had."""


class SessionRenewed(UtmstackError):
    """The login was renewed after a wait, and the change was not sent: what it changes must be looked at again."""

    repeat = Repeat.HARMLESS


class LoginNeeded(UtmstackError):
    """The token was refused, and the change was not sent: after the login its alerts must be looked at again."""

    repeat = Repeat.HARMLESS


class LookedTooLongAgo(UtmstackError):
    """The write was not sent, because its alerts must be looked at again first."""

    repeat = Repeat.HARMLESS


class ServerError(UtmstackError):
    """UTMStack answered with an error."""


class ScriptRefused(ServerError):
    """The server may have compiled too many update scripts to take another one now."""


class NotStored(ServerError):
    """The server was read back and does not hold what was written; the message says what is known."""


class RulesUnreadable(ServerError):
    """One broken tag rule keeps the server from showing any."""


class CallerRefused(ServerError):
    """The server does not let this caller do this, for no alert."""


class WrongCredentials(CallerRefused):
    """Name or password are wrong; each such login counts towards the lock of the client's address."""


class AddressLocked(CallerRefused):
    """Too many wrong logins came from this client's address; the lock lasts ten minutes."""


class AccountInactive(CallerRefused):
    """The account exists and is not activated."""


class SecondFactorRequired(CallerRefused):
    """The password was right and the server asks for a second factor."""


class SecondFactorRefused(CallerRefused):
    """The one-time code was refused; on newer servers, each such code counts towards the lock of the second factor."""


class SecondFactorLocked(CallerRefused):
    """Too many wrong one-time codes of this user; the lock lasts ten minutes and refuses right codes, too."""


class PreliminaryToken(CallerRefused):
    """The token is a pre-2FA token, as a password alone yields it; it gives access to nothing but the second factor."""


class ApiKeyRefused(CallerRefused):
    """The API key is unknown, expired or not allowed from this address, or its owner is inactive."""


class TokenRefused(CallerRefused):
    """The token is expired, or the server was restarted since it was issued."""


class AccessDenied(CallerRefused):
    """The account lacks the role that this request needs."""
