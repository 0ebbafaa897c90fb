# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the event source, and turn its errors into the one that ends it, without secrets."""

from __future__ import annotations

import asyncio
import logging
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ..client.client import Client
from ..client.connect import connect
from ..client.patience import Patience
from ..conversion import shown
from ..errors import InvalidInput, UtmstackError
from ..operations.events.cursor import Cursor, CursorIdentity, open_cursor, query_digest
from ..operations.events.delivery import Delivery, DeliveryOptions, Queue
from ..operations.events.event import MAX_IDS, MAX_IDS_STORED, EventOptions
from ..operations.events.feed import AlertFeed, FeedOptions
from ..operations.events.sighting import Sighting
from ..operations.events.source_options import SOURCE_OPTIONS, SourceOptions, source_options
from ..operations.events.storms import Outgoing, events_of
from ..suggestions import instead
from ..transport.connection_options import CONNECTION
from ..transport.redaction import Redactor
from ..transport.settings import Settings, connection_warnings
from ..transport.transport import REQUESTS_IMPORT_ERROR
from .execution import internal_error
from .plugin_options import connection_settings, plugin_redactor
from .shown import shown_message

LOG = logging.getLogger(__name__)
NAME = "utmstack.siem.alerts"
# What the engine adds to the arguments of a source with `feedback: true`.
FEEDBACK_QUEUE = "eda_feedback_queue"
ARGUMENTS = (*(option.name for option in SOURCE_OPTIONS), *(option.name for option in CONNECTION))
# The engine opens its database while its sources start.
_PERSISTENCE_WAIT, _PERSISTENCE_LOOK = 5.0, 0.1


class SourceStopped(RuntimeError):
    """The event source ended. The engine prints the message."""


async def run_event_source(queue: Queue, arguments: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    """Put events into the queue of an engine for as long as it runs.

    :param arguments: of the source in the rulebook.
    :raises SourceStopped: an argument is wrong, or an error that no further attempt can mend.
    """
    given = {str(name): value for name, value in arguments.items() if name != FEEDBACK_QUEUE}
    redactor = plugin_redactor(given, environment, [option.name for option in SOURCE_OPTIONS])
    message = "The source has ended."
    try:
        await _run(queue, given, arguments.get(FEEDBACK_QUEUE), environment, redactor)
    except UtmstackError as error:
        message = redactor.message(error.message)
    except Exception as error:  # noqa: BLE001 - the last resort: the engine prints what it holds
        message = f"{internal_error(error)} Please report it."
    # Not among the handlers: the engine follows an exception to what led to it.
    raise SourceStopped(shown_message(f"{NAME}: {message}"))


async def _run(
    queue: Queue, given: Mapping[str, Any], feedback: Any, environment: Mapping[str, str], redactor: Redactor
) -> None:
    if REQUESTS_IMPORT_ERROR is not None:
        raise InvalidInput(f"The Python package requests is missing. Install it for {sys.executable}.")
    for name in given:
        if name not in ARGUMENTS:
            raise InvalidInput(f"`{shown(name)[1:-1]}` is unknown.{instead(name, ARGUMENTS)}")
    settings = connection_settings(given, environment)
    options = source_options(given, datetime.now(timezone.utc), settings.dialect)
    await _check_feedback(options, feedback)
    for warning in connection_warnings(settings):
        LOG.warning(warning)
    # Its lines name paths, and the path of a second factor holds its code.
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    cursor = open_cursor(options.cursor, CursorIdentity(settings.url, query_digest(options.query)))
    try:
        with connect(_for_polls(settings, options), None, redactor) as client:
            LOG.info("Polling %s every %g s.", settings.url, options.interval)
            await _delivery(client, cursor, queue, options, feedback, redactor).run()
    finally:
        cursor.close()


def _for_polls(settings: Settings, options: SourceOptions) -> Settings:
    """The connection of one poll, which waits no longer than the source does between polls."""
    most = min(options.max_backoff, options.give_up_after or math.inf)
    return replace(settings, retry_budget=min(settings.retry_budget, int(most)))


def _delivery(
    client: Client, cursor: Cursor, queue: Queue, options: SourceOptions, feedback: Any, redactor: Redactor
) -> Delivery:
    follow = FeedOptions(
        query=options.query,
        since=options.since,
        include_review=options.include_review,
        reconcile=options.reconcile,
        changed=options.changed,
        redeliver_after=options.redeliver_after,
        attempts=options.attempts,
        feedback=feedback is not None,
    )

    max_ids = MAX_IDS if feedback is None else MAX_IDS_STORED

    def events(found: Sequence[Sighting]) -> list[Outgoing]:
        # The server's major version is known when it has answered.
        made = EventOptions(client.dialect, options.fields, options.burst, options.batch, max_ids)
        return events_of(found, made)

    loop = asyncio.get_running_loop()
    return Delivery(
        AlertFeed(client, follow, cursor),
        queue,
        DeliveryOptions(events, options.interval, options.health_interval),
        Patience(options.max_backoff, options.give_up_after, _can_log_in(client.settings), loop.time),
        begin_task=client.backoff.renew,
        requests_sent=lambda: client.requests_sent,
        redacted=redactor.message,
        feedback=feedback,
    )


def _can_log_in(settings: Settings) -> bool:
    return bool(settings.password) and not (settings.api_key or settings.token)


async def _check_feedback(options: SourceOptions, feedback: Any) -> None:
    """:raises InvalidInput: the confirmations of the engine are worth nothing, or do not come."""
    if options.feedback and feedback is None:
        raise InvalidInput(
            "`feedback` is true, but this engine passes no confirmations on. Use a release of ansible-rulebook that "
            "knows `feedback`, or remove it."
        )
    engine: Any = getattr(sys.modules.get("ansible_rulebook.conf"), "settings", None)
    if feedback is None or not hasattr(engine, "persistence_enabled"):
        return
    left = _PERSISTENCE_WAIT
    while not engine.persistence_enabled:
        if left <= 0:
            raise InvalidInput(
                "`feedback` is true, but ansible-rulebook stores no events: its variables name no database. Set "
                "`drools_db_file_path` (or `drools_db_host`, `drools_db_port` and `drools_db_name`), or remove "
                "`feedback`."
            )
        await asyncio.sleep(_PERSISTENCE_LOOK)
        left -= _PERSISTENCE_LOOK
