# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open a client: the one call for entry points, inventory, lookups and event sources."""

from __future__ import annotations

import tempfile

from ..transport.backoff import Backoff
from ..transport.redaction import Redactor
from ..transport.settings import Settings
from ..transport.transport import Transport
from .client import Client
from .sessions import SessionStore
from .turns import Turns


def connect(
    settings: Settings,
    session_directory: str | None = None,
    redactor: Redactor | None = None,
    shares_memory: bool = True,
) -> Client:
    """A client for one server; use it as a context manager. Nothing is sent before the first request needs it.

    :param session_directory: where the run keeps its logins; None to keep none.
    :param redactor: learns the secrets of the connection, and takes them out of errors; None for one of its own.
    :param shares_memory: this process was forked by the controller, so that it can read the logins of the run.
    """
    # Where all runs of this user find each other.
    turns = Turns(tempfile.gettempdir(), settings.url)
    transport = Transport(settings, Backoff(settings.retry_budget, turns.sleep), redactor or Redactor())
    return Client(transport, SessionStore(session_directory, settings, shares_memory), turns=turns)
